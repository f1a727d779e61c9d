// Sorted sets of either encoding behind the entry of their key: small ones are packed, larger ones become big ones and
// stay so. The limits between the two are the caller's (`PackedLimits`, from the configuration).
//
// An entry given for a change must be writable; its kind and value are kept right here. A member is sought with `find`
// or `findForUpdate` first; what is done to it (`updateFound`, `insertSought` ...) must follow at once.
import { assert } from '@valkeep/base';
import type { Entries } from '../../keyspace/entries.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { KIND_SORTED_SET_BIG, KIND_SORTED_SET_PACKED } from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import { BigSortedSets } from './big-sorted-sets.ts';
import { memberScore } from './member-blocks.ts';
import { PackedSortedSets } from './packed-sorted-sets.ts';
import { SortedSetCursor } from './sorted-set-cursor.ts';

/** Up to where a sorted set is packed. */
export interface PackedLimits {
  readonly entriesMax: number;
  readonly memberBytesMax: number;
}

/** Where at most one of so many members stays, those are copied and the others left behind. */
const KEEPS_OF = 4;

export class SortedSets {
  readonly entries: Entries;
  readonly packed: PackedSortedSets;
  readonly big: BigSortedSets;
  /** For reading; commands that read several sorted sets at once make cursors of their own. */
  readonly cursor: SortedSetCursor;
  /** The score of the member that was found last. */
  foundScore = 0;
  readonly #keyspace: Keyspace;

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
    this.entries = keyspace.entries;
    this.packed = new PackedSortedSets(keyspace.arena);
    this.big = new BigSortedSets(keyspace.arena, keyspace.dict);
    this.cursor = this.createCursor();
  }

  createCursor(): SortedSetCursor {
    return new SortedSetCursor(this.packed, this.big);
  }

  /** The cursor, opened for the value of an entry. */
  read(entry: Handle): SortedSetCursor {
    this.cursor.open(this.entries.kind(entry), this.entries.value(entry));
    return this.cursor;
  }

  /** A value without elements. */
  create(kind: number): Handle {
    return kind === KIND_SORTED_SET_PACKED ? this.packed.create() : this.big.create();
  }

  /** Makes a packed sorted set a big one. */
  unpackEntry(entry: Handle): void {
    const root = this.unpack(this.entries.value(entry));
    this.entries.setKind(entry, KIND_SORTED_SET_BIG);
    this.entries.setValue(entry, root);
  }

  count(entry: Handle): number {
    return this.countOf(this.entries.kind(entry), this.entries.value(entry));
  }

  countOf(kind: number, value: Handle): number {
    return kind === KIND_SORTED_SET_PACKED ? this.packed.count(value) : this.big.count(value);
  }

  /** Whether the member is there; `foundScore` then is its score. */
  find(entry: Handle, bytes: Uint8Array, start: number, length: number): boolean {
    return this.findIn(this.entries.kind(entry), this.entries.value(entry), bytes, start, length);
  }

  findIn(kind: number, value: Handle, bytes: Uint8Array, start: number, length: number): boolean {
    if (kind === KIND_SORTED_SET_PACKED) {
      if (!this.packed.find(value, bytes, start, length)) return false;
      this.foundScore = this.packed.foundScore(value);
      return true;
    }
    const block = this.big.find(value, bytes, start, length);
    if (block === 0) return false;
    this.foundScore = memberScore(this.big.arena, block);
    return true;
  }

  /** Position of a member, -1 where it is not there; `foundScore` is its score. */
  rank(entry: Handle, bytes: Uint8Array, start: number, length: number): number {
    const value = this.entries.value(entry);
    if (this.entries.kind(entry) === KIND_SORTED_SET_PACKED) {
      if (!this.packed.find(value, bytes, start, length)) return -1;
      this.foundScore = this.packed.foundScore(value);
      return this.packed.foundRank(value);
    }
    const block = this.big.find(value, bytes, start, length);
    if (block === 0) return -1;
    this.foundScore = memberScore(this.big.arena, block);
    return this.big.rankOf(value, block);
  }

  /** As `find`, when a change of the member may follow. */
  findForUpdate(entry: Handle, bytes: Uint8Array, start: number, length: number): boolean {
    const value = this.entries.value(entry);
    if (this.entries.kind(entry) === KIND_SORTED_SET_PACKED) {
      if (!this.packed.find(value, bytes, start, length)) return false;
      this.foundScore = this.packed.foundScore(value);
      return true;
    }
    const root = this.big.arena.writable(value);
    if (root !== value) this.entries.setValue(entry, root);
    const block = this.big.findForUpdate(root, bytes, start, length);
    if (block === 0) return false;
    this.foundScore = memberScore(this.big.arena, block);
    return true;
  }

  /** Adds the member that `findForUpdate` just did not find. */
  insertSought(
    entry: Handle,
    bytes: Uint8Array,
    start: number,
    length: number,
    score: number,
    limits: PackedLimits,
  ): void {
    const { entries } = this;
    const value = entries.value(entry);
    if (entries.kind(entry) !== KIND_SORTED_SET_PACKED) {
      return this.big.insertSought(value, bytes, start, length, score);
    }
    if (this.packed.count(value) < limits.entriesMax && length <= limits.memberBytesMax) {
      return entries.setValue(entry, this.packed.insert(value, bytes, start, length, score));
    }
    this.unpackEntry(entry);
    const root = entries.value(entry);
    this.big.findForUpdate(root, bytes, start, length);
    this.big.insertSought(root, bytes, start, length, score);
  }

  /** Gives the member that `findForUpdate` found (it has these bytes) another score. */
  updateFound(entry: Handle, bytes: Uint8Array, start: number, length: number, score: number): void {
    const value = this.entries.value(entry);
    if (this.entries.kind(entry) !== KIND_SORTED_SET_PACKED) return this.big.updateFound(value, score);
    this.entries.setValue(entry, this.packed.updateFound(value, bytes, start, length, score));
  }

  /** Takes out the member that `findForUpdate` found. */
  removeFound(entry: Handle): void {
    const value = this.entries.value(entry);
    if (this.entries.kind(entry) !== KIND_SORTED_SET_PACKED) return this.big.removeFound(value);
    this.entries.setValue(entry, this.packed.removeFound(value));
  }

  /** Takes out `count` members from position `rank` on. */
  removeRange(entry: Handle, rank: number, count: number): void {
    const value = this.entries.value(entry);
    if (this.entries.kind(entry) === KIND_SORTED_SET_PACKED) {
      return this.entries.setValue(entry, this.packed.removeRange(value, rank, count));
    }
    const left = this.big.count(value) - count;
    if (left * KEEPS_OF < count) return this.#keepOnly(entry, value, rank, count);
    const root = this.big.arena.writable(value);
    if (root !== value) this.entries.setValue(entry, root);
    this.big.removeRange(root, rank, count);
  }

  /** Gives the entry a sorted set of what is beside a range; the old one is freed bit by bit. */
  #keepOnly(entry: Handle, value: Handle, rank: number, count: number): void {
    const root = this.big.create();
    this.#appendAll(root, KIND_SORTED_SET_BIG, value, 0, rank);
    this.#appendAll(root, KIND_SORTED_SET_BIG, value, rank + count);
    this.entries.setValue(entry, root);
    this.#keyspace.freeValue(KIND_SORTED_SET_BIG, value, this.#keyspace.lazyServerDel);
  }

  /** Takes out the first member, or the last, of a big sorted set; its block is the caller's. */
  takeEnd(entry: Handle, isLast: boolean): Handle {
    const value = this.entries.value(entry);
    const root = this.big.arena.writable(value);
    if (root !== value) this.entries.setValue(entry, root);
    return this.big.takeEnd(root, isLast);
  }

  /** A deep copy of a value. */
  copy(kind: number, value: Handle): Handle {
    if (kind === KIND_SORTED_SET_PACKED) return this.packed.copy(value);
    const root = this.big.create();
    this.#appendAll(root, kind, value);
    return root;
  }

  /** A big sorted set with the members of a packed one, which is freed. */
  unpack(block: Handle): Handle {
    const root = this.big.create();
    this.#appendAll(root, KIND_SORTED_SET_PACKED, block);
    this.packed.arena.free(block);
    return root;
  }

  /** Adds the members of the positions from `from` to before `end` of a value. */
  #appendAll(root: Handle, kind: number, value: Handle, from = 0, end = Number.POSITIVE_INFINITY): void {
    const cursor = this.createCursor();
    cursor.open(kind, value);
    for (let rank = from; rank < Math.min(cursor.count, end); rank++) {
      if (rank === from) cursor.seekRank(from);
      else cursor.next();
      this.big.append(root, cursor.bytes, cursor.start, cursor.length, cursor.score);
    }
  }
}

