// Listpacks as Valkey keeps and saves them: a header (total bytes, 32 bits; count, 16 bits, 65535 = not known), entries,
// one end byte 0xFF. An entry is its encoding, its payload and the length of both written backwards, so that a reader
// can walk to either side. The bytes go to RDB files and DUMP as they are.
//
// This file reads; `listpack-edit.ts` writes, `listpack-check.ts` validates. `list` is where the listpack starts, `at`
// where an entry starts, both offsets into `bytes`; -1 means there is none. Nothing here allocates but the bigint forms.
// Lists read here are whole: bytes from outside go through `isListpackIntact` first.

import { bytesEqual, copyBytes } from './bytes-compare.ts';
import {
  integerTextLength,
  parseBigInteger,
  parseInteger,
  UNSAFE_INTEGER_LENGTH_MIN,
  writeBigInteger,
  writeInteger,
} from './integer-text.ts';

export const LISTPACK_HEADER_BYTES = 6;
export const LISTPACK_COUNT_UNKNOWN = 65535;
export const LISTPACK_END = 0xff;
/** Length of a listpack without entries. */
export const LISTPACK_EMPTY_BYTES = LISTPACK_HEADER_BYTES + 1;

export const STRING_12_BITS = 0xe0;
export const STRING_32_BITS = 0xf0;
export const INTEGER_16_BITS = 0xf1;
export const INTEGER_24_BITS = 0xf2;
export const INTEGER_32_BITS = 0xf3;
export const INTEGER_64_BITS = 0xf4;

const TWO_32 = 4294967296;

/** Bytes of the whole listpack with header and end. */
export function listpackByteLength(bytes: Uint8Array, list: number): number {
  return readUint32(bytes, list);
}

/** Number of entries; counts them where the header does not know (more than 65534). */
export function listpackLength(bytes: Uint8Array, list: number): number {
  const known = bytes[list + 4] | (bytes[list + 5] << 8);
  if (known !== LISTPACK_COUNT_UNKNOWN) return known;
  let count = 0;
  for (let at = list + LISTPACK_HEADER_BYTES; bytes[at] !== LISTPACK_END; at += listpackEntryBytes(bytes, at)) count++;
  return count;
}

/** Where the end byte is: the place to insert at for appending. */
export function listpackEnd(bytes: Uint8Array, list: number): number {
  return list + readUint32(bytes, list) - 1;
}

export function listpackFirst(bytes: Uint8Array, list: number): number {
  const at = list + LISTPACK_HEADER_BYTES;
  return bytes[at] === LISTPACK_END ? -1 : at;
}

export function listpackLast(bytes: Uint8Array, list: number): number {
  return listpackPrevious(bytes, list, listpackEnd(bytes, list));
}

/** The entry behind the one at `at`. */
export function listpackNext(bytes: Uint8Array, at: number): number {
  const next = at + listpackEntryBytes(bytes, at);
  return bytes[next] === LISTPACK_END ? -1 : next;
}

/** The entry before `at`, which may be the end. */
export function listpackPrevious(bytes: Uint8Array, list: number, at: number): number {
  if (at === list + LISTPACK_HEADER_BYTES) return -1;
  let back = at - 1;
  let length = bytes[back] & 127;
  let scale = 128;
  while (bytes[back] > 127) {
    back--;
    length += (bytes[back] & 127) * scale;
    scale *= 128;
  }
  return back - length;
}

/** The entry of the given index; negative ones count from the end, -1 is the last. */
export function listpackSeek(bytes: Uint8Array, list: number, index: number): number {
  const count = listpackLength(bytes, list);
  const wanted = index < 0 ? count + index : index;
  if (wanted < 0 || wanted >= count) return -1;
  if (wanted <= count >> 1) {
    let at = list + LISTPACK_HEADER_BYTES;
    for (let i = 0; i < wanted; i++) at += listpackEntryBytes(bytes, at);
    return at;
  }
  let at = listpackEnd(bytes, list);
  for (let i = count; i > wanted; i--) at = listpackPrevious(bytes, list, at);
  return at;
}

