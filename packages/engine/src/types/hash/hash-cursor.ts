// Reads a hash pair by pair: all of them in the order of the encoding, or single ones at random. Fields whose deadline
// is over are passed over. The hash must not change meanwhile.
import type { Dict } from '../../encodings/dict.ts';
import {
  listpackFirst,
  listpackIsInteger,
  listpackLength,
  listpackNext,
  listpackSeek,
  listpackStringLength,
  listpackStringStart,
  listpackWriteText,
} from '../../encodings/listpack.ts';
import { KIND_HASH_EXPIRING, KIND_HASH_PACKED } from '../../keyspace/value-kind.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { DictWalk } from '../dict-walk.ts';
import { ListpackBlocks } from '../listpack-blocks.ts';
import { fieldBytes, fieldDeadline, fieldLength, fieldStart, valueLength, valueStart } from './field-blocks.ts';

const INTEGER_TEXT_MAX = 24;
const NO_BYTES = new Uint8Array(0);
/** Times that a random field is picked before it is given up to find one that has not expired. */
const PICKS_MAX = 100;

export class HashCursor {
  /** Number of pairs; where the hash `mayExpire` those whose deadline is over are among them. */
  count = 0;
  isBig = false;
  mayExpire = false;
  /** The block of the field where the hash is big. */
  block: Handle = 0;
  fieldBytes: Uint8Array = NO_BYTES;
  fieldStart = 0;
  fieldLength = 0;
  valueBytes: Uint8Array = NO_BYTES;
  valueStart = 0;
  valueLength = 0;
  readonly #arena: Arena;
  readonly #dict: Dict;
  readonly #packed: ListpackBlocks;
  readonly #walk: DictWalk;
  readonly #fieldText = new Uint8Array(INTEGER_TEXT_MAX);
  readonly #valueText = new Uint8Array(INTEGER_TEXT_MAX);
  #value: Handle = 0;
  #list: Uint8Array = NO_BYTES;
  /** The next field in the listpack, -1 behind the last. */
  #at = -1;
  /** Unix milliseconds; deadlines before this are over. */
  #nowMs = Number.NEGATIVE_INFINITY;

  constructor(arena: Arena, dict: Dict) {
    this.#arena = arena;
    this.#dict = dict;
    this.#packed = new ListpackBlocks(arena);
    this.#walk = new DictWalk(dict);
  }

  /** Starts in front of the first pair. Without a time no deadline is over. */
  open(kind: number, value: Handle, nowMs = Number.NEGATIVE_INFINITY): this {
    this.isBig = kind !== KIND_HASH_PACKED;
    this.mayExpire = kind === KIND_HASH_EXPIRING;
    this.#nowMs = nowMs;
    this.#value = value;
    if (this.isBig) {
      this.count = this.#dict.count(value);
      this.#walk.open(value);
      return this;
    }
    this.#list = this.#packed.bytesOf(value);
    const list = this.#packed.listOf(value);
    this.count = listpackLength(this.#list, list) >>> 1;
    this.#at = listpackFirst(this.#list, list);
    return this;
  }

  /** Goes to the next pair; false behind the last. */
  next(): boolean {
    if (this.isBig) {
      let block = this.#walk.next();
      while (block !== 0 && this.isOver(block)) block = this.#walk.next();
      if (block === 0) return false;
      this.goToBlock(block);
      return true;
    }
    if (this.#at === -1) return false;
    this.#readPair(this.#at);
    return true;
  }

  /** Goes to any pair, each with the same probability; `random` gives numbers in [0, 1). False where only fields were
   * met whose deadline is over. */
  pick(random: () => number): boolean {
    if (!this.isBig) {
      const list = this.#packed.listOf(this.#value);
      this.#readPair(listpackSeek(this.#list, list, Math.floor(random() * this.count) * 2));
      return true;
    }
    for (let picks = 0; picks < PICKS_MAX; picks++) {
      const block = this.#dict.randomEntry(this.#value, random);
      if (this.isOver(block)) continue;
      this.goToBlock(block);
      return true;
    }
    return false;
  }

  /** Leaves fields whose deadline is over out of `count`, at the price of looking at all of them. */
  countLive(): void {
    if (!this.mayExpire) return;
    let live = 0;
    this.#dict.forEach(this.#value, (block) => {
      if (!this.isOver(block)) live++;
    });
    this.count = live;
  }

  /** Whether the deadline of the field in a block is over. */
  isOver(block: Handle): boolean {
    return this.mayExpire && fieldDeadline(this.#arena, block) < this.#nowMs;
  }

  /** Goes to the pair in a block of a big hash. */
  goToBlock(block: Handle): void {
    const arena = this.#arena;
    this.block = block;
    this.fieldBytes = fieldBytes(arena, block);
    this.fieldStart = fieldStart(arena, block);
    this.fieldLength = fieldLength(arena, block);
    this.valueBytes = this.fieldBytes;
    this.valueStart = valueStart(arena, block);
    this.valueLength = valueLength(arena, block);
  }

  #readPair(at: number): void {
    const list = this.#list;
    const valueAt = listpackNext(list, at);
    if (listpackIsInteger(list, at)) {
      this.fieldBytes = this.#fieldText;
      this.fieldStart = 0;
      this.fieldLength = listpackWriteText(list, at, this.#fieldText, 0);
    } else {
      this.fieldBytes = list;
      this.fieldStart = listpackStringStart(list, at);
      this.fieldLength = listpackStringLength(list, at);
    }
    if (listpackIsInteger(list, valueAt)) {
      this.valueBytes = this.#valueText;
      this.valueStart = 0;
      this.valueLength = listpackWriteText(list, valueAt, this.#valueText, 0);
    } else {
      this.valueBytes = list;
      this.valueStart = listpackStringStart(list, valueAt);
      this.valueLength = listpackStringLength(list, valueAt);
    }
    this.#at = listpackNext(list, valueAt);
  }
}
