// Pending entries: what was delivered to a consumer and not acknowledged. The group's tree has the pending entries, each
// consumer's tree the ids of its own. Groups and consumers given for a change are writable.
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { STREAM_PENDING } from '../../memory/block-types.ts';
import type { ExactInteger } from './exact-integer.ts';
import type { StreamConsumers } from './stream-consumers.ts';
import { StreamId } from './stream-id.ts';
import {
  CONSUMER_NUMBER,
  CONSUMER_PENDING,
  GROUP_PENDING,
  PENDING_BYTES,
  PENDING_CONSUMER,
  PENDING_DELIVERED_AT,
  PENDING_TIMES,
  StreamLayout,
} from './stream-layout.ts';

/** The number of no consumer. */
const UNOWNED = 0xffffffff;

/** Walks the pending ids of a group or of a consumer. A change of the tree ends the walk. */
export class PendingCursor {
  readonly id = new StreamId();
  readonly #tree: OrderedTree;
  #isFresh = true;
  #isOver = true;

  constructor(arena: Arena) {
    this.#tree = new OrderedTree(arena);
  }

  /** Starts before the first id that is not below `start`. */
  seek(tree: Handle, start: StreamId): void {
    setKey(this.#tree, start);
    this.#isOver = !this.#tree.seekKey(tree);
    this.#isFresh = true;
  }

  /** Starts before the last id. */
  seekLast(tree: Handle): void {
    this.#isOver = !this.#tree.seekLast(tree);
    this.#isFresh = true;
  }

  next(): boolean {
    if (this.#isOver) return false;
    const tree = this.#tree;
    if (!this.#isFresh && !tree.next()) {
      this.#isOver = true;
      return false;
    }
    this.#isFresh = false;
    this.id.set(tree.keyWord(0), tree.keyWord(1), tree.keyWord(2), tree.keyWord(3));
    return true;
  }

  /** The STREAM_PENDING block of a group's pending id; 0 for a consumer's. */
  get pending(): Handle {
    return this.#tree.payload;
  }
}

export class StreamPending {
  readonly arena: Arena;
  readonly layout: StreamLayout;
  readonly cursor: PendingCursor;
  readonly #consumers: StreamConsumers;
  readonly #ofGroup: OrderedTree;
  readonly #ofConsumer: OrderedTree;

  constructor(arena: Arena, consumers: StreamConsumers) {
    this.arena = arena;
    this.layout = new StreamLayout(arena);
    this.cursor = new PendingCursor(arena);
    this.#consumers = consumers;
    this.#ofGroup = new OrderedTree(arena);
    this.#ofConsumer = new OrderedTree(arena);
  }

  /** The pending entry with this id for reading; 0 where there is none. */
  find(group: Handle, id: StreamId): Handle {
    setKey(this.#ofGroup, id);
    const found = this.#ofGroup.seekKey(this.layout.word(group, GROUP_PENDING)) && this.#ofGroup.matchesHere();
    return found ? this.#ofGroup.payload : 0;
  }

  /** The pending entry with this id, writable; 0 where there is none. */
  findForWrite(group: Handle, id: StreamId): Handle {
    const pending = this.find(group, id);
    if (pending === 0) return 0;
    const writable = this.arena.writable(pending);
    if (writable !== pending) this.layout.setWord(group, GROUP_PENDING, this.#ofGroup.updateHere(writable, 1));
    return writable;
  }

  /** Adds a pending entry whose id is not there. */
  add(group: Handle, consumer: Handle, id: StreamId, deliveredAt: number, times: ExactInteger): Handle {
    const { layout } = this;
    const pending = this.arena.allocate(PENDING_BYTES, STREAM_PENDING);
    layout.setWord(pending, PENDING_CONSUMER, layout.word(consumer, CONSUMER_NUMBER));
    this.setDelivery(pending, deliveredAt, times);
    setKey(this.#ofGroup, id);
    const tree = layout.word(group, GROUP_PENDING);
    this.#ofGroup.seekKey(tree);
    layout.setWord(group, GROUP_PENDING, this.#ofGroup.insertHere(pending, 1));
    this.#addTo(consumer, id);
    return pending;
  }

  /** Adds a pending entry that no consumer owns so far; the group must not be used before `own` gave it one. */
  addUnowned(group: Handle, id: StreamId, deliveredAt: number, times: ExactInteger): void {
    const { layout } = this;
    const pending = this.arena.allocate(PENDING_BYTES, STREAM_PENDING);
    layout.setWord(pending, PENDING_CONSUMER, UNOWNED);
    this.setDelivery(pending, deliveredAt, times);
    setKey(this.#ofGroup, id);
    this.#ofGroup.seekKey(layout.word(group, GROUP_PENDING));
    layout.setWord(group, GROUP_PENDING, this.#ofGroup.insertHere(pending, 1));
  }

  isUnowned(pending: Handle): boolean {
    return this.layout.word(pending, PENDING_CONSUMER) === UNOWNED;
  }

  /** Gives an unowned pending entry to a consumer. */
  own(pending: Handle, consumer: Handle, id: StreamId): void {
    this.layout.setWord(pending, PENDING_CONSUMER, this.layout.word(consumer, CONSUMER_NUMBER));
    this.#addTo(consumer, id);
  }

  /** Notes that `id` was delivered to a consumer for the first time, whoever had it before. */
  deliver(group: Handle, consumer: Handle, id: StreamId, nowMs: number): Handle {
    const pending = this.findForWrite(group, id);
    if (pending === 0) return this.add(group, consumer, id, nowMs, 1);
    this.assign(group, pending, consumer, id);
    this.setDelivery(pending, nowMs, 1);
    return pending;
  }

  /** Gives a writable pending entry to another consumer. */
  assign(group: Handle, pending: Handle, consumer: Handle, id: StreamId): void {
    const { layout } = this;
    const number = layout.word(consumer, CONSUMER_NUMBER);
    const old = layout.word(pending, PENDING_CONSUMER);
    if (old === number) return;
    this.#removeFrom(this.#consumers.byNumberForWrite(group, old), id);
    layout.setWord(pending, PENDING_CONSUMER, number);
    this.#addTo(consumer, id);
  }

  /** Takes a pending entry out; false where there is none. */
  remove(group: Handle, id: StreamId): boolean {
    const { layout } = this;
    const pending = this.find(group, id);
    if (pending === 0) return false;
    layout.setWord(group, GROUP_PENDING, this.#ofGroup.removeHere());
    const number = layout.word(pending, PENDING_CONSUMER);
    this.#removeFrom(this.#consumers.byNumberForWrite(group, number), id);
    this.arena.free(pending);
    return true;
  }

  /** Takes everything out that is pending for a consumer; returns how much that was. */
  removeAllOf(group: Handle, consumer: Handle): number {
    const { layout } = this;
    const count = this.countOf(consumer);
    const id = new StreamId();
    while (this.firstOf(layout.word(consumer, CONSUMER_PENDING), id)) this.remove(group, id);
    return count;
  }

  count(group: Handle): number {
    return this.#ofGroup.weight(this.layout.word(group, GROUP_PENDING));
  }

  countOf(consumer: Handle): number {
    return this.#ofConsumer.weight(this.layout.word(consumer, CONSUMER_PENDING));
  }

  /** Reads the smallest id of a tree; false where it is empty. */
  firstOf(tree: Handle, id: StreamId): boolean {
    this.cursor.seek(tree, id.setZero());
    if (!this.cursor.next()) return false;
    id.copy(this.cursor.id);
    return true;
  }

  deliveredAt(pending: Handle): number {
    return this.layout.double(pending, PENDING_DELIVERED_AT);
  }

  /** How often it was delivered. */
  times(pending: Handle): ExactInteger {
    return this.layout.counter(pending, PENDING_TIMES);
  }

  setDelivery(pending: Handle, deliveredAt: number, times: ExactInteger): void {
    this.layout.setDouble(pending, PENDING_DELIVERED_AT, deliveredAt);
    this.layout.setCounter(pending, PENDING_TIMES, times);
  }

  /** The consumer that it is pending for. */
  consumerOf(group: Handle, pending: Handle): Handle {
    return this.#consumers.byNumber(group, this.layout.word(pending, PENDING_CONSUMER));
  }

  #addTo(consumer: Handle, id: StreamId): void {
    setKey(this.#ofConsumer, id);
    this.#ofConsumer.seekKey(this.layout.word(consumer, CONSUMER_PENDING));
    this.layout.setWord(consumer, CONSUMER_PENDING, this.#ofConsumer.insertHere(0, 1));
  }

  #removeFrom(consumer: Handle, id: StreamId): void {
    setKey(this.#ofConsumer, id);
    this.#ofConsumer.seekKey(this.layout.word(consumer, CONSUMER_PENDING));
    this.layout.setWord(consumer, CONSUMER_PENDING, this.#ofConsumer.removeHere());
  }
}

function setKey(tree: OrderedTree, id: StreamId): void {
  tree.setKey(id.msHigh >>> 0, id.msLow >>> 0, id.seqHigh >>> 0, id.seqLow >>> 0);
}