/** Bytes of the entry at `at`, all included. */
export function listpackEntryBytes(bytes: Uint8Array, at: number): number {
  const size = encodedBytes(bytes, at);
  return size + backLengthBytes(size);
}

/** Bytes of the length that closes an entry of `size` bytes. */
export function backLengthBytes(size: number): number {
  if (size < 128) return 1;
  if (size < 16384) return 2;
  if (size < 2097152) return 3;
  return size < 268435456 ? 4 : 5;
}

/** Bytes of the entry at `at` without its closing length. */
export function encodedBytes(bytes: Uint8Array, at: number): number {
  const head = bytes[at];
  if (head < 0x80) return 1;
  if (head < 0xc0) return 1 + (head & 0x3f);
  if (head < STRING_12_BITS) return 2;
  if (head < STRING_32_BITS) return 2 + (((head & 0x0f) << 8) | bytes[at + 1]);
  switch (head) {
    case STRING_32_BITS:
      return 5 + readUint32(bytes, at + 1);
    case INTEGER_16_BITS:
      return 3;
    case INTEGER_24_BITS:
      return 4;
    case INTEGER_32_BITS:
      return 5;
    case INTEGER_64_BITS:
      return 9;
    default:
      throw new RangeError(`no listpack entry starts with byte ${head}`);
  }
}

/** Whether the entry is kept as an integer; otherwise it is a string with a payload. */
export function listpackIsInteger(bytes: Uint8Array, at: number): boolean {
  const head = bytes[at];
  return head < 0x80 || (head >= 0xc0 && head < STRING_12_BITS) || head > STRING_32_BITS;
}

/** Where the text of a string entry starts. */
export function listpackStringStart(bytes: Uint8Array, at: number): number {
  const head = bytes[at];
  if (head < STRING_12_BITS) return at + 1;
  return head < STRING_32_BITS ? at + 2 : at + 5;
}

/** Length of the text of a string entry. */
export function listpackStringLength(bytes: Uint8Array, at: number): number {
  const head = bytes[at];
  if (head < STRING_12_BITS) return head & 0x3f;
  if (head < STRING_32_BITS) return ((head & 0x0f) << 8) | bytes[at + 1];
  return readUint32(bytes, at + 1);
}

