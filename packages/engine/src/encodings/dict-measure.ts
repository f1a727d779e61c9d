// Figures of a dictionary that only those ask for who look inside (DEBUG HTSTATS).
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import type { Dict } from './dict.ts';
import { TABLE_BITS } from './dict-layout.ts';

/** Number of buckets, those for overflow left out. */
export function bucketCountOf(arena: Arena, dict: Dict, root: Handle): number {
  let total = 0;
  const size = dict.directorySize(root);
  for (let slot = 0; slot < size; slot += dict.tableSpan(root, slot)) {
    const table = dict.tableAt(root, slot);
    total += 1 << arena.words[table >>> SEGMENT_SHIFT][((table & GRANULE_MASK) << 2) + TABLE_BITS];
  }
  return total;
}
