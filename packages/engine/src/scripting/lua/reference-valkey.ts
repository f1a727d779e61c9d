/**
 * A real Valkey 9.1 for tests: starts one, sends it EVALs and gives the replies as plain values.
 * Only the replies that scripts can give are understood. Not a client for anything else.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Reply =
  | string
  | number
  | null
  | { readonly error: string }
  | { readonly status: string }
  | readonly Reply[];

const START_MS_MAX = 10_000;
/** The server ends when its input does, which is also when the test is killed. */
const RUN_WHILE_WATCHED = '"$0" "$@" & server=$!; cat > /dev/null; kill -9 $server';

/** Where tools/reference-engines puts the server. */
export function findReferenceServer(): string | undefined {
  const path = process.env['REFERENCE_VALKEY'] ?? '/var/tmp/reference-engines/bin/valkey-9.1-server';
  return existsSync(path) ? path : undefined;
}

export class ReferenceValkey {
  readonly #process: ChildProcess;
  readonly #directory: string;
  readonly #socket: Socket;
  #received = '';
  #waiting: ((text: string) => void) | undefined;

  private constructor(process: ChildProcess, directory: string, socket: Socket) {
    this.#process = process;
    this.#directory = directory;
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.setMaxListeners(0);
    socket.on('data', (chunk: string) => {
      this.#received += chunk;
      this.#waiting?.(this.#received);
    });
  }

  static async start(path: string): Promise<ReferenceValkey> {
    const directory = mkdtempSync(join(tmpdir(), 'reference-valkey-'));
    const socketPath = join(directory, 'valkey.sock');
    const options = ['--port', '0', '--unixsocket', socketPath, '--save', '', '--dir', directory];
    const process = spawn('sh', ['-c', RUN_WHILE_WATCHED, path, ...options], { stdio: ['pipe', 'ignore', 'ignore'] });
    const deadline = Date.now() + START_MS_MAX;
    for (;;) {
      try {
        return new ReferenceValkey(process, directory, await open(socketPath));
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async evaluate(script: string): Promise<Reply> {
    this.#received = '';
    this.#socket.write(`*3\r\n$4\r\nEVAL\r\n$${script.length}\r\n${script}\r\n$1\r\n0\r\n`, 'latin1');
    for (;;) {
      const parsed = parseReply(this.#received, 0);
      if (parsed !== undefined) return parsed.reply;
      await new Promise<void>((resolve, reject) => {
        this.#waiting = () => resolve();
        this.#socket.once('close', () => reject(new Error('the reference server closed the connection')));
      });
    }
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin?.end();
    await ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** undefined while the reply is not complete. */
function parseReply(text: string, start: number): { reply: Reply; end: number } | undefined {
  const lineEnd = text.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = text.slice(start + 1, lineEnd);
  const after = lineEnd + 2;
  switch (text.charAt(start)) {
    case '-':
      return { reply: { error: line }, end: after };
    case '+':
      return { reply: { status: line }, end: after };
    case ':':
      return { reply: Number(line), end: after };
    case '$': {
      const length = Number(line);
      if (length < 0) return { reply: null, end: after };
      if (text.length < after + length + 2) return undefined;
      return { reply: text.slice(after, after + length), end: after + length + 2 };
    }
    default:
      return parseArray(text, after, Number(line));
  }
}

function parseArray(text: string, start: number, count: number): { reply: Reply; end: number } | undefined {
  if (count < 0) return { reply: null, end: start };
  const replies: Reply[] = [];
  let end = start;
  for (let at = 0; at < count; at++) {
    const parsed = parseReply(text, end);
    if (parsed === undefined) return undefined;
    replies.push(parsed.reply);
    end = parsed.end;
  }
  return { reply: replies, end };
}