/** The number of an integer entry; not exact beyond 2^53 (`listpackIsSafeInteger` tells). */
export function listpackInteger(bytes: Uint8Array, at: number): number {
  const head = bytes[at];
  if (head < 0x80) return head;
  if (head < STRING_12_BITS) return ((((head & 0x1f) << 8) | bytes[at + 1]) << 19) >> 19;
  switch (head) {
    case INTEGER_16_BITS:
      return ((bytes[at + 1] << 16) | (bytes[at + 2] << 24)) >> 16;
    case INTEGER_24_BITS:
      return ((bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >> 8;
    case INTEGER_32_BITS:
      return readInt32(bytes, at + 1);
    default:
      return readInt32(bytes, at + 5) * TWO_32 + readUint32(bytes, at + 1);
  }
}

/** Whether `listpackInteger` is exact for this integer entry. */
export function listpackIsSafeInteger(bytes: Uint8Array, at: number): boolean {
  return bytes[at] !== INTEGER_64_BITS || Number.isSafeInteger(listpackInteger(bytes, at));
}

/** The number of an integer entry, always exact. */
export function listpackBigInteger(bytes: Uint8Array, at: number): bigint {
  if (bytes[at] !== INTEGER_64_BITS) return BigInt(listpackInteger(bytes, at));
  return (BigInt(readInt32(bytes, at + 5)) << 32n) | BigInt(readUint32(bytes, at + 1));
}

/** Length of the element as text. */
export function listpackTextLength(bytes: Uint8Array, at: number): number {
  if (!listpackIsInteger(bytes, at)) return listpackStringLength(bytes, at);
  if (listpackIsSafeInteger(bytes, at)) return integerTextLength(listpackInteger(bytes, at));
  return listpackBigInteger(bytes, at).toString().length;
}

/** Writes the element as text at `offset` of `target`; returns the place behind it. */
export function listpackWriteText(bytes: Uint8Array, at: number, target: Uint8Array, offset: number): number {
  if (!listpackIsInteger(bytes, at)) {
    const length = listpackStringLength(bytes, at);
    copyBytes(bytes, listpackStringStart(bytes, at), target, offset, length);
    return offset + length;
  }
  if (listpackIsSafeInteger(bytes, at)) return writeInteger(target, offset, listpackInteger(bytes, at));
  return writeBigInteger(target, offset, listpackBigInteger(bytes, at));
}

/** Whether the element at `at` has the `length` bytes of `text` at `start`. */
export function listpackEquals(
  bytes: Uint8Array,
  at: number,
  text: Uint8Array,
  start: number,
  length: number,
): boolean {
  if (!listpackIsInteger(bytes, at)) {
    return (
      listpackStringLength(bytes, at) === length &&
      bytesEqual(bytes, listpackStringStart(bytes, at), text, start, length)
    );
  }
  const value = parseInteger(text, start, length);
  if (!Number.isNaN(value)) return listpackInteger(bytes, at) === value;
  const exact = bytes[at] === INTEGER_64_BITS ? parseBigInteger(text, start, length) : undefined;
  return exact !== undefined && listpackBigInteger(bytes, at) === exact;
}

/**
 * The first element from the entry `from` on (not -1; the end is allowed) that has these bytes, looking at one entry
 * and passing over `skip` others each time: 1 for fields of field and value pairs.
 */
export function listpackFind(
  bytes: Uint8Array,
  from: number,
  text: Uint8Array,
  start: number,
  length: number,
  skip: number,
): number {
  const value = parseInteger(text, start, length);
  if (
    Number.isNaN(value) &&
    length >= UNSAFE_INTEGER_LENGTH_MIN &&
    parseBigInteger(text, start, length) !== undefined
  ) {
    return findBigInteger(bytes, from, text, start, length, skip);
  }
  // Fields often differ in their last byte only. An empty string has its own head there.
  const last = length > 0 ? text[start + length - 1] : 0x80;
  let at = from;
  for (;;) {
    const head = bytes[at];
    if (head >= 0x80 && head < 0xc0) {
      // The usual case first: a string of up to 63 bytes.
      const size = head & 0x3f;
      if (size === length && bytes[at + size] === last && bytesEqual(bytes, at + 1, text, start, length)) return at;
      at += size + 2;
    } else if (head === LISTPACK_END) {
      return -1;
    } else {
      if (listpackIsInteger(bytes, at)) {
        if (listpackInteger(bytes, at) === value) return at;
      } else if (listpackEquals(bytes, at, text, start, length)) return at;
      at += listpackEntryBytes(bytes, at);
    }
    for (let i = 0; i < skip; i++) {
      const other = bytes[at];
      if (other >= 0x80 && other < 0xc0) at += (other & 0x3f) + 2;
      else if (other < 0x80) at += 2;
      else if (other !== LISTPACK_END) at += listpackEntryBytes(bytes, at);
    }
  }
}

/** The same for a number beyond 2^53, which only the slow comparison tells from its neighbours. */
function findBigInteger(
  bytes: Uint8Array,
  from: number,
  text: Uint8Array,
  start: number,
  length: number,
  skip: number,
): number {
  let at = from;
  while (bytes[at] !== LISTPACK_END) {
    if (listpackEquals(bytes, at, text, start, length)) return at;
    for (let i = 0; i <= skip && bytes[at] !== LISTPACK_END; i++) at += listpackEntryBytes(bytes, at);
  }
  return -1;
}

function readUint32(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at) >>> 0;
}

function readInt32(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
