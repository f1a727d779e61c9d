// Builds the value of a sorted set from members one by one, in any order: packed as long as the limits allow, big from
// then on (or big from the start; `pack` then makes it packed where that is allowed). For results of commands and for
// loading. What was built belongs to the caller (`kind`, `value`).

import { KIND_SORTED_SET_BIG, KIND_SORTED_SET_PACKED } from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import { memberScore, setMemberScore } from './member-blocks.ts';
import type { PackedLimits, SortedSets } from './sorted-sets.ts';

export class SortedSetBuilder {
  kind: number;
  value: Handle;
  readonly #sets: SortedSets;
  readonly #limits: PackedLimits;

  constructor(sets: SortedSets, limits: PackedLimits, kind: number = KIND_SORTED_SET_PACKED) {
    this.#sets = sets;
    this.#limits = limits;
    this.kind = kind;
    this.value = sets.create(kind);
  }

  get count(): number {
    return this.#sets.countOf(this.kind, this.value);
  }

  /** Adds a member; false (and nothing is done) where it is there already. */
  add(bytes: Uint8Array, start: number, length: number, score: number): boolean {
    const sets = this.#sets;
    const { packed, big } = sets;
    if (this.kind === KIND_SORTED_SET_PACKED) {
      if (sets.findIn(this.kind, this.value, bytes, start, length)) return false;
      if (packed.count(this.value) < this.#limits.entriesMax && length <= this.#limits.memberBytesMax) {
        this.value = packed.insert(this.value, bytes, start, length, score);
        return true;
      }
      this.value = sets.unpack(this.value);
      this.kind = KIND_SORTED_SET_BIG;
    }
    if (sets.findIn(this.kind, this.value, bytes, start, length)) return false;
    big.append(this.value, bytes, start, length, score);
    return true;
  }

  /** Adds a member, or combines its score with the one that it has. Needs a big one from the start, and `order`. */
  merge(
    bytes: Uint8Array,
    start: number,
    length: number,
    score: number,
    combine: (score: number, other: number) => number,
  ): void {
    const { big } = this.#sets;
    const block = big.findForUpdate(this.value, bytes, start, length);
    if (block === 0) big.insertUnordered(this.value, bytes, start, length, score);
    else setMemberScore(big.arena, block, combine(memberScore(big.arena, block), score));
  }

  /** Puts the merged members in order, once their scores are final. */
  order(): void {
    this.#sets.big.order(this.value);
  }

  /** Makes what was built packed where the limits allow it. */
  pack(): void {
    if (this.kind === KIND_SORTED_SET_PACKED || this.count > this.#limits.entriesMax) return;
    const { packed, cursor, big } = this.#sets;
    cursor.open(this.kind, this.value);
    let value = packed.create();
    for (let rank = 0; rank < cursor.count; rank++) {
      if (rank === 0) cursor.seekRank(0);
      else cursor.next();
      if (cursor.length > this.#limits.memberBytesMax) return packed.arena.free(value);
      value = packed.insert(value, cursor.bytes, cursor.start, cursor.length, cursor.score);
    }
    big.free(this.value);
    this.kind = KIND_SORTED_SET_PACKED;
    this.value = value;
  }

  /** Frees what was built, where nobody wants it. */
  discard(): void {
    if (this.kind === KIND_SORTED_SET_PACKED) this.#sets.packed.arena.free(this.value);
    else this.#sets.big.free(this.value);
  }
}
