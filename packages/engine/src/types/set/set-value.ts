// One set, opened to be looked into and changed: of integers only it is an INTSET block, small ones of other members
// are a LISTPACK block in the order in which the members came, larger ones are a dictionary of member blocks (the
// value's handle is its directory). A set never goes back by itself. The limits are the caller's.
//
// Changes replace `kind` and `value`; whoever opened the set stores them back (`Sets.save`).
import type { Dict } from '../../encodings/dict.ts';
import { integerHigh, integerLow, parseIntegerWords } from '../../encodings/integer-words.ts';
import { intsetTextLengthAt } from '../../encodings/intset.ts';
import { LISTPACK_HEADER_BYTES, listpackFind, listpackLength } from '../../encodings/listpack.ts';
import { KIND_SET_BIG, KIND_SET_INTEGERS, KIND_SET_PACKED } from '../../keyspace/value-kind.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { freeDict } from '../dict-walk.ts';
import { ListpackBlocks } from '../listpack-blocks.ts';
import { IntegerSets } from './integer-sets.ts';
import { createMember } from './member-blocks.ts';
import { SetCursor } from './set-cursor.ts';

/** Up to where a set is not a dictionary. */
export interface SetLimits {
  /** Members of a set of integers. */
  readonly integersMax: number;
  /** Members of a packed set. */
  readonly entriesMax: number;
  readonly memberBytesMax: number;
}

export class SetValue {
  kind = KIND_SET_PACKED;
  value: Handle = 0;
  readonly #arena: Arena;
  readonly #dict: Dict;
  readonly #integers: IntegerSets;
  readonly #packed: ListpackBlocks;

  constructor(arena: Arena, dict: Dict) {
    this.#arena = arena;
    this.#dict = dict;
    this.#integers = new IntegerSets(arena);
    this.#packed = new ListpackBlocks(arena);
  }

  open(kind: number, value: Handle): this {
    this.kind = kind;
    this.value = value;
    return this;
  }

  /** Starts a set without members. */
  create(kind: number): this {
    this.kind = kind;
    if (kind === KIND_SET_BIG) this.value = this.#dict.create();
    else this.value = kind === KIND_SET_PACKED ? this.#packed.create() : this.#integers.create();
    return this;
  }

  /** Starts a set without members in the encoding for `expected` members, of which one is given. */
  createFor(bytes: Uint8Array, start: number, length: number, expected: number, limits: SetLimits): this {
    if (expected <= limits.integersMax && parseIntegerWords(bytes, start, length))
      return this.create(KIND_SET_INTEGERS);
    return this.create(expected <= limits.entriesMax ? KIND_SET_PACKED : KIND_SET_BIG);
  }

