// Entries of a dictionary by chance. A random hash names a bucket, then a random slot of its chain is taken or, where it
// is empty, everything starts over: so each slot has the same chance. Chains are looked at as far as nearly all of them
// reach; what lies behind, and dictionaries with few entries in many buckets, are left to a count through all of them.
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import type { Dict } from './dict.ts';
import {
  BUCKET_WORDS,
  bucketOf,
  CHAIN_BUCKETS,
  HANDLES_WORD,
  LINK_WORD,
  RANDOM_TRIES_MAX,
  SLOTS,
  TABLE_BITS,
  TABLE_BITS_MAX,
  TABLE_HEADER_WORDS,
  TABLE_PREFIX,
} from './dict-layout.ts';

/** An entry of a dictionary that has some. `random` gives numbers in [0, 1). */
export function randomEntryOf(arena: Arena, dict: Dict, root: Handle, random: () => number): Handle {
  for (let tries = 0; tries < RANDOM_TRIES_MAX; tries++) {
    const entry = tryRandomSlot(arena, dict, root, random);
    if (entry !== 0) return entry;
  }
  return entryAtRank(dict, root, Math.floor(random() * dict.count(root)));
}

/** Picks a slot of a random bucket; a narrow bucket is taken as often as a wide one's share of the hash range. */
function tryRandomSlot(arena: Arena, dict: Dict, root: Handle, random: () => number): Handle {
  const hash = Math.floor(random() * 2 ** 32) >>> 0;
  const size = dict.directorySize(root);
  const table = dict.tableAt(root, Math.floor((hash / 2 ** 32) * size));
  const words = arena.words[table >>> SEGMENT_SHIFT];
  const base = (table & GRANULE_MASK) << 2;
  const bits = words[base + TABLE_BITS];
  const prefix = words[base + TABLE_PREFIX];
  const narrowest = size === 1 ? bits : 31 - Math.clz32(size) + TABLE_BITS_MAX;
  const excess = narrowest - prefix - bits;
  let slot = Math.floor(random() * SLOTS * CHAIN_BUCKETS);
  const first = base + TABLE_HEADER_WORDS;
  let bucket = first + bucketOf(hash, prefix, bits) * BUCKET_WORDS;
  if (excess > 0 && random() >= 2 ** -excess) return 0;
  for (; slot >= SLOTS; slot -= SLOTS) {
    const link = words[bucket + LINK_WORD];
    if (link === 0) return 0;
    bucket = first + link * BUCKET_WORDS;
  }
  return words[bucket + HANDLES_WORD + slot];
}

function entryAtRank(dict: Dict, root: Handle, rank: number): Handle {
  let left = rank;
  const size = dict.directorySize(root);
  for (let slot = 0; slot < size; slot += dict.tableSpan(root, slot)) {
    const table = dict.tableAt(root, slot);
    const count = dict.tableCount(table);
    if (left >= count) {
      left -= count;
      continue;
    }
    let found = 0;
    dict.forEachInTable(table, (entry) => {
      if (left-- === 0) found = entry;
    });
    return found;
  }
  return 0;
}
