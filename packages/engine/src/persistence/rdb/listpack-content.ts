// What listpacks from outside mean: duplicates, order, elements one by one. The listpacks are intact (listpack-check).

import { compareBytes } from '../../encodings/bytes-compare.ts';
import {
  listpackFirst,
  listpackIsInteger,
  listpackNext,
  listpackStringLength,
  listpackStringStart,
  listpackWriteText,
} from '../../encodings/listpack.ts';
import { KIND_SORTED_SET_PACKED } from '../../keyspace/value-kind.ts';
import type { Handle } from '../../memory/arena.ts';
import type { ListBuilder } from '../../types/list/list-builder.ts';
import type { SortedSets } from '../../types/sorted-set/sorted-sets.ts';

const text = new Uint8Array(24);

/** Whether the first elements of two groups of `per` elements are the same. */
export function hasDuplicates(bytes: Uint8Array, list: number, per: number): boolean {
  const seen = new Set<string>();
  let index = 0;
  for (let at = listpackFirst(bytes, list); at !== -1; at = listpackNext(bytes, at)) {
    if (index++ % per !== 0) continue;
    const element = elementText(bytes, at);
    if (seen.has(element)) return true;
    seen.add(element);
  }
  return false;
}

function elementText(bytes: Uint8Array, at: number): string {
  if (listpackIsInteger(bytes, at)) {
    const length = listpackWriteText(bytes, at, text, 0);
    return Buffer.from(text.buffer, 0, length).toString('latin1');
  }
  const start = listpackStringStart(bytes, at);
  return Buffer.from(bytes.subarray(start, start + listpackStringLength(bytes, at))).toString('latin1');
}

/** Appends all elements to a list. */
export function pushListpack(builder: ListBuilder, bytes: Uint8Array, list: number): void {
  for (let at = listpackFirst(bytes, list); at !== -1; at = listpackNext(bytes, at)) {
    if (listpackIsInteger(bytes, at)) builder.push(text, 0, listpackWriteText(bytes, at, text, 0));
    else builder.push(bytes, listpackStringStart(bytes, at), listpackStringLength(bytes, at));
  }
}

/** Whether the members of a packed sorted set rise, by score and then by bytes. */
export function isSortedSetInOrder(sets: SortedSets, block: Handle): boolean {
  const cursor = sets.cursor;
  cursor.open(KIND_SORTED_SET_PACKED, block);
  let score = Number.NEGATIVE_INFINITY;
  let member: Uint8Array | undefined;
  for (let rank = 0; rank < cursor.count; rank++) {
    if (rank === 0) cursor.seekRank(0);
    else cursor.next();
    // A score that is not a number is in no order either.
    if (!(cursor.score >= score)) return false;
    const next = cursor.bytes.slice(cursor.start, cursor.start + cursor.length);
    if (member !== undefined && cursor.score === score) {
      if (compareBytes(member, 0, member.length, next, 0, next.length) >= 0) return false;
    }
    score = cursor.score;
    member = next;
  }
  return true;
}
