// Writing listpacks in place (see listpack.ts for the format). Nothing here allocates or grows: the caller asks for the
// size of an element first (`listpackEntrySize`), makes room behind the list, then inserts. The text to insert must not
// lie within the list that is edited, whose tail moves.

import { copyBytes } from './bytes-compare.ts';
import { isInteger64, parseBigInteger, parseInteger, UNSAFE_INTEGER_LENGTH_MIN } from './integer-text.ts';
import {
  backLengthBytes,
  INTEGER_16_BITS,
  INTEGER_24_BITS,
  INTEGER_32_BITS,
  INTEGER_64_BITS,
  LISTPACK_COUNT_UNKNOWN,
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  listpackByteLength,
  listpackEntryBytes,
  STRING_12_BITS,
  STRING_32_BITS,
} from './listpack.ts';

/** Writes a listpack without entries at `list`: `LISTPACK_EMPTY_BYTES` bytes. */
export function createListpack(bytes: Uint8Array, list: number): void {
  writeTotal(bytes, list, LISTPACK_EMPTY_BYTES);
  writeCount(bytes, list, 0);
  bytes[list + LISTPACK_HEADER_BYTES] = LISTPACK_END;
}

/** Bytes that the text needs as an entry, as an integer where it is one. */
export function listpackEntrySize(text: Uint8Array, start: number, length: number): number {
  const value = parseInteger(text, start, length);
  if (!Number.isNaN(value)) return listpackIntegerEntrySize(value);
  if (length >= UNSAFE_INTEGER_LENGTH_MIN && isInteger64(text, start, length)) return 10;
  const encoded = length + stringHeadBytes(length);
  return encoded + backLengthBytes(encoded);
}

/** Bytes that a safe integer needs as an entry. */
export function listpackIntegerEntrySize(value: number): number {
  if (value >= 0 && value < 128) return 2;
  if (value >= -4096 && value < 4096) return 3;
  if (value >= -32768 && value < 32768) return 4;
  if (value >= -8388608 && value < 8388608) return 5;
  return value >= -2147483648 && value <= 2147483647 ? 6 : 10;
}

/** Inserts the text before the entry at `at` (or at the end); returns the bytes added. */
export function listpackInsertAt(
  bytes: Uint8Array,
  list: number,
  at: number,
  text: Uint8Array,
  start: number,
  length: number,
): number {
  const size = listpackEntrySize(text, start, length);
  openGap(bytes, list, at, 0, size, 1);
  writeEntry(bytes, at, text, start, length);
  return size;
}

/** Inserts a safe integer before the entry at `at` (or at the end); returns the bytes added. */
export function listpackInsertIntegerAt(bytes: Uint8Array, list: number, at: number, value: number): number {
  const size = listpackIntegerEntrySize(value);
  openGap(bytes, list, at, 0, size, 1);
  writeIntegerEntry(bytes, at, value);
  return size;
}

/** Puts the text in the place of the entry at `at`; returns the bytes added, below 0 where it got shorter. */
export function listpackReplaceAt(
  bytes: Uint8Array,
  list: number,
  at: number,
  text: Uint8Array,
  start: number,
  length: number,
): number {
  const size = listpackEntrySize(text, start, length);
  const old = listpackEntryBytes(bytes, at);
  if (size !== old) openGap(bytes, list, at, old, size, 0);
  writeEntry(bytes, at, text, start, length);
  return size - old;
}

/** Puts a safe integer in the place of the entry at `at`; returns the bytes added, below 0 where it got shorter. */
export function listpackReplaceIntegerAt(bytes: Uint8Array, list: number, at: number, value: number): number {
  const size = listpackIntegerEntrySize(value);
  const old = listpackEntryBytes(bytes, at);
  if (size !== old) openGap(bytes, list, at, old, size, 0);
  writeIntegerEntry(bytes, at, value);
  return size - old;
}

/**
 * Removes up to `count` entries from the one at `at` on; returns the bytes freed. Then the entry that followed (or the
 * end) is at `at`.
 */
export function listpackDeleteRange(bytes: Uint8Array, list: number, at: number, count: number): number {
  let end = at;
  let removed = 0;
  while (removed < count && bytes[end] !== LISTPACK_END) {
    end += listpackEntryBytes(bytes, end);
    removed++;
  }
  openGap(bytes, list, at, end - at, 0, -removed);
  return end - at;
}

/**
 * Ends a listpack behind entries that were written one by one at its end (`listpackPut...`): `at` is the place behind
 * the last, `added` their number.
 */
export function listpackFinishAppending(bytes: Uint8Array, list: number, at: number, added: number): void {
  bytes[at] = LISTPACK_END;
  writeTotal(bytes, list, at + 1 - list);
  const count = bytes[list + 4] | (bytes[list + 5] << 8);
  if (count !== LISTPACK_COUNT_UNKNOWN) writeCount(bytes, list, Math.min(count + added, LISTPACK_COUNT_UNKNOWN));
}

