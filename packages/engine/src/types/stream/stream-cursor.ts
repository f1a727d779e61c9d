// Walks the entries of a stream in the order of their ids, or against it, and the fields of each. Reads only: a change
// of the stream's entries ends the walk, changes of its groups do not.
// After `next`, `id` and `fieldCount` tell the entry; `nextField` then gives its fields one by one, each as two listpack
// elements of `bytes`, at `fieldAt` and `valueAt`.
import { LISTPACK_END, listpackByteLength, listpackInteger } from '../../encodings/listpack.ts';
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { StreamId } from './stream-id.ts';
import { NODE_LISTPACK, NODE_MASTER_ID, ROOT_TREE, StreamLayout } from './stream-layout.ts';
import {
  afterElement,
  afterElements,
  ENTRY_DELETED,
  ENTRY_SAME_FIELDS,
  entryBefore,
  firstEntryAt,
  masterFieldCountAt,
  readEntryId,
} from './stream-node.ts';

const EMPTY = new Uint8Array(0);

export class StreamCursor {
  /** The id of the present entry. */
  readonly id = new StreamId();
  fieldCount = 0;
  bytes: Uint8Array = EMPTY;
  fieldAt = 0;
  valueAt = 0;
  /** The node of the present entry, and the entry's place in it, in bytes from the block's start. */
  node: Handle = 0;
  entryOffset = 0;
  isDeleted = false;
  readonly #layout: StreamLayout;
  readonly #tree: OrderedTree;
  readonly #start = new StreamId();
  readonly #end = new StreamId();
  readonly #master = new StreamId();
  #reverse = false;
  #withDeleted = false;
  #isInNode = false;
  #isOver = true;
  #list = 0;
  #masterFieldCount = 0;
  #masterFieldsAt = 0;
  /** Forwards: the element to go on from, and how many belong to the present entry still. */
  #at = 0;
  #left = 0;
  /** Backwards: where the entries that are left end. */
  #entriesEnd = 0;
  #sameFields = false;
  #nextNameAt = 0;
  #fieldsLeft = 0;

  constructor(arena: Arena) {
    this.#layout = new StreamLayout(arena);
    this.#tree = new OrderedTree(arena);
  }

  /** Starts before the first entry of `start` to `end` (both within; backwards: behind the last). */
  seek(root: Handle, start: StreamId, end: StreamId, reverse = false, withDeleted = false): void {
    this.#start.copy(start);
    this.#end.copy(end);
    this.#reverse = reverse;
    this.#withDeleted = withDeleted;
    this.#isInNode = false;
    this.#isOver = !this.#seekNode(this.#layout.word(root, ROOT_TREE), reverse ? end : start);
  }

  /** Moves to the next entry; false when there is none. */
  next(): boolean {
    if (this.#isOver) return false;
    const found = this.#reverse ? this.#nextBackwards() : this.#nextForwards();
    if (!found) this.#isOver = true;
    return found;
  }

  /** Moves to the next field of the entry; false when there is none. */
  nextField(): boolean {
    if (this.#fieldsLeft === 0) return false;
    this.#fieldsLeft--;
    const { bytes } = this;
    if (this.#sameFields) {
      this.fieldAt = this.#nextNameAt;
      this.valueAt = this.#at;
      this.#nextNameAt = afterElement(bytes, this.#nextNameAt);
      this.#left--;
    } else {
      this.fieldAt = this.#at;
      this.valueAt = afterElement(bytes, this.#at);
      this.#left -= 2;
    }
    this.#at = afterElement(bytes, this.valueAt);
    return true;
  }

  /** Sets the path to the node that may hold `id`: the last one that does not start behind it, or the first. */
  #seekNode(tree: Handle, id: StreamId): boolean {
    const nodes = this.#tree;
    nodes.setKey(id.msHigh >>> 0, id.msLow >>> 0, id.seqHigh >>> 0, id.seqLow >>> 0);
    const found = nodes.seekKey(tree);
    if (found && nodes.matchesHere()) return true;
    return nodes.previous() || found;
  }

  #nextForwards(): boolean {
    for (;;) {
      if (!this.#isInNode) {
        this.#enterNode();
        this.#at = firstEntryAt(this.bytes, this.#list);
        this.#left = 0;
      }
      const at = afterElements(this.bytes, this.#at, this.#left);
      if (this.bytes[at] === LISTPACK_END) {
        this.#isInNode = false;
        if (!this.#tree.next()) return false;
        continue;
      }
      this.#readEntry(at);
      if (this.id.compare(this.#end) > 0) return false;
      if (this.isDeleted && !this.#withDeleted) continue;
      if (this.id.compare(this.#start) >= 0) return true;
    }
  }

  #nextBackwards(): boolean {
    for (;;) {
      if (!this.#isInNode) {
        this.#enterNode();
        this.#entriesEnd = this.#list + listpackByteLength(this.bytes, this.#list) - 1;
      }
      const at = entryBefore(this.bytes, this.#list, this.#entriesEnd);
      if (at === -1) {
        this.#isInNode = false;
        if (!this.#tree.previous()) return false;
        continue;
      }
      this.#entriesEnd = at;
      this.#readEntry(at);
      if (this.id.compare(this.#start) < 0) return false;
      if (this.isDeleted && !this.#withDeleted) continue;
      if (this.id.compare(this.#end) <= 0) return true;
    }
  }

  #enterNode(): void {
    const node = this.#tree.payload;
    const layout = this.#layout;
    this.node = node;
    this.bytes = layout.bytesOf(node);
    this.#list = layout.at(node, NODE_LISTPACK);
    layout.readId(node, NODE_MASTER_ID, this.#master);
    const countAt = masterFieldCountAt(this.bytes, this.#list);
    this.#masterFieldCount = listpackInteger(this.bytes, countAt);
    this.#masterFieldsAt = afterElement(this.bytes, countAt);
    this.#isInNode = true;
  }

  #readEntry(at: number): void {
    const { bytes } = this;
    const flags = listpackInteger(bytes, at);
    this.entryOffset = at - this.#list + NODE_LISTPACK;
    this.isDeleted = (flags & ENTRY_DELETED) !== 0;
    this.#sameFields = (flags & ENTRY_SAME_FIELDS) !== 0;
    let next = readEntryId(bytes, at, this.#master, this.id);
    if (this.#sameFields) {
      this.fieldCount = this.#masterFieldCount;
      this.#left = this.fieldCount + 1;
    } else {
      this.fieldCount = listpackInteger(bytes, next);
      next = afterElement(bytes, next);
      this.#left = this.fieldCount * 2 + 1;
    }
    this.#at = next;
    this.#nextNameAt = this.#masterFieldsAt;
    this.#fieldsLeft = this.fieldCount;
  }
}
