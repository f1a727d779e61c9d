// One node of a stream: a listpack with a master entry (how many entries live and are deleted, and a set of field names)
// and the entries, each as differences from the master's id. The format is Valkey's, so nodes are saved as they are.
// Functions here know one node's bytes; which node, and the stream's own counters, is StreamEntries' business.
import { areSafeWords, joinWords } from '../../encodings/integer-words.ts';
import {
  LISTPACK_EMPTY_BYTES,
  LISTPACK_HEADER_BYTES,
  listpackByteLength,
  listpackEntryBytes,
  listpackEquals,
  listpackInteger,
  listpackPrevious,
} from '../../encodings/listpack.ts';
import {
  createListpack,
  listpackFinishAppending,
  listpackPutInteger,
  listpackPutText,
  listpackPutWords,
  listpackReplaceIntegerAt,
} from '../../encodings/listpack-edit.ts';
import { listpackHigh, listpackLow } from '../../encodings/listpack-words.ts';
import type { StreamId } from './stream-id.ts';

/** Flags of an entry. */
export const ENTRY_DELETED = 1;
export const ENTRY_SAME_FIELDS = 2;

/** Bytes that an entry's numbers need at most: flags, two differences, two counts; and that the counters may grow. */
const ENTRY_OVERHEAD = 64;
/** Bytes that a text needs beside its own at most: encoding, and its length behind it. */
const TEXT_OVERHEAD = 10;
const SMALL_TEXT_OVERHEAD = 2;
const SMALL_TEXT = 64;

/** Fields and values in turn, as places in memory: a command's arguments. */
export interface FieldSource {
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  bytesOf(index: number): Uint8Array;
}

/** Sum of the lengths of `count` texts. */
export function textBytes(source: FieldSource, from: number, count: number): number {
  let total = 0;
  for (let i = from; i < from + count; i++) total += source.lengths[i];
  return total;
}

/** Bytes that an entry of these texts adds to a node at most; for a new node the fields are counted once more. */
export function entryRoom(source: FieldSource, from: number, fieldCount: number, isNewNode: boolean): number {
  let room = ENTRY_OVERHEAD;
  for (let i = 0; i < fieldCount * 2; i++) {
    const length = source.lengths[from + i];
    const size = length + (length < SMALL_TEXT ? SMALL_TEXT_OVERHEAD : TEXT_OVERHEAD);
    room += isNewNode && i % 2 === 0 ? size * 2 : size;
  }
  return isNewNode ? room + LISTPACK_EMPTY_BYTES + ENTRY_OVERHEAD : room;
}

/** Writes a node's listpack with a master entry that has these fields, and no entries yet (though it counts one). */
export function createNodeListpack(
  bytes: Uint8Array,
  list: number,
  source: FieldSource,
  from: number,
  fieldCount: number,
): void {
  createListpack(bytes, list);
  let at = list + LISTPACK_HEADER_BYTES;
  at = listpackPutInteger(bytes, at, 1);
  at = listpackPutInteger(bytes, at, 0);
  at = listpackPutInteger(bytes, at, fieldCount);
  for (let i = from; i < from + fieldCount * 2; i += 2) {
    at = listpackPutText(bytes, at, source.bytesOf(i), source.starts[i], source.lengths[i]);
  }
  at = listpackPutInteger(bytes, at, 0);
  listpackFinishAppending(bytes, list, at, fieldCount + 4);
}

/** Appends an entry, its names left out where they are the master's; the node has room. Counters are not touched. */
export function appendEntry(
  bytes: Uint8Array,
  list: number,
  id: StreamId,
  master: StreamId,
  source: FieldSource,
  from: number,
  fieldCount: number,
): void {
  const same = hasMasterFields(bytes, list, source, from, fieldCount);
  let at = list + listpackByteLength(bytes, list) - 1;
  at = listpackPutInteger(bytes, at, same ? ENTRY_SAME_FIELDS : 0);
  at = putDifference(bytes, at, id.msHigh, id.msLow, master.msHigh, master.msLow);
  at = putDifference(bytes, at, id.seqHigh, id.seqLow, master.seqHigh, master.seqLow);
  if (!same) at = listpackPutInteger(bytes, at, fieldCount);
  const end = from + fieldCount * 2;
  for (let i = same ? from + 1 : from; i < end; i += same ? 2 : 1) {
    at = listpackPutText(bytes, at, source.bytesOf(i), source.starts[i], source.lengths[i]);
  }
  const pieces = same ? fieldCount + 3 : fieldCount * 2 + 4;
  at = listpackPutInteger(bytes, at, pieces);
  listpackFinishAppending(bytes, list, at, pieces + 1);
}

