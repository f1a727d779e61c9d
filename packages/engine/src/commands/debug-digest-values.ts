// The digests of values of each type, as DEBUG DIGEST combines them: lists and streams in order, the elements of sets,
// hashes and sorted sets in none.
import { writeDoubleShortest } from '../encodings/double-text.ts';
import { listpackTextLength, listpackWriteText } from '../encodings/listpack.ts';
import type { Database } from '../keyspace/database.ts';
import { HASH, LIST, SET, SORTED_SET, STREAM, STRING, typeOfKind } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { hashesOf } from '../types/hash/hashes.ts';
import { listsOf } from '../types/list/lists.ts';
import { setsOf } from '../types/set/sets.ts';
import { sortedSetsOf } from '../types/sorted-set/sorted-sets.ts';
import { StreamCursor } from '../types/stream/stream-cursor.ts';
import { StreamId } from '../types/stream/stream-id.ts';
import { Digest } from './digest.ts';

const DOUBLE_TEXT_MAX = 64;

/** Adds the value of an entry to the digest of its key. */
export function digestValue(digest: Digest, db: Database, entry: Handle): void {
  const type = typeOfKind(db.entries.kind(entry));
  digest.chain(bigEndian(type));
  VALUE_DIGESTS[type](digest, db, entry);
}

const VALUE_DIGESTS: Readonly<Record<number, (digest: Digest, db: Database, entry: Handle) => void>> = {
  [STRING]: digestString,
  [LIST]: digestList,
  [SET]: digestSet,
  [SORTED_SET]: digestSortedSet,
  [HASH]: digestHash,
  [STREAM]: digestStream,
};

function digestString(digest: Digest, { entries }: Database, entry: Handle): void {
  const start = entries.stringStart(entry);
  digest.chain(entries.stringBytes(entry).subarray(start, start + entries.stringLength(entry)));
}

function digestList(digest: Digest, db: Database, entry: Handle): void {
  const cursor = listsOf(db.keyspace).read(entry);
  for (let more = cursor.seek(0); more; more = cursor.next()) digest.chain(Buffer.from(cursor.text(), 'latin1'));
}

function digestSet(digest: Digest, db: Database, entry: Handle): void {
  const cursor = setsOf(db.keyspace).read(entry);
  while (cursor.next()) digest.combine(cursor.bytes.subarray(cursor.start, cursor.start + cursor.length));
}

function digestSortedSet(digest: Digest, db: Database, entry: Handle): void {
  const cursor = sortedSetsOf(db.keyspace).read(entry);
  const text = new Uint8Array(DOUBLE_TEXT_MAX);
  for (let rank = 0; rank < cursor.count; rank++) {
    if (rank === 0) cursor.seekRank(0);
    else cursor.next();
    const element = new Digest();
    element.chain(cursor.bytes.subarray(cursor.start, cursor.start + cursor.length));
    element.chain(text.subarray(0, writeDoubleShortest(text, 0, cursor.score)));
    digest.combine(element.bytes);
  }
}

function digestHash(digest: Digest, db: Database, entry: Handle): void {
  const cursor = hashesOf(db.keyspace).read(entry);
  while (cursor.next()) {
    const { fieldStart, valueStart } = cursor;
    const element = new Digest();
    element.chain(cursor.fieldBytes.subarray(fieldStart, fieldStart + cursor.fieldLength));
    element.chain(cursor.valueBytes.subarray(valueStart, valueStart + cursor.valueLength));
    digest.combine(element.bytes);
  }
}

function digestStream(digest: Digest, db: Database, entry: Handle): void {
  const cursor = new StreamCursor(db.keyspace.arena);
  cursor.seek(db.entries.value(entry), new StreamId().setZero(), new StreamId().setMax());
  while (cursor.next()) {
    const { id } = cursor;
    digest.chain(Buffer.from(`${unsigned64(id.msHigh, id.msLow)}.${unsigned64(id.seqHigh, id.seqLow)}`));
    while (cursor.nextField()) {
      digest.chain(textAt(cursor.bytes, cursor.fieldAt));
      digest.chain(textAt(cursor.bytes, cursor.valueAt));
    }
  }
}

/** An element of a listpack as text. */
function textAt(bytes: Uint8Array, at: number): Uint8Array {
  const text = new Uint8Array(listpackTextLength(bytes, at));
  listpackWriteText(bytes, at, text, 0);
  return text;
}

function unsigned64(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function bigEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
