// The order of a big sorted set: a tree whose records carry the score as a sortable number (words 0 and 1), the first
// eight bytes of the member (words 2 and 3, so that most ties are decided without looking at the member) and the handle
// of the member's block. What is equal in all that is ordered by the member's bytes.
//
// A record stays right only as long as its member keeps its score: who changes one takes the record out before.
import { compareBytes } from '../../encodings/bytes-compare.ts';
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import { GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import {
  MEMBER_DATA,
  MEMBER_LENGTH_WORD,
  memberBytes,
  memberLength,
  memberScore,
  memberStart,
} from './member-blocks.ts';

const doubleView = new Float64Array(1);
const wordView = new Uint32Array(doubleView.buffer);
const NO_BYTES = new Uint8Array(0);
const ALL_ONES = 0xffffffff;

export class SortedSetTree extends OrderedTree {
  #bytes: Uint8Array = NO_BYTES;
  #start = 0;
  #length = 0;
  /** The sought member's block, where it has one: what is named by it is found without looking at it. */
  #block: Handle = 0;
  /** Where the sought place is beside records of the same score: before all (-1), after all (1), by member (0). */
  #side = 0;
  /** 1 where the sought place is behind the record of the very member. */
  #onEqual = 0;

  protected override compareTie(payload: Handle): number {
    if (this.#side !== 0) return this.#side;
    if (payload === this.#block) return 0;
    const segment = payload >>> SEGMENT_SHIFT;
    const word = (payload & GRANULE_MASK) << 2;
    const length = this.arena.words[segment][word + MEMBER_LENGTH_WORD];
    const start = (word << 2) + MEMBER_DATA;
    const order = compareBytes(this.#bytes, this.#start, this.#length, this.arena.bytes[segment], start, length);
    return order !== 0 ? order : this.#onEqual;
  }

  /** Sets the path to the first record that is not before this score and member (with `behind`: that is after it). */
  seekMember(root: Handle, score: number, bytes: Uint8Array, start: number, length: number, behind: boolean): boolean {
    this.#bytes = bytes;
    this.#start = start;
    this.#length = length;
    this.#block = 0;
    this.#side = 0;
    this.#onEqual = behind ? 1 : 0;
    this.#setKeyOf(score);
    return this.seekKey(root);
  }

  /** Sets the path to the record of a member's block, which is there. */
  seekBlock(root: Handle, block: Handle): void {
    const { arena } = this;
    this.#bytes = memberBytes(arena, block);
    this.#start = memberStart(block);
    this.#length = memberLength(arena, block);
    this.#block = block;
    this.#side = 0;
    this.#onEqual = 0;
    this.#setKeyOf(memberScore(arena, block));
    this.seekKey(root);
  }

  /** Sets the path to the first record whose score is `score` or more (with `behind`: more than `score`). */
  seekScore(root: Handle, score: number, behind: boolean): boolean {
    this.#side = behind ? 1 : -1;
    this.#setScore(score);
    this.key2 = behind ? ALL_ONES : 0;
    this.key3 = this.key2;
    return this.seekKey(root);
  }

  /** The key of the sought member with a score. */
  #setKeyOf(score: number): void {
    this.#setScore(score);
    this.key2 = prefixWord(this.#bytes, this.#start, this.#length);
    this.key3 = prefixWord(this.#bytes, this.#start + 4, this.#length - 4);
  }

  /** Numbers that compare without sign as doubles do; both zeros are the same score. */
  #setScore(score: number): void {
    doubleView[0] = score + 0;
    const low = wordView[0];
    const high = wordView[1];
    const isNegative = high > 0x7fffffff;
    this.key0 = (isNegative ? ~high : high | 0x80000000) >>> 0;
    this.key1 = isNegative ? ~low >>> 0 : low;
  }
}

/** Up to four bytes as a number that compares as they do. */
function prefixWord(bytes: Uint8Array, start: number, length: number): number {
  if (length >= 4) {
    return ((bytes[start] << 24) | (bytes[start + 1] << 16) | (bytes[start + 2] << 8) | bytes[start + 3]) >>> 0;
  }
  let word = 0;
  for (let i = 0; i < 4; i++) word = (word << 8) | (i < length ? bytes[start + i] : 0);
  return word >>> 0;
}
