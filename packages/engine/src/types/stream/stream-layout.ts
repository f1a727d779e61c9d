// Where the parts of a stream lie in the arena, word by word. Nothing here has behaviour.
//
//   STREAM_ROOT      1 tree of nodes, by the id of their master entry   2 last node (0: none)   3 tree of groups (0: none)
//                    4-7 last id   8-11 first id   12-15 largest deleted id   double 8 length   counter 9 entries added
//   STREAM_NODE      1-4 id of the master entry   listpack at byte 20, as Valkey keeps and saves it:
//                      count, deleted, number of fields, fields ..., 0, then for each entry
//                      flags, ms and seq as differences, [number of fields, field, value ... | value ...], pieces
//   STREAM_GROUP     1 length of the name   2-5 last delivered id   counter 3 entries read (-1: unknown)
//                    8 tree of pending entries, by id   9 tree of consumers' numbers, by name   10 STREAM_CONSUMERS
//                    11 no number below this is free   name at byte 64
//   STREAM_CONSUMER  1 length of the name   double 1 seen   double 2 active (-1: never)   6 tree of its pending ids
//                    7 its number   name at byte 40
//   STREAM_PENDING   1 number of the consumer   double 1 delivered at   counter 2 times delivered
//
// Counters are 64-bit integers, numbered as doubles are. Times are Unix milliseconds. Pending entries belong to the group's tree; a consumer's tree has their ids only, so that
// each block has one owner and a snapshot costs one copy. Pending entries name their consumer by number for the same
// reason: a consumer's block may move, its number stays.
import {
  areSafeWords,
  integerHigh,
  integerLow,
  joinBigWords,
  joinWords,
  splitInteger,
} from '../../encodings/integer-words.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { STREAM_ROOT } from '../../memory/block-types.ts';
import type { ExactInteger } from './exact-integer.ts';
import type { StreamId } from './stream-id.ts';

export const ROOT_TREE = 1;
export const ROOT_LAST_NODE = 2;
export const ROOT_GROUPS = 3;
export const ROOT_LAST_ID = 4;
export const ROOT_FIRST_ID = 8;
export const ROOT_MAX_DELETED_ID = 12;
const ROOT_LENGTH = 8;
const ROOT_ENTRIES_ADDED = 9;
export const ROOT_BYTES = 80;

export const NODE_MASTER_ID = 1;
export const NODE_LISTPACK = 20;

export const NAME_LENGTH = 1;
export const GROUP_LAST_ID = 2;
export const GROUP_ENTRIES_READ = 3;
export const GROUP_PENDING = 8;
export const GROUP_NAMES = 9;
export const GROUP_CONSUMERS = 10;
export const GROUP_FREE_HINT = 11;
export const GROUP_NAME = 64;

export const CONSUMER_SEEN = 1;
export const CONSUMER_ACTIVE = 2;
export const CONSUMER_PENDING = 6;
export const CONSUMER_NUMBER = 7;
export const CONSUMER_NAME = 40;

export const PENDING_CONSUMER = 1;
export const PENDING_DELIVERED_AT = 1;
export const PENDING_TIMES = 2;
export const PENDING_BYTES = 24;

export const CONSUMERS_CAPACITY = 1;
export const CONSUMERS_FIRST = 2;

/** The number of entries that a group has read is not known. */
export const ENTRIES_READ_UNKNOWN = -1;
/** A consumer that never got an entry. */
export const NEVER_ACTIVE = -1;

/** Reads and writes the words of blocks; which words, the constants above say. */
export class StreamLayout {
  readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  word(block: Handle, index: number): number {
    return this.arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + index];
  }

  setWord(block: Handle, index: number, value: number): void {
    this.arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + index] = value;
  }

  double(block: Handle, index: number): number {
    return this.arena.doubles[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 1) + index];
  }

  setDouble(block: Handle, index: number, value: number): void {
    this.arena.doubles[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 1) + index] = value;
  }

  /** A 64-bit counter; it lies where a double would. */
  counter(block: Handle, index: number): ExactInteger {
    const low = this.word(block, index * 2) | 0;
    const high = this.word(block, index * 2 + 1) | 0;
    return areSafeWords(high) ? joinWords(high, low) : joinBigWords(high, low);
  }

  setCounter(block: Handle, index: number, value: ExactInteger): void {
    if (typeof value === 'number') {
      splitInteger(value);
      this.setWord(block, index * 2, integerLow);
      this.setWord(block, index * 2 + 1, integerHigh);
    } else {
      this.setWord(block, index * 2, Number(BigInt.asUintN(32, value)));
      this.setWord(block, index * 2 + 1, Number(BigInt.asUintN(32, value >> 32n)));
    }
  }

  readId(block: Handle, index: number, id: StreamId): StreamId {
    const words = this.arena.words[block >>> SEGMENT_SHIFT];
    const at = ((block & GRANULE_MASK) << 2) + index;
    return id.set(words[at], words[at + 1], words[at + 2], words[at + 3]);
  }

  writeId(block: Handle, index: number, id: StreamId): void {
    const words = this.arena.words[block >>> SEGMENT_SHIFT];
    const at = ((block & GRANULE_MASK) << 2) + index;
    words[at] = id.msHigh;
    words[at + 1] = id.msLow;
    words[at + 2] = id.seqHigh;
    words[at + 3] = id.seqLow;
  }

  bytesOf(block: Handle): Uint8Array {
    return this.arena.bytes[block >>> SEGMENT_SHIFT];
  }

  /** Where byte `offset` of the block lies in `bytesOf`. */
  at(block: Handle, offset: number): number {
    return ((block & GRANULE_MASK) << 4) + offset;
  }

  /** An empty stream; `tree` is an empty tree. */
  createRoot(tree: Handle): Handle {
    const root = this.arena.allocate(ROOT_BYTES, STREAM_ROOT);
    const base = (root & GRANULE_MASK) << 2;
    this.arena.words[root >>> SEGMENT_SHIFT].fill(0, base + ROOT_TREE, base + ROOT_BYTES / 4);
    this.setWord(root, ROOT_TREE, tree);
    return root;
  }

  /** Gives `to` the ids and counters of `from`. */
  copyCounters(from: Handle, to: Handle): void {
    for (let word = ROOT_LAST_ID; word < ROOT_BYTES / 4; word++) this.setWord(to, word, this.word(from, word));
  }

  length(root: Handle): number {
    return this.double(root, ROOT_LENGTH);
  }

  setLength(root: Handle, length: number): void {
    this.setDouble(root, ROOT_LENGTH, length);
  }

  entriesAdded(root: Handle): ExactInteger {
    return this.counter(root, ROOT_ENTRIES_ADDED);
  }

  setEntriesAdded(root: Handle, count: ExactInteger): void {
    this.setCounter(root, ROOT_ENTRIES_ADDED, count);
  }
}
