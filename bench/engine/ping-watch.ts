// An outside client that PINGs each millisecond and notes how long each answer took. It runs as a process of its own, so
// that the load's JavaScript does not disturb it; `node bench/engine/ping-watch.ts PORT` prints a JSON list of
// milliseconds when its standard input ends. PINGs go out whether or not the last one was answered: a stall of 20 ms shows
// as twenty late answers.
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { raisePriority, WATCH_PRIORITY } from '@valkeep/testing';

const INTERVAL_MS = 1;
const PING = Buffer.from('*1\r\n$4\r\nPING\r\n');
const PONG_BYTES = '+PONG\r\n'.length;

export interface PingWatch {
  /** Ends the watch: milliseconds that each answer took. */
  finish(): Promise<number[]>;
}

/** Starts watching the server at `port`; resolves once the first answers came. */
export async function startPingWatch(port: number): Promise<PingWatch> {
  const child = spawn(process.execPath, [import.meta.filename, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const output = collectOutput(child);
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.on('error', reject);
    child.on('exit', () => reject(new Error('the ping watch ended early')));
  });
  return {
    async finish() {
      child.stdin.end();
      const [, list = '[]'] = (await output).split('\n');
      return JSON.parse(list);
    },
  };
}

function collectOutput(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => child.on('close', () => resolve(text)));
}

function watch(port: number): void {
  raisePriority(process.pid, WATCH_PRIORITY);
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const sentAt: number[] = [];
  const took: number[] = [];
  let unread = 0;
  socket.on('data', (chunk) => {
    const now = performance.now();
    unread += chunk.length;
    for (; unread >= PONG_BYTES; unread -= PONG_BYTES) took.push(now - (sentAt.shift() ?? now));
  });
  socket.once('data', () => process.stdout.write('watching\n'));
  const timer = setInterval(() => {
    sentAt.push(performance.now());
    socket.write(PING);
  }, INTERVAL_MS);
  process.stdin.resume().on('end', () => {
    clearInterval(timer);
    socket.destroy();
    process.stdout.write(`${JSON.stringify(took.map((ms) => Number(ms.toFixed(3))))}\n`);
  });
}

if (import.meta.main) watch(Number(process.argv[2]));
