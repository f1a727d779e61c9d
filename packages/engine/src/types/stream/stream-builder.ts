// Builds one stream from what was saved: its nodes, its counters, then group by group the pending entries and after them
// the consumers that own them. Answers false where the parts contradict each other; then `drop` frees what was made.
import { isListpackIntact } from '../../encodings/listpack-check.ts';
import type { Handle } from '../../memory/arena.ts';
import type { ExactInteger } from './exact-integer.ts';
import type { ConsumerFacts, StreamCounters } from './stream-facts.ts';
import type { StreamId } from './stream-id.ts';
import { entriesUpTo } from './stream-lag.ts';
import { CONSUMER_ACTIVE, ROOT_FIRST_ID, ROOT_LAST_ID, ROOT_MAX_DELETED_ID } from './stream-layout.ts';
import { countValidEntries } from './stream-node-check.ts';
import type { StreamParts } from './stream-operations.ts';

export interface LoadedGroup {
  readonly name: string;
  readonly lastId: StreamId;
  readonly entriesRead: ExactInteger | undefined;
}

export class StreamBuilder {
  /** The stream so far. */
  readonly root: Handle;
  readonly #parts: StreamParts;
  readonly #free: (root: Handle) => void;
  #group: Handle = 0;
  #consumer: Handle = 0;
  /** Pending entries of the group that no consumer owns so far. */
  #unowned = 0;
  #entryCount = 0;

  /** `free` frees a whole stream. */
  constructor(parts: StreamParts, free: (root: Handle) => void) {
    this.#parts = parts;
    this.#free = free;
    this.root = parts.entries.create();
  }

  /** Adds a node: the id of its master entry and its listpack. False where the bytes are damaged or out of order. */
  addNode(master: StreamId, bytes: Uint8Array, start: number, length: number): boolean {
    if (!isListpackIntact(bytes, start, length)) return false;
    const count = countValidEntries(bytes, start);
    if (count < 1 || !this.#parts.entries.isBehindLastNode(this.root, master)) return false;
    this.#entryCount += count;
    this.#parts.entries.addListpack(this.root, master, bytes, start, length);
    return true;
  }

  /** False where the length is not the number of entries in the nodes. */
  setCounters(counters: StreamCounters): boolean {
    const { layout } = this.#parts.entries;
    layout.setLength(this.root, counters.length);
    layout.setEntriesAdded(this.root, counters.entriesAdded);
    layout.writeId(this.root, ROOT_LAST_ID, counters.lastId);
    layout.writeId(this.root, ROOT_FIRST_ID, counters.firstId);
    layout.writeId(this.root, ROOT_MAX_DELETED_ID, counters.maxDeletedId);
    return counters.length === this.#entryCount;
  }

  /** Sets the first id from the nodes, for formats that do not keep it. The length must be set. */
  findFirstId(): void {
    this.#parts.entries.updateFirstId(this.root);
  }

  /**
   * False where a group has this name already, or the last group's pending entries are without owners. `entriesRead`
   * may be undefined for formats that do not keep it: then it is what the stream's counters, which must be set, say.
   */
  beginGroup(facts: LoadedGroup): boolean {
    if (this.#unowned > 0) return false;
    const name = Buffer.from(facts.name, 'latin1');
    const { groups } = this.#parts;
    const entriesRead = facts.entriesRead ?? entriesUpTo(groups.layout, this.root, facts.lastId);
    this.#group = groups.create(this.root, name, 0, name.length, facts.lastId, entriesRead);
    return this.#group !== 0;
  }

  /** False where the id is pending already. */
  addPending(id: StreamId, deliveredAt: number, times: ExactInteger): boolean {
    const { pending } = this.#parts;
    if (pending.find(this.#group, id) !== 0) return false;
    pending.addUnowned(this.#group, id, deliveredAt, times);
    this.#unowned++;
    return true;
  }

  /** False where the group has a consumer of this name. */
  beginConsumer(facts: Pick<ConsumerFacts, 'name' | 'seenMs' | 'activeMs'>): boolean {
    const name = Buffer.from(facts.name, 'latin1');
    const { consumers } = this.#parts;
    if (consumers.find(this.#group, name, 0, name.length) !== 0) return false;
    this.#consumer = consumers.add(this.#group, name, 0, name.length, facts.seenMs);
    consumers.layout.setDouble(this.#consumer, CONSUMER_ACTIVE, facts.activeMs);
    return true;
  }

  /** Gives a pending entry to the consumer; false where there is none, or it has an owner. */
  ownPending(id: StreamId): boolean {
    const { pending } = this.#parts;
    const entry = pending.find(this.#group, id);
    if (entry === 0 || !pending.isUnowned(entry)) return false;
    pending.own(entry, this.#consumer, id);
    this.#unowned--;
    return true;
  }

  /** Ends the last group; false where pending entries are without owners. */
  finish(): boolean {
    return this.#unowned === 0;
  }

  drop(): void {
    this.#free(this.root);
  }
}
