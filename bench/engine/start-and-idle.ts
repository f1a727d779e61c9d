// From starting the program to its first PONG, and the processor time of a server that nobody asks for anything.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { findFreePort, makeScratchFolder, readProcessUsage, waitFor } from '@valkeep/testing';
import type { Contender, Contest } from './contenders.ts';
import { startContender } from './contenders.ts';
import { formatTable, median, type Section } from './report.ts';

const START_TARGET_MS = 150;
const IDLE_TARGET_PERCENT = 1;
const START_LIMIT_MS = 20_000;
const SETTLE_MS = 2_000;

export interface StartAndIdlePlan {
  readonly starts: number;
  readonly idleSeconds: number;
}

const HEADING = ['', 'ours', 'Valkey', 'target'];

export async function measureStartAndIdle({ contenders }: Contest, plan: StartAndIdlePlan): Promise<Section> {
  const [ours, valkey] = contenders;
  if (ours === undefined || valkey === undefined) throw new Error('both servers are needed');
  await measureStart(ours); // fills the compile cache
  const startsMs = { ours: [] as number[], valkey: [] as number[] };
  for (let round = 0; round < plan.starts; round++) {
    for (const contender of [ours, valkey]) startsMs[contender.name].push(await measureStart(contender));
  }
  const start = [median(startsMs.ours), median(startsMs.valkey)] as const;
  const idle = [await measureIdle(ours, plan), await measureIdle(valkey, plan)] as const;
  const mark = (text: string, holds: boolean) => (holds ? text : `**${text}**`);
  const rows = [
    [
      'start to first PONG, warm compile cache',
      mark(`${start[0].toFixed(0)} ms`, start[0] <= START_TARGET_MS),
      `${start[1].toFixed(0)} ms`,
      `${START_TARGET_MS} ms`,
    ],
    [
      'processor time when idle',
      mark(`${idle[0].toFixed(2)} %`, idle[0] <= IDLE_TARGET_PERCENT),
      `${idle[1].toFixed(2)} %`,
      `${IDLE_TARGET_PERCENT} %`,
    ],
  ];
  return { id: 'engine/start-and-idle', title: 'Start and idle', text: formatTable(HEADING, rows) };
}

async function measureStart({ command: [program = '', ...leading] }: Contender): Promise<number> {
  const folder = makeScratchFolder('start');
  const port = await findFreePort();
  const startedAt = performance.now();
  const child = spawn(program, [...leading, '--port', String(port), '--dir', folder.path, '--save', ''], {
    stdio: 'ignore',
  });
  try {
    await waitFor(() => answers(port), { what: 'PONG', limitMs: START_LIMIT_MS, intervalMs: 1 });
    return performance.now() - startedAt;
  } finally {
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    folder.remove();
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const answer = (came: boolean) => {
      socket.destroy();
      resolve(came);
    };
    socket.on('data', (chunk) => answer(chunk.toString('latin1').startsWith('+PONG')));
    socket.on('error', () => answer(false));
    socket.on('close', () => answer(false));
  });
}

async function measureIdle(contender: Contender, { idleSeconds }: StartAndIdlePlan): Promise<number> {
  await using server = await startContender(contender);
  await pause(SETTLE_MS);
  const before = readProcessUsage(server.pid).cpuSeconds;
  await pause(idleSeconds * 1000);
  return (100 * (readProcessUsage(server.pid).cpuSeconds - before)) / idleSeconds;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
