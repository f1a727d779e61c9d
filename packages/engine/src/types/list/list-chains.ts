// Big lists: a chain of nodes behind a LIST_ROOT block (word 1 tree, 2 first node, 3 last node, 4 number of elements,
// 5 number of nodes). The first and the last node hang on the root itself, so that both ends are changed without
// looking at any other block; the nodes between them are the records of an ordered tree, weighted by their elements, so
// that any index is found in a few steps. There is a last node only beside a first one, a tree (else 0) only beside
// both.
//
// Roots given for a change are writable. `locate` finds the node of an element; what changes the located node
// (`setHere`, `removeHere`, `insertHere`) must follow at once and ends the location.
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { LIST_ROOT } from '../../memory/block-types.ts';
import type { ListLimits } from './list-limits.ts';
import type { ListNodes } from './list-nodes.ts';

export const TREE = 1;
export const FIRST = 2;
export const LAST = 3;
const COUNT = 4;
const NODES = 5;
const ROOT_BYTES = 24;

const AT_FIRST = 0;
const AT_MIDDLE = 1;
const AT_LAST = 2;

export class ListChains {
  readonly arena: Arena;
  readonly nodes: ListNodes;
  readonly tree: OrderedTree;
  readonly #limits: ListLimits;
  /** The located node, the index of its first element, and the place of the element in it. */
  node: Handle = 0;
  nodeStart = 0;
  offset = 0;
  #place = AT_FIRST;

  constructor(nodes: ListNodes, limits: ListLimits) {
    this.arena = nodes.arena;
    this.nodes = nodes;
    this.tree = new OrderedTree(nodes.arena);
    this.#limits = limits;
  }

  /** A list of the elements of a packed node, which may have none; the node is the list's from now on. */
  create(node: Handle): Handle {
    const root = this.arena.allocate(ROOT_BYTES, LIST_ROOT);
    const count = this.nodes.countOf(node);
    if (count === 0) this.arena.free(node);
    this.#set(root, TREE, 0);
    this.#set(root, FIRST, count === 0 ? 0 : node);
    this.#set(root, LAST, 0);
    this.#set(root, COUNT, count);
    this.#set(root, NODES, count === 0 ? 0 : 1);
    return root;
  }

  count(root: Handle): number {
    return this.get(root, COUNT);
  }

  nodeCount(root: Handle): number {
    return this.get(root, NODES);
  }

