// What the keyspace does with streams as values: freeing (at once or in slices), copying, visiting every block.

import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { ValueOperations } from '../../keyspace/value-operations.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import type { GroupFreeing } from './group-freeing.ts';
import type { StreamConsumers } from './stream-consumers.ts';
import type { StreamEntries } from './stream-entries.ts';
import type { StreamGroups } from './stream-groups.ts';
import { StreamId } from './stream-id.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_NAME,
  CONSUMER_NUMBER,
  CONSUMER_SEEN,
  GROUP_ENTRIES_READ,
  GROUP_LAST_ID,
  GROUP_NAME,
  GROUP_PENDING,
  NAME_LENGTH,
  PENDING_CONSUMER,
  ROOT_GROUPS,
  ROOT_TREE,
  type StreamLayout,
} from './stream-layout.ts';
import type { StreamPending } from './stream-pending.ts';

/** The parts of streams that freeing and copying need. */
export interface StreamParts {
  readonly entries: StreamEntries;
  readonly groups: StreamGroups;
  readonly consumers: StreamConsumers;
  readonly pending: StreamPending;
  readonly freeing: GroupFreeing;
}

export class StreamOperations implements ValueOperations {
  readonly #arena: Arena;
  readonly #layout: StreamLayout;
  readonly #parts: StreamParts;
  readonly #tree: OrderedTree;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#arena = parts.entries.arena;
    this.#layout = parts.entries.layout;
    this.#tree = new OrderedTree(this.#arena);
  }

  /** Nodes and pending entries. */
  effort(root: Handle): number {
    const { entries, groups, pending } = this.#parts;
    let effort = entries.nodeCount(root);
    groups.forEach(root, (group) => {
      effort += 1 + pending.count(group);
    });
    return effort;
  }

  free(root: Handle): void {
    let left = root;
    while (left !== 0) left = this.freeSlice(left);
  }

  /** Frees a leaf of nodes; before them the groups, some pending entries at a time. */
  freeSlice(root: Handle): Handle {
    const arena = this.#arena;
    const layout = this.#layout;
    const writable = arena.writable(root);
    if (layout.word(writable, ROOT_GROUPS) !== 0) {
      this.#freeGroupSlice(writable);
      return writable;
    }
    const tree = this.#tree.dropLastLeaf(layout.word(writable, ROOT_TREE), (node) => arena.free(node));
    layout.setWord(writable, ROOT_TREE, tree);
    if (tree !== 0) return writable;
    arena.free(writable);
    return 0;
  }

  copy(root: Handle): Handle {
    const { entries, groups } = this.#parts;
    const copy = entries.create();
    entries.forEachNode(root, (master, bytes, start, length) =>
      entries.addListpack(copy, master, bytes, start, length),
    );
    this.#layout.copyCounters(root, copy);
    groups.forEach(root, (group) => this.#copyGroup(group, copy));
    return copy;
  }

  forEachBlock(root: Handle, visit: (block: Handle) => void): void {
    const { nodes } = this.#tree;
    const layout = this.#layout;
    const tree = layout.word(root, ROOT_TREE);
    visit(root);
    nodes.forEachNode(tree, visit);
    nodes.forEach(tree, visit);
    const groups = layout.word(root, ROOT_GROUPS);
    if (groups === 0) return;
    nodes.forEachNode(groups, visit);
    nodes.forEach(groups, (group) => this.#parts.freeing.forEachBlock(group, visit));
  }

  #freeGroupSlice(root: Handle): void {
    const tree = this.#tree;
    const layout = this.#layout;
    const groups = layout.word(root, ROOT_GROUPS);
    if (!tree.seekLast(groups)) {
      tree.nodes.destroy(groups);
      layout.setWord(root, ROOT_GROUPS, 0);
      return;
    }
    const group = tree.payload;
    const left = this.#parts.freeing.freeSlice(group);
    if (left === group) return;
    layout.setWord(root, ROOT_GROUPS, left === 0 ? tree.removeHere() : tree.updateHere(left, 1));
  }

  #copyGroup(group: Handle, copy: Handle): void {
    const { groups, consumers, pending } = this.#parts;
    const layout = this.#layout;
    const id = layout.readId(group, GROUP_LAST_ID, new StreamId());
    const read = layout.counter(group, GROUP_ENTRIES_READ);
    const bytes = layout.bytesOf(group);
    const name = layout.at(group, GROUP_NAME);
    const fresh = groups.create(copy, bytes, name, layout.word(group, NAME_LENGTH), id, read);
    const copies = new Map<number, Handle>();
    consumers.forEach(group, (consumer) => {
      copies.set(layout.word(consumer, CONSUMER_NUMBER), this.#copyConsumer(consumer, fresh));
    });
    const cursor = pending.cursor;
    cursor.seek(layout.word(group, GROUP_PENDING), id.setZero());
    while (cursor.next()) {
      const old = cursor.pending;
      const consumer = copies.get(layout.word(old, PENDING_CONSUMER)) ?? 0;
      pending.add(fresh, consumer, cursor.id, pending.deliveredAt(old), pending.times(old));
    }
  }

  #copyConsumer(consumer: Handle, group: Handle): Handle {
    const layout = this.#layout;
    const bytes = layout.bytesOf(consumer);
    const name = layout.at(consumer, CONSUMER_NAME);
    const length = layout.word(consumer, NAME_LENGTH);
    const copy = this.#parts.consumers.add(group, bytes, name, length, layout.double(consumer, CONSUMER_SEEN));
    layout.setDouble(copy, CONSUMER_ACTIVE, layout.double(consumer, CONSUMER_ACTIVE));
    return copy;
  }
}
