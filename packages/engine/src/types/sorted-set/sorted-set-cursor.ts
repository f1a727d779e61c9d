// Reads a sorted set of either encoding: positions of scores and members, and the elements from a position on, forwards
// and backwards. The current element is in `bytes`, `start`, `length` and `score`; nothing is made per element.
// A cursor is good until the sorted set changes.
import {
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  listpackEntryBytes,
  listpackIsInteger,
  listpackPrevious,
  listpackSeek,
  listpackStringLength,
  listpackStringStart,
  listpackWriteText,
} from '../../encodings/listpack.ts';
import { listpackScore } from '../../encodings/listpack-score.ts';
import { KIND_SORTED_SET_PACKED } from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import type { BigSortedSets } from './big-sorted-sets.ts';
import { memberBytes, memberLength, memberScore, memberStart } from './member-blocks.ts';
import type { PackedSortedSets } from './packed-sorted-sets.ts';
import { SortedSetTree } from './sorted-set-tree.ts';

const INTEGER_TEXT_MAX = 24;

export class SortedSetCursor {
  /** Where the current member lies. */
  bytes: Uint8Array;
  start = 0;
  length = 0;
  score = 0;
  readonly #packed: PackedSortedSets;
  readonly #big: BigSortedSets;
  readonly #tree: SortedSetTree;
  readonly #text = new Uint8Array(INTEGER_TEXT_MAX);
  #isPacked = true;
  #value: Handle = 0;
  #count = 0;
  /** Packed: the listpack and the current entry in it. */
  #pack: Uint8Array;
  #list = 0;
  #at = 0;

  constructor(packed: PackedSortedSets, big: BigSortedSets) {
    this.#packed = packed;
    this.#big = big;
    this.#tree = new SortedSetTree(big.arena);
    this.bytes = this.#text;
    this.#pack = this.#text;
  }

  /** Starts reading a value; there is no current element yet. */
  open(kind: number, value: Handle): void {
    this.#value = value;
    this.#isPacked = kind === KIND_SORTED_SET_PACKED;
    if (this.#isPacked) {
      this.#pack = this.#packed.bytesOf(value);
      this.#list = this.#packed.listOf(value);
      this.#count = this.#packed.count(value);
    } else {
      this.#count = this.#big.count(value);
    }
  }

  get count(): number {
    return this.#count;
  }

  /** Makes the element at a position (0 to count - 1) the current one. */
  seekRank(rank: number): void {
    if (this.#isPacked) {
      this.#at = listpackSeek(this.#pack, this.#list, rank * 2);
      return this.#loadEntry();
    }
    const root = this.#big.treeOf(this.#value);
    if (rank === 0) this.#tree.seekFirst(root);
    else if (rank === this.#count - 1) this.#tree.seekLast(root);
    else this.#tree.seekWeight(root, rank);
    this.#loadBlock();
  }

  /** Goes on to the element behind the current one; there must be one. */
  next(): void {
    if (this.#isPacked) {
      this.#at += listpackEntryBytes(this.#pack, this.#at);
      this.#at += listpackEntryBytes(this.#pack, this.#at);
      return this.#loadEntry();
    }
    this.#tree.next();
    this.#loadBlock();
  }

  /** Goes back to the element before the current one; there must be one. */
  previous(): void {
    if (this.#isPacked) {
      this.#at = listpackPrevious(this.#pack, this.#list, this.#at);
      this.#at = listpackPrevious(this.#pack, this.#list, this.#at);
      return this.#loadEntry();
    }
    this.#tree.previous();
    this.#loadBlock();
  }

  /** Number of elements whose score is below `score` (`orEqual`: or equal to it). */
  countBelowScore(score: number, orEqual: boolean): number {
    if (score === Number.POSITIVE_INFINITY && orEqual) return this.#count;
    if (score === Number.NEGATIVE_INFINITY && !orEqual) return 0;
    if (this.#isPacked) return this.#countPackedBelowScore(score, orEqual);
    this.#tree.seekScore(this.#big.treeOf(this.#value), score, orEqual);
    return this.#tree.weightBefore();
  }

  /** Number of elements before a member (`orEqual`: it included), where all elements have the same score. */
  countBelowMember(text: Uint8Array, start: number, length: number, orEqual: boolean): number {
    if (this.#isPacked) return this.#countPackedBelowMember(text, start, length, orEqual);
    const root = this.#big.treeOf(this.#value);
    this.#tree.seekFirst(root);
    const score = memberScore(this.#big.arena, this.#tree.payload);
    this.#tree.seekMember(root, score, text, start, length, orEqual);
    return this.#tree.weightBefore();
  }

  #countPackedBelowScore(score: number, orEqual: boolean): number {
    const bytes = this.#pack;
    let count = 0;
    let at = this.#list + LISTPACK_HEADER_BYTES;
    for (; bytes[at] !== LISTPACK_END; count++) {
      at += listpackEntryBytes(bytes, at);
      const other = listpackScore(bytes, at);
      if (other > score || (other === score && !orEqual)) break;
      at += listpackEntryBytes(bytes, at);
    }
    return count;
  }

  #countPackedBelowMember(text: Uint8Array, start: number, length: number, orEqual: boolean): number {
    const bytes = this.#pack;
    let count = 0;
    let at = this.#list + LISTPACK_HEADER_BYTES;
    for (; bytes[at] !== LISTPACK_END; count++) {
      const order = this.#packed.compareWith(bytes, at, text, start, length);
      if (order < 0 || (order === 0 && !orEqual)) break;
      at += listpackEntryBytes(bytes, at);
      at += listpackEntryBytes(bytes, at);
    }
    return count;
  }

  #loadEntry(): void {
    const bytes = this.#pack;
    const at = this.#at;
    if (listpackIsInteger(bytes, at)) {
      this.bytes = this.#text;
      this.start = 0;
      this.length = listpackWriteText(bytes, at, this.#text, 0);
    } else {
      this.bytes = bytes;
      this.start = listpackStringStart(bytes, at);
      this.length = listpackStringLength(bytes, at);
    }
    this.score = listpackScore(bytes, at + listpackEntryBytes(bytes, at));
  }

  #loadBlock(): void {
    const { arena } = this.#big;
    const block = this.#tree.payload;
    this.bytes = memberBytes(arena, block);
    this.start = memberStart(block);
    this.length = memberLength(arena, block);
    this.score = memberScore(arena, block);
  }
}
