// CLIENT PAUSE: for a while clients' commands wait, all of them or those that write. A planned hand-over rests on it:
// while it lasts the data set does not change, so nothing expires and nothing is evicted either (expired keys are
// hidden, not deleted). Waiting commands run in the order in which they came when it ends.
import { type Command, FLAG } from '../commands/command-table.ts';
import type { Services } from '../commands/services.ts';
import type { Args } from './args.ts';
import type { Client } from './client.ts';
import { keepArgs } from './transaction-queue.ts';

export type PauseKind = 'write' | 'all';

/** The longest time that a timer can wait for. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const MAY_CHANGE_DATA = FLAG.write | FLAG.may_replicate;

export class Pause {
  /** What is paused now. */
  kind: PauseKind | undefined;
  /** Unix milliseconds. */
  endMs = 0;
  readonly #services: Services;
  /** Those that wait, in the order in which they came. */
  readonly #waiting = new Set<Client>();
  readonly #wake: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `wake` makes a turn of the loop follow. */
  constructor(services: Services, wake: () => void) {
    this.#services = services;
    this.#wake = wake;
  }

  /** Pauses, or changes what is paused; a pause that would end later keeps its end. */
  start(kind: PauseKind, endMs: number): void {
    const wasAll = this.kind === 'all';
    this.kind = kind;
    this.endMs = Math.max(this.endMs, endMs);
    this.#services.keyspace.pauseExpiry('clients', true);
    this.#startTimer();
    if (wasAll && kind === 'write') this.#runWaiting();
  }

  /** Ends the pause: what waits runs. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.kind === undefined) return;
    this.kind = undefined;
    this.endMs = 0;
    this.#services.keyspace.pauseExpiry('clients', false);
    this.#runWaiting();
  }

  /** Whether a command has to wait. */
  holds(client: Client, command: Command, args: Args): boolean {
    if (this.kind === undefined || client.isReplica) return false;
    if (this.#services.clock.nowMs >= this.endMs) {
      this.end();
      return false;
    }
    return this.kind === 'all' || this.#mayChangeData(client, command, args);
  }

  /** Keeps a command until the pause ends; the client's later commands wait behind it. */
  postpone(client: Client, command: Command, args: Args): void {
    const { blocking, arena, clock } = this.#services;
    this.#waiting.add(client);
    blocking.add(client, {
      kind: 'pause',
      command,
      ...keepArgs(arena, args),
      db: client.db,
      keys: [],
      type: undefined,
      wakesWhenGone: false,
      deadlineMs: Number.POSITIVE_INFINITY,
      sinceMs: clock.nowMs,
      microseconds: 0,
    });
  }

  #mayChangeData(client: Client, command: Command, args: Args): boolean {
    return (this.#services.checks.flagsOf(client, command, args) & MAY_CHANGE_DATA) !== 0;
  }

  /** A client is gone. */
  forget(client: Client): void {
    this.#waiting.delete(client);
  }

  #runWaiting(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const client of waiting) if (!client.closing) this.#services.unblocking.runPostponed(client);
    if (waiting.length > 0) this.#wake();
  }

  #startTimer(): void {
    const { clock } = this.#services;
    clearTimeout(this.#timer);
    const leftMs = Math.max(0, this.endMs - clock.nowMs) + 1;
    this.#timer = setTimeout(() => this.#onTimer(), Math.min(leftMs, TIMER_MS_MAX)).unref();
  }

  #onTimer(): void {
    const { clock } = this.#services;
    clock.read();
    if (clock.nowMs < this.endMs) this.#startTimer();
    else this.end();
  }
}