  get(root: Handle, word: number): number {
    return this.arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + word];
  }

  pushFirst(root: Handle, text: Uint8Array, start: number, length: number): void {
    const first = this.get(root, FIRST);
    if (first !== 0 && this.#hasRoom(first, length)) {
      this.#set(root, FIRST, this.nodes.pushFirst(first, text, start, length));
      this.#set(root, COUNT, this.count(root) + 1);
    } else {
      this.addFirst(root, this.newNode(text, start, length));
    }
  }

  pushLast(root: Handle, text: Uint8Array, start: number, length: number): void {
    const last = this.get(root, LAST);
    const slot = last === 0 ? FIRST : LAST;
    const node = last === 0 ? this.get(root, FIRST) : last;
    if (node !== 0 && this.#hasRoom(node, length)) {
      this.#set(root, slot, this.nodes.pushLast(node, text, start, length));
      this.#set(root, COUNT, this.count(root) + 1);
    } else {
      this.addLast(root, this.newNode(text, start, length));
    }
  }

  /** Takes the first element out; the list may be empty then. */
  popFirst(root: Handle): void {
    const first = this.get(root, FIRST);
    if (this.nodes.countOf(first) === 1) return this.#dropFirst(root);
    this.#set(root, FIRST, this.nodes.popFirst(first));
    this.#set(root, COUNT, this.count(root) - 1);
  }

  popLast(root: Handle): void {
    const last = this.get(root, LAST);
    const slot = last === 0 ? FIRST : LAST;
    const node = last === 0 ? this.get(root, FIRST) : last;
    if (this.nodes.countOf(node) === 1) return last === 0 ? this.#dropFirst(root) : this.#dropLast(root);
    this.#set(root, slot, this.nodes.popLast(node));
    this.#set(root, COUNT, this.count(root) - 1);
  }

  /** A node with one element: plain where the element is large. */
  newNode(text: Uint8Array, start: number, length: number): Handle {
    const { nodes } = this;
    return this.#limits.isLarge(length)
      ? nodes.createPlain(text, start, length)
      : nodes.createWith(text, start, length);
  }

  addFirst(root: Handle, node: Handle): void {
    const first = this.get(root, FIRST);
    if (first === 0) {
      // The only node there is.
    } else if (this.get(root, LAST) === 0) {
      this.#set(root, LAST, first);
    } else {
      this.#addToTree(root, this.nodes.seal(first), 0);
    }
    this.#set(root, FIRST, node);
    this.#added(root, node);
  }

  addLast(root: Handle, node: Handle): void {
    const last = this.get(root, LAST);
    if (this.get(root, FIRST) === 0) return this.addFirst(root, node);
    if (last !== 0) this.#addToTree(root, this.nodes.seal(last), this.#treeWeight(root));
    this.#set(root, LAST, node);
    this.#added(root, node);
  }

  /** Finds the node of the element of an index, which must be there. */
  locate(root: Handle, index: number): void {
    const first = this.get(root, FIRST);
    const last = this.get(root, LAST);
    const firstCount = this.nodes.countOf(first);
    const lastStart = last === 0 ? firstCount : this.count(root) - this.nodes.countOf(last);
    if (index < firstCount) {
      this.#place = AT_FIRST;
      this.node = first;
      this.nodeStart = 0;
    } else if (index >= lastStart) {
      this.#place = AT_LAST;
      this.node = last;
      this.nodeStart = lastStart;
    } else {
      this.#place = AT_MIDDLE;
      this.nodeStart = index - this.tree.seekWeight(this.get(root, TREE), index - firstCount);
      this.node = this.tree.payload;
    }
    this.offset = index - this.nodeStart;
  }

  /** Stores the located node after a change of its elements. `added` is how many it has more than before. */
  setHere(root: Handle, node: Handle, added: number): void {
    if (this.#place === AT_FIRST) this.#set(root, FIRST, node);
    else if (this.#place === AT_LAST) this.#set(root, LAST, node);
    else if (node !== this.node || added !== 0) {
      this.#set(root, TREE, this.tree.updateHere(node, this.tree.recordWeight + added));
    }
    this.#set(root, COUNT, this.count(root) + added);
  }

  /** Takes the located node with its elements out of the list and frees it. */
  removeHere(root: Handle): void {
    if (this.#place === AT_FIRST) return this.#dropFirst(root);
    if (this.#place === AT_LAST) return this.#dropLast(root);
    this.#removed(root, this.node);
    this.arena.free(this.node);
    this.#setTree(root, this.tree.removeHere());
  }

  /** Puts a node before or behind the located one. */
  insertHere(root: Handle, node: Handle, behind: boolean): void {
    if (this.#place === AT_FIRST && !behind) return this.addFirst(root, node);
    const isLast = this.#place === AT_LAST || this.get(root, LAST) === 0;
    if (isLast && behind) return this.addLast(root, node);
    const end = this.nodeStart + (behind ? this.nodes.countOf(this.node) : 0);
    this.#addToTree(root, node, end - this.nodes.countOf(this.get(root, FIRST)));
    this.#added(root, node);
  }

  /** Calls `visit` for each node, from the first to the last. */
  forEachNode(root: Handle, visit: (node: Handle) => void): void {
    if (this.get(root, FIRST) !== 0) visit(this.get(root, FIRST));
    if (this.get(root, TREE) !== 0) this.tree.nodes.forEach(this.get(root, TREE), visit);
    if (this.get(root, LAST) !== 0) visit(this.get(root, LAST));
  }

  /** Stores the tree of a list that is being freed. */
  replaceTree(root: Handle, tree: Handle): void {
    this.#set(root, TREE, tree);
  }

  #hasRoom(node: Handle, length: number): boolean {
    const { nodes } = this;
    if (nodes.isPlain(node) || this.#limits.isLarge(length)) return false;
    return !this.#limits.isFullFor(nodes.sizeOf(node), nodes.countOf(node), length);
  }

  #dropFirst(root: Handle): void {
    const first = this.get(root, FIRST);
    const tree = this.get(root, TREE);
    this.#removed(root, first);
    this.arena.free(first);
    if (tree === 0) {
      this.#set(root, FIRST, this.get(root, LAST));
      this.#set(root, LAST, 0);
      return;
    }
    this.tree.seekFirst(tree);
    this.#set(root, FIRST, this.tree.payload);
    this.#setTree(root, this.tree.removeHere());
  }

  #dropLast(root: Handle): void {
    const last = this.get(root, LAST);
    const tree = this.get(root, TREE);
    this.#removed(root, last);
    this.arena.free(last);
    this.#set(root, LAST, 0);
    if (tree === 0) return;
    this.tree.seekLast(tree);
    this.#set(root, LAST, this.tree.payload);
    this.#setTree(root, this.tree.removeHere());
  }

  #added(root: Handle, node: Handle): void {
    this.#set(root, COUNT, this.count(root) + this.nodes.countOf(node));
    this.#set(root, NODES, this.nodeCount(root) + 1);
  }

  #removed(root: Handle, node: Handle): void {
    this.#set(root, COUNT, this.count(root) - this.nodes.countOf(node));
    this.#set(root, NODES, this.nodeCount(root) - 1);
  }

  #treeWeight(root: Handle): number {
    const tree = this.get(root, TREE);
    return tree === 0 ? 0 : this.tree.weight(tree);
  }

  /** Makes a node a record of the tree, so that `position` elements of the tree come before it. */
  #addToTree(root: Handle, node: Handle, position: number): void {
    const { tree } = this;
    const old = this.get(root, TREE);
    const top = old === 0 ? tree.create() : old;
    tree.setKey(0, 0, 0, 0);
    if (position === this.#treeWeight(root)) tree.seekEnd(top);
    else tree.seekWeight(top, position);
    this.#set(root, TREE, tree.insertHere(node, this.nodes.countOf(node)));
  }

  #setTree(root: Handle, tree: Handle): void {
    const isEmpty = this.tree.isEmpty(tree);
    if (isEmpty) this.tree.nodes.destroy(tree);
    this.#set(root, TREE, isEmpty ? 0 : tree);
  }

  #set(root: Handle, word: number, value: number): void {
    this.arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + word] = value;
  }
}
