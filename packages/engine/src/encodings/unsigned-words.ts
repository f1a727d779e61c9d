// Unsigned 64-bit integers as pairs of words (see integer-words.ts; here both are bits without a sign): the halves of
// stream ids. Read as the original reads them: canonical numbers, and then anything that C's strtoull takes, which skips
// blanks, takes a sign (a minus wraps around), leading zeros, and stops at a zero byte.

import { writeInteger } from './integer-text.ts';
import { integerHigh, integerLow, parseIntegerWords } from './integer-words.ts';

const TWO_32 = 4294967296;
const MINUS = 45;
const PLUS = 43;
const ZERO = 48;
const CHUNK = 1_000_000_000;

export let unsignedHigh = 0;
export let unsignedLow = 0;

/** Reads the number into the two words; false when the text is none, or below 0, or above 2^64 - 1. */
export function parseUnsignedWords(bytes: Uint8Array, start: number, length: number): boolean {
  if (parseIntegerWords(bytes, start, length)) {
    unsignedHigh = integerHigh;
    unsignedLow = integerLow;
    return integerHigh >= 0;
  }
  return parseLeniently(bytes, start, start + length);
}

/** Below 0, 0 or above 0, as the first number is smaller, equal or larger. */
export function compareUnsignedWords(leftHigh: number, leftLow: number, rightHigh: number, rightLow: number): number {
  return leftHigh === rightHigh ? (leftLow >>> 0) - (rightLow >>> 0) : (leftHigh >>> 0) - (rightHigh >>> 0);
}

/** Writes the number as text at `offset`, 20 bytes at most; returns the place behind it. */
export function writeUnsignedWords(bytes: Uint8Array, offset: number, high: number, low: number): number {
  const unsigned = high >>> 0;
  if (unsigned < 0x200000) return writeInteger(bytes, offset, unsigned * TWO_32 + (low >>> 0));
  const value = (BigInt(unsigned) << 32n) | BigInt(low >>> 0);
  const rest = Number(value % BigInt(CHUNK));
  const end = writeInteger(bytes, offset, Number(value / BigInt(CHUNK)));
  let left = rest;
  for (let i = 8; i >= 0; i--) {
    const next = Math.floor(left / 10);
    bytes[end + i] = ZERO + (left - next * 10);
    left = next;
  }
  return end + 9;
}

function parseLeniently(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && (bytes[at] === 32 || (bytes[at] >= 9 && bytes[at] <= 13))) at++;
  const isNegative = at < end && bytes[at] === MINUS;
  if (at < end && (isNegative || bytes[at] === PLUS)) at++;
  const first = at;
  let high = 0;
  let low = 0;
  for (; at < end && bytes[at] !== 0; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return false;
    const scaled = low * 10 + digit;
    low = scaled % TWO_32;
    high = high * 10 + (scaled - low) / TWO_32;
    if (high >= TWO_32) return false;
  }
  if (at === first) return false;
  unsignedLow = (isNegative ? -low : low) | 0;
  unsignedHigh = isNegative ? (low === 0 ? -high : ~high) | 0 : high | 0;
  return true;
}
