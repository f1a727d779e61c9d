import { bitmaps } from './bitmaps.ts';
import type { CommandFamily } from './family.ts';
import { expiry, generic, scanning, sorting, transactions } from './generic.ts';
import { hashExpiry, hashes } from './hashes.ts';
import { blocking, lists } from './lists.ts';
import { sets } from './sets.ts';
import { sortedSets } from './sorted-sets.ts';
import { streamGroups, streams } from './streams.ts';
import { strings } from './strings.ts';

/** Families that consist of templates. `bad-input`, `dump`, `frames` and `scripts` change or wrap their commands. */
export const allFamilies: readonly CommandFamily[] = [
  strings,
  bitmaps,
  hashes,
  hashExpiry,
  lists,
  blocking,
  sets,
  sortedSets,
  streams,
  streamGroups,
  generic,
  expiry,
  sorting,
  transactions,
  scanning,
];
