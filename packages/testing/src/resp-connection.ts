// One client connection for tests: sends what it is told, even nonsense, and hands out what comes back. It never
// reconnects, never retries, and each read has a limit. In raw mode it does not parse but keeps the bytes.
import { connect, type Socket } from 'node:net';
import {
  type CommandArgument,
  encodePipeline,
  type PlainReply,
  ReplyError,
  type RespFrame,
  RespParser,
  toPlainReply,
} from '@valkeep/resp';
import { DEFAULT_WAIT_LIMIT_MS, waitFor, withLimit } from './wait-for.ts';

export type ConnectionTarget =
  | { readonly port: number; readonly host?: string }
  /** A Unix socket. */
  | { readonly path: string };

export type ConnectionOptions = ConnectionTarget & {
  /** Limit for each read. */
  readonly limitMs?: number;
  /** Do not parse: collect bytes in `received`. */
  readonly raw?: boolean;
};

interface Waiter {
  resolve(frame: RespFrame): void;
  reject(error: Error): void;
}

/** Frames of one sort that came, or readers that wait for them. */
class FrameQueue {
  readonly frames: RespFrame[] = [];
  readonly waiters: Waiter[] = [];

  deliver(frame: RespFrame): void {
    const waiter = this.waiters.shift();
    if (waiter === undefined) this.frames.push(frame);
    else waiter.resolve(frame);
  }

  read(closedBy: Error | undefined): Promise<RespFrame> {
    const frame = this.frames.shift();
    if (frame !== undefined) return Promise.resolve(frame);
    if (closedBy !== undefined) return Promise.reject(closedBy);
    return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }));
  }

  fail(error: Error): void {
    for (const waiter of this.waiters.splice(0)) waiter.reject(error);
  }
}

export class RespConnection {
  /** Resolves when the connection is closed, by whichever side. */
  readonly closed: Promise<void>;
  /** All bytes that came, in raw mode. */
  received: Buffer = Buffer.alloc(0);
  readonly #socket: Socket;
  readonly #limitMs: number;
  readonly #raw: boolean;
  readonly #parser = new RespParser({ captureBytes: true });
  readonly #replies = new FrameQueue();
  readonly #pushes = new FrameQueue();
  #closedBy: Error | undefined;

  static async connect(options: ConnectionOptions): Promise<RespConnection> {
    const socket = 'path' in options ? connect(options.path) : connect(options.port, options.host ?? '127.0.0.1');
    const limitMs = options.limitMs ?? DEFAULT_WAIT_LIMIT_MS;
    await withLimit(awaitConnect(socket), { what: `a connection to ${describe(options)}`, limitMs });
    return new RespConnection(socket, limitMs, options.raw ?? false);
  }

  private constructor(socket: Socket, limitMs: number, raw: boolean) {
    this.#socket = socket;
    this.#limitMs = limitMs;
    this.#raw = raw;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#takeBytes(chunk));
    socket.on('error', (error) => this.#fail(error));
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#fail(new Error('the server closed the connection'));
        resolve();
      });
    });
  }

  get isClosed(): boolean {
    return this.#closedBy !== undefined;
  }

  /** Sends a command and returns its reply as plain JavaScript. Throws a ReplyError when the reply is an error. */
  async call(...args: CommandArgument[]): Promise<PlainReply> {
    const reply = toPlainReply((await this.request(args)).value);
    if (reply instanceof ReplyError) throw reply;
    return reply;
  }

  /** Sends a command and returns its reply as it came, errors too. */
  request(args: readonly CommandArgument[]): Promise<RespFrame> {
    this.write(encodePipeline([args]));
    return this.readReply();
  }

  /** Sends all commands at once and returns their replies. */
  pipeline(commands: readonly (readonly CommandArgument[])[]): Promise<RespFrame[]> {
    this.write(encodePipeline(commands));
    return Promise.all(commands.map(() => this.readReply()));
  }

  /** Sends bytes as they are; a string is a binary string. */
  write(bytes: Uint8Array | string): void {
    this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** The next frame that is no push message. */
  readReply(limitMs = this.#limitMs): Promise<RespFrame> {
    return withLimit(this.#replies.read(this.#closedBy), { what: 'a reply', limitMs });
  }

  /** The next push message (RESP3; in RESP2 messages of subscriptions are replies). */
  readPush(limitMs = this.#limitMs): Promise<RespFrame> {
    return withLimit(this.#pushes.read(this.#closedBy), { what: 'a push message', limitMs });
  }

  /** Frames that came and were not read yet. */
  get unread(): { readonly replies: number; readonly pushes: number } {
    return { replies: this.#replies.frames.length, pushes: this.#pushes.frames.length };
  }

  /** In raw mode: waits until `count` bytes came, or the connection closed, and returns all that came. */
  async readBytes(count: number): Promise<Buffer> {
    const isThere = () => this.received.length >= count || this.isClosed;
    await waitFor(isThere, { what: `${count} bytes`, limitMs: this.#limitMs });
    return this.received;
  }

  /** Stops reading from the socket: the server's output piles up. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Closes our direction only; replies can still be read. */
  endWriting(): void {
    this.#socket.end();
  }

  /** Closes the connection in order. */
  async close(): Promise<void> {
    this.#socket.end();
    this.#socket.destroySoon();
    await withLimit(this.closed, { what: 'the end of the connection', limitMs: this.#limitMs });
  }

  /** Closes the connection with a reset, as a process that dies with unread input does. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isClosed) this.#socket.destroy();
    await this.closed;
  }

  #takeBytes(chunk: Buffer): void {
    if (this.#raw) {
      this.received = Buffer.concat([this.received, chunk]);
      return;
    }
    try {
      for (const frame of this.#parser.feed(chunk)) this.#deliver(frame);
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #deliver(frame: RespFrame): void {
    if (frame.value.kind === 'push') this.#pushes.deliver(frame);
    else this.#replies.deliver(frame);
  }

  #fail(error: Error): void {
    this.#closedBy ??= error;
    this.#replies.fail(error);
    this.#pushes.fail(error);
  }
}

function awaitConnect(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

function describe(target: ConnectionTarget): string {
  return 'path' in target ? target.path : `${target.host ?? '127.0.0.1'}:${target.port}`;
}
