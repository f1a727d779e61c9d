// For tests: a real Valkey 9.1 on a Unix socket in a folder of its own, and its commands as facts for our ACL.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REFERENCE = '/var/tmp/reference-engines/bin/valkey-9.1-server';
const START_TIMEOUT_MS = 10_000;
const RETRY_MS = 20;

/** False, or why tests beside the reference are skipped. */
export const skipWithoutReference = existsSync(REFERENCE)
  ? false
  : 'the reference server valkey-9.1-server is not installed';

/** Errors are strings that start with `-`. */
export type ReferenceReply = string | number | null | ReferenceReply[];

export class ReferenceServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'acl-reference-'));
  readonly #process: ChildProcess;
  #socket: Socket | undefined;
  #received = '';
  #marks = 0;
  #wake: () => void = () => {};

  constructor(...options: readonly string[]) {
    const base = ['--port', '0', '--unixsocket', 'socket', '--save', '', '--dir', this.folder];
    this.#process = spawn(REFERENCE, [...base, ...options], { cwd: this.folder, stdio: 'ignore' });
  }

  async connect(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (this.#socket === undefined) {
      this.#socket = await this.#tryToConnect();
      if (Date.now() > deadline) throw new Error('the reference server does not start');
    }
    this.#socket.on('data', (bytes) => {
      this.#received += bytes.toString('latin1');
      this.#wake();
    });
  }

  /** One command, its arguments binary strings. */
  async call(...args: readonly string[]): Promise<ReferenceReply> {
    const bulks = args.map((argument) => `$${argument.length}\r\n${argument}\r\n`);
    this.#socket?.write(`*${args.length}\r\n${bulks.join('')}`, 'latin1');
    return this.#reply();
  }

  /** The reply as it came; the connection's user has to be allowed ECHO. */
  async callRaw(...args: readonly string[]): Promise<string> {
    const bulks = [...args].map((argument) => `$${argument.length}\r\n${argument}\r\n`);
    const mark = `end-${++this.#marks}`;
    const echo = `*2\r\n$4\r\nECHO\r\n$${mark.length}\r\n${mark}\r\n`;
    this.#socket?.write(`*${args.length}\r\n${bulks.join('')}${echo}`, 'latin1');
    const end = `$${mark.length}\r\n${mark}\r\n`;
    while (!this.#received.endsWith(end)) await this.#more();
    const reply = this.#received.slice(0, -end.length);
    this.#received = '';
    return reply;
  }

  stop(): void {
    this.#socket?.destroy();
    this.#process.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #tryToConnect(): Promise<Socket | undefined> {
    const { promise, resolve } = Promise.withResolvers<Socket | undefined>();
    const socket = connect(join(this.folder, 'socket'));
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => setTimeout(() => resolve(undefined), RETRY_MS));
    return promise;
  }

  async #reply(): Promise<ReferenceReply> {
    while (!this.#received.includes('\r\n')) await this.#more();
    const line = this.#take(this.#received.indexOf('\r\n'));
    const head = line.slice(1);
    if (line.startsWith('+')) return head;
    if (line.startsWith('-')) return line;
    if (line.startsWith(':')) return Number(head);
    if (head === '-1') return null;
    if (line.startsWith('*')) {
      const items: ReferenceReply[] = [];
      for (let at = 0; at < Number(head); at++) items.push(await this.#reply());
      return items;
    }
    while (this.#received.length < Number(head) + 2) await this.#more();
    return this.#take(Number(head));
  }

  /** The next `length` bytes, without the line end that follows them. */
  #take(length: number): string {
    const taken = this.#received.slice(0, length);
    this.#received = this.#received.slice(length + 2);
    return taken;
  }

  async #more(): Promise<void> {
    const woken = Promise.withResolvers<void>();
    this.#wake = woken.resolve;
    await woken.promise;
  }
}
