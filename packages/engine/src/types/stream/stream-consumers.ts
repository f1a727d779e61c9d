// The consumers of a group: found by name, named by number in pending entries. Groups given for a change are writable;
// a consumer that was returned for a change stays where it is until the command ends.
import { copyBytes } from '../../encodings/bytes-compare.ts';
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { STREAM_CONSUMER } from '../../memory/block-types.ts';
import { NameTree } from './name-tree.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_NAME,
  CONSUMER_NUMBER,
  CONSUMER_PENDING,
  CONSUMER_SEEN,
  CONSUMERS_CAPACITY,
  CONSUMERS_FIRST,
  GROUP_CONSUMERS,
  GROUP_FREE_HINT,
  GROUP_NAMES,
  NAME_LENGTH,
  NEVER_ACTIVE,
  StreamLayout,
} from './stream-layout.ts';

/** Its payloads are numbers of consumers. */
class ConsumerTree extends NameTree {
  /** The STREAM_CONSUMERS block of the group. */
  consumers: Handle = 0;

  protected override blockOf(payload: number): Handle {
    return this.layout.word(this.consumers, CONSUMERS_FIRST + payload);
  }
}

export class StreamConsumers {
  readonly arena: Arena;
  readonly layout: StreamLayout;
  readonly #names: ConsumerTree;
  readonly #others: OrderedTree;

  constructor(arena: Arena) {
    this.arena = arena;
    this.layout = new StreamLayout(arena);
    this.#names = new ConsumerTree(arena, CONSUMER_NAME);
    this.#others = new OrderedTree(arena);
  }

  /** The consumer with this name for reading; 0 where there is none. */
  find(group: Handle, name: Uint8Array, start: number, length: number): Handle {
    return this.#seek(group, name, start, length) ? this.byNumber(group, this.#names.payload) : 0;
  }

  /** The consumer with this name, writable; 0 where there is none. */
  findForWrite(group: Handle, name: Uint8Array, start: number, length: number): Handle {
    return this.#seek(group, name, start, length) ? this.byNumberForWrite(group, this.#names.payload) : 0;
  }

  byNumber(group: Handle, number: number): Handle {
    const { layout } = this;
    return layout.word(layout.word(group, GROUP_CONSUMERS), CONSUMERS_FIRST + number);
  }

  byNumberForWrite(group: Handle, number: number): Handle {
    const consumer = this.byNumber(group, number);
    const writable = this.arena.writable(consumer);
    if (writable !== consumer) this.#setByNumber(group, number, writable);
    return writable;
  }

  /** Makes a consumer whose name is not taken, seen at `seenMs`. */
  add(group: Handle, name: Uint8Array, start: number, length: number, seenMs: number): Handle {
    const { arena, layout } = this;
    const number = this.#freeNumber(group);
    const consumer = arena.allocate(CONSUMER_NAME + length, STREAM_CONSUMER);
    layout.setWord(consumer, NAME_LENGTH, length);
    layout.setDouble(consumer, CONSUMER_SEEN, seenMs);
    layout.setDouble(consumer, CONSUMER_ACTIVE, NEVER_ACTIVE);
    layout.setWord(consumer, CONSUMER_PENDING, this.#others.create());
    layout.setWord(consumer, CONSUMER_NUMBER, number);
    copyBytes(name, start, layout.bytesOf(consumer), layout.at(consumer, CONSUMER_NAME), length);
    this.#seek(group, name, start, length);
    layout.setWord(group, GROUP_NAMES, this.#names.insertHere(number, 1));
    this.#setByNumber(group, number, consumer);
    layout.setWord(group, GROUP_FREE_HINT, number + 1);
    return consumer;
  }

  /** Takes a consumer with nothing pending out of its group, and frees it. */
  remove(group: Handle, consumer: Handle): void {
    const { arena, layout } = this;
    const number = layout.word(consumer, CONSUMER_NUMBER);
    const name = layout.at(consumer, CONSUMER_NAME);
    this.#seek(group, layout.bytesOf(consumer), name, layout.word(consumer, NAME_LENGTH));
    layout.setWord(group, GROUP_NAMES, this.#names.removeHere());
    this.#setByNumber(group, number, 0);
    layout.setWord(group, GROUP_FREE_HINT, Math.min(number, layout.word(group, GROUP_FREE_HINT)));
    this.#others.nodes.destroy(layout.word(consumer, CONSUMER_PENDING));
    arena.free(consumer);
  }

  count(group: Handle): number {
    return this.#names.weight(this.layout.word(group, GROUP_NAMES));
  }

  /** Calls `visit` for each consumer in the order of their names; none may come or go meanwhile. */
  forEach(group: Handle, visit: (consumer: Handle) => void): void {
    const names = this.layout.word(group, GROUP_NAMES);
    this.#others.nodes.forEach(names, (number) => visit(this.byNumber(group, number)));
  }

  #seek(group: Handle, name: Uint8Array, start: number, length: number): boolean {
    const { layout } = this;
    this.#names.consumers = layout.word(group, GROUP_CONSUMERS);
    return this.#names.seekName(layout.word(group, GROUP_NAMES), name, start, length);
  }

  #setByNumber(group: Handle, number: number, consumer: Handle): void {
    const { arena, layout } = this;
    const consumers = arena.writable(layout.word(group, GROUP_CONSUMERS));
    layout.setWord(group, GROUP_CONSUMERS, consumers);
    layout.setWord(consumers, CONSUMERS_FIRST + number, consumer);
  }

  /** The lowest number that is free; makes room for more where all are taken. */
  #freeNumber(group: Handle): number {
    const { arena, layout } = this;
    const consumers = layout.word(group, GROUP_CONSUMERS);
    const capacity = layout.word(consumers, CONSUMERS_CAPACITY);
    let number = layout.word(group, GROUP_FREE_HINT);
    while (number < capacity && layout.word(consumers, CONSUMERS_FIRST + number) !== 0) number++;
    if (number < capacity) return number;
    const grown = arena.reallocate(consumers, (CONSUMERS_FIRST + capacity * 2) * 4);
    layout.setWord(grown, CONSUMERS_CAPACITY, capacity * 2);
    for (let i = capacity; i < capacity * 2; i++) layout.setWord(grown, CONSUMERS_FIRST + i, 0);
    layout.setWord(group, GROUP_CONSUMERS, grown);
    return number;
  }
}
