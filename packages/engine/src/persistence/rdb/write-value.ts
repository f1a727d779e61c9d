// Writes values as RDB has them. Small values are written at once; for larger ones `writeContent` gives a walk to be
// gone on with, which stops every few kilobytes, so that a save may be cut into slices. The values must not change
// meanwhile: they belong to a snapshot, or the walk is gone through at once.
// One of these belongs to one save: its cursors stay where they are between slices.
import { intsetByteLength } from '../../encodings/intset.ts';
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { Entries } from '../../keyspace/entries.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import {
  KIND_HASH_BIG,
  KIND_HASH_EXPIRING,
  KIND_HASH_PACKED,
  KIND_LIST_BIG,
  KIND_LIST_PACKED,
  KIND_SET_BIG,
  KIND_SET_INTEGERS,
  KIND_SET_PACKED,
  KIND_SORTED_SET_BIG,
  KIND_SORTED_SET_PACKED,
  KIND_STREAM,
} from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import { fieldDeadline, NO_DEADLINE } from '../../types/hash/field-blocks.ts';
import { HashCursor } from '../../types/hash/hash-cursor.ts';
import { FIRST, LAST, TREE } from '../../types/list/list-chains.ts';
import { ListCursor } from '../../types/list/list-cursor.ts';
import { type Lists, listsOf } from '../../types/list/lists.ts';
import { ListpackBlocks } from '../../types/listpack-blocks.ts';
import { IntegerSets } from '../../types/set/integer-sets.ts';
import { SetCursor } from '../../types/set/set-cursor.ts';
import type { SortedSetCursor } from '../../types/sorted-set/sorted-set-cursor.ts';
import { type SortedSets, sortedSetsOf } from '../../types/sorted-set/sorted-sets.ts';
import {
  NODE_PACKED,
  NODE_PLAIN,
  TYPE_HASH,
  TYPE_HASH_2,
  TYPE_HASH_LISTPACK,
  TYPE_LIST,
  TYPE_LIST_QUICKLIST_2,
  TYPE_SET,
  TYPE_SET_INTSET,
  TYPE_SET_LISTPACK,
  TYPE_SORTED_SET_2,
  TYPE_SORTED_SET_LISTPACK,
  TYPE_STREAM_LISTPACKS,
  TYPE_STREAM_LISTPACKS_2,
  TYPE_STREAM_LISTPACKS_3,
  TYPE_STRING,
  VERSION_WRITTEN,
} from './rdb-format.ts';
import type { RdbWriter } from './rdb-writer.ts';
import { StreamWriter } from './write-stream.ts';

/** A walk through what is left of a value; each step writes a few kilobytes. */
export type WriteWalk = Generator<void, void, void>;

/** Bytes after which a walk stops. */
export const STEP_BYTES = 8192;
/** Strings above this size are written in steps. */
const STRING_AT_ONCE_MAX = 2 ** 20;

/** Types by kind of value. */
const TYPES: Readonly<Record<number, number>> = {
  [KIND_LIST_PACKED]: TYPE_LIST_QUICKLIST_2,
  [KIND_LIST_BIG]: TYPE_LIST_QUICKLIST_2,
  [KIND_SET_INTEGERS]: TYPE_SET_INTSET,
  [KIND_SET_PACKED]: TYPE_SET_LISTPACK,
  [KIND_SET_BIG]: TYPE_SET,
  [KIND_SORTED_SET_PACKED]: TYPE_SORTED_SET_LISTPACK,
  [KIND_SORTED_SET_BIG]: TYPE_SORTED_SET_2,
  [KIND_HASH_PACKED]: TYPE_HASH_LISTPACK,
  [KIND_HASH_BIG]: TYPE_HASH,
  [KIND_HASH_EXPIRING]: TYPE_HASH_2,
  [KIND_STREAM]: TYPE_STREAM_LISTPACKS_3,
};
/** What version 10 lacks. */
const TYPES_OF_10 = { ...TYPES, [KIND_SET_PACKED]: TYPE_SET, [KIND_STREAM]: TYPE_STREAM_LISTPACKS_2 };
/** Version 9 has ziplists where later ones have listpacks; what has neither is written element by element. */
const TYPES_OF_9 = {
  ...TYPES_OF_10,
  [KIND_LIST_PACKED]: TYPE_LIST,
  [KIND_LIST_BIG]: TYPE_LIST,
  [KIND_SORTED_SET_PACKED]: TYPE_SORTED_SET_2,
  [KIND_HASH_PACKED]: TYPE_HASH,
  [KIND_STREAM]: TYPE_STREAM_LISTPACKS,
};

