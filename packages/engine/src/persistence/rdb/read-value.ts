// Reads values as RDB has them and builds them in the arena. What was built belongs to the caller (`kind`, `value`); a
// string stays in the input, for the caller to put where it belongs. Bytes that are taken as they are (listpacks,
// intsets) are checked first; `deep` also checks what they mean (order, duplicates), which a payload from a client must
// pass, as values that contradict themselves would break what is built on them.
// Values that do not fit throw a DamagedRdb and leave nothing behind.
import { isIntsetIntact } from '../../encodings/intset.ts';
import { listpackLength } from '../../encodings/listpack.ts';
import { isListpackIntact } from '../../encodings/listpack-check.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import {
  KIND_HASH_BIG,
  KIND_HASH_PACKED,
  KIND_SET_BIG,
  KIND_SET_INTEGERS,
  KIND_SET_PACKED,
  KIND_SORTED_SET_BIG,
  KIND_SORTED_SET_PACKED,
  KIND_STREAM,
  KIND_STRING_EMBEDDED,
  STRING,
} from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import { NO_DEADLINE } from '../../types/hash/field-blocks.ts';
import { HashValue } from '../../types/hash/hash-value.ts';
import { ListBuilder } from '../../types/list/list-builder.ts';
import { listsOf } from '../../types/list/lists.ts';
import { SetValue } from '../../types/set/set-value.ts';
import { setsOf } from '../../types/set/sets.ts';
import { SortedSetBuilder } from '../../types/sorted-set/sorted-set-builder.ts';
import { sortedSetsOf } from '../../types/sorted-set/sorted-sets.ts';
import { hasDuplicates, isSortedSetInOrder, pushListpack } from './listpack-content.ts';
import {
  NODE_PACKED,
  NODE_PLAIN,
  TYPE_HASH,
  TYPE_HASH_2,
  TYPE_HASH_LISTPACK,
  TYPE_HASH_ZIPLIST,
  TYPE_HASH_ZIPMAP,
  TYPE_LIST,
  TYPE_LIST_QUICKLIST,
  TYPE_LIST_QUICKLIST_2,
  TYPE_LIST_ZIPLIST,
  TYPE_MODULE_2,
  TYPE_MODULE_BEFORE_RELEASE,
  TYPE_SET,
  TYPE_SET_INTSET,
  TYPE_SET_LISTPACK,
  TYPE_SORTED_SET,
  TYPE_SORTED_SET_2,
  TYPE_SORTED_SET_LISTPACK,
  TYPE_SORTED_SET_ZIPLIST,
  TYPE_STREAM_LISTPACKS,
  TYPE_STREAM_LISTPACKS_2,
  TYPE_STREAM_LISTPACKS_3,
  TYPE_STRING,
} from './rdb-format.ts';
import type { RdbInput } from './rdb-input.ts';
import { readOldValue } from './read-old-value.ts';
import { readStream } from './read-stream.ts';
import type { ValueLimits } from './value-limits.ts';

export interface ReadOptions {
  readonly deep: boolean;
  /** Fields of hashes whose deadline is before this time are left out; Unix milliseconds, 0 for none. */
  readonly nowMs: number;
}

export class ValueReader {
  /** What was read last; of a string only the kind, its bytes are those of the input. */
  kind = 0;
  value: Handle = 0;
  /** After a value without elements: it is a hash all of whose fields were over. */
  isExpired = false;
  readonly #input: RdbInput;
  readonly #keyspace: Keyspace;
  readonly #limits: ValueLimits;
  readonly #options: ReadOptions;
  readonly #hash: HashValue;
  readonly #set: SetValue;
  #text = new Uint8Array(256);
  #textLength = 0;
  /** Frees what is half built. */
  #discard: (() => void) | undefined;

  constructor(input: RdbInput, keyspace: Keyspace, limits: ValueLimits, options: ReadOptions) {
    this.#input = input;
    this.#keyspace = keyspace;
    this.#limits = limits;
    this.#options = options;
    this.#hash = new HashValue(keyspace.arena, keyspace.dict);
    this.#set = new SetValue(keyspace.arena, keyspace.dict);
  }

  /** Reads a value of an RDB type; false where it has no elements (then there is nothing to free). */
  read(type: number): boolean {
    this.#discard = undefined;
    this.isExpired = false;
    try {
      return this.#read(type);
    } catch (error) {
      this.#giveUp();
      throw error;
    }
  }

