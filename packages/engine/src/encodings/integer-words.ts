// 64-bit integers as two words, so that all of them are exact without BigInt: `high` is the signed upper half, `low` the
// lower half as a signed 32-bit number as well (bits, not a value). Results of two words are left in `integerHigh` and
// `integerLow`: read them before the next call.

import {
  integerTextLength,
  isInteger64,
  parseInteger,
  UNSAFE_INTEGER_LENGTH_MIN,
  writeBigInteger,
  writeInteger,
} from './integer-text.ts';

const TWO_32 = 4294967296;
const MINUS = 45;
const ZERO = 48;
/** Upper halves of numbers that are exact in a double (2^53 and -2^53 themselves are left out). */
const SAFE_HIGH_MAX = 0x1fffff;

export let integerHigh = 0;
export let integerLow = 0;

/** Reads a canonical 64-bit integer into the two words; false when the text is none. */
export function parseIntegerWords(bytes: Uint8Array, start: number, length: number): boolean {
  const value = parseInteger(bytes, start, length);
  if (!Number.isNaN(value)) {
    splitInteger(value);
    return true;
  }
  if (length < UNSAFE_INTEGER_LENGTH_MIN || !isInteger64(bytes, start, length)) return false;
  parseLongWords(bytes, start, length);
  return true;
}

/** Sets the two words to a safe integer. */
export function splitInteger(value: number): void {
  integerHigh = Math.floor(value / TWO_32);
  integerLow = value | 0;
}

/** The number of the two words; exact when they are within 2^53. */
export function joinWords(high: number, low: number): number {
  return high * TWO_32 + (low >>> 0);
}

/** Whether `joinWords` is exact. */
export function areSafeWords(high: number): boolean {
  return high <= SAFE_HIGH_MAX && high >= -SAFE_HIGH_MAX;
}

export function joinBigWords(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** Below 0, 0 or above 0, as the first number is smaller, equal or larger. */
export function compareWords(leftHigh: number, leftLow: number, rightHigh: number, rightLow: number): number {
  return leftHigh === rightHigh ? (leftLow >>> 0) - (rightLow >>> 0) : leftHigh - rightHigh;
}

/** Writes the number as text at `offset`; returns the place behind it. */
export function writeWords(bytes: Uint8Array, offset: number, high: number, low: number): number {
  if (areSafeWords(high)) return writeInteger(bytes, offset, joinWords(high, low));
  return writeBigInteger(bytes, offset, joinBigWords(high, low));
}

/** Length of the number as text. */
export function wordsTextLength(high: number, low: number): number {
  if (areSafeWords(high)) return integerTextLength(joinWords(high, low));
  return joinBigWords(high, low).toString().length;
}

/** Digit by digit; the number is known to fit. */
function parseLongWords(bytes: Uint8Array, start: number, length: number): void {
  const isNegative = bytes[start] === MINUS;
  let high = 0;
  let low = 0;
  for (let i = isNegative ? start + 1 : start; i < start + length; i++) {
    const scaled = low * 10 + (bytes[i] - ZERO);
    low = scaled % TWO_32;
    high = high * 10 + (scaled - low) / TWO_32;
  }
  if (isNegative) {
    integerLow = -low | 0;
    integerHigh = low === 0 ? -high | 0 : ~high;
  } else {
    integerLow = low | 0;
    integerHigh = high | 0;
  }
}
