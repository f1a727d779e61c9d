// Frees big values in slices, so that deleting one never stops the server: `run` works for at most its time budget.
import type { Arena } from '../memory/arena.ts';

/** Frees a part of something; returns false once everything is freed. */
export type FreeSlice = () => boolean;

const KEPT_BLOCKS_PER_SLICE = 1000;

export class LazyFree {
  readonly #arena: Arena;
  readonly #now: () => number;
  readonly #jobs: { readonly slice: FreeSlice; readonly objects: number }[] = [];
  /** Objects freed this way since the start, as INFO counts them. */
  freedObjects = 0;
  pendingObjects = 0;

  /** `now` is a monotonic clock in milliseconds. */
  constructor(arena: Arena, now: () => number) {
    this.#arena = arena;
    this.#now = now;
  }

  get isIdle(): boolean {
    return this.#jobs.length === 0;
  }

  add(slice: FreeSlice, objects: number): void {
    this.#jobs.push({ slice, objects });
    this.pendingObjects += objects;
  }

  /** Frees the blocks that ended snapshots kept, in slices too. */
  addKeptBlocks(): void {
    this.add(() => this.#arena.releaseKept(KEPT_BLOCKS_PER_SLICE), 0);
  }

  /** Works on the queue for at most `budgetMs`; returns true while something is left. */
  run(budgetMs: number): boolean {
    const end = this.#now() + budgetMs;
    for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
      if (!job.slice()) {
        this.#jobs.shift();
        this.pendingObjects -= job.objects;
        this.freedObjects += job.objects;
      }
      if (this.#now() >= end) break;
    }
    return this.#jobs.length > 0;
  }
}
