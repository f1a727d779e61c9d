// A real Valkey 9.1 for differential tests: started on a port of 23100 to 23199, spoken to over RESP2 or RESP3, stopped
// at the end of the test. Where the program is missing the test skips with a word.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

const PROGRAM = process.env['VALKEY_REFERENCE_SERVER'] ?? '/var/tmp/reference-engines/bin/valkey-9.1-server';
const PORT_FIRST = 23100;
const PORT_COUNT = 100;
const ATTEMPTS_MAX = 10;

/** A reply: bulk and simple strings as binary strings, errors as Error, anything else of RESP3 as its text. */
export type Reply = string | number | null | Error | Reply[];

export interface RealValkey {
  /** Sends all commands at once; resolves to their replies in order. */
  pipeline(commands: readonly (readonly (string | Uint8Array)[])[]): Promise<Reply[]>;
  call(...command: (string | Uint8Array)[]): Promise<Reply>;
}

/** Starts a server for the length of the test; skips the test and returns undefined where there is none. */
export async function startRealValkey(context: TestContext): Promise<RealValkey | undefined> {
  if (!existsSync(PROGRAM)) {
    context.skip('no valkey-9.1-server on this machine');
    return undefined;
  }
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = PORT_FIRST + ((process.pid + attempt * 7) % PORT_COUNT);
    const child = await startOn(port);
    if (child === undefined) continue;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    context.after(async () => {
      socket.destroy();
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    });
    return makeClient(socket);
  }
  throw new Error('no free port for the real server');
}

/** The process once it accepts connections, or undefined when it ends before (port in use). */
async function startOn(port: number): Promise<ChildProcess | undefined> {
  const options = ['--port', String(port), '--save', '', '--appendonly', 'no', '--enable-debug-command', 'yes'];
  const child = spawn(PROGRAM, options, { stdio: ['ignore', 'pipe', 'ignore'] });
  let log = '';
  for await (const chunk of child.stdout) {
    log += String(chunk);
    if (log.includes('Ready to accept connections')) {
      child.stdout.resume();
      return child;
    }
  }
  return undefined;
}

function makeClient(socket: Socket): RealValkey {
  let received: Buffer = Buffer.alloc(0);
  let waiting: { count: number; replies: Reply[]; resolve: (replies: Reply[]) => void } | undefined;
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, Buffer.from(chunk)]);
    let at = 0;
    while (waiting !== undefined && waiting.replies.length < waiting.count) {
      const parsed = parseReply(received, at);
      if (parsed === undefined) break;
      waiting.replies.push(parsed.reply);
      at = parsed.end;
    }
    received = received.subarray(at);
    if (waiting !== undefined && waiting.replies.length === waiting.count) waiting.resolve(waiting.replies);
  });
  const pipeline = (commands: readonly (readonly (string | Uint8Array)[])[]) =>
    new Promise<Reply[]>((resolve) => {
      waiting = { count: commands.length, replies: [], resolve };
      socket.write(Buffer.concat(commands.map(encodeCommand)));
    });
  return { pipeline, call: async (...command) => (await pipeline([command]))[0] ?? null };
}

function encodeCommand(command: readonly (string | Uint8Array)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${command.length}\r\n`)];
  for (const argument of command) {
    const bytes = typeof argument === 'string' ? Buffer.from(argument, 'latin1') : Buffer.from(argument);
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

function parseReply(bytes: Buffer, start: number): { reply: Reply; end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd === -1) return undefined;
  const line = bytes.toString('latin1', start + 1, lineEnd);
  const type = String.fromCharCode(bytes[start] ?? 0);
  const end = lineEnd + 2;
  if (type === '-') return { reply: new Error(line), end };
  if (type === ':') return { reply: Number(line), end };
  if (type === '_' || (type === '$' && line === '-1') || (type === '*' && line === '-1')) return { reply: null, end };
  if (type === '$' || type === '=') {
    const last = end + Number(line);
    return bytes.length < last + 2 ? undefined : { reply: bytes.toString('latin1', end, last), end: last + 2 };
  }
  if (type === '*' || type === '%' || type === '~') {
    return parseItems(bytes, end, Number(line) * (type === '%' ? 2 : 1));
  }
  return { reply: line, end };
}

function parseItems(bytes: Buffer, start: number, count: number): { reply: Reply; end: number } | undefined {
  const items: Reply[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const item = parseReply(bytes, at);
    if (item === undefined) return undefined;
    items.push(item.reply);
    at = item.end;
  }
  return { reply: items, end: at };
}
