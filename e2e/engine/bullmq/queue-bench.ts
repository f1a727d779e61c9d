// A queue with what is needed around it, made for one check and thrown away after it.
import { type Job, type JobsOptions, Queue, QueueEvents, Worker, type WorkerOptions } from 'bullmq';

export interface QueuePlace {
  readonly port: number;
}

export type Processor = (job: Job) => Promise<unknown>;

export class QueueBench {
  readonly name: string;
  readonly queue: Queue;
  readonly #connection: { host: string; port: number; maxRetriesPerRequest: null };
  readonly #closers: (() => Promise<void>)[] = [];
  static #created = 0;

  constructor({ port }: QueuePlace) {
    this.name = `queue-${process.pid}-${++QueueBench.#created}`;
    this.#connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
    this.queue = new Queue(this.name, { connection: this.#connection });
    this.queue.on('error', ignoreConnectionError);
    this.#closers.push(() => this.queue.close());
  }

  /** A worker on this queue. */
  work(process: Processor, options: Partial<WorkerOptions> = {}): Worker {
    const worker = new Worker(this.name, process, { connection: this.#connection, ...options });
    worker.on('error', ignoreConnectionError);
    this.#closers.push(() => worker.close(true));
    return worker;
  }

  async listen(): Promise<QueueEvents> {
    const events = new QueueEvents(this.name, { connection: this.#connection, lastEventId: '0-0' });
    events.on('error', ignoreConnectionError);
    this.#closers.push(() => events.close());
    await events.waitUntilReady();
    return events;
  }

  /** Adds `count` jobs named and numbered 0, 1, 2 ... in one go. */
  addNumbered(count: number, options: JobsOptions = {}): Promise<Job[]> {
    return this.queue.addBulk(
      Array.from({ length: count }, (_, number) => ({ name: 'numbered', data: { number }, opts: options })),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }
}

/**
 * Clients report a lost connection as an event and connect again, and a worker reports that its job was given to another
 * meanwhile. Whether work was lost is what the checks look at.
 */
function ignoreConnectionError(error: Error): void {
  if (
    !/Missing lock|ECONNREFUSED|ECONNRESET|EPIPE|Connection is closed|LOADING|closed the connection/i.test(
      error.message,
    )
  )
    throw error;
}
