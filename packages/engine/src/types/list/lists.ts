// Lists of either encoding behind the entry of their key: small ones are one packed node, larger ones a chain of nodes
// (list-nodes.ts and list-chains.ts say how they lie in memory). An entry given for a change must be writable; its kind
// and value are kept right here. A list without elements is the caller's to delete.
import { assert } from '@valkeep/base';
import type { Entries } from '../../keyspace/entries.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { KIND_LIST_BIG, KIND_LIST_PACKED } from '../../keyspace/value-kind.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { FIRST, ListChains } from './list-chains.ts';
import { ListCursor } from './list-cursor.ts';
import { ListEdits } from './list-edits.ts';
import { ListLimits } from './list-limits.ts';
import { ListNodes } from './list-nodes.ts';
import { chainOperations, packedOperations } from './list-operations.ts';

export class Lists {
  readonly arena: Arena;
  readonly entries: Entries;
  readonly limits = new ListLimits();
  readonly nodes: ListNodes;
  readonly chains: ListChains;
  /** For reading; who reads two lists at once makes one of his own. */
  readonly cursor: ListCursor;
  readonly #edits: ListEdits;

  constructor(keyspace: Keyspace) {
    this.arena = keyspace.arena;
    this.entries = keyspace.entries;
    this.nodes = new ListNodes(keyspace.arena);
    this.chains = new ListChains(this.nodes, this.limits);
    this.#edits = new ListEdits(this.chains, this.limits);
    this.cursor = this.createCursor();
  }

  /** Takes a value of `list-max-listpack-size`. */
  setFill(fill: number): undefined {
    this.limits.setFill(fill);
    this.nodes.bytesMax = this.limits.bytesMax;
  }

  createCursor(): ListCursor {
    return new ListCursor(this.chains);
  }

  /** The cursor, opened for the value of an entry. */
  read(entry: Handle): ListCursor {
    this.cursor.open(this.entries.kind(entry), this.entries.value(entry));
    return this.cursor;
  }

  count(entry: Handle): number {
    const value = this.entries.value(entry);
    return this.entries.kind(entry) === KIND_LIST_PACKED ? this.nodes.countOf(value) : this.chains.count(value);
  }

  /** Before elements are added: makes a packed list a big one where it would become too large. */
  prepareGrowth(entry: Handle, addedBytes: number, addedCount: number): void {
    if (this.entries.kind(entry) !== KIND_LIST_PACKED) return;
    const node = this.entries.value(entry);
    const bytes = this.nodes.sizeOf(node) + addedBytes;
    if (!this.limits.exceeds(bytes, this.nodes.countOf(node) + addedCount)) return;
    this.entries.setKind(entry, KIND_LIST_BIG);
    this.entries.setValue(entry, this.chains.create(node));
  }

  /** After elements were taken away (`hasShrunk`), or a list was built: makes a big list a packed one where it fits. */
  finishChange(entry: Handle, hasShrunk: boolean): void {
    if (this.entries.kind(entry) !== KIND_LIST_BIG) return;
    const root = this.entries.value(entry);
    if (this.chains.nodeCount(root) !== 1) return;
    const node = this.chains.get(root, FIRST);
    if (this.nodes.isPlain(node)) return;
    if (!this.limits.fitsPacked(this.nodes.sizeOf(node), this.nodes.countOf(node), hasShrunk)) return;
    this.entries.setKind(entry, KIND_LIST_PACKED);
    this.entries.setValue(entry, node);
    this.arena.free(root);
  }

