// One hash, opened to be looked into and changed: small ones are a LISTPACK block of fields and values in turn, in the
// order in which they came; larger ones are a dictionary of field blocks (the value's handle is its directory, whose
// owner's word counts the fields with a deadline) and stay so. The limits between the two are the caller's.
//
// Fields whose deadline is over are there until somebody deletes them, but are not found.
// Changes replace `kind` and `value`; whoever opened the hash stores them back (`Hashes.save`).
import type { Dict } from '../../encodings/dict.ts';
import { DIRECTORY_OWNER } from '../../encodings/dict-layout.ts';
import {
  LISTPACK_HEADER_BYTES,
  listpackEntryBytes,
  listpackFind,
  listpackFirst,
  listpackIsInteger,
  listpackLength,
  listpackNext,
  listpackStringLength,
  listpackStringStart,
  listpackWriteText,
} from '../../encodings/listpack.ts';
import { KIND_HASH_BIG, KIND_HASH_EXPIRING, KIND_HASH_PACKED } from '../../keyspace/value-kind.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { ListpackBlocks } from '../listpack-blocks.ts';
import {
  createField,
  fieldBytes,
  fieldDeadline,
  fieldLength,
  fieldStart,
  NO_DEADLINE,
  setFieldDeadline,
  takesValue,
  valueLength,
  valueStart,
  writeValue,
} from './field-blocks.ts';

/** Up to where a hash is packed. */
export interface HashLimits {
  readonly entriesMax: number;
  /** For fields as well as for values. */
  readonly valueBytesMax: number;
}

const INTEGER_TEXT_MAX = 24;

export class HashValue {
  kind = KIND_HASH_PACKED;
  value: Handle = 0;
  /** The value and the deadline of the field that `find` found. Good until the hash changes or is looked into again. */
  foundBytes: Uint8Array;
  foundStart = 0;
  foundLength = 0;
  foundDeadline = NO_DEADLINE;
  /** Whether the last `set` wrote over a field whose deadline was over. */
  overwroteExpired = false;
  readonly #arena: Arena;
  readonly #dict: Dict;
  readonly #packed: ListpackBlocks;
  readonly #text = new Uint8Array(INTEGER_TEXT_MAX);
  /** Unix milliseconds; deadlines before this are over. */
  #nowMs = Number.NEGATIVE_INFINITY;

  constructor(arena: Arena, dict: Dict) {
    this.#arena = arena;
    this.#dict = dict;
    this.#packed = new ListpackBlocks(arena);
    this.foundBytes = this.#text;
  }

  /** Opens a value. Without a time no deadline is over. */
  open(kind: number, value: Handle, nowMs = Number.NEGATIVE_INFINITY): this {
    this.kind = kind;
    this.value = value;
    this.#nowMs = nowMs;
    return this;
  }

