// The link of a replica to its primary: asks for all data, loads them in place of its own, and runs the stream of
// effects as it comes. A link that breaks is made again; everything is loaded again then.
import { rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { LoadError } from './persistence/persistence-ports.ts';
import { ReplayClient } from './session/replay-client.ts';
import type { Primary, ReplicationLink } from './session/replication.ts';

const RETRY_MS = 1000;
const ACKNOWLEDGE_MS = 1000;
const LF = 10;

/** The commands that lie whole in `bytes` from `at` on; calls `run` for each, returns where the rest starts. */
export function readCommands(
  bytes: Uint8Array,
  at: number,
  run: (starts: number[], lengths: number[], end: number) => void,
): number {
  let done = at;
  for (;;) {
    const starts: number[] = [];
    const lengths: number[] = [];
    const header = readNumber(bytes, done);
    if (header === undefined) return done;
    let next = header.end;
    for (let i = 0; i < header.value; i++) {
      const length = readNumber(bytes, next);
      if (length === undefined || length.end + length.value + 2 > bytes.length) return done;
      starts.push(length.end);
      lengths.push(length.value);
      next = length.end + length.value + 2;
    }
    run(starts, lengths, next);
    done = next;
  }
}

/** The number of a header line (`*3`, `$5`); undefined where the line is not complete. */
function readNumber(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  const lineEnd = bytes.indexOf(LF, at);
  if (lineEnd < 0) return undefined;
  return { value: Number(Buffer.from(bytes.subarray(at + 1, lineEnd - 1)).toString('latin1')), end: lineEnd + 1 };
}

export class ReplicaLink implements ReplicationLink {
  readonly #engine: Engine;
  #primary: Primary | undefined;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #client: ReplayClient | undefined;
  /** What is still to be said before the data come. */
  #unsaid: string[] = [];
  /** What came and was not used yet. */
  #rest = Buffer.alloc(0);
  /** Bytes of the RDB file that are awaited; undefined before its length is known. */
  #awaited: number | undefined;
  readonly #chunks: Buffer[] = [];
  #received = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  start(primary: Primary): void {
    this.#primary = primary;
    this.#connect();
    this.#timer = setInterval(() => this.#acknowledge(), ACKNOWLEDGE_MS).unref();
  }

  stop(): void {
    this.#primary = undefined;
    clearInterval(this.#timer);
    this.#drop();
  }

  #connect(): void {
    const primary = this.#primary;
    if (primary === undefined || primary.port === 0) return;
    const { replication, log } = this.#engine;
    log.notice(`Connecting to PRIMARY ${primary.host}:${primary.port}`);
    replication.state = 'connecting';
    const socket = connect(primary.port, primary.host);
    this.#socket = socket;
    socket.on('connect', () => this.#greet(socket));
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', (error) => log.warning(`Error condition on socket for SYNC: ${error.message}`));
    socket.on('close', () => this.#onClosed(socket));
  }

  /** Says who asks and asks for everything. */
  #greet(socket: Socket): void {
    const { config, log, replication } = this.#engine;
    log.notice('PRIMARY <-> REPLICA sync started');
    const password = config.text('primaryauth');
    const user = config.text('primaryuser');
    const login = password === '' ? [] : [encode('AUTH', ...(user === '' ? [] : [user]), password)];
    const port = encode('REPLCONF', 'listening-port', String(config.number('port')));
    this.#unsaid = [...login, port, encode('PSYNC', '?', '-1')];
    replication.state = 'sync';
    this.#sayNext(socket);
  }

  /** A primary begins to send data only when it has been asked everything else and nothing is left to answer. */
  #sayNext(socket: Socket | undefined): void {
    const next = this.#unsaid.shift();
    if (next !== undefined) socket?.write(next);
  }

  #onClosed(socket: Socket): void {
    if (this.#socket !== socket) return;
    const { replication, clock, log } = this.#engine;
    if (replication.isUp) {
      log.warning('Connection with primary lost.');
      replication.downSinceMs = clock.nowMs;
    }
    this.#drop();
    replication.state = 'connect';
    setTimeout(() => this.#connect(), RETRY_MS).unref();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    this.#client?.end();
    this.#client = undefined;
    this.#rest = Buffer.alloc(0);
    this.#awaited = undefined;
    this.#chunks.length = 0;
    this.#received = 0;
  }

  #receive(bytes: Buffer): void {
    const { replication, clock } = this.#engine;
    clock.read();
    replication.lastHeardMs = clock.nowMs;
    if (replication.isUp) return this.#runStream(bytes);
    if (this.#awaited === undefined) {
      this.#rest = Buffer.concat([this.#rest, bytes]);
      this.#readHeader();
    } else {
      this.#takePayload(bytes);
    }
  }

  /** Lines before the data: replies to what was said, empty ones to keep the link alive, the length of the file. */
  #readHeader(): void {
    const { replication, log } = this.#engine;
    for (let end = this.#rest.indexOf(LF); end >= 0; end = this.#rest.indexOf(LF)) {
      const line = this.#rest.subarray(0, end).toString('latin1').trim();
      this.#rest = this.#rest.subarray(end + 1);
      if (line.startsWith('-')) log.warning(`Primary replied to the handshake with an error: ${line.slice(1)}`);
      if (line.startsWith('+FULLRESYNC')) replication.offset = Number(line.split(' ')[2]);
      if (line.startsWith('-') && this.#unsaid.length === 0) return void this.#socket?.destroy();
      if (line.startsWith('+') || line.startsWith('-')) this.#sayNext(this.#socket);
      if (!line.startsWith('$')) continue;
      this.#awaited = Number(line.slice(1));
      const rest = this.#rest;
      this.#rest = Buffer.alloc(0);
      return this.#takePayload(rest);
    }
  }

  #takePayload(bytes: Buffer): void {
    const missing = (this.#awaited ?? 0) - this.#received;
    this.#chunks.push(bytes.subarray(0, missing));
    this.#received += Math.min(missing, bytes.length);
    if (this.#received < (this.#awaited ?? 0)) return;
    if (this.#load(Buffer.concat(this.#chunks))) this.#runStream(bytes.subarray(missing));
  }

  /** Replaces all data by those of the primary. */
  #load(rdb: Buffer): boolean {
    const { keyspace, log, replication, scripting, rdb: files, dispatcher } = this.#engine;
    if (files === undefined) return false;
    const path = join(process.cwd(), `temp-replica.${process.pid}.rdb`);
    writeFileSync(path, rdb);
    for (const db of keyspace.databases) {
      keyspace.hooks.flushed(db, undefined);
      db.clear();
    }
    scripting.functions.flush();
    try {
      files.files.load(path, { dropsExpired: false, replaces: true });
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      log.warning(error.message);
      this.#socket?.destroy();
      return false;
    } finally {
      rmSync(path, { force: true });
    }
    this.#chunks.length = 0;
    this.#client = new ReplayClient(this.#engine, (call) => dispatcher.run(call));
    replication.state = 'connected';
    log.notice('PRIMARY <-> REPLICA sync: Finished with success');
    return true;
  }

  #runStream(bytes: Buffer): void {
    const { replication, dispatcher, transport } = this.#engine;
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    const done = readCommands(all, 0, (starts, lengths, end) => {
      const asks = starts.length > 1 && all.toString('latin1', starts[0], starts[0] + lengths[0]) === 'REPLCONF';
      if (!asks) this.#client?.run(all, starts, lengths);
      dispatcher.afterUnit();
      replication.offset += end - at;
      at = end;
      if (asks) this.#acknowledge();
    });
    this.#rest = Buffer.from(all.subarray(done));
    transport.wake();
  }

  #acknowledge(): void {
    const { replication } = this.#engine;
    if (replication.isUp) this.#socket?.write(encode('REPLCONF', 'ACK', String(replication.offset)));
  }
}

function encode(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
