// Deletes keys that have expired though nobody asks for them. Each sub-table notes the earliest deadline in it, so a
// cycle looks into those only that have something due, and goes on where the last one stopped.
import type { Handle } from '../memory/arena.ts';
import type { Database } from './database.ts';
import type { Keyspace } from './keyspace.ts';

/** Directory slots looked at in one cycle for each database, and time spent. */
const SLOTS_PER_CYCLE = 4096;
const BUDGET_MS = 5;

export class ActiveExpiry {
  readonly #keyspace: Keyspace;
  readonly #next: number[];
  /** DEBUG SET-ACTIVE-EXPIRE. */
  enabled = true;
  /** Milliseconds spent in cycles, and cycles that ended for want of time. */
  spentMs = 0;
  timesCut = 0;

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
    this.#next = keyspace.databases.map(() => 0);
  }

  /** One cycle over all databases; for the periodic work. */
  run(): void {
    if (!this.enabled || this.#keyspace.expiryPaused) return;
    const start = performance.now();
    const end = start + BUDGET_MS;
    for (const db of this.#keyspace.databases) {
      if (db.deadlines > 0) this.#runDatabase(db, end);
    }
    const now = performance.now();
    this.spentMs += now - start;
    if (now >= end) this.timesCut++;
  }

  #runDatabase(db: Database, end: number): void {
    const { dict } = db;
    let slot = this.#next[db.id];
    for (let looked = 0; looked < SLOTS_PER_CYCLE && looked < dict.directorySize(db.root); looked++) {
      if (slot >= dict.directorySize(db.root)) slot = 0;
      const table = dict.tableAt(db.root, slot);
      slot++;
      if (dict.tableDeadline(table) > this.#keyspace.clock.nowMs) continue;
      this.#runTable(db, slot - 1, table);
      if (performance.now() >= end) break;
    }
    this.#next[db.id] = slot;
  }

  /** Expires what is due in a sub-table and notes the earliest deadline that is left. */
  #runTable(db: Database, slot: number, table: Handle): void {
    const { entries, dict } = db;
    const due: Handle[] = [];
    let earliest = Number.POSITIVE_INFINITY;
    dict.forEachInTable(table, (entry) => {
      if (!entries.hasDeadline(entry)) return;
      const deadline = entries.deadline(entry);
      if (this.#keyspace.isPast(deadline)) due.push(entry);
      else earliest = Math.min(earliest, deadline);
    });
    if (due.length === 0) {
      if (this.#keyspace.arena.isWritable(table)) dict.setTableDeadline(table, earliest);
      return;
    }
    // Deleting may replace the sub-table or copy what a snapshot sees, but it neither moves nor frees other entries.
    for (const entry of due) {
      this.#keyspace.expire(db, entry);
      // Each is a unit of its own.
      this.#keyspace.effects.flush();
    }
    const current = dict.tableAt(db.root, slot);
    if (current !== 0 && this.#keyspace.arena.isWritable(current)) dict.setTableDeadline(current, earliest);
  }
}
