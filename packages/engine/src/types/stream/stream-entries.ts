// The entries of a stream: appending, trimming, deleting, and the counters that go with it. Groups are not touched here.
// `root` is always a STREAM_ROOT that may be written (the caller asked the arena); nodes and tree are copied here where
// a snapshot sees them. Roots stay where they are, so they need not be stored back.
import { LISTPACK_EMPTY_BYTES, listpackByteLength, listpackInteger } from '../../encodings/listpack.ts';
import { listpackReplaceIntegerAt } from '../../encodings/listpack-edit.ts';
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { STREAM_NODE } from '../../memory/block-types.ts';
import { addExact } from './exact-integer.ts';
import { StreamCursor } from './stream-cursor.ts';
import { StreamId } from './stream-id.ts';
import {
  NODE_LISTPACK,
  NODE_MASTER_ID,
  ROOT_FIRST_ID,
  ROOT_LAST_ID,
  ROOT_LAST_NODE,
  ROOT_MAX_DELETED_ID,
  ROOT_TREE,
  StreamLayout,
} from './stream-layout.ts';
import {
  afterElement,
  afterElements,
  appendEntry,
  countEntry,
  createNodeListpack,
  deletedCount,
  ENTRY_DELETED,
  ENTRY_SAME_FIELDS,
  entryBefore,
  entryRoom,
  type FieldSource,
  firstEntryAt,
  liveCount,
  masterFieldCountAt,
  readEntryId,
  setCounts,
  textBytes,
} from './stream-node.ts';

/** The largest node: 1 GiB, as in Valkey, less what our blocks need. */
const NODE_BYTES_MAX = 2 ** 30 - 2 ** 20;

/** How large a node may get before the next one is begun; 0: no limit. */
export interface NodeLimits {
  readonly bytes: number;
  readonly entries: number;
}

/** What trimming leaves: at most `maxLength` entries, or (with undefined) those from `minId` on. */
export interface TrimRule {
  readonly maxLength: number | undefined;
  readonly minId: StreamId;
  /** Whole nodes only. */
  readonly approximate: boolean;
  /** Entries that go at most; 0: no limit. */
  readonly limit: number;
}

export class StreamEntries {
  readonly layout: StreamLayout;
  readonly arena: Arena;
  readonly #tree: OrderedTree;
  readonly #cursor: StreamCursor;
  readonly #id = new StreamId();
  readonly #master = new StreamId();
  readonly #zero = new StreamId();
  readonly #max = new StreamId().setMax();

  constructor(arena: Arena) {
    this.arena = arena;
    this.layout = new StreamLayout(arena);
    this.#tree = new OrderedTree(arena);
    this.#cursor = new StreamCursor(arena);
  }

