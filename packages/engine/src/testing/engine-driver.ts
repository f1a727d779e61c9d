// For tests: an engine without a network. Connections live in memory: what is sent is served at once, what the engine
// writes is there to be read when `send` returns.
import { ServerConfig } from '../config/index.ts';
import { Engine } from '../engine.ts';
import { Clock } from '../keyspace/clock.ts';
import type { NativeRegion } from '../memory/native-memory.ts';
import { Log } from '../session/log.ts';
import type { Connection, ConnectionHandler, Transport, TransportHooks } from '../transport/transport.ts';
import { READ_END, WOULD_BLOCK } from '../transport/transport.ts';

const NO_HANDLER: ConnectionHandler = { onReadable: () => undefined, onWritable: () => undefined };

class MemoryTransport implements Transport {
  readonly kind = 'streams';
  readonly canPoll = false;
  hooks: TransportHooks | undefined;

  listen(): Promise<never> {
    return Promise.reject(new Error('there is no network here'));
  }

  listenNow(): never {
    throw new Error('there is no network here');
  }

  start(hooks: TransportHooks): void {
    this.hooks = hooks;
  }

  pollOnce(): void {}

  wake(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

class MemoryConnection implements Connection {
  readonly id: number;
  readonly descriptor = -1;
  readonly isUnixSocket = false;
  readonly remoteAddress = '127.0.0.1:1';
  readonly localAddress = '127.0.0.1:2';
  readonly isLocal = true;
  readonly error = '';
  handler: ConnectionHandler = NO_HANDLER;
  input: Uint8Array = new Uint8Array(0);
  output = '';
  isClosed = false;

  constructor(id: number) {
    this.id = id;
  }

  read(region: NativeRegion, offset: number, length: number): number {
    if (this.isClosed) return READ_END;
    const count = Math.min(length, this.input.length);
    if (count === 0) return WOULD_BLOCK;
    region.bytes.set(this.input.subarray(0, count), offset);
    this.input = this.input.subarray(count);
    return count;
  }

  write(region: NativeRegion, offset: number, length: number): number {
    this.output += Buffer.from(region.bytes.subarray(offset, offset + length)).toString('latin1');
    return length;
  }

  wantWrite(): void {}

  wantRead(): void {}

  setKeepAlive(): void {}

  close(): void {
    this.isClosed = true;
  }
}

/** One client of the driven engine. */
export class DrivenClient {
  readonly #connection: MemoryConnection;
  readonly #turn: () => void;

  constructor(connection: MemoryConnection, turn: () => void) {
    this.#connection = connection;
    this.#turn = turn;
  }

  get isClosed(): boolean {
    return this.#connection.isClosed;
  }

  /** Sends one command of binary strings; gives the bytes that came back, as a binary string. */
  send(...words: readonly string[]): string {
    const bulks = words.map((word) => `$${word.length}\r\n${word}\r\n`);
    return this.sendRaw(`*${words.length}\r\n${bulks.join('')}`);
  }

  sendRaw(text: string): string {
    const connection = this.#connection;
    connection.input = Buffer.concat([connection.input, Buffer.from(text, 'latin1')]);
    while (connection.input.length > 0 && !connection.isClosed) {
      const before = connection.input.length;
      connection.handler.onReadable();
      if (connection.input.length === before) break;
    }
    this.#turn();
    return this.received();
  }

  /** What has come meanwhile. */
  received(): string {
    const { output } = this.#connection;
    this.#connection.output = '';
    return output;
  }
}

export class EngineDriver {
  readonly engine: Engine;
  readonly logged: string[] = [];
  readonly #transport = new MemoryTransport();
  #connections = 0;

  /** `settings` are pairs of CONFIG; `clock` is the time that the engine sees. */
  constructor(settings: Readonly<Record<string, string>> = {}, clock: Clock = new Clock()) {
    const config = new ServerConfig({ current: () => '/', change: () => undefined });
    for (const [name, value] of Object.entries(settings)) {
      const refused = config.find(name)?.setting.assign([value], true);
      if (typeof refused === 'object') throw new Error(`${name}: ${refused.refused}`);
    }
    const log = new Log((line) => this.logged.push(line));
    this.engine = new Engine({ config, transport: this.#transport, log, clock });
    this.engine.start();
  }

  connect(): DrivenClient {
    const connection = new MemoryConnection(++this.#connections);
    const handler = this.#transport.hooks?.onConnection(connection);
    if (handler === undefined) throw new Error(`refused: ${connection.output}`);
    connection.handler = handler;
    return new DrivenClient(connection, () => this.turn());
  }

  /** Ends a turn of the loop: output goes out, clients are closed. */
  turn(): void {
    this.#transport.hooks?.beforeWait();
  }
}
