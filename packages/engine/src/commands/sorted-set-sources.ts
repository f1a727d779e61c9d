// What ZUNION, ZINTER and ZDIFF read from: members with scores, walked through one by one or looked up, whatever type
// of value they come from.
import type { Handle } from '../memory/arena.ts';
import type { SetCursor } from '../types/set/set-cursor.ts';
import type { SetValue } from '../types/set/set-value.ts';
import type { Sets } from '../types/set/sets.ts';
import type { SortedSetCursor } from '../types/sorted-set/sorted-set-cursor.ts';
import type { SortedSets } from '../types/sorted-set/sorted-sets.ts';

export interface ScoredSource {
  readonly count: number;
  weight: number;
  /** The member that `first` or `next` went to. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly length: number;
  readonly score: number;
  /** The score of what `find` found. */
  readonly foundScore: number;
  /** Both are false where there is no (other) member. */
  first(): boolean;
  next(): boolean;
  find(bytes: Uint8Array, start: number, length: number): boolean;
}

const NO_BYTES = new Uint8Array(0);

/** A key that is not there. */
export function emptySource(): ScoredSource {
  return {
    count: 0,
    weight: 1,
    bytes: NO_BYTES,
    start: 0,
    length: 0,
    score: 0,
    foundScore: 0,
    first: () => false,
    next: () => false,
    find: () => false,
  };
}

export class SortedSetSource implements ScoredSource {
  weight = 1;
  readonly count: number;
  readonly #sets: SortedSets;
  readonly #cursor: SortedSetCursor;
  readonly #kind: number;
  readonly #value: Handle;
  #rank = 0;

  constructor(sets: SortedSets, kind: number, value: Handle) {
    this.#sets = sets;
    this.#kind = kind;
    this.#value = value;
    this.#cursor = sets.createCursor();
    this.#cursor.open(kind, value);
    this.count = this.#cursor.count;
  }

  get bytes(): Uint8Array {
    return this.#cursor.bytes;
  }

  get start(): number {
    return this.#cursor.start;
  }

  get length(): number {
    return this.#cursor.length;
  }

  get score(): number {
    return this.#cursor.score;
  }

  get foundScore(): number {
    return this.#sets.foundScore;
  }

  first(): boolean {
    this.#rank = 0;
    if (this.count > 0) this.#cursor.seekRank(0);
    return this.count > 0;
  }

  next(): boolean {
    this.#rank++;
    if (this.#rank < this.count) this.#cursor.next();
    return this.#rank < this.count;
  }

  find(bytes: Uint8Array, start: number, length: number): boolean {
    return this.#sets.findIn(this.#kind, this.#value, bytes, start, length);
  }
}

/** A plain set: every member has the score 1. */
export class SetSource implements ScoredSource {
  weight = 1;
  readonly score = 1;
  readonly foundScore = 1;
  readonly #cursor: SetCursor;
  readonly #set: SetValue;
  readonly #kind: number;
  readonly #value: Handle;

  constructor(sets: Sets, kind: number, value: Handle) {
    this.#kind = kind;
    this.#value = value;
    this.#cursor = sets.createCursor().open(kind, value);
    this.#set = sets.createSet().open(kind, value);
  }

  get count(): number {
    return this.#cursor.count;
  }

  get bytes(): Uint8Array {
    return this.#cursor.bytes;
  }

  get start(): number {
    return this.#cursor.start;
  }

  get length(): number {
    return this.#cursor.length;
  }

  first(): boolean {
    return this.#cursor.open(this.#kind, this.#value).next();
  }

  next(): boolean {
    return this.#cursor.next();
  }

  find(bytes: Uint8Array, start: number, length: number): boolean {
    return this.#set.has(bytes, start, length);
  }
}
