// A stream as what saves or digests it sees: counters, nodes, groups, consumers, pending entries, in the order in which
// Valkey saves them. Reads only, of roots that a snapshot holds too. Ids given to visitors are valid during the call.
import type { Handle } from '../../memory/arena.ts';
import { latin1Name } from './block-name.ts';
import type { ExactInteger } from './exact-integer.ts';
import { StreamId } from './stream-id.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_NAME,
  CONSUMER_PENDING,
  CONSUMER_SEEN,
  GROUP_ENTRIES_READ,
  GROUP_LAST_ID,
  GROUP_NAME,
  GROUP_PENDING,
  ROOT_FIRST_ID,
  ROOT_LAST_ID,
  ROOT_MAX_DELETED_ID,
} from './stream-layout.ts';
import type { StreamParts } from './stream-operations.ts';
import { PendingCursor } from './stream-pending.ts';

export interface StreamCounters {
  readonly length: number;
  readonly entriesAdded: ExactInteger;
  readonly lastId: StreamId;
  readonly firstId: StreamId;
  readonly maxDeletedId: StreamId;
}

export interface GroupFacts {
  /** A binary string. */
  readonly name: string;
  readonly lastId: StreamId;
  /** -1 where it is not known. */
  readonly entriesRead: ExactInteger;
  readonly pendingCount: number;
  readonly consumerCount: number;
}

export interface ConsumerFacts {
  /** A binary string. */
  readonly name: string;
  /** Unix milliseconds. */
  readonly seenMs: number;
  /** Unix milliseconds; -1 for never. */
  readonly activeMs: number;
  readonly pendingCount: number;
}

export class StreamFacts {
  readonly #parts: StreamParts;
  readonly #cursor: PendingCursor;

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#cursor = new PendingCursor(parts.entries.arena);
  }

  counters(root: Handle): StreamCounters {
    const { layout } = this.#parts.entries;
    return {
      length: layout.length(root),
      entriesAdded: layout.entriesAdded(root),
      lastId: layout.readId(root, ROOT_LAST_ID, new StreamId()),
      firstId: layout.readId(root, ROOT_FIRST_ID, new StreamId()),
      maxDeletedId: layout.readId(root, ROOT_MAX_DELETED_ID, new StreamId()),
    };
  }

  nodeCount(root: Handle): number {
    return this.#parts.entries.nodeCount(root);
  }

  /** Calls `visit` for each node: the id of its master entry, and its listpack as it is saved. */
  forEachNode(root: Handle, visit: (master: StreamId, bytes: Uint8Array, start: number, length: number) => void): void {
    this.#parts.entries.forEachNode(root, visit);
  }

  groupCount(root: Handle): number {
    return this.#parts.groups.count(root);
  }

  forEachGroup(root: Handle, visit: (group: Handle, facts: GroupFacts) => void): void {
    const { consumers, entries, groups, pending } = this.#parts;
    const { layout } = entries;
    groups.forEach(root, (group) =>
      visit(group, {
        name: latin1Name(layout, group, GROUP_NAME),
        lastId: layout.readId(group, GROUP_LAST_ID, new StreamId()),
        entriesRead: layout.counter(group, GROUP_ENTRIES_READ),
        pendingCount: pending.count(group),
        consumerCount: consumers.count(group),
      }),
    );
  }

  /** Calls `visit` for what is pending in a group; `deliveredAt` in Unix milliseconds. */
  forEachPending(group: Handle, visit: (id: StreamId, deliveredAt: number, times: ExactInteger) => void): void {
    const { pending } = this.#parts;
    this.#forEachId(pending.layout.word(group, GROUP_PENDING), (cursor) => {
      visit(cursor.id, pending.deliveredAt(cursor.pending), pending.times(cursor.pending));
    });
  }

  forEachConsumer(group: Handle, visit: (consumer: Handle, facts: ConsumerFacts) => void): void {
    const { consumers, pending } = this.#parts;
    const { layout } = pending;
    consumers.forEach(group, (consumer) =>
      visit(consumer, {
        name: latin1Name(layout, consumer, CONSUMER_NAME),
        seenMs: layout.double(consumer, CONSUMER_SEEN),
        activeMs: layout.double(consumer, CONSUMER_ACTIVE),
        pendingCount: pending.countOf(consumer),
      }),
    );
  }

  /** Calls `visit` for the ids that are pending for a consumer. */
  forEachPendingId(consumer: Handle, visit: (id: StreamId) => void): void {
    this.#forEachId(this.#parts.pending.layout.word(consumer, CONSUMER_PENDING), (cursor) => visit(cursor.id));
  }

  #forEachId(tree: Handle, visit: (cursor: PendingCursor) => void): void {
    const cursor = this.#cursor;
    cursor.seek(tree, new StreamId());
    while (cursor.next()) visit(cursor);
  }
}
