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

// Directory: word 1 depth, word 2 entries, word 3 slots freed already (of a dictionary that is freed bit by bit), then
// the sub-table handles.
export const DIRECTORY_DEPTH = 1;
export const DIRECTORY_COUNT = 2;
export const DIRECTORY_FREED = 3;
export const DIRECTORY_TABLES = 4;

// Sub-table: bucket bits and prefix bits, entries, overflow buckets in use; then two words for the owner's use
// (the earliest deadline, as float64 at word 6) and the buckets.
export const TABLE_BITS = 1;
export const TABLE_PREFIX = 2;
export const TABLE_COUNT = 3;
export const TABLE_OVERFLOW = 4;
export const TABLE_DEADLINE_DOUBLE = 3;
export const TABLE_HEADER_WORDS = BUCKET_WORDS;

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
