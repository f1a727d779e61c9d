// `maxmemory`: before each command, memory that is too much is freed, by eviction where the policy allows it. What was
// given up before is freed first, in slices, so that no key goes for memory that is about to come back. Commands that
// may need memory are refused while nothing can be freed.
import { FLAG } from '../commands/command-table.ts';
import type { ServerConfig } from '../config/index.ts';
import { Eviction, evictionPolicy } from '../keyspace/eviction.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';

export const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";

/** At this tenacity the time for eviction before a command is half a millisecond; below it falls to nothing. */
const LINEAR_TENACITY = 10;
const LINEAR_MS = 0.05;
const TENACITY_GROWTH = 1.15;
const TENACITY_MAX = 100;
const FREE_BUDGET_MS = 1;

export class MemoryLimit {
  readonly eviction: Eviction;
  /** Bytes; 0: no limit. */
  limit = 0;
  /** True while a command runs that began with too much memory in use: scripts refuse to write then. */
  isExceeded = false;
  /** Time with more memory in use than allowed, in milliseconds, and when the present such time began. */
  #exceededMs = 0;
  #exceededSince = 0;
  #budgetMs = 0;
  readonly #keyspace: Keyspace;
  readonly #usedBytes: () => number;
  /** No eviction now: paused clients, loading. */
  isPaused: () => boolean = () => false;
  /** Asks for another `continue` soon. */
  onUnfinished: () => void = () => {};
  #isUnfinished = false;

  /** `usedBytes` is what INFO calls used_memory, without what does not count against the limit. */
  constructor(config: ServerConfig, keyspace: Keyspace, usedBytes: () => number) {
    this.#keyspace = keyspace;
    this.#usedBytes = usedBytes;
    this.eviction = new Eviction(keyspace);
    this.#follow(config);
  }

  /** The refusal of a command that may need memory, after an attempt to free enough. `flags` are all that it runs. */
  refusal(flags: number): string | undefined {
    if (this.#exceededSince === 0 && (this.limit === 0 || this.#usedBytes() <= this.limit)) {
      this.isExceeded = false;
      return undefined;
    }
    this.enforce();
    return this.isExceeded && (flags & FLAG.denyoom) !== 0 ? OUT_OF_MEMORY : undefined;
  }

  /** Frees what is too much, within the time that the tenacity allows; notes whether memory is out. */
  enforce(): void {
    this.isExceeded = this.limit > 0 && this.#usedBytes() > this.limit && !this.isPaused() && !this.#makeRoom();
    // Each key that goes is a unit of its own: no command of a client may be framed with it.
    this.#keyspace.effects.flush(false);
    this.#noteTime();
  }

  /** Goes on with an eviction that ran out of time; between commands. */
  continue(): void {
    if (this.#isUnfinished) this.enforce();
  }

  /** Milliseconds of the present time with more memory in use than allowed; 0 where it is not. */
  get currentExceededMs(): number {
    return this.#exceededSince === 0 ? 0 : performance.now() - this.#exceededSince;
  }

  /** Milliseconds with more memory in use than allowed, the present time included. */
  get totalExceededMs(): number {
    return this.#exceededMs + this.currentExceededMs;
  }

  /** True where enough is free, or will be soon. */
  #makeRoom(): boolean {
    const { lazyFree } = this.#keyspace;
    const end = performance.now() + this.#budgetMs;
    this.#isUnfinished = false;
    while (this.#usedBytes() > this.limit) {
      if (lazyFree.isIdle ? !this.eviction.evictOne() : !this.#freeSome()) return false;
      if (performance.now() >= end && this.#usedBytes() > this.limit) {
        this.#isUnfinished = true;
        this.onUnfinished();
        return true;
      }
    }
    return true;
  }

  #freeSome(): true {
    this.#keyspace.lazyFree.run(Math.min(FREE_BUDGET_MS, this.#budgetMs));
    return true;
  }

  #noteTime(): void {
    const exceeds = this.limit > 0 && this.#usedBytes() > this.limit;
    if (exceeds === this.#exceededSince > 0) return;
    if (exceeds) {
      this.#exceededSince = performance.now();
      return;
    }
    this.#exceededMs += performance.now() - this.#exceededSince;
    this.#exceededSince = 0;
  }

  #follow(config: ServerConfig): void {
    const { eviction } = this;
    const apply = (): undefined => {
      this.limit = config.number('maxmemory');
      const policy = evictionPolicy(config.choice('maxmemory-policy'));
      if (policy.among !== eviction.policy.among || policy.order !== eviction.policy.order) eviction.setPolicy(policy);
      eviction.samples = config.number('maxmemory-samples');
      eviction.lazily = config.boolean('lazyfree-lazy-eviction');
      this.#budgetMs = evictionBudgetMs(config.number('maxmemory-eviction-tenacity'));
      // CONFIG SET is running: the new limit holds from the next command on, or from the end of this turn.
      this.#isUnfinished = true;
      this.onUnfinished();
    };
    config.onChange(
      ['maxmemory', 'maxmemory-policy', 'maxmemory-samples', 'maxmemory-eviction-tenacity', 'lazyfree-lazy-eviction'],
      apply,
    );
    apply();
  }
}

/** Time for eviction before one command, in milliseconds: linear to half a millisecond, then growing by 15 % a step. */
function evictionBudgetMs(tenacity: number): number {
  if (tenacity <= LINEAR_TENACITY) return tenacity * LINEAR_MS;
  if (tenacity >= TENACITY_MAX) return Number.POSITIVE_INFINITY;
  return LINEAR_TENACITY * LINEAR_MS * TENACITY_GROWTH ** (tenacity - LINEAR_TENACITY);
}
