// How directories and sub-tables of a dictionary lie in the arena, and the places within them. Behaviour is Dict's.
import type { Handle } from '../memory/arena.ts';

export const BUCKET_WORDS = 16;
export const SLOTS = 12;
export const LINK_WORD = 3;
export const HANDLES_WORD = 4;
export const TABLE_BITS_MAX = 8;
export const DEPTH_MAX = 24;
/** Average entries of a bucket above which a sub-table grows, and below which it shrinks. */
export const FILL_MAX = 10;
export const FILL_MIN = 2;
export const RANDOM_TRIES_MAX = 400;
/** Buckets of a chain that random picks reach: one in 20,000 chains is longer. */
export const CHAIN_BUCKETS = 2;

// Directory: word 1 depth, word 2 entries, word 3 for the owner's use, then the sub-table handles.
export const DIRECTORY_DEPTH = 1;
export const DIRECTORY_COUNT = 2;
export const DIRECTORY_OWNER = 3;
export const DIRECTORY_TABLES = 4;

// Sub-table: bucket bits and prefix bits, entries, overflow buckets in use; then two words for the owner's use
// (the earliest deadline, as float64 at word 6) and the buckets.
export const TABLE_BITS = 1;
export const TABLE_PREFIX = 2;
export const TABLE_COUNT = 3;
export const TABLE_OVERFLOW = 4;
export const TABLE_DEADLINE_DOUBLE = 3;
export const TABLE_HEADER_WORDS = BUCKET_WORDS;

/** Bits of the hash in front of those that make the tag. */
const TAG_SHIFT = 24;

/** Called for an entry of a scan. */
export type VisitEntry = (entry: Handle) => void;

export function bucketOf(hash: number, prefix: number, bits: number): number {
  return bits === 0 ? 0 : (hash << prefix) >>> (32 - bits);
}

export function tagOf(hash: number): number {
  const tag = hash & 0xff;
  return tag === 0 ? 0xff : tag;
}

/** Overflow buckets of a sub-table: what keeps its size a whole number of pages at 256 buckets. */
export function overflowBuckets(bits: number): number {
  return bits < 3 ? 0 : (1 << (bits - 2)) - 1;
}

export function tableBytes(bits: number): number {
  return (1 + (1 << bits) + overflowBuckets(bits)) * BUCKET_WORDS * 4;
}

export function setTag(words: Uint32Array, bucket: number, slot: number, tag: number): void {
  const shift = (slot & 3) << 3;
  const index = bucket + (slot >>> 2);
  words[index] = (words[index] & ~(0xff << shift)) | (tag << shift);
}

/** Clears the tag of the slot whose handle is at word `index`; buckets are aligned to 16 words. */
export function clearTag(words: Uint32Array, index: number): void {
  const bucket = index & ~(BUCKET_WORDS - 1);
  setTag(words, bucket, index - bucket - HANDLES_WORD, 0);
}

export function visitBucket(words: Uint32Array, bucket: number, visit: VisitEntry): void {
  for (let slot = 0; slot < SLOTS; slot++) {
    const entry = words[bucket + HANDLES_WORD + slot];
    if (entry !== 0) visit(entry);
  }
}

/** Visits the entries of a bucket and of those linked behind it; `first` is the sub-table's first bucket. */
export function visitChain(words: Uint32Array, first: number, bucket: number, visit: VisitEntry): void {
  let at = bucket;
  for (;;) {
    visitBucket(words, at, visit);
    const link = words[at + LINK_WORD];
    if (link === 0) return;
    at = first + link * BUCKET_WORDS;
  }
}

/**
 * Visits the entries of the sub-table at word `base` with as much of their hashes as their places tell: the bits that
 * chose the bucket and those of the tag. So entries move to a smaller sub-table without being looked at. False (and
 * nothing is visited) where the first `bits` bits of the hashes are wanted and that is not enough.
 */
export function visitWithPlaces(
  words: Uint32Array,
  base: number,
  bits: number,
  visit: (entry: Handle, hash: number) => void,
): boolean {
  const first = base + TABLE_HEADER_WORDS;
  const tableBits = words[base + TABLE_BITS];
  const prefix = words[base + TABLE_PREFIX];
  const known = prefix + tableBits;
  if (bits > known || known > TAG_SHIFT) return false;
  for (let index = 0; index < 1 << tableBits; index++) {
    const hash = tableBits === 0 ? 0 : (index << (32 - tableBits)) >>> prefix;
    let bucket = first + index * BUCKET_WORDS;
    for (;;) {
      for (let slot = 0; slot < SLOTS; slot++) {
        const entry = words[bucket + HANDLES_WORD + slot];
        if (entry !== 0) visit(entry, (hash | ((words[bucket + (slot >>> 2)] >>> ((slot & 3) << 3)) & 0xff)) >>> 0);
      }
      const link = words[bucket + LINK_WORD];
      if (link === 0) break;
      bucket = first + link * BUCKET_WORDS;
    }
  }
  return true;
}