function typesOf(version: number): Readonly<Record<number, number>> {
  if (version >= VERSION_WRITTEN) return TYPES;
  return version === 10 ? TYPES_OF_10 : TYPES_OF_9;
}

export class ValueWriter {
  readonly #writer: RdbWriter;
  readonly #entries: Entries;
  readonly #keyspace: Keyspace;
  readonly #packed: ListpackBlocks;
  readonly #integers: IntegerSets;
  readonly #hash: HashCursor;
  readonly #set: SetCursor;
  readonly #sortedSets: SortedSets;
  readonly #sortedSet: SortedSetCursor;
  readonly #lists: Lists;
  readonly #listTree: OrderedTree;
  readonly #streams: StreamWriter;
  readonly #types: Readonly<Record<number, number>>;

  /** `version` is the RDB version whose types may be written; deadlines of fields go beyond it, rather than be lost. */
  constructor(writer: RdbWriter, keyspace: Keyspace, version: number) {
    const { arena, dict } = keyspace;
    this.#writer = writer;
    this.#types = typesOf(version);
    this.#keyspace = keyspace;
    this.#entries = keyspace.entries;
    this.#packed = new ListpackBlocks(arena);
    this.#integers = new IntegerSets(arena);
    this.#hash = new HashCursor(arena, dict);
    this.#set = new SetCursor(arena, dict);
    this.#sortedSets = sortedSetsOf(keyspace);
    this.#sortedSet = this.#sortedSets.createCursor();
    this.#lists = listsOf(keyspace);
    this.#listTree = new OrderedTree(arena);
    this.#streams = new StreamWriter(writer, keyspace);
  }

  /** The RDB type of an entry's value. */
  typeOf(entry: Handle): number {
    return this.#types[this.#entries.kind(entry)] ?? TYPE_STRING;
  }

  /** Writes the content of a value of that type; gives the walk through what is left of a larger one. */
  writeContent(entry: Handle, type: number): WriteWalk | undefined {
    const kind = this.#entries.kind(entry);
    const value = this.#entries.value(entry);
    switch (type) {
      case TYPE_STRING:
        return this.#writeString(entry);
      case TYPE_LIST:
        return this.#walkElements(kind, value);
      case TYPE_LIST_QUICKLIST_2:
        if (kind === KIND_LIST_BIG) return this.#walkList(value);
        this.#writer.length(1);
        return this.#writeListNode(value);
      case TYPE_SET_INTSET:
        return this.#writeIntegers(value);
      case TYPE_SET:
        return this.#walkSet(kind, value);
      case TYPE_SORTED_SET_LISTPACK:
        return this.#writeSortedSet(value);
      case TYPE_SORTED_SET_2:
        return this.#walkSortedSet(kind, value);
      case TYPE_HASH:
      case TYPE_HASH_2:
        return this.#walkHash(kind, value);
      case TYPE_STREAM_LISTPACKS:
      case TYPE_STREAM_LISTPACKS_2:
      case TYPE_STREAM_LISTPACKS_3:
        return this.#streams.walk(value, type);
      default:
        return this.#writeListpack(value);
    }
  }

