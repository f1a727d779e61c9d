// Comparing, copying and searching runs of bytes without making views.
// Nanoseconds per call on arena-sized arrays (Node 26.10): a comparing loop costs 1.1 per byte + 6, Buffer's compare with
// ranges 83 up to some hundred bytes, so they cross near 70 bytes; a copying loop costs 1.1 per byte + 6, copyWithin 27,
// Buffer's copy 32, subarray + set 43, so those cross at 20 to 24 bytes. Unrolled loops gained nothing.

const COMPARE_LOOP_MAX = 70;
const COPY_LOOP_MAX = 24;

// Both take ranges, so they need no view, and accept any Uint8Array as `this`.
const bufferCompare = Buffer.prototype.compare;
const bufferCopy = Buffer.prototype.copy;

/** Whether `length` bytes of `a` at `aStart` equal those of `b` at `bStart`. */
export function bytesEqual(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  if (length > COMPARE_LOOP_MAX) {
    // Most runs that differ do so early or in length; one probe at the end spares the call for common prefixes.
    if (a[aStart + length - 1] !== b[bStart + length - 1]) return false;
    return bufferCompare.call(a, b, bStart, bStart + length, aStart, aStart + length) === 0;
  }
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}

/** Order of two runs as memcmp gives it, a shorter one first where it is a prefix: below 0, 0 or above 0. */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aLength: number,
  b: Uint8Array,
  bStart: number,
  bLength: number,
): number {
  const length = Math.min(aLength, bLength);
  const quick = Math.min(length, COMPARE_LOOP_MAX);
  for (let i = 0; i < quick; i++) {
    const difference = a[aStart + i] - b[bStart + i];
    if (difference !== 0) return difference;
  }
  if (length > quick) {
    const order = bufferCompare.call(a, b, bStart + quick, bStart + length, aStart + quick, aStart + length);
    if (order !== 0) return order;
  }
  return aLength - bLength;
}

/** Copies `length` bytes; the runs may overlap where both lie in the same array. */
export function copyBytes(from: Uint8Array, fromStart: number, to: Uint8Array, toStart: number, length: number): void {
  if (from === to) {
    // Forward loop: right for overlapping runs too as long as the target lies in front.
    if (length <= COPY_LOOP_MAX && (toStart <= fromStart || toStart >= fromStart + length)) {
      for (let i = 0; i < length; i++) to[toStart + i] = to[fromStart + i];
    } else to.copyWithin(toStart, fromStart, fromStart + length);
  } else if (length <= COPY_LOOP_MAX) {
    for (let i = 0; i < length; i++) to[toStart + i] = from[fromStart + i];
  } else {
    bufferCopy.call(from, to, toStart, fromStart, fromStart + length);
  }
}

/** Offset of the first `byte` in the run of `length` at `start`, or -1. */
export function indexOfByte(bytes: Uint8Array, start: number, length: number, byte: number): number {
  const end = start + length;
  const loopEnd = length > COMPARE_LOOP_MAX ? start + COMPARE_LOOP_MAX : end;
  for (let i = start; i < loopEnd; i++) if (bytes[i] === byte) return i;
  if (loopEnd === end) return -1;
  // The native search knows no end; a view keeps it from running through the rest of the arena.
  const found = bytes.subarray(loopEnd, end).indexOf(byte);
  return found === -1 ? -1 : loopEnd + found;
}

/** Offset of the first occurrence of the needle within the run of `length` at `start`, or -1. An empty needle is at `start`. */
export function indexOfBytes(
  bytes: Uint8Array,
  start: number,
  length: number,
  needle: Uint8Array,
  needleStart: number,
  needleLength: number,
): number {
  if (needleLength === 0) return start;
  const last = start + length - needleLength;
  let at = start;
  while (at <= last) {
    at = indexOfByte(bytes, at, last + 1 - at, needle[needleStart]);
    if (at === -1) return -1;
    if (bytesEqual(bytes, at, needle, needleStart, needleLength)) return at;
    at++;
  }
  return -1;
}

/** The run as a binary string (one char per byte). Not for hot paths. */
export function binaryString(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1');
}
