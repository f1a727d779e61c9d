// 64-bit integers as decimal text in bytes: strict parsing (no sign but a leading minus, no leading zeros, no blanks)
// and writing without strings. Numbers that a double cannot hold exactly go through BigInt.

const MINUS = 45;
const ZERO = 48;
const DIGITS_MAX = 19;
/** More digits are never exact in a double; 16 digits are below 2^53 - 1 or come out above it. */
const SAFE_DIGITS_MAX = 16;
/** Shorter texts are safe integers or none at all. */
export const UNSAFE_INTEGER_LENGTH_MIN = 16;
const CHUNK = 1_000_000_000;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** The integer that the text is, or NaN: not a canonical integer, or not exact in a double. */
export function parseInteger(bytes: Uint8Array, start: number, length: number): number {
  if (length === 0 || length > DIGITS_MAX + 1) return Number.NaN;
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  const end = start + length;
  if (first === end || end - first > SAFE_DIGITS_MAX) return Number.NaN;
  if (!isCanonicalStart(bytes, first, end, negative)) return Number.NaN;
  // Nine digits stay in 32-bit integers, which costs half of what doubles do.
  const smallEnd = Math.min(end, first + 9);
  let small = 0;
  for (let i = first; i < smallEnd; i++) {
    const digit = bytes[i] - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    small = (small * 10 + digit) | 0;
  }
  if (smallEnd === end) return negative ? -small : small;
  let value = small;
  for (let i = smallEnd; i < end; i++) {
    const digit = bytes[i] - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative ? -value : value;
}

/** The 64-bit integer that the text is, or undefined. */
export function parseBigInteger(bytes: Uint8Array, start: number, length: number): bigint | undefined {
  if (!isInteger64(bytes, start, length)) return undefined;
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  // Halves of at most ten and nine digits: both exact as numbers.
  const middle = Math.max(first, start + length - 9);
  const high = BigInt(digitsValue(bytes, first, middle));
  const value = high * 1_000_000_000n + BigInt(digitsValue(bytes, middle, start + length));
  return negative ? -value : value;
}

/** Whether the text is a 64-bit integer in canonical form. */
export function isInteger64(bytes: Uint8Array, start: number, length: number): boolean {
  if (length === 0 || length > DIGITS_MAX + 1) return false;
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  const end = start + length;
  if (first === end || end - first > DIGITS_MAX || !isCanonicalStart(bytes, first, end, negative)) return false;
  for (let i = first; i < end; i++) if (bytes[i] < ZERO || bytes[i] > ZERO + 9) return false;
  return end - first < DIGITS_MAX || isWithinInt64(bytes, first, negative);
}

/** Writes a safe integer at `offset`; returns the place behind it. */
export function writeInteger(bytes: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  if (rest < 0) {
    bytes[at++] = MINUS;
    rest = -rest;
  }
  if (rest < 10) {
    bytes[at] = ZERO + rest;
    return at + 1;
  }
  const end = at + decimalDigits(rest);
  let write = end;
  // Nine digits at a time, so that the divisions are of 32-bit integers.
  while (rest >= CHUNK) {
    const high = Math.floor(rest / CHUNK);
    let low = (rest - high * CHUNK) | 0;
    for (let i = 0; i < 9; i++) {
      const next = (low / 10) | 0;
      bytes[--write] = ZERO + (low - next * 10);
      low = next;
    }
    rest = high;
  }
  let small = rest | 0;
  do {
    const next = (small / 10) | 0;
    bytes[--write] = ZERO + (small - next * 10);
    small = next;
  } while (small > 0);
  return end;
}

/** Length of a safe integer as text. */
export function integerTextLength(value: number): number {
  return value < 0 ? 1 + decimalDigits(-value) : decimalDigits(value);
}

/** Length of any integer as text. */
export function bigIntegerTextLength(value: bigint): number {
  return value.toString().length;
}

/** Writes a 64-bit integer at `offset`; returns the place behind it. */
export function writeBigInteger(bytes: Uint8Array, offset: number, value: bigint): number {
  const text = value.toString();
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
  return offset + text.length;
}

/** Whether the value fits into a signed 64-bit integer. */
export function isInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX;
}

function digitsValue(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + (bytes[i] - ZERO);
  return value;
}

/** `value` is a safe integer, not negative. */
function decimalDigits(value: number): number {
  if (value >= CHUNK) return 9 + decimalDigits(Math.floor(value / CHUNK));
  const small = value | 0;
  if (small < 100) return small < 10 ? 1 : 2;
  if (small < 10_000) return small < 1000 ? 3 : 4;
  if (small < 1_000_000) return small < 100_000 ? 5 : 6;
  if (small < 100_000_000) return small < 10_000_000 ? 7 : 8;
  return 9;
}

/** The first digit is 1 to 9, or the text is `0`. */
function isCanonicalStart(bytes: Uint8Array, first: number, end: number, negative: boolean): boolean {
  if (bytes[first] === ZERO) return end - first === 1 && !negative;
  return bytes[first] > ZERO && bytes[first] <= ZERO + 9;
}

const INT64_MAX_DIGITS = '9223372036854775807';

/** For 19 digits from `first` on. */
function isWithinInt64(bytes: Uint8Array, first: number, negative: boolean): boolean {
  for (let i = 0; i < DIGITS_MAX; i++) {
    const difference = bytes[first + i] - INT64_MAX_DIGITS.charCodeAt(i);
    if (difference !== 0) return difference < 0 || (negative && i === DIGITS_MAX - 1 && difference === 1);
  }
  return true;
}