export { write64Bits as listpackPutWords, writeEntry as listpackPutText, writeIntegerEntry as listpackPutInteger };

/** Moves the bytes behind `at` + `oldSize` so that they follow `at` + `newSize`, and corrects the header. */
function openGap(
  bytes: Uint8Array,
  list: number,
  at: number,
  oldSize: number,
  newSize: number,
  countChange: number,
): void {
  const total = listpackByteLength(bytes, list);
  const tail = at + oldSize;
  const end = list + total;
  if (end - tail === 1) bytes[at + newSize] = LISTPACK_END;
  else bytes.copyWithin(at + newSize, tail, end);
  writeTotal(bytes, list, total + newSize - oldSize);
  const count = bytes[list + 4] | (bytes[list + 5] << 8);
  // 65534 + 1 is the mark for "not known", which is what it then has to be.
  if (count !== LISTPACK_COUNT_UNKNOWN) writeCount(bytes, list, count + countChange);
}

/** Writes the text as an entry at `at`, without touching header or neighbours; returns the place behind it. */
function writeEntry(bytes: Uint8Array, at: number, text: Uint8Array, start: number, length: number): number {
  const value = parseInteger(text, start, length);
  if (!Number.isNaN(value)) return writeIntegerEntry(bytes, at, value);
  if (length >= UNSAFE_INTEGER_LENGTH_MIN) {
    const exact = parseBigInteger(text, start, length);
    if (exact !== undefined) return writeBigIntegerEntry(bytes, at, exact);
  }
  let payload = at + 1;
  if (length < 64) {
    bytes[at] = 0x80 | length;
  } else if (length < 4096) {
    bytes[at] = STRING_12_BITS | (length >> 8);
    bytes[at + 1] = length & 0xff;
    payload = at + 2;
  } else {
    bytes[at] = STRING_32_BITS;
    writeUint32(bytes, at + 1, length);
    payload = at + 5;
  }
  copyBytes(text, start, bytes, payload, length);
  return writeBackLength(bytes, payload + length, payload + length - at);
}

function writeIntegerEntry(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0 && value < 128) {
    bytes[at] = value;
    bytes[at + 1] = 1;
    return at + 2;
  }
  if (value >= -4096 && value < 4096) {
    bytes[at] = 0xc0 | ((value >> 8) & 0x1f);
    bytes[at + 1] = value & 0xff;
    bytes[at + 2] = 2;
    return at + 3;
  }
  if (value < -2147483648 || value > 2147483647) {
    return write64Bits(bytes, at, value | 0, Math.floor(value / 4294967296) | 0);
  }
  bytes[at + 1] = value & 0xff;
  bytes[at + 2] = (value >> 8) & 0xff;
  if (value >= -32768 && value < 32768) {
    bytes[at] = INTEGER_16_BITS;
    bytes[at + 3] = 3;
    return at + 4;
  }
  bytes[at + 3] = (value >> 16) & 0xff;
  if (value >= -8388608 && value < 8388608) {
    bytes[at] = INTEGER_24_BITS;
    bytes[at + 4] = 4;
    return at + 5;
  }
  bytes[at] = INTEGER_32_BITS;
  bytes[at + 4] = (value >> 24) & 0xff;
  bytes[at + 5] = 5;
  return at + 6;
}

function writeBigIntegerEntry(bytes: Uint8Array, at: number, value: bigint): number {
  return write64Bits(bytes, at, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
}

function write64Bits(bytes: Uint8Array, at: number, low: number, high: number): number {
  bytes[at] = INTEGER_64_BITS;
  writeUint32(bytes, at + 1, low);
  writeUint32(bytes, at + 5, high);
  bytes[at + 9] = 9;
  return at + 10;
}

/** Writes the length that closes an entry of `size` bytes; returns the place behind it. */
function writeBackLength(bytes: Uint8Array, at: number, size: number): number {
  if (size < 128) {
    bytes[at] = size;
    return at + 1;
  }
  const width = backLengthBytes(size);
  let rest = size;
  for (let i = width - 1; i > 0; i--) {
    bytes[at + i] = (rest & 127) | 128;
    rest >>>= 7;
  }
  bytes[at] = rest;
  return at + width;
}

function stringHeadBytes(length: number): number {
  if (length < 64) return 1;
  return length < 4096 ? 2 : 5;
}

function writeTotal(bytes: Uint8Array, list: number, total: number): void {
  writeUint32(bytes, list, total);
}

function writeCount(bytes: Uint8Array, list: number, count: number): void {
  bytes[list + 4] = count & 0xff;
  bytes[list + 5] = count >> 8;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = (value >> 8) & 0xff;
  bytes[at + 2] = (value >> 16) & 0xff;
  bytes[at + 3] = value >>> 24;
}