  /** An empty stream. */
  create(): Handle {
    return this.layout.createRoot(this.#tree.create());
  }

  /** Whether an entry with these texts fits into a node at all. */
  accepts(source: FieldSource, from: number, fieldCount: number): boolean {
    return NODE_LISTPACK + entryRoom(source, from, fieldCount, true) <= NODE_BYTES_MAX;
  }

  /** Appends an entry of `fieldCount` fields and values from `from` on. `id` must be above the stream's last id. */
  append(root: Handle, id: StreamId, source: FieldSource, from: number, fieldCount: number, limits: NodeLimits): void {
    const { layout } = this;
    let node = layout.word(root, ROOT_LAST_NODE);
    if (node !== 0 && this.#isFull(node, textBytes(source, from, fieldCount * 2), limits)) {
      this.#shrinkLast(root, node);
      node = 0;
    }
    if (node === 0) node = this.#addNode(root, id, source, from, fieldCount);
    else node = this.#makeRoom(root, node, entryRoom(source, from, fieldCount, false), true);
    const bytes = layout.bytesOf(node);
    const list = layout.at(node, NODE_LISTPACK);
    layout.readId(node, NODE_MASTER_ID, this.#master);
    appendEntry(bytes, list, id, this.#master, source, from, fieldCount);
    const length = layout.length(root) + 1;
    layout.setLength(root, length);
    layout.setEntriesAdded(root, addExact(layout.entriesAdded(root), 1));
    layout.writeId(root, ROOT_LAST_ID, id);
    if (length === 1) layout.writeId(root, ROOT_FIRST_ID, id);
  }

  /** Takes the oldest entries out; returns their number. */
  trim(root: Handle, rule: TrimRule): number {
    const { layout } = this;
    if (rule.maxLength !== undefined && layout.length(root) <= rule.maxLength) return 0;
    let deleted = 0;
    while (this.#tree.seekFirst(layout.word(root, ROOT_TREE))) {
      if (rule.maxLength !== undefined && layout.length(root) <= rule.maxLength) break;
      const node = this.#tree.payload;
      const live = liveCount(layout.bytesOf(node), layout.at(node, NODE_LISTPACK));
      if (rule.limit > 0 && deleted + live > rule.limit) break;
      if (!this.#goesWhole(root, node, live, rule)) {
        if (!rule.approximate) deleted += this.#trimNode(root, node, rule);
        break;
      }
      this.#dropNode(root, node);
      layout.setLength(root, layout.length(root) - live);
      deleted += live;
    }
    if (deleted > 0) this.updateFirstId(root);
    return deleted;
  }

  /** Deletes the entry with this id; false where there is none. Neither the first nor the largest deleted id is changed. */
  delete(root: Handle, id: StreamId): boolean {
    const cursor = this.#cursor;
    cursor.seek(root, id, id);
    if (!cursor.next()) return false;
    const { layout } = this;
    layout.setLength(root, layout.length(root) - 1);
    const live = liveCount(cursor.bytes, layout.at(cursor.node, NODE_LISTPACK));
    if (live === 1) {
      this.#dropNode(root, cursor.node);
      return true;
    }
    const node = this.#makeRoom(root, cursor.node, NODE_COUNTER_ROOM, false);
    const bytes = layout.bytesOf(node);
    const list = layout.at(node, NODE_LISTPACK);
    this.#markDeleted(bytes, list, layout.at(node, cursor.entryOffset));
    setCounts(bytes, list, live - 1, deletedCount(bytes, list) + 1);
    return true;
  }

  /** Notes that `id` was deleted by name: a larger one than before is what lags are judged by. */
  noteDeleted(root: Handle, id: StreamId): void {
    if (id.compare(this.layout.readId(root, ROOT_MAX_DELETED_ID, this.#id)) > 0) {
      this.layout.writeId(root, ROOT_MAX_DELETED_ID, id);
    }
  }

  /** Sets the stream's first id to that of its first entry, 0-0 where it has none. */
  updateFirstId(root: Handle): void {
    const { layout } = this;
    if (layout.length(root) === 0) this.#id.setZero();
    else this.edgeId(root, true, false, this.#id);
    layout.writeId(root, ROOT_FIRST_ID, this.#id);
  }

  /** The id of the first or last entry (deleted ones too, `withDeleted`); of an empty stream the largest or smallest. */
  edgeId(root: Handle, first: boolean, withDeleted: boolean, id: StreamId): StreamId {
    const cursor = this.#cursor;
    cursor.seek(root, this.#zero, this.#max, !first, withDeleted);
    if (cursor.next()) return id.copy(cursor.id);
    return first ? id.setMax() : id.setZero();
  }

  exists(root: Handle, id: StreamId): boolean {
    this.#cursor.seek(root, id, id);
    return this.#cursor.next();
  }

  /** Number of nodes. */
  nodeCount(root: Handle): number {
    return this.#tree.weight(this.layout.word(root, ROOT_TREE));
  }

  /** Whether a node with this master entry may follow the last one. */
  isBehindLastNode(root: Handle, master: StreamId): boolean {
    const node = this.layout.word(root, ROOT_LAST_NODE);
    return node === 0 || master.compare(this.layout.readId(node, NODE_MASTER_ID, this.#id)) > 0;
  }

  /** Appends a node as RDB keeps it: a whole, checked listpack. The stream's counters are the caller's. */
  addListpack(root: Handle, master: StreamId, bytes: Uint8Array, start: number, length: number): void {
    const { layout } = this;
    const node = this.#newNode(root, master, NODE_LISTPACK + length);
    layout.bytesOf(node).set(bytes.subarray(start, start + length), layout.at(node, NODE_LISTPACK));
  }

  /** Calls `visit` for each node in order: the master's id (valid during the call), and where the listpack lies. */
  forEachNode(root: Handle, visit: (master: StreamId, bytes: Uint8Array, start: number, length: number) => void): void {
    const { layout } = this;
    const master = new StreamId();
    this.#tree.nodes.forEach(layout.word(root, ROOT_TREE), (node) => {
      const bytes = layout.bytesOf(node);
      const list = layout.at(node, NODE_LISTPACK);
      visit(layout.readId(node, NODE_MASTER_ID, master), bytes, list, listpackByteLength(bytes, list));
    });
  }

  #isFull(node: Handle, addedBytes: number, limits: NodeLimits): boolean {
    const { layout } = this;
    const bytes = layout.bytesOf(node);
    const list = layout.at(node, NODE_LISTPACK);
    const bytesMax = limits.bytes === 0 ? NODE_BYTES_MAX : Math.min(limits.bytes, NODE_BYTES_MAX);
    if (listpackByteLength(bytes, list) + addedBytes >= bytesMax) return true;
    return limits.entries > 0 && liveCount(bytes, list) + deletedCount(bytes, list) >= limits.entries;
  }

  #addNode(root: Handle, id: StreamId, source: FieldSource, from: number, fieldCount: number): Handle {
    const { layout } = this;
    const node = this.#newNode(root, id, NODE_LISTPACK + entryRoom(source, from, fieldCount, true));
    createNodeListpack(layout.bytesOf(node), layout.at(node, NODE_LISTPACK), source, from, fieldCount);
    return node;
  }

  #newNode(root: Handle, master: StreamId, byteLength: number): Handle {
    const { layout } = this;
    const node = this.arena.allocate(byteLength, STREAM_NODE);
    layout.writeId(node, NODE_MASTER_ID, master);
    const tree = layout.word(root, ROOT_TREE);
    this.#setKey(master);
    this.#tree.seekEnd(tree);
    layout.setWord(root, ROOT_TREE, this.#tree.insertHere(node, 1));
    layout.setWord(root, ROOT_LAST_NODE, node);
    return node;
  }

  /** The node, writable and with `room` bytes behind its listpack; counts an entry that is about to be appended. */
  #makeRoom(root: Handle, node: Handle, room: number, countsEntry: boolean): Handle {
    const { arena, layout } = this;
    const used = NODE_LISTPACK + listpackByteLength(layout.bytesOf(node), layout.at(node, NODE_LISTPACK));
    const capacity = arena.capacity(node);
    let writable = node;
    if (used + room > capacity || !arena.isWritable(node)) {
      const grown = Math.max(used + room, used * 2);
      writable = arena.reallocate(node, used + room <= capacity ? capacity : Math.min(grown, NODE_BYTES_MAX));
      this.#replaceNode(root, node, writable);
    }
    if (countsEntry) countEntry(layout.bytesOf(writable), layout.at(writable, NODE_LISTPACK));
    return writable;
  }

  /** Gives back what a node that is full has reserved beyond its bytes. */
  #shrinkLast(root: Handle, node: Handle): void {
    const { arena, layout } = this;
    const used = NODE_LISTPACK + listpackByteLength(layout.bytesOf(node), layout.at(node, NODE_LISTPACK));
    const shrunk = arena.resize(node, used);
    if (shrunk !== node) this.#replaceNode(root, node, shrunk);
  }

  /** Puts a moved node in the place of `old`, whose id it has. */
  #replaceNode(root: Handle, old: Handle, node: Handle): void {
    const { layout } = this;
    this.#seekNode(root, node);
    layout.setWord(root, ROOT_TREE, this.#tree.updateHere(node, 1));
    if (layout.word(root, ROOT_LAST_NODE) === old) layout.setWord(root, ROOT_LAST_NODE, node);
  }

  #dropNode(root: Handle, node: Handle): void {
    const { layout } = this;
    this.#seekNode(root, node);
    const tree = this.#tree.removeHere();
    layout.setWord(root, ROOT_TREE, tree);
    this.arena.free(node);
    if (layout.word(root, ROOT_LAST_NODE) !== node) return;
    layout.setWord(root, ROOT_LAST_NODE, this.#tree.seekLast(tree) ? this.#tree.payload : 0);
  }

  /** Sets the tree's path to a node by the id of its master entry. */
  #seekNode(root: Handle, node: Handle): void {
    this.#setKey(this.layout.readId(node, NODE_MASTER_ID, this.#master));
    this.#tree.seekKey(this.layout.word(root, ROOT_TREE));
  }

  #setKey(id: StreamId): void {
    this.#tree.setKey(id.msHigh >>> 0, id.msLow >>> 0, id.seqHigh >>> 0, id.seqLow >>> 0);
  }

  #goesWhole(root: Handle, node: Handle, live: number, rule: TrimRule): boolean {
    const { layout } = this;
    if (rule.maxLength !== undefined) return layout.length(root) - live >= rule.maxLength;
    const bytes = layout.bytesOf(node);
    const list = layout.at(node, NODE_LISTPACK);
    const at = entryBefore(bytes, list, list + listpackByteLength(bytes, list) - 1);
    if (at === -1) return true;
    layout.readId(node, NODE_MASTER_ID, this.#master);
    readEntryId(bytes, at, this.#master, this.#id);
    return this.#id.compare(rule.minId) < 0;
  }

  /** Marks the first entries of the first node as deleted; returns how many went. */
  #trimNode(root: Handle, old: Handle, rule: TrimRule): number {
    const { layout } = this;
    const node = this.#makeRoom(root, old, NODE_COUNTER_ROOM, false);
    const bytes = layout.bytesOf(node);
    const list = layout.at(node, NODE_LISTPACK);
    layout.readId(node, NODE_MASTER_ID, this.#master);
    const masterFields = listpackInteger(bytes, masterFieldCountAt(bytes, list));
    const live = liveCount(bytes, list);
    const length = layout.length(root);
    let removed = 0;
    for (let at = firstEntryAt(bytes, list); at < list + listpackByteLength(bytes, list) - 1; ) {
      const behindId = readEntryId(bytes, at, this.#master, this.#id);
      if (rule.maxLength === undefined ? this.#id.compare(rule.minId) >= 0 : length - removed <= rule.maxLength) break;
      const flags = listpackInteger(bytes, at);
      if ((flags & ENTRY_DELETED) === 0) {
        this.#markDeleted(bytes, list, at);
        removed++;
      }
      if ((flags & ENTRY_SAME_FIELDS) !== 0) at = afterElements(bytes, behindId, masterFields + 1);
      else at = afterElements(bytes, afterElement(bytes, behindId), listpackInteger(bytes, behindId) * 2 + 1);
    }
    setCounts(bytes, list, live - removed, deletedCount(bytes, list) + removed);
    layout.setLength(root, length - removed);
    return removed;
  }

  #markDeleted(bytes: Uint8Array, list: number, at: number): void {
    listpackReplaceIntegerAt(bytes, list, at, listpackInteger(bytes, at) | ENTRY_DELETED);
  }
}

/** Bytes that a node's counters may grow by when entries are deleted. */
const NODE_COUNTER_ROOM = LISTPACK_EMPTY_BYTES + 16;
