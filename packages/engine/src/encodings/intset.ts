// Sets of integers as Valkey keeps and saves them: width in bytes (2, 4 or 8) and count, 32 bits each, then the sorted
// members, all little-endian. The bytes go to RDB files and DUMP as they are.
//
// `set` is where the intset starts in `bytes`. Members are pairs of words (see integer-words.ts). Nothing here grows
// memory: the caller asks `intsetGrowth` first and makes room behind the set.

import {
  compareWords,
  integerHigh,
  integerLow,
  joinWords,
  parseIntegerWords,
  wordsTextLength,
  writeWords,
} from './integer-words.ts';

export const INTSET_HEADER_BYTES = 8;

/** Writes a set without members at `set`: INTSET_HEADER_BYTES bytes. */
export function createIntset(bytes: Uint8Array, set: number): void {
  writeInt32(bytes, set, 2);
  writeInt32(bytes, set + 4, 0);
}

/** Bytes of the whole set. */
export function intsetByteLength(bytes: Uint8Array, set: number): number {
  return INTSET_HEADER_BYTES + intsetLength(bytes, set) * bytes[set];
}

/** Number of members. */
export function intsetLength(bytes: Uint8Array, set: number): number {
  return readInt32(bytes, set + 4) >>> 0;
}

/** Upper word of the member at `index`, which must be within the set. */
export function intsetHighAt(bytes: Uint8Array, set: number, index: number): number {
  const width = bytes[set];
  if (width === 8) return readInt32(bytes, set + INTSET_HEADER_BYTES + index * 8 + 4);
  return smallAt(bytes, set, width, index) >> 31;
}

/** Lower word of the member at `index`, which must be within the set. */
export function intsetLowAt(bytes: Uint8Array, set: number, index: number): number {
  const width = bytes[set];
  if (width === 8) return readInt32(bytes, set + INTSET_HEADER_BYTES + index * 8);
  return smallAt(bytes, set, width, index);
}

/** The member at `index` as a number; exact within 2^53. */
export function intsetNumberAt(bytes: Uint8Array, set: number, index: number): number {
  return joinWords(intsetHighAt(bytes, set, index), intsetLowAt(bytes, set, index));
}

/** Length of the member at `index` as text. */
export function intsetTextLengthAt(bytes: Uint8Array, set: number, index: number): number {
  return wordsTextLength(intsetHighAt(bytes, set, index), intsetLowAt(bytes, set, index));
}

/** Writes the member at `index` as text at `offset` of `target`; returns the place behind it. */
export function intsetWriteTextAt(
  bytes: Uint8Array,
  set: number,
  index: number,
  target: Uint8Array,
  offset: number,
): number {
  return writeWords(target, offset, intsetHighAt(bytes, set, index), intsetLowAt(bytes, set, index));
}

/** Where the number is, or, when it is absent, -1 - (where it belongs). */
export function intsetSearch(bytes: Uint8Array, set: number, high: number, low: number): number {
  const count = intsetLength(bytes, set);
  const width = bytes[set];
  if (widthOf(high, low) > width) return high < 0 ? -1 : -1 - count;
  let first = 0;
  let last = count - 1;
  while (first <= last) {
    const middle = (first + last) >> 1;
    const order =
      width === 8
        ? compareWords(intsetHighAt(bytes, set, middle), intsetLowAt(bytes, set, middle), high, low)
        : smallAt(bytes, set, width, middle) - low;
    if (order === 0) return middle;
    if (order < 0) first = middle + 1;
    else last = middle - 1;
  }
  return -1 - first;
}

/** The same for a text; -1 - count when it is not even an integer. */
export function intsetSearchText(
  bytes: Uint8Array,
  set: number,
  text: Uint8Array,
  start: number,
  length: number,
): number {
  if (!parseIntegerWords(text, start, length)) return -1 - intsetLength(bytes, set);
  return intsetSearch(bytes, set, integerHigh, integerLow);
}

