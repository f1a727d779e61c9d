// Reads a set member by member: all of them in the order of the encoding, or single ones at random. It must not change
// meanwhile.
import type { Dict } from '../../encodings/dict.ts';
import { intsetWriteTextAt } from '../../encodings/intset.ts';
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
import { KIND_SET_BIG, KIND_SET_INTEGERS } from '../../keyspace/value-kind.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { DictWalk } from '../dict-walk.ts';
import { ListpackBlocks } from '../listpack-blocks.ts';
import { IntegerSets } from './integer-sets.ts';
import { memberBytes, memberLength, memberStart } from './member-blocks.ts';

const INTEGER_TEXT_MAX = 24;
const NO_BYTES = new Uint8Array(0);

export class SetCursor {
  count = 0;
  isBig = false;
  /** The block of the member where the set is big. */
  block: Handle = 0;
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  length = 0;
  readonly #arena: Arena;
  readonly #dict: Dict;
  readonly #integers: IntegerSets;
  readonly #packed: ListpackBlocks;
  readonly #walk: DictWalk;
  readonly #text = new Uint8Array(INTEGER_TEXT_MAX);
  #isIntegers = false;
  #value: Handle = 0;
  #memory: Uint8Array = NO_BYTES;
  /** Of a packed set the next member's place, -1 behind the last; of a set of integers its index. */
  #at = 0;

  constructor(arena: Arena, dict: Dict) {
    this.#arena = arena;
    this.#dict = dict;
    this.#integers = new IntegerSets(arena);
    this.#packed = new ListpackBlocks(arena);
    this.#walk = new DictWalk(dict);
  }

  /** Starts in front of the first member. */
  open(kind: number, value: Handle): this {
    this.isBig = kind === KIND_SET_BIG;
    this.#isIntegers = kind === KIND_SET_INTEGERS;
    this.#value = value;
    if (this.isBig) {
      this.count = this.#dict.count(value);
      this.#walk.open(value);
    } else if (this.#isIntegers) {
      this.#memory = this.#integers.bytesOf(value);
      this.count = this.#integers.count(value);
      this.#at = 0;
    } else {
      this.#memory = this.#packed.bytesOf(value);
      this.count = listpackLength(this.#memory, this.#packed.listOf(value));
      this.#at = listpackFirst(this.#memory, this.#packed.listOf(value));
    }
    return this;
  }

  /** Goes to the next member; false behind the last. */
  next(): boolean {
    if (this.isBig) {
      const block = this.#walk.next();
      if (block === 0) return false;
      this.goToBlock(block);
    } else if (this.#isIntegers) {
      if (this.#at === this.count) return false;
      this.#readInteger(this.#at++);
    } else {
      if (this.#at === -1) return false;
      this.#readPacked(this.#at);
      this.#at = listpackNext(this.#memory, this.#at);
    }
    return true;
  }

  /** Goes to any member, each with the same probability; `random` gives numbers in [0, 1). True: there always is one. */
  pick(random: () => number): boolean {
    if (this.isBig) {
      this.goToBlock(this.#dict.randomEntry(this.#value, random));
      return true;
    }
    const index = Math.floor(random() * this.count);
    if (this.#isIntegers) this.#readInteger(index);
    else this.#readPacked(listpackSeek(this.#memory, this.#packed.listOf(this.#value), index));
    return true;
  }

  /** Goes to the member in a block of a big set. */
  goToBlock(block: Handle): void {
    this.block = block;
    this.bytes = memberBytes(this.#arena, block);
    this.start = memberStart(block);
    this.length = memberLength(this.#arena, block);
  }

  #readInteger(index: number): void {
    this.bytes = this.#text;
    this.start = 0;
    this.length = intsetWriteTextAt(this.#memory, this.#integers.setOf(this.#value), index, this.#text, 0);
  }

  #readPacked(at: number): void {
    const memory = this.#memory;
    if (listpackIsInteger(memory, at)) {
      this.bytes = this.#text;
      this.start = 0;
      this.length = listpackWriteText(memory, at, this.#text, 0);
    } else {
      this.bytes = memory;
      this.start = listpackStringStart(memory, at);
      this.length = listpackStringLength(memory, at);
    }
  }
}
