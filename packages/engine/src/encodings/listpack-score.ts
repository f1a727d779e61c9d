// Scores in the listpacks of small sorted sets: an integer entry where the score is an integer up to 2^62 (so -0 becomes
// 0, as in the original), otherwise the score's text.

import { DOUBLE_TEXT_MAX, parseDoubleBytes, writeDouble } from './double-text.ts';
import { listpackInteger, listpackIsInteger, listpackStringLength, listpackStringStart } from './listpack.ts';
import {
  listpackEntrySize,
  listpackInsertAt,
  listpackInsertIntegerAt,
  listpackIntegerEntrySize,
  listpackReplaceAt,
  listpackReplaceIntegerAt,
} from './listpack-edit.ts';

const scratch = new Uint8Array(DOUBLE_TEXT_MAX);

/** The score that the entry at `at` is; NaN when it is none, which only bytes from outside can hold. */
export function listpackScore(bytes: Uint8Array, at: number): number {
  if (listpackIsInteger(bytes, at)) return listpackInteger(bytes, at);
  return parseDoubleBytes(bytes, listpackStringStart(bytes, at), listpackStringLength(bytes, at));
}

/** Bytes that the score needs as an entry. */
export function listpackScoreSize(score: number): number {
  if (Number.isSafeInteger(score)) return listpackIntegerEntrySize(score);
  return listpackEntrySize(scratch, 0, writeDouble(scratch, 0, score));
}

/** Inserts the score before the entry at `at` (or at the end); returns the bytes added. */
export function listpackInsertScoreAt(bytes: Uint8Array, list: number, at: number, score: number): number {
  if (Number.isSafeInteger(score)) return listpackInsertIntegerAt(bytes, list, at, score);
  return listpackInsertAt(bytes, list, at, scratch, 0, writeDouble(scratch, 0, score));
}

/** Puts the score in the place of the entry at `at`; returns the bytes added, below 0 where it got shorter. */
export function listpackReplaceScoreAt(bytes: Uint8Array, list: number, at: number, score: number): number {
  if (Number.isSafeInteger(score)) return listpackReplaceIntegerAt(bytes, list, at, score);
  return listpackReplaceAt(bytes, list, at, scratch, 0, writeDouble(scratch, 0, score));
}
