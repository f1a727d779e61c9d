// Comparing and copying runs of bytes without making views for short ones.
// Loops win below about 24 bytes, `copyWithin` and Buffer's compare above.

const SHORT_BYTES_MAX = 24;

/** Whether `length` bytes of `a` at `aStart` equal those of `b` at `bStart`. */
export function bytesEqual(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  if (length > 64) return compareBytes(a, aStart, length, b, bStart, length) === 0;
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
  const quick = Math.min(length, 64);
  for (let i = 0; i < quick; i++) {
    const difference = a[aStart + i] - b[bStart + i];
    if (difference !== 0) return difference;
  }
  if (length > quick) {
    const left = Buffer.from(a.buffer, a.byteOffset + aStart, length);
    const right = Buffer.from(b.buffer, b.byteOffset + bStart, length);
    const order = Buffer.compare(left, right);
    if (order !== 0) return order;
  }
  return aLength - bLength;
}

/** Copies `length` bytes; the runs may overlap where both lie in the same array. */
export function copyBytes(from: Uint8Array, fromStart: number, to: Uint8Array, toStart: number, length: number): void {
  if (from === to) {
    if (length > 0) to.copyWithin(toStart, fromStart, fromStart + length);
  } else if (length <= SHORT_BYTES_MAX) {
    for (let i = 0; i < length; i++) to[toStart + i] = from[fromStart + i];
  } else {
    to.set(from.subarray(fromStart, fromStart + length), toStart);
  }
}
