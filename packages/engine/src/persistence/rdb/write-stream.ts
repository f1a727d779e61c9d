// Writes a stream as RDB has it: its nodes as they are, the counters, then group by group what is pending and who owns
// it. In steps, as write-value does; the group's names and consumers are taken at once, they are few.
import { listpackByteLength } from '../../encodings/listpack.ts';
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import type { Handle } from '../../memory/arena.ts';
import type { ExactInteger } from '../../types/stream/exact-integer.ts';
import type { ConsumerFacts, GroupFacts, StreamCounters } from '../../types/stream/stream-facts.ts';
import { StreamId } from '../../types/stream/stream-id.ts';
import {
  CONSUMER_PENDING,
  GROUP_PENDING,
  NODE_LISTPACK,
  NODE_MASTER_ID,
  ROOT_TREE,
} from '../../types/stream/stream-layout.ts';
import { PendingCursor } from '../../types/stream/stream-pending.ts';
import { type Streams, streamsOf } from '../../types/stream/streams.ts';
import { TYPE_STREAM_LISTPACKS, TYPE_STREAM_LISTPACKS_3 } from './rdb-format.ts';
import type { RdbWriter } from './rdb-writer.ts';
import type { WriteWalk } from './write-value.ts';

const STEP_ENTRIES = 256;
const STREAM_ID_BYTES = 16;

export class StreamWriter {
  readonly #writer: RdbWriter;
  readonly #streams: Streams;
  readonly #nodes: OrderedTree;
  readonly #pending: PendingCursor;
  #type = TYPE_STREAM_LISTPACKS_3;

  constructor(writer: RdbWriter, keyspace: Keyspace) {
    this.#writer = writer;
    this.#streams = streamsOf(keyspace);
    this.#nodes = new OrderedTree(keyspace.arena);
    this.#pending = new PendingCursor(keyspace.arena);
  }

  /** `type` is one of the three of streams. */
  *walk(root: Handle, type: number): WriteWalk {
    const { facts } = this.#streams;
    this.#type = type;
    yield* this.#walkNodes(root);
    this.#writeCounters(facts.counters(root));
    const groups: (readonly [Handle, GroupFacts])[] = [];
    facts.forEachGroup(root, (group, groupFacts) => groups.push([group, groupFacts]));
    this.#writer.length(groups.length);
    for (const [group, groupFacts] of groups) {
      yield;
      yield* this.#walkGroup(group, groupFacts);
    }
  }

  *#walkNodes(root: Handle): WriteWalk {
    const { layout, facts } = this.#streams;
    const master = new StreamId();
    this.#writer.length(facts.nodeCount(root));
    const nodes = this.#nodes;
    if (!nodes.seekFirst(layout.word(root, ROOT_TREE))) return;
    do {
      const node = nodes.payload;
      const bytes = layout.bytesOf(node);
      const list = layout.at(node, NODE_LISTPACK);
      this.#writer.length(STREAM_ID_BYTES);
      this.#writer.streamId(layout.readId(node, NODE_MASTER_ID, master));
      this.#writer.string(bytes, list, listpackByteLength(bytes, list));
      yield;
    } while (nodes.next());
  }

  #writeCounters(counters: StreamCounters): void {
    this.#writer.length(counters.length);
    this.#writeIdAsNumbers(counters.lastId);
    if (this.#type === TYPE_STREAM_LISTPACKS) return;
    this.#writeIdAsNumbers(counters.firstId);
    this.#writeIdAsNumbers(counters.maxDeletedId);
    this.#writeExact(counters.entriesAdded);
  }

  *#walkGroup(group: Handle, facts: GroupFacts): WriteWalk {
    const writer = this.#writer;
    const { layout, pending } = this.#streams;
    writer.text(facts.name);
    this.#writeIdAsNumbers(facts.lastId);
    if (this.#type !== TYPE_STREAM_LISTPACKS) this.#writeExact(facts.entriesRead);
    writer.length(facts.pendingCount);
    const cursor = this.#pending;
    cursor.seek(layout.word(group, GROUP_PENDING), new StreamId());
    for (let count = 1; cursor.next(); count++) {
      writer.streamId(cursor.id);
      writer.milliseconds(pending.deliveredAt(cursor.pending));
      this.#writeExact(pending.times(cursor.pending));
      if (count % STEP_ENTRIES === 0) yield;
    }
    const consumers: (readonly [Handle, ConsumerFacts])[] = [];
    this.#streams.facts.forEachConsumer(group, (consumer, consumerFacts) => consumers.push([consumer, consumerFacts]));
    writer.length(consumers.length);
    for (const [consumer, consumerFacts] of consumers) yield* this.#walkConsumer(consumer, consumerFacts);
  }

  *#walkConsumer(consumer: Handle, facts: ConsumerFacts): WriteWalk {
    const writer = this.#writer;
    writer.text(facts.name);
    writer.milliseconds(facts.seenMs);
    if (this.#type === TYPE_STREAM_LISTPACKS_3) writer.milliseconds(facts.activeMs);
    writer.length(facts.pendingCount);
    const cursor = this.#pending;
    cursor.seek(this.#streams.layout.word(consumer, CONSUMER_PENDING), new StreamId());
    for (let count = 1; cursor.next(); count++) {
      writer.streamId(cursor.id);
      if (count % STEP_ENTRIES === 0) yield;
    }
  }

  /** A signed integer of 64 bits as its unsigned twin. */
  #writeExact(value: ExactInteger): void {
    if (typeof value === 'number' && value >= 0) return this.#writer.length(value);
    const bits = BigInt.asUintN(64, BigInt(value));
    this.#writer.lengthOfWords(Number(bits >> 32n), Number(bits & 0xffffffffn));
  }

  #writeIdAsNumbers(id: StreamId): void {
    this.#writer.lengthOfWords(id.msHigh, id.msLow);
    this.#writer.lengthOfWords(id.seqHigh, id.seqLow);
  }
}
