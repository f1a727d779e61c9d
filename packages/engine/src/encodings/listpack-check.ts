// Whether bytes from outside (RESTORE, an RDB file) are a whole listpack: every length fits, forwards and backwards,
// and the count is true. Says nothing about what the elements mean (pairs, order, duplicates): callers check that.

import {
  backLengthBytes,
  encodedBytes,
  LISTPACK_COUNT_UNKNOWN,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  listpackByteLength,
  STRING_12_BITS,
  STRING_32_BITS,
} from './listpack.ts';

const INTEGER_LAST = 0xf4;

/** Whether the `size` bytes at `list` are one intact listpack. Reads no byte outside of them. */
export function isListpackIntact(bytes: Uint8Array, list: number, size: number): boolean {
  if (size < LISTPACK_EMPTY_BYTES || listpackByteLength(bytes, list) !== size) return false;
  const last = list + size - 1;
  if (bytes[last] !== LISTPACK_END) return false;
  let count = 0;
  let at = list + LISTPACK_HEADER_BYTES;
  while (at < last) {
    at = intactEntryEnd(bytes, at, last);
    if (at === -1) return false;
    count++;
  }
  const known = bytes[list + 4] | (bytes[list + 5] << 8);
  return known === LISTPACK_COUNT_UNKNOWN || known === count;
}

/** The end of an entry that ends at `last` at the latest and whose closing length agrees; otherwise -1. */
function intactEntryEnd(bytes: Uint8Array, at: number, last: number): number {
  const head = bytes[at];
  if (head > INTEGER_LAST) return -1;
  if (at + headBytes(head) > last) return -1;
  const size = encodedBytes(bytes, at);
  const width = backLengthBytes(size);
  const end = at + size + width;
  if (end > last) return -1;
  return readBackLength(bytes, end - 1, width) === size ? end : -1;
}

/** Bytes that must be readable to know the entry's length. */
function headBytes(head: number): number {
  if (head === STRING_32_BITS) return 5;
  return head >= STRING_12_BITS && head < STRING_32_BITS ? 2 : 1;
}

/** The closing length read backwards from `at`, or -1 when it does not have exactly `width` bytes. */
function readBackLength(bytes: Uint8Array, at: number, width: number): number {
  let length = 0;
  let scale = 1;
  for (let i = 0; i < width; i++) {
    const byte = bytes[at - i];
    if (byte > 127 !== i < width - 1) return -1;
    length += (byte & 127) * scale;
    scale *= 128;
  }
  return length;
}
