// The groups of a stream. A `root` given for a change is writable and stays where it is; `find...ForWrite` copies what a
// snapshot sees, and the group it returns then stays where it is until the command ends.
import { copyBytes } from '../../encodings/bytes-compare.ts';
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { STREAM_CONSUMERS, STREAM_GROUP } from '../../memory/block-types.ts';
import type { ExactInteger } from './exact-integer.ts';
import { NameTree } from './name-tree.ts';
import type { StreamId } from './stream-id.ts';
import {
  CONSUMERS_CAPACITY,
  CONSUMERS_FIRST,
  GROUP_CONSUMERS,
  GROUP_ENTRIES_READ,
  GROUP_FREE_HINT,
  GROUP_LAST_ID,
  GROUP_NAME,
  GROUP_NAMES,
  GROUP_PENDING,
  NAME_LENGTH,
  ROOT_GROUPS,
  StreamLayout,
} from './stream-layout.ts';

/** Consumers that a new group has room for. */
const CONSUMERS_FIRST_CAPACITY = 2;

class GroupTree extends NameTree {
  protected override blockOf(payload: number): Handle {
    return payload;
  }
}

export class StreamGroups {
  readonly arena: Arena;
  readonly layout: StreamLayout;
  readonly #tree: GroupTree;
  readonly #others: OrderedTree;

  constructor(arena: Arena) {
    this.arena = arena;
    this.layout = new StreamLayout(arena);
    this.#tree = new GroupTree(arena, GROUP_NAME);
    this.#others = new OrderedTree(arena);
  }

  /** The group with this name for reading; 0 where there is none. */
  find(root: Handle, name: Uint8Array, start: number, length: number): Handle {
    const tree = this.layout.word(root, ROOT_GROUPS);
    return tree !== 0 && this.#tree.seekName(tree, name, start, length) ? this.#tree.payload : 0;
  }

  /** The group with this name, writable; 0 where there is none. */
  findForWrite(root: Handle, name: Uint8Array, start: number, length: number): Handle {
    const group = this.find(root, name, start, length);
    if (group === 0) return 0;
    const writable = this.arena.writable(group);
    if (writable !== group) this.layout.setWord(root, ROOT_GROUPS, this.#tree.updateHere(writable, 1));
    return writable;
  }

  /** Makes a group; 0 where there is one with this name. `entriesRead` is a number of entries or ENTRIES_READ_UNKNOWN. */
  create(
    root: Handle,
    name: Uint8Array,
    start: number,
    length: number,
    lastId: StreamId,
    entriesRead: ExactInteger,
  ): Handle {
    const { layout } = this;
    let tree = layout.word(root, ROOT_GROUPS);
    if (tree === 0) tree = this.#tree.create();
    layout.setWord(root, ROOT_GROUPS, tree);
    if (this.#tree.seekName(tree, name, start, length)) return 0;
    const group = this.#newGroup(name, start, length);
    layout.writeId(group, GROUP_LAST_ID, lastId);
    layout.setCounter(group, GROUP_ENTRIES_READ, entriesRead);
    layout.setWord(root, ROOT_GROUPS, this.#tree.insertHere(group, 1));
    return group;
  }

  /** Takes a group out of its stream; what it is made of is the caller's to free. 0 where there is none. */
  detach(root: Handle, name: Uint8Array, start: number, length: number): Handle {
    const group = this.find(root, name, start, length);
    if (group !== 0) this.layout.setWord(root, ROOT_GROUPS, this.#tree.removeHere());
    return group;
  }

  count(root: Handle): number {
    const tree = this.layout.word(root, ROOT_GROUPS);
    return tree === 0 ? 0 : this.#tree.weight(tree);
  }

  /** Calls `visit` for each group in the order of their names; the groups of the stream must not change meanwhile. */
  forEach(root: Handle, visit: (group: Handle) => void): void {
    const tree = this.layout.word(root, ROOT_GROUPS);
    if (tree !== 0) this.#others.nodes.forEach(tree, visit);
  }

  #newGroup(name: Uint8Array, start: number, length: number): Handle {
    const { arena, layout } = this;
    const group = arena.allocate(GROUP_NAME + length, STREAM_GROUP);
    const consumers = arena.allocate((CONSUMERS_FIRST + CONSUMERS_FIRST_CAPACITY) * 4, STREAM_CONSUMERS);
    layout.setWord(consumers, CONSUMERS_CAPACITY, CONSUMERS_FIRST_CAPACITY);
    for (let i = 0; i < CONSUMERS_FIRST_CAPACITY; i++) layout.setWord(consumers, CONSUMERS_FIRST + i, 0);
    layout.setWord(group, NAME_LENGTH, length);
    layout.setWord(group, GROUP_PENDING, this.#others.create());
    layout.setWord(group, GROUP_NAMES, this.#others.create());
    layout.setWord(group, GROUP_CONSUMERS, consumers);
    layout.setWord(group, GROUP_FREE_HINT, 0);
    copyBytes(name, start, layout.bytesOf(group), layout.at(group, GROUP_NAME), length);
    return group;
  }
}