let lastKeyspace: Keyspace | undefined;
let lastSets: SortedSets | undefined;
const setsOfKeyspaces = new WeakMap<Keyspace, SortedSets>();

/** The sorted sets of a keyspace. */
export function sortedSetsOf(keyspace: Keyspace): SortedSets {
  if (keyspace === lastKeyspace && lastSets !== undefined) return lastSets;
  const sets = setsOfKeyspaces.get(keyspace);
  assert(sets !== undefined, 'sorted sets are not registered at this keyspace');
  lastKeyspace = keyspace;
  lastSets = sets;
  return sets;
}

/** Tells the keyspace what it can do with sorted sets. */
export function registerSortedSets(keyspace: Keyspace): void {
  const sets = new SortedSets(keyspace);
  setsOfKeyspaces.set(keyspace, sets);
  const { arena } = keyspace;
  const { big } = sets;
  keyspace.registerKind(KIND_SORTED_SET_PACKED, {
    effort: () => 1,
    free: (value) => arena.free(value),
    freeSlice: (value) => {
      arena.free(value);
      return 0;
    },
    copy: (value) => sets.copy(KIND_SORTED_SET_PACKED, value),
    forEachBlock: (value, visit) => visit(value),
  });
  keyspace.registerKind(KIND_SORTED_SET_BIG, {
    effort: (value) => big.count(value),
    free: (value) => big.free(value),
    freeSlice: (value) => big.freeSlice(value),
    copy: (value) => sets.copy(KIND_SORTED_SET_BIG, value),
    forEachBlock: (value, visit) => big.forEachBlock(value, visit),
  });
}
