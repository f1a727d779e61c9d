// Any 64-bit integer in a listpack as a pair of words (see integer-words.ts), without BigInt: differences of stream ids.

import { areSafeWords, joinWords, writeWords } from './integer-words.ts';
import { INTEGER_64_BITS, listpackInteger } from './listpack.ts';
import {
  listpackInsertAt,
  listpackInsertIntegerAt,
  listpackIntegerEntrySize,
  listpackReplaceAt,
  listpackReplaceIntegerAt,
} from './listpack-edit.ts';

/** A minus and 19 digits. */
const TEXT_MAX = 20;
const WIDE_ENTRY_BYTES = 10;

const scratch = new Uint8Array(TEXT_MAX);

/** Upper word of the integer entry at `at`. */
export function listpackHigh(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== INTEGER_64_BITS) return listpackInteger(bytes, at) < 0 ? -1 : 0;
  return bytes[at + 5] | (bytes[at + 6] << 8) | (bytes[at + 7] << 16) | (bytes[at + 8] << 24);
}

/** Lower word of the integer entry at `at`. */
export function listpackLow(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== INTEGER_64_BITS) return listpackInteger(bytes, at);
  return bytes[at + 1] | (bytes[at + 2] << 8) | (bytes[at + 3] << 16) | (bytes[at + 4] << 24);
}

/** Bytes that the number needs as an entry. */
export function listpackWordsSize(high: number, low: number): number {
  return areSafeWords(high) ? listpackIntegerEntrySize(joinWords(high, low)) : WIDE_ENTRY_BYTES;
}

/** Inserts the number before the entry at `at` (or at the end); returns the bytes added. */
export function listpackInsertWordsAt(bytes: Uint8Array, list: number, at: number, high: number, low: number): number {
  if (areSafeWords(high)) return listpackInsertIntegerAt(bytes, list, at, joinWords(high, low));
  return listpackInsertAt(bytes, list, at, scratch, 0, writeWords(scratch, 0, high, low));
}

/** Puts the number in the place of the entry at `at`; returns the bytes added, below 0 where it got shorter. */
export function listpackReplaceWordsAt(bytes: Uint8Array, list: number, at: number, high: number, low: number): number {
  if (areSafeWords(high)) return listpackReplaceIntegerAt(bytes, list, at, joinWords(high, low));
  return listpackReplaceAt(bytes, list, at, scratch, 0, writeWords(scratch, 0, high, low));
}