  get count(): number {
    if (this.kind === KIND_SET_BIG) return this.#dict.count(this.value);
    if (this.kind === KIND_SET_INTEGERS) return this.#integers.count(this.value);
    return listpackLength(this.#packed.bytesOf(this.value), this.#packed.listOf(this.value));
  }

  has(bytes: Uint8Array, start: number, length: number): boolean {
    if (this.kind === KIND_SET_BIG) {
      const dict = this.#dict;
      return dict.find(this.value, bytes, start, length, dict.hash(bytes, start, length)) !== 0;
    }
    if (this.kind === KIND_SET_PACKED) return this.#findPacked(bytes, start, length) !== -1;
    return parseIntegerWords(bytes, start, length) && this.#integers.has(this.value, integerHigh, integerLow);
  }

  /** Adds a member; false where it is there already. */
  add(bytes: Uint8Array, start: number, length: number, limits: SetLimits): boolean {
    if (this.kind === KIND_SET_BIG) return this.#addBig(bytes, start, length);
    if (this.kind === KIND_SET_INTEGERS) return this.#addToIntegers(bytes, start, length, limits);
    if (this.#findPacked(bytes, start, length) !== -1) return false;
    if (this.count < limits.entriesMax && length <= limits.memberBytesMax) {
      this.value = this.#packed.append(this.value, bytes, start, length);
      return true;
    }
    this.convert(KIND_SET_BIG);
    return this.#addBig(bytes, start, length);
  }

  /** Takes out a member; false where it is not there. */
  remove(bytes: Uint8Array, start: number, length: number): boolean {
    if (this.kind === KIND_SET_BIG) return this.#removeBig(bytes, start, length);
    if (this.kind === KIND_SET_PACKED) {
      const at = this.#findPacked(bytes, start, length);
      if (at === -1) return false;
      this.value = this.#packed.remove(this.value, at - this.#packed.listOf(this.value), 1);
      return true;
    }
    if (!parseIntegerWords(bytes, start, length)) return false;
    if (!this.#integers.has(this.value, integerHigh, integerLow)) return false;
    this.value = this.#integers.remove(this.value, integerHigh, integerLow);
    return true;
  }

  /** Makes it a dictionary where that many members would be too many for what it is. */
  expect(members: number, limits: SetLimits): void {
    if (this.kind === KIND_SET_BIG) return;
    const most = this.kind === KIND_SET_PACKED ? limits.entriesMax : limits.integersMax;
    if (members > most) this.convert(KIND_SET_BIG);
  }

  /** Gives the set another encoding, which must be able to hold its members. */
  convert(kind: number): void {
    const cursor = new SetCursor(this.#arena, this.#dict).open(this.kind, this.value);
    const [oldKind, oldValue] = [this.kind, this.value];
    this.create(kind);
    while (cursor.next()) this.append(cursor.bytes, cursor.start, cursor.length);
    if (oldKind === KIND_SET_BIG) freeDict(this.#arena, this.#dict, oldValue);
    else this.#arena.free(oldValue);
  }

  /** Adds a member that is not there and that the encoding can hold. */
  append(bytes: Uint8Array, start: number, length: number): void {
    if (this.kind === KIND_SET_PACKED) {
      this.value = this.#packed.append(this.value, bytes, start, length);
    } else if (this.kind === KIND_SET_INTEGERS) {
      parseIntegerWords(bytes, start, length);
      this.value = this.#integers.insert(this.value, integerHigh, integerLow);
    } else {
      const block = createMember(this.#arena, bytes, start, length);
      this.value = this.#dict.insert(this.value, block, this.#dict.hash(bytes, start, length));
    }
  }

  #findPacked(bytes: Uint8Array, start: number, length: number): number {
    const list = this.#packed.listOf(this.value);
    return listpackFind(this.#packed.bytesOf(this.value), list + LISTPACK_HEADER_BYTES, bytes, start, length, 0);
  }

  #addBig(bytes: Uint8Array, start: number, length: number): boolean {
    const dict = this.#dict;
    const hash = dict.hash(bytes, start, length);
    if (dict.find(this.value, bytes, start, length, hash) !== 0) return false;
    this.value = dict.insert(this.value, createMember(this.#arena, bytes, start, length), hash);
    return true;
  }

  #removeBig(bytes: Uint8Array, start: number, length: number): boolean {
    const dict = this.#dict;
    const hash = dict.hash(bytes, start, length);
    if (this.#arena.frozenBelow !== 0) {
      // Nothing is made writable for what is not there: the caller need not save then.
      if (dict.find(this.value, bytes, start, length, hash) === 0) return false;
      this.value = dict.makeWritable(this.value, hash);
    }
    const block = dict.find(this.value, bytes, start, length, hash);
    if (block === 0) return false;
    this.value = dict.removeFound(this.value, hash);
    this.#arena.free(block);
    return true;
  }

  #addToIntegers(bytes: Uint8Array, start: number, length: number, limits: SetLimits): boolean {
    if (parseIntegerWords(bytes, start, length)) {
      if (this.#integers.has(this.value, integerHigh, integerLow)) return false;
      this.value = this.#integers.insert(this.value, integerHigh, integerLow);
      if (this.count > limits.integersMax) this.convert(KIND_SET_BIG);
      return true;
    }
    this.convert(this.#fitsPacked(length, limits) ? KIND_SET_PACKED : KIND_SET_BIG);
    this.append(bytes, start, length);
    return true;
  }

  /** Whether the integers and one more member of this length may be packed. */
  #fitsPacked(length: number, limits: SetLimits): boolean {
    const { count } = this;
    if (count >= limits.entriesMax || length > limits.memberBytesMax) return false;
    if (count === 0) return true;
    const bytes = this.#integers.bytesOf(this.value);
    const set = this.#integers.setOf(this.value);
    const longest = Math.max(intsetTextLengthAt(bytes, set, 0), intsetTextLengthAt(bytes, set, count - 1));
    return longest <= limits.memberBytesMax;
  }
}
