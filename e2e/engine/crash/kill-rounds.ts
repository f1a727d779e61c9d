// Rounds of writing, killing, starting again and looking at what is left, always in the same folder.

import { toPlainReply } from '@valkeep/resp';
import { makeScratchFolder, type RunningServer, type SeededRandom, startServer } from '@valkeep/testing';
import { judgeKey, type WrittenKey, writeForms } from './write-log.ts';
import { readUntilKilled, writeUntilKilled } from './writer.ts';

const WRITERS = 3;
const LIFE_MS = { min: 15, max: 250 } as const;
const REWRITE_PROBABILITY = 0.3;

export interface KillPlan {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly kills: number;
  readonly random: SeededRandom;
}

export interface KillReport {
  readonly kills: number;
  readonly acknowledged: number;
  /** What was lost or is wrong, one sentence each; the rounds end with the first kill that shows any. */
  readonly faults: readonly string[];
}

/** Kills the server again and again while it is written to, and reports what was lost. */
export async function runKillRounds(plan: KillPlan): Promise<KillReport> {
  const folder = makeScratchFolder('crash');
  const { command, args, env } = plan;
  const config = { appendonly: 'yes', appendfsync: 'always', 'auto-aof-rewrite-min-size': '200kb' };
  const start = () => startServer({ command, args, env, config, dir: folder.path });
  const keys: WrittenKey[] = [];
  let acknowledged = 0;
  let server = await start();
  try {
    for (let kill = 1; kill <= plan.kills; kill++) {
      const fresh = buildKeys(kill);
      keys.push(...fresh);
      await writeAndKill(server, fresh, plan.random);
      acknowledged += fresh.reduce((sum, { safe }) => sum + safe, 0);
      server = await start();
      const faults = await judge(server, kill === plan.kills ? keys : fresh);
      if (faults.length > 0) return { kills: kill, acknowledged, faults };
    }
    return { kills: plan.kills, acknowledged, faults: [] };
  } finally {
    await server.stop();
    folder.remove();
  }
}

/** Each writer has a key of each form. */
function buildKeys(round: number): WrittenKey[] {
  return Array.from({ length: WRITERS }, (_, writer) =>
    writeForms.map((form) => ({ key: `r${round}:w${writer}:${form.name}`, form, sent: 0, safe: 0 })),
  ).flat();
}

async function writeAndKill(server: RunningServer, keys: readonly WrittenKey[], random: SeededRandom): Promise<void> {
  const perWriter = keys.length / WRITERS;
  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    writeUntilKilled(server, keys.slice(writer * perWriter, (writer + 1) * perWriter)),
  );
  const [watched] = keys;
  if (watched !== undefined) writers.push(readUntilKilled(server, watched));
  const lifeMs = random.integer(LIFE_MS.min, LIFE_MS.max);
  if (random.chance(REWRITE_PROBABILITY)) await startRewrite(server);
  await new Promise((resolve) => setTimeout(resolve, lifeMs));
  await server.kill9();
  await Promise.all(writers);
}

async function startRewrite(server: RunningServer): Promise<void> {
  await using connection = await server.connect();
  await connection.request(['BGREWRITEAOF']);
}

async function judge(server: RunningServer, keys: readonly WrittenKey[]): Promise<string[]> {
  await using connection = await server.connect();
  const faults: string[] = [];
  for (const written of keys) {
    const { value } = await connection.request(written.form.read(written.key));
    const fault = judgeKey(written, String(toPlainReply(value)));
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}
