// What the keyspace does with streams as values: freeing (at once or in slices), copying, visiting every block.

import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { ValueOperations } from '../../keyspace/value-operations.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import type { StreamEntries } from './stream-entries.ts';
import { ROOT_TREE, type StreamLayout } from './stream-layout.ts';

export class StreamOperations implements ValueOperations {
  readonly #arena: Arena;
  readonly #layout: StreamLayout;
  readonly #entries: StreamEntries;
  readonly #tree: OrderedTree;

  constructor(parts: { readonly entries: StreamEntries }) {
    this.#entries = parts.entries;
    this.#arena = parts.entries.arena;
    this.#layout = parts.entries.layout;
    this.#tree = new OrderedTree(this.#arena);
  }

  effort(root: Handle): number {
    return this.#entries.nodeCount(root);
  }

  free(root: Handle): void {
    let left = root;
    while (left !== 0) left = this.freeSlice(left);
  }

  /** Frees a leaf of nodes. */
  freeSlice(root: Handle): Handle {
    const arena = this.#arena;
    const writable = arena.writable(root);
    const layout = this.#layout;
    const tree = this.#tree.dropLastLeaf(layout.word(writable, ROOT_TREE), (node) => arena.free(node));
    layout.setWord(writable, ROOT_TREE, tree);
    if (tree !== 0) return writable;
    arena.free(writable);
    return 0;
  }

  copy(root: Handle): Handle {
    const entries = this.#entries;
    const layout = this.#layout;
    const copy = entries.create();
    entries.forEachNode(root, (master, bytes, start, length) =>
      entries.addListpack(copy, master, bytes, start, length),
    );
    layout.copyCounters(root, copy);
    return copy;
  }

  forEachBlock(root: Handle, visit: (block: Handle) => void): void {
    visit(root);
    const { nodes } = this.#tree;
    const tree = this.#layout.word(root, ROOT_TREE);
    nodes.forEachNode(tree, visit);
    nodes.forEach(tree, visit);
  }
}