  #giveUp(): void {
    this.#discard?.();
    this.#discard = undefined;
  }

  #read(type: number): boolean {
    switch (type) {
      case TYPE_STRING:
        this.#input.string();
        return this.#done(STRING | KIND_STRING_EMBEDDED, 0);
      case TYPE_LIST:
        return this.#readList();
      case TYPE_LIST_QUICKLIST_2:
        return this.#readQuicklist();
      case TYPE_SET:
        return this.#readSet();
      case TYPE_SET_INTSET:
        return this.#readIntset();
      case TYPE_SET_LISTPACK:
        return this.#readSetListpack();
      case TYPE_SORTED_SET:
      case TYPE_SORTED_SET_2:
        return this.#readSortedSet(type);
      case TYPE_SORTED_SET_LISTPACK:
        return this.#readSortedSetListpack();
      case TYPE_HASH:
      case TYPE_HASH_2:
        return this.#readHash(type === TYPE_HASH_2);
      case TYPE_HASH_LISTPACK:
        return this.#readHashListpack();
      case TYPE_STREAM_LISTPACKS:
      case TYPE_STREAM_LISTPACKS_2:
      case TYPE_STREAM_LISTPACKS_3:
        return this.#readStream(type);
      case TYPE_HASH_ZIPMAP:
      case TYPE_LIST_ZIPLIST:
      case TYPE_SORTED_SET_ZIPLIST:
      case TYPE_HASH_ZIPLIST:
      case TYPE_LIST_QUICKLIST:
        return this.#readOld(type);
      default:
        return this.#refuse(type);
    }
  }

  #refuse(type: number): never {
    const input = this.#input;
    if (type === TYPE_MODULE_2 || type === TYPE_MODULE_BEFORE_RELEASE) {
      return input.fail('the value belongs to a module; there are no modules here');
    }
    return input.failUnknownType(type);
  }

  #readOld(type: number): boolean {
    const built = readOldValue(this.#input, this.#keyspace, this.#limits, type);
    return built !== undefined && this.#done(built.kind, built.value);
  }

  #done(kind: number, value: Handle): true {
    this.kind = kind;
    this.value = value;
    this.#discard = undefined;
    return true;
  }

  /** Keeps the string of the input while the next one is read. */
  #keepText(): void {
    const { bytes, start, length } = this.#input;
    if (this.#text.length < length) this.#text = new Uint8Array(length * 2);
    this.#text.set(bytes.subarray(start, start + length));
    this.#textLength = length;
  }

  /** Reads a string that is an intact listpack of `per` elements for each of the value; gives how many those are. */
  #readListpack(per: number): number {
    const input = this.#input;
    const { offset } = input;
    input.string();
    if (!isListpackIntact(input.bytes, input.start, input.length))
      input.fail('listpack integrity check failed', offset);
    const count = listpackLength(input.bytes, input.start);
    if (count % per !== 0) input.fail('listpack integrity check failed: it has half a pair', offset);
    if (this.#options.deep && hasDuplicates(input.bytes, input.start, per)) {
      input.fail('listpack integrity check failed: an element is there twice', offset);
    }
    return count / per;
  }

  #readList(): boolean {
    const input = this.#input;
    const count = input.count();
    if (count === 0) return false;
    const builder = this.#newList();
    for (let i = 0; i < count; i++) {
      input.string();
      builder.push(input.bytes, input.start, input.length);
    }
    const { kind, value } = builder.finish();
    return this.#done(kind, value);
  }

  #newList(): ListBuilder {
    const builder = new ListBuilder(listsOf(this.#keyspace));
    this.#discard = () => builder.abandon();
    return builder;
  }

  #readQuicklist(): boolean {
    const input = this.#input;
    const nodes = input.count();
    const builder = this.#newList();
    for (let i = 0; i < nodes; i++) {
      const { offset } = input;
      const container = input.count();
      if (container === NODE_PLAIN) {
        input.string();
        if (input.length === 0) input.fail('Quicklist integrity check failed: a plain node is empty', offset);
        builder.push(input.bytes, input.start, input.length);
      } else if (container === NODE_PACKED) {
        input.string();
        if (!isListpackIntact(input.bytes, input.start, input.length))
          input.fail('listpack integrity check failed', offset);
        pushListpack(builder, input.bytes, input.start);
      } else {
        input.fail(`Quicklist integrity check failed: the container ${container} is not known`, offset);
      }
    }
    if (builder.count === 0) {
      builder.abandon();
      return false;
    }
    const { kind, value } = builder.finish();
    return this.#done(kind, value);
  }

  #readSet(): boolean {
    const input = this.#input;
    const { offset } = input;
    const count = input.count();
    if (count === 0) return false;
    const { set: limits } = this.#limits;
    const set = this.#set;
    for (let i = 0; i < count; i++) {
      input.string();
      if (i === 0) {
        set.createFor(input.bytes, input.start, input.length, count, limits);
        this.#discard = () => this.#keyspace.freeValue(set.kind, set.value, false);
      }
      if (!set.add(input.bytes, input.start, input.length, limits))
        input.fail('Duplicate set members detected', offset);
    }
    return this.#done(set.kind, set.value);
  }

  #readIntset(): boolean {
    const input = this.#input;
    const { offset } = input;
    input.string();
    if (!isIntsetIntact(input.bytes, input.start, input.length)) input.fail('Intset integrity check failed', offset);
    const block = setsOf(this.#keyspace).integers.createFrom(input.bytes, input.start, input.length);
    const set = this.#set.open(KIND_SET_INTEGERS, block);
    if (set.count > this.#limits.set.integersMax) set.convert(KIND_SET_BIG);
    return this.#done(set.kind, set.value);
  }

  #readSetListpack(): boolean {
    const input = this.#input;
    const count = this.#readListpack(1);
    if (count === 0) return false;
    const block = setsOf(this.#keyspace).packed.createFrom(input.bytes, input.start, input.length);
    const set = this.#set.open(KIND_SET_PACKED, block);
    if (count > this.#limits.set.entriesMax) set.convert(KIND_SET_BIG);
    return this.#done(set.kind, set.value);
  }

  #newSortedSet(kind: number): SortedSetBuilder {
    const builder = new SortedSetBuilder(sortedSetsOf(this.#keyspace), this.#limits.sortedSet, kind);
    this.#discard = () => builder.discard();
    return builder;
  }

  #readSortedSet(type: number): boolean {
    const input = this.#input;
    const { offset } = input;
    const count = input.count();
    if (count === 0) return false;
    const isSmall = count <= this.#limits.sortedSet.entriesMax;
    const builder = this.#newSortedSet(isSmall ? KIND_SORTED_SET_PACKED : KIND_SORTED_SET_BIG);
    for (let i = 0; i < count; i++) {
      input.string();
      this.#keepText();
      const score = type === TYPE_SORTED_SET_2 ? input.double() : this.#scoreText();
      if (Number.isNaN(score)) input.fail('Zset with NAN score detected');
      if (!builder.add(this.#text, 0, this.#textLength, score)) input.fail('Duplicate zset fields detected', offset);
    }
    return this.#done(builder.kind, builder.value);
  }

  /** A score as the first versions of RDB have it: its text, or a length that stands for an infinity. */
  #scoreText(): number {
    const input = this.#input;
    const length = input.byte();
    if (length === 253) return Number.NaN;
    if (length === 254) return Number.POSITIVE_INFINITY;
    if (length === 255) return Number.NEGATIVE_INFINITY;
    input.raw(length);
    return Number(Buffer.from(input.bytes.subarray(input.start, input.start + length)).toString('latin1'));
  }

  #readSortedSetListpack(): boolean {
    const input = this.#input;
    const { offset } = input;
    const count = this.#readListpack(2);
    if (count === 0) return false;
    const sets = sortedSetsOf(this.#keyspace);
    const block = sets.packed.createFrom(input.bytes, input.start, input.length);
    this.#discard = () => this.#keyspace.arena.free(block);
    if (!isSortedSetInOrder(sets, block))
      input.fail('Zset listpack integrity check failed: members are out of order, or a NAN score', offset);
    if (count <= this.#limits.sortedSet.entriesMax) return this.#done(KIND_SORTED_SET_PACKED, block);
    return this.#done(KIND_SORTED_SET_BIG, sets.unpack(block));
  }

  #readHash(withDeadlines: boolean): boolean {
    const input = this.#input;
    const count = input.count();
    if (count === 0) return false;
    const isSmall = !withDeadlines && count <= this.#limits.hash.entriesMax;
    const hash = this.#hash.create(isSmall ? KIND_HASH_PACKED : KIND_HASH_BIG);
    this.#discard = () => this.#keyspace.freeValue(hash.kind, hash.value, false);
    for (let i = 0; i < count; i++) {
      input.string();
      this.#keepText();
      if (withDeadlines) this.#readFieldWithDeadline();
      else this.#readField();
    }
    if (hash.count > 0) return this.#done(hash.kind, hash.value);
    this.#keyspace.freeValue(hash.kind, hash.value, false);
    this.isExpired = true;
    return false;
  }

  #readField(): void {
    const input = this.#input;
    input.string();
    const [text, length] = [this.#text, this.#textLength];
    if (!this.#hash.set(text, 0, length, input.bytes, input.start, input.length, this.#limits.hash)) {
      input.fail('Duplicate hash fields detected');
    }
  }

  #readFieldWithDeadline(): void {
    const input = this.#input;
    input.string();
    const value = input.bytes.slice(input.start, input.start + input.length);
    const deadline = input.milliseconds();
    if (deadline < -1) input.fail('a field of a hash has a deadline before all time');
    if (deadline !== -1 && deadline < this.#options.nowMs) return;
    const hash = this.#hash;
    const [text, length] = [this.#text, this.#textLength];
    if (hash.find(text, 0, length)) input.fail('Duplicate hash fields detected');
    hash.append(text, 0, length, value, 0, value.length, deadline === -1 ? NO_DEADLINE : deadline);
  }

  #readHashListpack(): boolean {
    const input = this.#input;
    const count = this.#readListpack(2);
    if (count === 0) return false;
    const block = setsOf(this.#keyspace).packed.createFrom(input.bytes, input.start, input.length);
    const hash = this.#hash.open(KIND_HASH_PACKED, block);
    if (count > this.#limits.hash.entriesMax) hash.unpack();
    return this.#done(hash.kind, hash.value);
  }

  #readStream(type: number): boolean {
    const root = readStream(this.#input, this.#keyspace, type);
    return this.#done(KIND_STREAM, root);
  }
}
