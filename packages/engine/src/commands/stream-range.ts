// XLEN, XRANGE, XREVRANGE, and the form in which entries are sent.
import {
  listpackIsInteger,
  listpackStringLength,
  listpackStringStart,
  listpackWriteText,
} from '../encodings/listpack.ts';
import type { Handle } from '../memory/arena.ts';
import type { Reply } from '../session/reply.ts';
import type { ExactInteger } from '../types/stream/exact-integer.ts';
import type { StreamCursor } from '../types/stream/stream-cursor.ts';
import { STREAM_ID_TEXT_MAX, StreamId } from '../types/stream/stream-id.ts';
import { streamsOf } from '../types/stream/streams.ts';
import type { Call } from './call.ts';
import { SYNTAX_ERROR } from './command-error.ts';
import { intervalEnd, intervalStart, longArgument, readStream } from './stream-arguments.ts';

/** Entries of a reply that may be held back until it is complete, and their bytes. */
const HELD_ENTRIES_MAX = 1000;
const HELD_BYTES_MAX = 2 ** 24;

const startId = new StreamId();
const endId = new StreamId();
const idText = new Uint8Array(STREAM_ID_TEXT_MAX);
const integerText = new Uint8Array(24);

export function xlen(call: Call): void {
  const root = readStream(call, 1);
  call.reply.integer(root === 0 ? 0 : streamsOf(call.keyspace).entries.layout.length(root));
}

export function xrange(call: Call): void {
  replyRange(call, 2, 3, false);
}

export function xrevrange(call: Call): void {
  replyRange(call, 3, 2, true);
}

function replyRange(call: Call, startIndex: number, endIndex: number, reverse: boolean): void {
  const { args, reply } = call;
  intervalStart(call, startIndex, startId);
  intervalEnd(call, endIndex, endId);
  let count = Number.POSITIVE_INFINITY;
  for (let i = 4; i < args.count; i += 2) {
    if (i + 1 >= args.count || !args.is(i, 'count')) throw SYNTAX_ERROR;
    count = longArgument(call, i + 1);
  }
  const root = readStream(call, 1);
  if (root === 0) return reply.array(0);
  if (count <= 0) return reply.nilArray();
  replyEntries(call, root, { start: startId, end: endId, reverse, count });
}

/** Which entries are to be sent: those from `start` to `end`, `count` at most (above 0, or Infinity). */
export interface EntryRange {
  readonly start: StreamId;
  readonly end: StreamId;
  readonly reverse: boolean;
  readonly count: number;
}

/** Sends an array of the entries of a range. */
export function replyEntries(call: Call, root: Handle, range: EntryRange): void {
  const { cursor, layout } = streamsOf(call.keyspace);
  const most = Math.min(range.count, layout.length(root));
  if (most <= HELD_ENTRIES_MAX && replyHeldEntries(call, root, range)) return;
  // A large reply leaves as it is made, which takes that its length is known first.
  call.reply.array(countEntries(call, root, range, most));
  cursor.seek(root, range.start, range.end, range.reverse);
  for (let sent = 0; sent < range.count && cursor.next(); sent++) replyEntry(call.reply, cursor);
}

/** The same, held back until its length is known; false, and nothing is sent, where it gets too large for that. */
function replyHeldEntries(call: Call, root: Handle, range: EntryRange): boolean {
  const { reply } = call;
  const { cursor } = streamsOf(call.keyspace);
  const mark = reply.beginDeferred();
  cursor.seek(root, range.start, range.end, range.reverse);
  let sent = 0;
  for (; sent < range.count && cursor.next(); sent++) {
    replyEntry(reply, cursor);
    if (reply.position - mark < HELD_BYTES_MAX) continue;
    reply.rewind(mark);
    reply.letGo();
    return false;
  }
  reply.endDeferred(mark, 'array', sent);
  return true;
}

function countEntries(call: Call, root: Handle, { start, end }: EntryRange, most: number): number {
  if (start.isZero && end.isMax) return most;
  const { cursor } = streamsOf(call.keyspace);
  cursor.seek(root, start, end);
  let found = 0;
  while (found < most && cursor.next()) found++;
  return found;
}

/** Sends the cursor's entry: its id, and its fields and values in turn. */
export function replyEntry(reply: Reply, cursor: StreamCursor): void {
  reply.array(2);
  replyId(reply, cursor.id);
  reply.array(cursor.fieldCount * 2);
  while (cursor.nextField()) {
    replyElement(reply, cursor.bytes, cursor.fieldAt);
    replyElement(reply, cursor.bytes, cursor.valueAt);
  }
}

export function replyExact(reply: Reply, value: ExactInteger): void {
  if (typeof value === 'number') reply.integer(value);
  else reply.bigInteger(value);
}

export function replyId(reply: Reply, id: StreamId): void {
  reply.bulk(idText, 0, id.write(idText, 0));
}

/** Sends the listpack element at `at` as a bulk string. */
function replyElement(reply: Reply, bytes: Uint8Array, at: number): void {
  if (listpackIsInteger(bytes, at)) reply.bulk(integerText, 0, listpackWriteText(bytes, at, integerText, 0));
  else reply.bulk(bytes, listpackStringStart(bytes, at), listpackStringLength(bytes, at));
}
