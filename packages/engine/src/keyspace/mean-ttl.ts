// How long keys with a deadline have still to live, in the mean: estimated from some of them, for INFO.
import type { Database } from './database.ts';

const SAMPLES = 100;
const TABLES_MAX = 64;

/** Milliseconds; 0 where no key has a deadline. */
export function meanTtlMs(db: Database): number {
  if (db.deadlines === 0) return 0;
  const { dict, entries, root, keyspace } = db;
  const { nowMs } = keyspace.clock;
  let count = 0;
  let total = 0;
  const size = dict.directorySize(root);
  for (let slot = 0, tables = 0; slot < size && tables < TABLES_MAX && count < SAMPLES; tables++) {
    dict.forEachInTable(dict.tableAt(root, slot), (entry) => {
      if (!entries.hasDeadline(entry)) return;
      count++;
      total += Math.max(0, entries.deadline(entry) - nowMs);
    });
    slot += dict.tableSpan(root, slot);
  }
  return count === 0 ? 0 : total / count;
}