  /** Starts a hash without fields. */
  create(kind: number = KIND_HASH_PACKED): this {
    return this.open(kind, kind === KIND_HASH_PACKED ? this.#packed.create() : this.#dict.create());
  }

  get isPacked(): boolean {
    return this.kind === KIND_HASH_PACKED;
  }

  /** Number of fields, those whose deadline is over included. */
  get count(): number {
    if (this.kind !== KIND_HASH_PACKED) return this.#dict.count(this.value);
    return listpackLength(this.#packed.bytesOf(this.value), this.#packed.listOf(this.value)) >>> 1;
  }

  /** Whether the field is there; then `foundBytes` and its neighbours are its value. */
  find(bytes: Uint8Array, start: number, length: number): boolean {
    if (this.kind !== KIND_HASH_PACKED) return this.#findBig(bytes, start, length);
    const list = this.#packed.bytesOf(this.value);
    const field = this.#findPacked(bytes, start, length);
    if (field === -1) return false;
    this.foundDeadline = NO_DEADLINE;
    const at = field + listpackEntryBytes(list, field);
    if (listpackIsInteger(list, at)) {
      this.foundBytes = this.#text;
      this.foundStart = 0;
      this.foundLength = listpackWriteText(list, at, this.#text, 0);
    } else {
      this.foundBytes = list;
      this.foundStart = listpackStringStart(list, at);
      this.foundLength = listpackStringLength(list, at);
    }
    return true;
  }

  /** Gives a field a value; true where the field is new. Its deadline becomes `deadline` (NO_DEADLINE ends it), or stays
   * as it is where `keepsDeadline` and the field is there. */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    text: Uint8Array,
    start: number,
    length: number,
    limits: HashLimits,
    deadline = NO_DEADLINE,
    keepsDeadline = false,
  ): boolean {
    this.overwroteExpired = false;
    if (this.kind === KIND_HASH_PACKED) {
      const { valueBytesMax } = limits;
      if (fieldLength > valueBytesMax || length > valueBytesMax || deadline !== NO_DEADLINE) this.unpack();
    }
    if (this.kind !== KIND_HASH_PACKED) {
      return this.#setBig(field, fieldStart, fieldLength, text, start, length, deadline, keepsDeadline);
    }
    const packed = this.#packed;
    const at = this.#findPacked(field, fieldStart, fieldLength);
    if (at === -1) {
      this.value = packed.append(this.value, field, fieldStart, fieldLength);
      this.value = packed.append(this.value, text, start, length);
      if (this.count > limits.entriesMax) this.unpack();
      return true;
    }
    const offset = at + listpackEntryBytes(packed.bytesOf(this.value), at) - packed.listOf(this.value);
    this.value = packed.replace(this.value, offset, text, start, length);
    return false;
  }

  /** Takes out a field; false where it was not there. */
  remove(bytes: Uint8Array, start: number, length: number): boolean {
    if (this.kind !== KIND_HASH_PACKED) return this.#removeBig(bytes, start, length);
    const at = this.#findPacked(bytes, start, length);
    if (at === -1) return false;
    this.value = this.#packed.remove(this.value, at - this.#packed.listOf(this.value), 2);
    return true;
  }

  /** Takes out a field, its deadline over or not; false where it was not there. */
  removeAnyway(bytes: Uint8Array, start: number, length: number): boolean {
    const now = this.#nowMs;
    this.#nowMs = Number.NEGATIVE_INFINITY;
    const isRemoved = this.remove(bytes, start, length);
    this.#nowMs = now;
    return isRemoved;
  }

  /** Gives a field that is there a deadline, or takes it away (NO_DEADLINE). */
  setDeadline(bytes: Uint8Array, start: number, length: number, deadline: number): void {
    if (this.kind === KIND_HASH_PACKED) {
      if (deadline === NO_DEADLINE) return;
      this.unpack();
    }
    const arena = this.#arena;
    const hash = this.#seek(bytes, start, length);
    const old = this.#dict.find(this.value, bytes, start, length, hash);
    const hadDeadline = fieldDeadline(arena, old) !== NO_DEADLINE;
    if (hadDeadline && deadline !== NO_DEADLINE) {
      const block = arena.writable(old);
      if (block !== old) this.#dict.replaceFound(block);
      setFieldDeadline(arena, block, deadline);
    } else if (hadDeadline || deadline !== NO_DEADLINE) {
      const size = valueLength(arena, old);
      const from = fieldBytes(arena, old);
      const block = createField(arena, from, fieldStart(arena, old), fieldLength(arena, old), size, deadline);
      writeValue(arena, block, from, valueStart(arena, old), size);
      this.#dict.replaceFound(block);
      arena.free(old);
    }
    this.#noteDeadline(hash, hadDeadline, deadline);
  }

  /** Makes a packed hash a big one. */
  unpack(): void {
    const block = this.value;
    const list = this.#packed.bytesOf(block);
    this.kind = KIND_HASH_BIG;
    this.value = this.#dict.create();
    const field = new Uint8Array(INTEGER_TEXT_MAX);
    let at = listpackFirst(list, this.#packed.listOf(block));
    while (at !== -1) {
      const valueAt = listpackNext(list, at);
      const isInteger = listpackIsInteger(list, at);
      const bytes = isInteger ? field : list;
      const start = isInteger ? 0 : listpackStringStart(list, at);
      const length = isInteger ? listpackWriteText(list, at, field, 0) : listpackStringLength(list, at);
      this.#appendUnpacked(bytes, start, length, list, valueAt);
      at = listpackNext(list, valueAt);
    }
    this.#arena.free(block);
  }

  /** Adds a field that is not there to a big hash. */
  append(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    text: Uint8Array,
    start: number,
    length: number,
    deadline: number = NO_DEADLINE,
  ): void {
    const hash = this.#dict.hash(field, fieldStart, fieldLength);
    const block = createField(this.#arena, field, fieldStart, fieldLength, length, deadline);
    writeValue(this.#arena, block, text, start, length);
    this.value = this.#dict.insert(this.value, block, hash);
    if (deadline !== NO_DEADLINE) this.#noteDeadline(hash, false, deadline);
  }

  #appendUnpacked(field: Uint8Array, start: number, length: number, list: Uint8Array, at: number): void {
    if (listpackIsInteger(list, at)) {
      const textLength = listpackWriteText(list, at, this.#text, 0);
      this.append(field, start, length, this.#text, 0, textLength);
    } else {
      this.append(field, start, length, list, listpackStringStart(list, at), listpackStringLength(list, at));
    }
  }

  #findPacked(bytes: Uint8Array, start: number, length: number): number {
    const list = this.#packed.listOf(this.value);
    return listpackFind(this.#packed.bytesOf(this.value), list + LISTPACK_HEADER_BYTES, bytes, start, length, 1);
  }

  #findBig(bytes: Uint8Array, start: number, length: number): boolean {
    const arena = this.#arena;
    const dict = this.#dict;
    const block = dict.find(this.value, bytes, start, length, dict.hash(bytes, start, length));
    if (block === 0) return false;
    if (this.kind === KIND_HASH_EXPIRING) {
      const deadline = fieldDeadline(arena, block);
      if (deadline < this.#nowMs) return false;
      this.foundDeadline = deadline;
    } else {
      this.foundDeadline = NO_DEADLINE;
    }
    this.foundBytes = fieldBytes(arena, block);
    this.foundStart = valueStart(arena, block);
    this.foundLength = valueLength(arena, block);
    return true;
  }

  /** The hash of a field, once the way to it is writable. */
  #seek(bytes: Uint8Array, start: number, length: number): number {
    const hash = this.#dict.hash(bytes, start, length);
    if (this.#arena.frozenBelow !== 0) this.value = this.#dict.makeWritable(this.value, hash);
    return hash;
  }

  #setBig(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    text: Uint8Array,
    start: number,
    length: number,
    deadline: number,
    keepsDeadline: boolean,
  ): boolean {
    const dict = this.#dict;
    const arena = this.#arena;
    const hash = this.#seek(field, fieldStart, fieldLength);
    const old = dict.find(this.value, field, fieldStart, fieldLength, hash);
    const oldDeadline = old === 0 ? NO_DEADLINE : fieldDeadline(arena, old);
    if (old !== 0 && oldDeadline === NO_DEADLINE && deadline === NO_DEADLINE && takesValue(arena, old, length)) {
      writeValue(arena, old, text, start, length);
      return false;
    }
    this.overwroteExpired = oldDeadline < this.#nowMs;
    const newDeadline = keepsDeadline && old !== 0 && !this.overwroteExpired ? oldDeadline : deadline;
    const block = createField(arena, field, fieldStart, fieldLength, length, newDeadline);
    writeValue(arena, block, text, start, length);
    if (old === 0) {
      this.value = dict.insert(this.value, block, hash);
    } else {
      dict.replaceFound(block);
      arena.free(old);
    }
    if (newDeadline !== NO_DEADLINE || oldDeadline !== NO_DEADLINE) {
      this.#noteDeadline(hash, oldDeadline !== NO_DEADLINE, newDeadline);
    }
    return old === 0 || this.overwroteExpired;
  }

  #removeBig(bytes: Uint8Array, start: number, length: number): boolean {
    const dict = this.#dict;
    // Nothing is made writable for what is not there: the caller need not save then.
    if (this.#arena.frozenBelow !== 0 && !this.#findBig(bytes, start, length)) return false;
    const hash = this.#seek(bytes, start, length);
    const block = dict.find(this.value, bytes, start, length, hash);
    if (block === 0) return false;
    const deadline = this.kind === KIND_HASH_EXPIRING ? fieldDeadline(this.#arena, block) : NO_DEADLINE;
    if (deadline < this.#nowMs) return false;
    this.value = dict.removeFound(this.value, hash);
    this.#arena.free(block);
    if (deadline !== NO_DEADLINE) this.#noteDeadline(hash, true, NO_DEADLINE);
    return true;
  }

  /** Counts a field whose deadline came, moved or went; the directory is writable. */
  #noteDeadline(hash: number, hadDeadline: boolean, deadline: number): void {
    const words = this.#arena.words[this.value >>> SEGMENT_SHIFT];
    const counter = ((this.value & GRANULE_MASK) << 2) + DIRECTORY_OWNER;
    words[counter] += (deadline === NO_DEADLINE ? 0 : 1) - (hadDeadline ? 1 : 0);
    this.kind = words[counter] === 0 ? KIND_HASH_BIG : KIND_HASH_EXPIRING;
    if (deadline !== NO_DEADLINE) this.#dict.noteDeadline(this.value, hash, deadline);
  }
}