  #writeString(entry: Handle): WriteWalk | undefined {
    const entries = this.#entries;
    const length = entries.stringLength(entry);
    if (length > STRING_AT_ONCE_MAX) return this.#walkString(entry, length);
    this.#writer.string(entries.stringBytes(entry), entries.stringStart(entry), length);
    return undefined;
  }

  *#walkString(entry: Handle, length: number): WriteWalk {
    const bytes = this.#entries.stringBytes(entry);
    const start = this.#entries.stringStart(entry);
    this.#writer.length(length);
    for (let at = 0; at < length; at += STRING_AT_ONCE_MAX) {
      this.#writer.raw(bytes, start + at, Math.min(STRING_AT_ONCE_MAX, length - at));
      yield;
    }
  }

  #writeListpack(block: Handle): undefined {
    const packed = this.#packed;
    this.#writer.string(packed.bytesOf(block), packed.listOf(block), packed.byteLength(block));
  }

  #writeIntegers(block: Handle): undefined {
    const bytes = this.#integers.bytesOf(block);
    const set = this.#integers.setOf(block);
    this.#writer.string(bytes, set, intsetByteLength(bytes, set));
  }

  #writeSortedSet(block: Handle): undefined {
    const { packed } = this.#sortedSets;
    this.#writer.string(packed.bytesOf(block), packed.listOf(block), packed.byteLength(block));
  }

  #writeListNode(node: Handle): undefined {
    const { nodes } = this.#lists;
    const isPlain = nodes.isPlain(node);
    this.#writer.length(isPlain ? NODE_PLAIN : NODE_PACKED);
    const bytes = nodes.bytesOf(node);
    if (isPlain) this.#writer.string(bytes, nodes.plainStart(node), nodes.plainLength(node));
    else this.#writer.string(bytes, nodes.listOf(node), nodes.sizeOf(node));
  }

  *#walkList(root: Handle): WriteWalk {
    const { chains } = this.#lists;
    this.#writer.length(chains.nodeCount(root));
    if (chains.get(root, FIRST) !== 0) this.#writeListNode(chains.get(root, FIRST));
    const tree = chains.get(root, TREE);
    if (tree !== 0 && this.#listTree.seekFirst(tree)) {
      do {
        yield;
        this.#writeListNode(this.#listTree.payload);
      } while (this.#listTree.next());
    }
    if (chains.get(root, LAST) !== 0) this.#writeListNode(chains.get(root, LAST));
  }

  /** A list element by element, as the first versions have it. */
  *#walkElements(kind: number, value: Handle): WriteWalk {
    const writer = this.#writer;
    const cursor = new ListCursor(this.#lists.chains);
    cursor.open(kind, value);
    writer.length(cursor.count);
    let stop = writer.position + STEP_BYTES;
    for (let more = cursor.seek(0); more; more = cursor.next()) {
      writer.text(cursor.text());
      if (writer.position < stop) continue;
      yield;
      stop = writer.position + STEP_BYTES;
    }
  }

  *#walkSet(kind: number, value: Handle): WriteWalk {
    const writer = this.#writer;
    const cursor = this.#set.open(kind, value);
    writer.length(cursor.count);
    let stop = writer.position + STEP_BYTES;
    while (cursor.next()) {
      writer.string(cursor.bytes, cursor.start, cursor.length);
      if (writer.position < stop) continue;
      yield;
      stop = writer.position + STEP_BYTES;
    }
  }

  /** From the highest score to the lowest, so that a reader that inserts in order does so at the start. */
  *#walkSortedSet(kind: number, value: Handle): WriteWalk {
    const writer = this.#writer;
    const cursor = this.#sortedSet;
    cursor.open(kind, value);
    writer.length(cursor.count);
    let stop = writer.position + STEP_BYTES;
    for (let rank = cursor.count - 1; rank >= 0; rank--) {
      if (rank === cursor.count - 1) cursor.seekRank(rank);
      else cursor.previous();
      writer.string(cursor.bytes, cursor.start, cursor.length);
      writer.double(cursor.score);
      if (writer.position < stop) continue;
      yield;
      stop = writer.position + STEP_BYTES;
    }
  }

  *#walkHash(kind: number, value: Handle): WriteWalk {
    const writer = this.#writer;
    const { arena } = this.#keyspace;
    const cursor = this.#hash.open(kind, value);
    const withDeadlines = kind === KIND_HASH_EXPIRING;
    writer.length(cursor.count);
    let stop = writer.position + STEP_BYTES;
    while (cursor.next()) {
      writer.string(cursor.fieldBytes, cursor.fieldStart, cursor.fieldLength);
      writer.string(cursor.valueBytes, cursor.valueStart, cursor.valueLength);
      if (withDeadlines) {
        const deadline = fieldDeadline(arena, cursor.block);
        writer.milliseconds(deadline === NO_DEADLINE ? -1 : deadline);
      }
      if (writer.position < stop) continue;
      yield;
      stop = writer.position + STEP_BYTES;
    }
  }
}