  pushFirst(entry: Handle, text: Uint8Array, start: number, length: number): void {
    if (this.entries.kind(entry) === KIND_LIST_PACKED) {
      this.#setNode(entry, this.nodes.pushFirst(this.entries.value(entry), text, start, length));
    } else {
      this.chains.pushFirst(this.#writableRoot(entry), text, start, length);
    }
  }

  pushLast(entry: Handle, text: Uint8Array, start: number, length: number): void {
    if (this.entries.kind(entry) === KIND_LIST_PACKED) {
      this.#setNode(entry, this.nodes.pushLast(this.entries.value(entry), text, start, length));
    } else {
      this.chains.pushLast(this.#writableRoot(entry), text, start, length);
    }
  }

  /** Makes a STRING_BYTES block a large element of a big list. */
  addPlain(entry: Handle, block: Handle, first: boolean): void {
    const root = this.#writableRoot(entry);
    if (first) this.chains.addFirst(root, block);
    else this.chains.addLast(root, block);
  }

  /** Takes the first element out. */
  popFirst(entry: Handle): void {
    if (this.entries.kind(entry) === KIND_LIST_PACKED) {
      this.#setNode(entry, this.nodes.popFirst(this.entries.value(entry)));
    } else {
      this.chains.popFirst(this.#writableRoot(entry));
    }
  }

  popLast(entry: Handle): void {
    if (this.entries.kind(entry) === KIND_LIST_PACKED) {
      this.#setNode(entry, this.nodes.popLast(this.entries.value(entry)));
    } else {
      this.chains.popLast(this.#writableRoot(entry));
    }
  }

  /** Inserts an element before or behind the one of an index, which must be there. */
  insert(entry: Handle, index: number, behind: boolean, text: Uint8Array, start: number, length: number): void {
    if (this.entries.kind(entry) === KIND_LIST_BIG) {
      return this.#edits.insert(this.#writableRoot(entry), index, behind, text, start, length);
    }
    const node = this.entries.value(entry);
    const place = behind ? index + 1 : index;
    if (place === this.nodes.countOf(node)) return this.pushLast(entry, text, start, length);
    this.#setNode(entry, this.nodes.insert(node, this.nodes.positionOf(node, place), text, start, length));
  }

  /** Replaces the element of an index, which must be there. */
  replace(entry: Handle, index: number, text: Uint8Array, start: number, length: number): void {
    if (this.entries.kind(entry) === KIND_LIST_BIG) {
      return this.#edits.replace(this.#writableRoot(entry), index, text, start, length);
    }
    const node = this.entries.value(entry);
    this.#setNode(entry, this.nodes.replace(node, this.nodes.positionOf(node, index), text, start, length));
  }

  /** Deletes `count` elements, which must be there, from an index on. */
  deleteRange(entry: Handle, index: number, count: number): void {
    if (count === 0) return;
    if (this.entries.kind(entry) === KIND_LIST_BIG) {
      return this.#edits.deleteRange(this.#writableRoot(entry), index, count);
    }
    const node = this.entries.value(entry);
    this.#setNode(entry, this.nodes.deleteRange(node, this.nodes.positionOf(node, index), count));
  }

  #setNode(entry: Handle, node: Handle): void {
    this.entries.setValue(entry, node);
  }

  #writableRoot(entry: Handle): Handle {
    const root = this.entries.value(entry);
    const writable = this.arena.writable(root);
    if (writable !== root) this.entries.setValue(entry, writable);
    return writable;
  }
}

let lastKeyspace: Keyspace | undefined;
let lastLists: Lists | undefined;
const listsByKeyspace = new WeakMap<Keyspace, Lists>();

/** The lists of a keyspace. */
export function listsOf(keyspace: Keyspace): Lists {
  if (keyspace === lastKeyspace && lastLists !== undefined) return lastLists;
  const lists = listsByKeyspace.get(keyspace);
  assert(lists !== undefined, 'lists are not registered at this keyspace');
  lastKeyspace = keyspace;
  lastLists = lists;
  return lists;
}

/** Tells the keyspace what it can do with lists. */
export function registerLists(keyspace: Keyspace): void {
  const lists = new Lists(keyspace);
  listsByKeyspace.set(keyspace, lists);
  keyspace.registerKind(KIND_LIST_PACKED, packedOperations(lists.nodes));
  keyspace.registerKind(KIND_LIST_BIG, chainOperations(lists.chains));
}
