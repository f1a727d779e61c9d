// Frees groups that are in no stream any more, whole or in slices: a group may have millions of pending entries.
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import type { StreamConsumers } from './stream-consumers.ts';
import { CONSUMER_PENDING, GROUP_CONSUMERS, GROUP_NAMES, GROUP_PENDING, type StreamLayout } from './stream-layout.ts';

export class GroupFreeing {
  readonly #arena: Arena;
  readonly #layout: StreamLayout;
  readonly #consumers: StreamConsumers;
  readonly #tree: OrderedTree;

  constructor(consumers: StreamConsumers) {
    this.#arena = consumers.arena;
    this.#layout = consumers.layout;
    this.#consumers = consumers;
    this.#tree = new OrderedTree(consumers.arena);
  }

  free(group: Handle): void {
    let left = group;
    while (left !== 0) left = this.freeSlice(left);
  }

  /** Frees some pending entries, or the rest of the group; returns what is left, 0 when nothing is. */
  freeSlice(group: Handle): Handle {
    const arena = this.#arena;
    const layout = this.#layout;
    const writable = arena.writable(group);
    const tree = this.#tree.dropLastLeaf(layout.word(writable, GROUP_PENDING), (pending) => arena.free(pending));
    layout.setWord(writable, GROUP_PENDING, tree);
    if (tree !== 0) return writable;
    const { nodes } = this.#tree;
    this.#consumers.forEach(writable, (consumer) => {
      nodes.destroy(layout.word(consumer, CONSUMER_PENDING));
      arena.free(consumer);
    });
    nodes.destroy(layout.word(writable, GROUP_NAMES));
    arena.free(layout.word(writable, GROUP_CONSUMERS));
    arena.free(writable);
    return 0;
  }

  /** Calls `visit` for each block of the group. */
  forEachBlock(group: Handle, visit: (block: Handle) => void): void {
    const layout = this.#layout;
    const { nodes } = this.#tree;
    visit(group);
    visit(layout.word(group, GROUP_CONSUMERS));
    nodes.forEachNode(layout.word(group, GROUP_NAMES), visit);
    nodes.forEachNode(layout.word(group, GROUP_PENDING), visit);
    nodes.forEach(layout.word(group, GROUP_PENDING), visit);
    this.#consumers.forEach(group, (consumer) => {
      visit(consumer);
      nodes.forEachNode(layout.word(consumer, CONSUMER_PENDING), visit);
    });
  }
}
