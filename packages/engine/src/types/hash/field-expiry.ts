// Deletes the fields of hashes that have expired though nobody asks for them. Each database knows its hashes that have
// such fields, each sub-table of their dictionaries notes the earliest deadline in it; a cycle goes round the hashes
// and looks into what is due only.
import { binaryString } from '../../encodings/bytes-compare.ts';
import type { Database } from '../../keyspace/database.ts';
import { EVENT_EXPIRED, EVENT_GENERIC, type Keyspace } from '../../keyspace/keyspace.ts';
import { KIND_HASH_EXPIRING } from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import { fieldBytes, fieldDeadline, fieldLength, fieldStart } from './field-blocks.ts';
import { type Hashes, hashesOf } from './hashes.ts';

/** Time spent in one cycle, and hashes looked at between two looks at the time. */
const BUDGET_MS = 5;
const HASHES_PER_LOOK = 16;
/** Fields that are deleted, and told of, together. */
const BATCH = 1024;

export class FieldExpiry {
  readonly #keyspace: Keyspace;
  readonly #hashes: Hashes;
  /** Where the next cycle goes on, for each database. */
  readonly #places: (Iterator<string> | undefined)[];
  /** Told of the number of fields that were deleted. */
  readonly #onExpired: (fields: number) => void;

  constructor(keyspace: Keyspace, onExpired: (fields: number) => void) {
    this.#keyspace = keyspace;
    this.#hashes = hashesOf(keyspace);
    this.#places = keyspace.databases.map(() => undefined);
    this.#onExpired = onExpired;
  }

  /** One cycle over all databases; for the periodic work. */
  run(): void {
    if (this.#keyspace.expiryPaused) return;
    const end = performance.now() + BUDGET_MS;
    for (const db of this.#keyspace.databases) if (db.expiringHashes.size > 0) this.#runDatabase(db, end);
  }

  #runDatabase(db: Database, end: number): void {
    let place = this.#places[db.id] ?? db.expiringHashes.values();
    for (let left = db.expiringHashes.size; left > 0; left--) {
      let next = place.next();
      if (next.done === true) {
        place = db.expiringHashes.values();
        next = place.next();
        if (next.done === true) break;
      }
      this.#runHash(db, next.value);
      if (left % HASHES_PER_LOOK === 0 && performance.now() >= end) break;
    }
    this.#places[db.id] = place;
  }

  #runHash(db: Database, key: string): void {
    const bytes = Buffer.from(key, 'latin1');
    const entry = db.peek(bytes, 0, bytes.length);
    if (entry === 0 || db.entries.kind(entry) !== KIND_HASH_EXPIRING) return;
    for (;;) {
      const due = this.#dueFields(db.entries.value(entry));
      if (due.length === 0) return;
      if (!this.#expire(db, bytes, due)) return;
      if (due.length < BATCH) return;
    }
  }

  /** Fields that have expired, as binary strings; notes what is due next in sub-tables where nothing is. */
  #dueFields(root: Handle): string[] {
    const { dict, arena, clock } = this.#keyspace;
    const due: string[] = [];
    const size = dict.directorySize(root);
    for (let slot = 0; slot < size && due.length < BATCH; slot += dict.tableSpan(root, slot)) {
      const table = dict.tableAt(root, slot);
      if (dict.tableDeadline(table) >= clock.nowMs) continue;
      const before = due.length;
      let earliest = Number.POSITIVE_INFINITY;
      dict.forEachInTable(table, (block) => {
        const deadline = fieldDeadline(arena, block);
        if (deadline >= clock.nowMs) earliest = Math.min(earliest, deadline);
        else if (due.length < BATCH) {
          due.push(binaryString(fieldBytes(arena, block), fieldStart(arena, block), fieldLength(arena, block)));
        }
      });
      if (due.length === before && arena.isWritable(table)) dict.setTableDeadline(table, earliest);
    }
    return due;
  }

  /** Deletes fields and tells everybody; false where the key went with them. */
  #expire(db: Database, key: Buffer, fields: readonly string[]): boolean {
    const keyspace = this.#keyspace;
    const { effects } = keyspace;
    const entry = db.findForWrite(key, 0, key.length);
    if (entry === 0) return false;
    const hash = this.#hashes.open(entry);
    for (const field of fields) {
      const bytes = Buffer.from(field, 'latin1');
      hash.removeAnyway(bytes, 0, bytes.length);
    }
    const isEmpty = hash.count === 0;
    this.#hashes.save(db, entry);
    this.#onExpired(fields.length);
    effects.record(db.id, 'HDEL', key.toString('latin1'), ...fields);
    keyspace.notify(db, EVENT_EXPIRED, 'hexpired', key, 0, key.length);
    if (isEmpty) {
      db.remove(key, 0, key.length, keyspace.lazyExpire);
      effects.recordKey(db.id, keyspace.lazyExpire ? 'UNLINK' : 'DEL', key, 0, key.length);
      keyspace.notify(db, EVENT_GENERIC, 'del', key, 0, key.length);
    }
    keyspace.modified(db, key, 0, key.length);
    effects.flush();
    return !isEmpty;
  }
}