/** Number of entries that live in the node. */
export function liveCount(bytes: Uint8Array, list: number): number {
  return listpackInteger(bytes, list + LISTPACK_HEADER_BYTES);
}

/** Number of entries that are marked as deleted. */
export function deletedCount(bytes: Uint8Array, list: number): number {
  return listpackInteger(bytes, afterElement(bytes, list + LISTPACK_HEADER_BYTES));
}

/** Sets both counters; an entry's place may move by the bytes that are returned. */
export function setCounts(bytes: Uint8Array, list: number, live: number, deleted: number): number {
  const at = list + LISTPACK_HEADER_BYTES;
  const growth = listpackReplaceIntegerAt(bytes, list, at, live);
  return growth + listpackReplaceIntegerAt(bytes, list, afterElement(bytes, at), deleted);
}

/** Adds one to the live entries. */
export function countEntry(bytes: Uint8Array, list: number): void {
  const at = list + LISTPACK_HEADER_BYTES;
  const count = listpackInteger(bytes, at) + 1;
  // Counts below 128 are one byte.
  if (count < 128) bytes[at] = count;
  else listpackReplaceIntegerAt(bytes, list, at, count);
}

/** Where the number of the master's fields is. */
export function masterFieldCountAt(bytes: Uint8Array, list: number): number {
  return afterElement(bytes, afterElement(bytes, list + LISTPACK_HEADER_BYTES));
}

/** The element behind the one at `at`, or the end. */
export function afterElement(bytes: Uint8Array, at: number): number {
  const head = bytes[at];
  // Numbers below 128 and texts below 64 bytes, which most are, have one byte before and one behind them.
  if (head < 0x80) return at + 2;
  return head < 0xc0 ? at + (head & 0x3f) + 2 : at + listpackEntryBytes(bytes, at);
}

/** The element `count` places behind the one at `at`, or the end. */
export function afterElements(bytes: Uint8Array, at: number, count: number): number {
  let next = at;
  for (let i = 0; i < count; i++) next = afterElement(bytes, next);
  return next;
}

/** Where the node's first entry is, or its end. */
export function firstEntryAt(bytes: Uint8Array, list: number): number {
  const at = masterFieldCountAt(bytes, list);
  return afterElements(bytes, at, listpackInteger(bytes, at) + 2);
}

/** Where the entry that ends at `end` starts; -1 where that is the master entry. */
export function entryBefore(bytes: Uint8Array, list: number, end: number): number {
  let at = listpackPrevious(bytes, list, end);
  const pieces = listpackInteger(bytes, at);
  if (pieces === 0) return -1;
  for (let i = 0; i < pieces; i++) at = listpackPrevious(bytes, list, at);
  return at;
}

/** Reads the id of the entry at `at` into `id`; returns the place behind it. */
export function readEntryId(bytes: Uint8Array, at: number, master: StreamId, id: StreamId): number {
  const ms = afterElement(bytes, at);
  const seq = afterElement(bytes, ms);
  const msLow = (master.msLow >>> 0) + (listpackLow(bytes, ms) >>> 0);
  const seqLow = (master.seqLow >>> 0) + (listpackLow(bytes, seq) >>> 0);
  id.set(
    master.msHigh + listpackHigh(bytes, ms) + carry(msLow),
    msLow,
    master.seqHigh + listpackHigh(bytes, seq) + carry(seqLow),
    seqLow,
  );
  return afterElement(bytes, seq);
}

function carry(sum: number): number {
  return sum > 0xffffffff ? 1 : 0;
}

function putDifference(
  bytes: Uint8Array,
  at: number,
  high: number,
  low: number,
  fromHigh: number,
  fromLow: number,
): number {
  const borrow = low >>> 0 < fromLow >>> 0 ? 1 : 0;
  const differenceLow = (low - fromLow) | 0;
  const differenceHigh = (high - fromHigh - borrow) | 0;
  if (areSafeWords(differenceHigh)) return listpackPutInteger(bytes, at, joinWords(differenceHigh, differenceLow));
  return listpackPutWords(bytes, at, differenceLow, differenceHigh);
}

function hasMasterFields(
  bytes: Uint8Array,
  list: number,
  source: FieldSource,
  from: number,
  fieldCount: number,
): boolean {
  let at = masterFieldCountAt(bytes, list);
  if (listpackInteger(bytes, at) !== fieldCount) return false;
  at = afterElement(bytes, at);
  for (let i = from; i < from + fieldCount * 2; i += 2) {
    if (!listpackEquals(bytes, at, source.bytesOf(i), source.starts[i], source.lengths[i])) return false;
    at = afterElement(bytes, at);
  }
  return true;
}