/** Bytes that the set needs more once an absent number is in it: one member, and the widening of all. */
export function intsetGrowth(bytes: Uint8Array, set: number, high: number, low: number): number {
  const width = Math.max(bytes[set], widthOf(high, low));
  return width + (width - bytes[set]) * intsetLength(bytes, set);
}

/** Puts the number into the set; false when it was there. */
export function intsetInsert(bytes: Uint8Array, set: number, high: number, low: number): boolean {
  const found = intsetSearch(bytes, set, high, low);
  if (found >= 0) return false;
  const place = -1 - found;
  const count = intsetLength(bytes, set);
  const wanted = widthOf(high, low);
  if (wanted > bytes[set]) widen(bytes, set, wanted);
  const width = bytes[set];
  const at = set + INTSET_HEADER_BYTES + place * width;
  if (place < count) bytes.copyWithin(at + width, at, set + INTSET_HEADER_BYTES + count * width);
  writeMember(bytes, at, width, high, low);
  writeInt32(bytes, set + 4, count + 1);
  return true;
}

/** Takes the number out of the set; false when it was not there. The width stays. */
export function intsetRemove(bytes: Uint8Array, set: number, high: number, low: number): boolean {
  const index = intsetSearch(bytes, set, high, low);
  if (index < 0) return false;
  intsetRemoveAt(bytes, set, index);
  return true;
}

/** Takes the member at `index` out of the set. */
export function intsetRemoveAt(bytes: Uint8Array, set: number, index: number): void {
  const width = bytes[set];
  const count = intsetLength(bytes, set);
  const at = set + INTSET_HEADER_BYTES + index * width;
  bytes.copyWithin(at, at + width, set + INTSET_HEADER_BYTES + count * width);
  writeInt32(bytes, set + 4, count - 1);
}

/** Whether the `size` bytes at `set`, from outside, are a set: known width, right size, not empty, strictly rising. */
export function isIntsetIntact(bytes: Uint8Array, set: number, size: number): boolean {
  if (size < INTSET_HEADER_BYTES) return false;
  const width = readInt32(bytes, set);
  if (width !== 2 && width !== 4 && width !== 8) return false;
  const count = intsetLength(bytes, set);
  if (count === 0 || INTSET_HEADER_BYTES + count * width !== size) return false;
  for (let i = 1; i < count; i++) {
    const order = compareWords(
      intsetHighAt(bytes, set, i - 1),
      intsetLowAt(bytes, set, i - 1),
      intsetHighAt(bytes, set, i),
      intsetLowAt(bytes, set, i),
    );
    if (order >= 0) return false;
  }
  return true;
}

/** Bytes that the number needs. */
function widthOf(high: number, low: number): number {
  if (high !== low >> 31) return 8;
  return low >= -32768 && low <= 32767 ? 2 : 4;
}

/** Rewrites all members with more bytes each, last one first. */
function widen(bytes: Uint8Array, set: number, width: number): void {
  for (let i = intsetLength(bytes, set) - 1; i >= 0; i--) {
    const high = intsetHighAt(bytes, set, i);
    const low = intsetLowAt(bytes, set, i);
    writeMember(bytes, set + INTSET_HEADER_BYTES + i * width, width, high, low);
  }
  writeInt32(bytes, set, width);
}

function writeMember(bytes: Uint8Array, at: number, width: number, high: number, low: number): void {
  bytes[at] = low;
  bytes[at + 1] = low >> 8;
  if (width === 2) return;
  writeInt32(bytes, at, low);
  if (width === 8) writeInt32(bytes, at + 4, high);
}

/** A member of two or four bytes. */
function smallAt(bytes: Uint8Array, set: number, width: number, index: number): number {
  const at = set + INTSET_HEADER_BYTES + index * width;
  if (width === 2) return ((bytes[at] << 16) | (bytes[at + 1] << 24)) >> 16;
  return readInt32(bytes, at);
}

function readInt32(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function writeInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >> 8;
  bytes[at + 2] = value >> 16;
  bytes[at + 3] = value >> 24;
}
