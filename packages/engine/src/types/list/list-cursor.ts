// Reads the elements of a list in either direction. `open`, then `seek` to an index, then `next` or `previous` from
// element to element; a change of the list ends the reading. After a move that returned true the element is an integer
// of a listpack (`isInteger`: read it at `at` of `bytes`) or the `length` bytes of `bytes` at `start`.

import { bytesEqual } from '../../encodings/bytes-compare.ts';
import {
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  listpackEntryBytes,
  listpackEquals,
  listpackIsInteger,
  listpackLast,
  listpackPrevious,
  listpackSeek,
  listpackStringLength,
  listpackStringStart,
  listpackTextLength,
  listpackWriteText,
} from '../../encodings/listpack.ts';
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import { KIND_LIST_PACKED } from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import { FIRST, LAST, type ListChains, TREE } from './list-chains.ts';
import type { ListNodes } from './list-nodes.ts';

export class ListCursor {
  readonly #chains: ListChains;
  readonly #nodes: ListNodes;
  readonly #tree: OrderedTree;
  /** The memory that the element lies in. */
  bytes: Uint8Array = new Uint8Array(0);
  isInteger = false;
  /** The text of an element that is no integer. */
  start = 0;
  length = 0;
  /** The listpack entry of the element; -1 where the element is a node of its own. */
  at = -1;
  /** Number of elements of the list. */
  count = 0;
  #root: Handle = 0;
  #node: Handle = 0;
  #list = 0;
  /** First node, nodes of the tree, last node. */
  #place: 'first' | 'middle' | 'last' = 'first';

  constructor(chains: ListChains) {
    this.#chains = chains;
    this.#nodes = chains.nodes;
    this.#tree = new OrderedTree(chains.arena);
  }

  open(kind: number, value: Handle): void {
    const isPacked = kind === KIND_LIST_PACKED;
    this.#root = isPacked ? 0 : value;
    this.#node = isPacked ? value : 0;
    this.count = isPacked ? this.#nodes.countOf(value) : this.#chains.count(value);
  }

  /** Goes to the element of an index, negative ones from the end; false where there is none. */
  seek(index: number): boolean {
    const wanted = index < 0 ? index + this.count : index;
    if (wanted < 0 || wanted >= this.count) return false;
    if (this.#root === 0) {
      this.#enter(this.#node);
      return this.#stand(listpackSeek(this.bytes, this.#list, wanted));
    }
    const offset = this.#seekNode(wanted);
    this.#enter(this.#node);
    if (this.#list < 0) return this.#standPlain();
    return this.#stand(listpackSeek(this.bytes, this.#list, offset));
  }

  next(): boolean {
    if (this.at >= 0) {
      const next = this.at + listpackEntryBytes(this.bytes, this.at);
      if (this.bytes[next] !== LISTPACK_END) return this.#stand(next);
    }
    if (!this.#nextNode()) return false;
    this.#enter(this.#node);
    return this.#list < 0 ? this.#standPlain() : this.#stand(this.#list + LISTPACK_HEADER_BYTES);
  }

  previous(): boolean {
    if (this.at >= 0) {
      const previous = listpackPrevious(this.bytes, this.#list, this.at);
      if (previous >= 0) return this.#stand(previous);
    }
    if (!this.#previousNode()) return false;
    this.#enter(this.#node);
    return this.#list < 0 ? this.#standPlain() : this.#stand(listpackLast(this.bytes, this.#list));
  }

  /** Whether the element has these bytes. */
  equals(text: Uint8Array, start: number, length: number): boolean {
    if (this.isInteger) return listpackEquals(this.bytes, this.at, text, start, length);
    return this.length === length && bytesEqual(this.bytes, this.start, text, start, length);
  }

  /** Length of the element as text. */
  get textLength(): number {
    return this.isInteger ? listpackTextLength(this.bytes, this.at) : this.length;
  }

  /** Writes the element as text at `offset` of `target`; returns the place behind it. */
  writeText(target: Uint8Array, offset: number): number {
    if (this.isInteger) return listpackWriteText(this.bytes, this.at, target, offset);
    target.set(this.bytes.subarray(this.start, this.start + this.length), offset);
    return offset + this.length;
  }

  /** The element as a binary string. */
  text(): string {
    const text = Buffer.allocUnsafe(this.textLength);
    this.writeText(text, 0);
    return text.toString('latin1');
  }

  /** Finds the node of an index; returns the element's place in it. */
  #seekNode(index: number): number {
    const chains = this.#chains;
    const first = chains.get(this.#root, FIRST);
    const firstCount = this.#nodes.countOf(first);
    if (index < firstCount) {
      this.#place = 'first';
      this.#node = first;
      return index;
    }
    const last = chains.get(this.#root, LAST);
    const lastStart = this.count - this.#nodes.countOf(last);
    if (index >= lastStart) {
      this.#place = 'last';
      this.#node = last;
      return index - lastStart;
    }
    this.#place = 'middle';
    const offset = this.#tree.seekWeight(chains.get(this.#root, TREE), index - firstCount);
    this.#node = this.#tree.payload;
    return offset;
  }

  #nextNode(): boolean {
    if (this.#root === 0 || this.#place === 'last') return false;
    const tree = this.#chains.get(this.#root, TREE);
    const isInTree = this.#place === 'first' ? tree !== 0 && this.#tree.seekFirst(tree) : this.#tree.next();
    this.#place = isInTree ? 'middle' : 'last';
    this.#node = isInTree ? this.#tree.payload : this.#chains.get(this.#root, LAST);
    return this.#node !== 0;
  }

  #previousNode(): boolean {
    if (this.#root === 0 || this.#place === 'first') return false;
    const tree = this.#chains.get(this.#root, TREE);
    const isInTree = this.#place === 'last' ? tree !== 0 && this.#tree.seekLast(tree) : this.#tree.previous();
    this.#place = isInTree ? 'middle' : 'first';
    this.#node = isInTree ? this.#tree.payload : this.#chains.get(this.#root, FIRST);
    return true;
  }

  #enter(node: Handle): void {
    this.bytes = this.#nodes.bytesOf(node);
    this.#list = this.#nodes.isPlain(node) ? -1 : this.#nodes.listOf(node);
  }

  #stand(at: number): true {
    const { bytes } = this;
    this.at = at;
    const head = bytes[at];
    if (head >= 0x80 && head < 0xc0) {
      this.isInteger = false;
      this.start = at + 1;
      this.length = head & 0x3f;
      return true;
    }
    this.isInteger = listpackIsInteger(bytes, at);
    if (this.isInteger) return true;
    this.start = listpackStringStart(bytes, at);
    this.length = listpackStringLength(bytes, at);
    return true;
  }

  #standPlain(): true {
    this.at = -1;
    this.isInteger = false;
    this.start = this.#nodes.plainStart(this.#node);
    this.length = this.#nodes.plainLength(this.#node);
    return true;
  }
}
