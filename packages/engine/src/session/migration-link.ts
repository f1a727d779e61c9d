// Talks to another server for MIGRATE and waits for it: nothing else runs meanwhile, as the keys that move must not
// change before they are deleted here. The connections live in a thread of their own (migration-worker).
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

export interface MigrationRequest {
  readonly host: string;
  readonly port: number;
  readonly bytes: Uint8Array;
  /** Lines of reply to wait for. */
  readonly replies: number;
  /** For connecting, and for each line. */
  readonly timeoutMs: number;
  /** A connection that is kept must not be used. */
  readonly isFresh: boolean;
}

export interface MigrationAnswer {
  readonly lines: readonly string[];
  /** Why there are not more lines; `ended` where the other side has closed the connection. */
  readonly failure: 'connecting' | 'reading' | 'ended' | undefined;
}

/** How long a connection is kept. */
const IDLE_MS = 10_000;
/** Databases that are selected on kept connections. */
interface KeptLink {
  usedMs: number;
  database: number;
}

export class MigrationLink {
  readonly #nowMs: () => number;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #kept = new Map<string, KeptLink>();
  readonly #channel = new MessageChannel();
  #worker: Worker | undefined;

  /** `nowMs` is a monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Connections that are kept just now. */
  get keptCount(): number {
    for (const [name, { usedMs }] of this.#kept) if (this.#nowMs() - usedMs > IDLE_MS) this.#kept.delete(name);
    return this.#kept.size;
  }

  /** The database that the connection to a server has selected; -1 where that is not known. */
  databaseOf(host: string, port: number): number {
    return this.keptCount === 0 ? -1 : (this.#kept.get(`${host}:${port}`)?.database ?? -1);
  }

  noteDatabase(host: string, port: number, database: number): void {
    const kept = this.#kept.get(`${host}:${port}`);
    if (kept !== undefined) kept.database = database;
  }

  /** Writes and waits for the lines of reply. */
  exchange(request: MigrationRequest): MigrationAnswer {
    Atomics.store(this.#signal, 0, 0);
    this.#start().postMessage(request);
    Atomics.wait(this.#signal, 0, 0);
    const received = receiveMessageOnPort(this.#channel.port1);
    const answer: MigrationAnswer = received?.message;
    const name = `${request.host}:${request.port}`;
    const kept = this.#kept.get(name);
    if (answer.failure !== undefined) this.#kept.delete(name);
    else if (kept === undefined) this.#kept.set(name, { usedMs: this.#nowMs(), database: -1 });
    else kept.usedMs = this.#nowMs();
    return answer;
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const { port2 } = this.#channel;
    this.#channel.port1.unref();
    this.#worker = new Worker(new URL('./migration-worker.ts', import.meta.url), {
      workerData: { signal: this.#signal, answers: port2 },
      transferList: [port2],
    });
    this.#worker.unref();
    return this.#worker;
  }
}
