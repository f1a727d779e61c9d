// One hash, opened to be looked into and changed: small ones are a LISTPACK block of fields and values in turn, in the
// order in which they came; larger ones are a dictionary of field blocks (the value's handle is its directory) and stay
// so. The limits between the two are the caller's.
//
// Changes replace `kind` and `value`; whoever opened the hash stores them back (`HashStore.save`).
import type { Dict } from '../../encodings/dict.ts';
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
import { KIND_HASH_BIG, KIND_HASH_PACKED } from '../../keyspace/value-kind.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { ListpackBlocks } from '../listpack-blocks.ts';
import {
  createField,
  fieldBytes,
  fieldDeadline,
  NO_DEADLINE,
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
  /** The value of the field that `find` found. Good until the hash changes or another is looked into. */
  foundBytes: Uint8Array;
  foundStart = 0;
  foundLength = 0;
  readonly #arena: Arena;
  readonly #dict: Dict;
  readonly #packed: ListpackBlocks;
  readonly #text = new Uint8Array(INTEGER_TEXT_MAX);

  constructor(arena: Arena, dict: Dict) {
    this.#arena = arena;
    this.#dict = dict;
    this.#packed = new ListpackBlocks(arena);
    this.foundBytes = this.#text;
  }

  open(kind: number, value: Handle): this {
    this.kind = kind;
    this.value = value;
    return this;
  }

  /** Starts a hash without fields. */
  create(kind: number = KIND_HASH_PACKED): this {
    this.kind = kind;
    this.value = kind === KIND_HASH_PACKED ? this.#packed.create() : this.#dict.create();
    return this;
  }

  get isPacked(): boolean {
    return this.kind === KIND_HASH_PACKED;
  }

  get count(): number {
    if (this.kind === KIND_HASH_BIG) return this.#dict.count(this.value);
    return listpackLength(this.#packed.bytesOf(this.value), this.#packed.listOf(this.value)) >>> 1;
  }

  /** Whether the field is there; then `foundBytes` and its neighbours are its value. */
  find(bytes: Uint8Array, start: number, length: number): boolean {
    if (this.kind === KIND_HASH_BIG) {
      const dict = this.#dict;
      const block = dict.find(this.value, bytes, start, length, dict.hash(bytes, start, length));
      if (block === 0) return false;
      this.foundBytes = fieldBytes(this.#arena, block);
      this.foundStart = valueStart(this.#arena, block);
      this.foundLength = valueLength(this.#arena, block);
      return true;
    }
    const list = this.#packed.bytesOf(this.value);
    const field = this.#findPacked(bytes, start, length);
    if (field === -1) return false;
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

  /** Gives a field a value; true where the field is new. A deadline of the field ends. */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    text: Uint8Array,
    start: number,
    length: number,
    limits: HashLimits,
  ): boolean {
    if (this.kind === KIND_HASH_BIG) return this.#setBig(field, fieldStart, fieldLength, text, start, length);
    if (fieldLength > limits.valueBytesMax || length > limits.valueBytesMax) {
      this.unpack();
      return this.#setBig(field, fieldStart, fieldLength, text, start, length);
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
    if (this.kind === KIND_HASH_BIG) return this.#removeBig(bytes, start, length);
    const at = this.#findPacked(bytes, start, length);
    if (at === -1) return false;
    this.value = this.#packed.remove(this.value, at - this.#packed.listOf(this.value), 2);
    return true;
  }

  /** Makes a packed hash a big one. */
  unpack(): void {
    const block = this.value;
    const list = this.#packed.bytesOf(block);
    const root = this.#dict.create();
    this.open(KIND_HASH_BIG, root);
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
    const dict = this.#dict;
    const block = createField(this.#arena, field, fieldStart, fieldLength, length, deadline);
    writeValue(this.#arena, block, text, start, length);
    this.value = dict.insert(this.value, block, dict.hash(field, fieldStart, fieldLength));
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

  #setBig(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    text: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    const dict = this.#dict;
    const arena = this.#arena;
    const hash = dict.hash(field, fieldStart, fieldLength);
    if (arena.frozenBelow !== 0) this.value = dict.makeWritable(this.value, hash);
    const old = dict.find(this.value, field, fieldStart, fieldLength, hash);
    const expires = old !== 0 && fieldDeadline(arena, old) !== NO_DEADLINE;
    if (old !== 0 && !expires && takesValue(arena, old, length)) {
      writeValue(arena, old, text, start, length);
      return false;
    }
    const block = createField(arena, field, fieldStart, fieldLength, length, NO_DEADLINE);
    writeValue(arena, block, text, start, length);
    if (old === 0) {
      this.value = dict.insert(this.value, block, hash);
      return true;
    }
    dict.replaceFound(block);
    arena.free(old);
    return false;
  }

  #removeBig(bytes: Uint8Array, start: number, length: number): boolean {
    const dict = this.#dict;
    const hash = dict.hash(bytes, start, length);
    if (this.#arena.frozenBelow !== 0) this.value = dict.makeWritable(this.value, hash);
    const block = dict.find(this.value, bytes, start, length, hash);
    if (block === 0) return false;
    this.value = dict.removeFound(this.value, hash);
    this.#arena.free(block);
    return true;
  }
}
