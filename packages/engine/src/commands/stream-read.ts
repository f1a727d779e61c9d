// XREAD and XREADGROUP: entries behind an id, of many streams at once, now or as soon as there are some. A group's
// consumer gets what no other consumer got (`>`), or what is pending for it (any other id).
import { STREAM } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { addExact } from '../types/stream/exact-integer.ts';
import { StreamId } from '../types/stream/stream-id.ts';
import { advanceGroup } from '../types/stream/stream-lag.ts';
import { CONSUMER_ACTIVE, CONSUMER_PENDING, GROUP_LAST_ID, ROOT_LAST_ID } from '../types/stream/stream-layout.ts';
import { streamsOf } from '../types/stream/streams.ts';
import { blockOnKeys, parseTimeoutMilliseconds } from './blocking-keys.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { longArgument, readStream, strictId, writeStream } from './stream-arguments.ts';
import { noGroup, readConsumer, readGroup, seeConsumer, writeGroup } from './stream-groups.ts';
import { type GroupPlace, propagateClaim, propagateConsumer, propagateGroupId } from './stream-propagation.ts';
import { replyEntries, replyEntry, replyId } from './stream-range.ts';

const MISSING_GROUP = new CommandError('ERR Missing GROUP option for XREADGROUP');
const NEW_IN_READ = new CommandError(
  'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
);

/** What was asked for; the object is used again by the next command. */
interface ReadRequest {
  isGroup: boolean;
  /** Entries of each stream at most. */
  count: number;
  noAck: boolean;
  /** Unix milliseconds up to which it blocks; undefined where it does not. */
  deadline: number | undefined;
  /** Where the first key is, and how many there are; the ids follow the keys. */
  firstKey: number;
  streamCount: number;
  /** Where the names are, 0 where none were given. */
  groupIndex: number;
  consumerIndex: number;
}

const ids: StreamId[] = [];
const maxId = new StreamId().setMax();
const startId = new StreamId();
const otherId = new StreamId();

export function xread(call: Call): void {
  read(call, false);
}

export function xreadgroup(call: Call): void {
  read(call, true);
}

function read(call: Call, isGroup: boolean): void {
  const request = parseRequest(call, isGroup);
  // Followers are told of the outcome, if there is any.
  call.propagateNothing();
  for (let i = 0; i < request.streamCount; i++) readId(call, request, i, idAt(i));
  const isServed = isGroup ? serveGroups(call, request) : serveStreams(call, request);
  if (isServed) return;
  if (request.deadline === undefined || !block(call, request, request.deadline)) call.reply.nilArray();
}

/** Sends what there is behind the ids; false, and sends nothing, where that is nothing. */
function serveStreams(call: Call, request: ReadRequest): boolean {
  const { reply } = call;
  const served: number[] = [];
  for (let i = 0; i < request.streamCount; i++) if (hasEntries(call, request, i)) served.push(i);
  if (served.length === 0) return false;
  if (reply.protocol === 2) reply.array(served.length);
  else reply.map(served.length);
  for (const position of served) serve(call, request, position);
  return true;
}

/** The same for a consumer of a group. */
function serveGroups(call: Call, request: ReadRequest): boolean {
  const { reply } = call;
  const mark = reply.beginDeferred();
  let served = 0;
  for (let i = 0; i < request.streamCount; i++) if (serveGroup(call, request, i)) served++;
  if (served > 0) reply.endDeferred(mark, reply.protocol === 2 ? 'array' : 'map', served);
  else reply.letGo();
  return served > 0;
}

function parseRequest(call: Call, isGroup: boolean): ReadRequest {
  const { args } = call;
  const request: ReadRequest = {
    isGroup,
    count: Number.POSITIVE_INFINITY,
    noAck: false,
    deadline: undefined,
    firstKey: 0,
    streamCount: 0,
    groupIndex: 0,
    consumerIndex: 0,
  };
  let index = 1;
  while (index < args.count && request.firstKey === 0) index = parseOption(call, request, index);
  if (request.firstKey === 0) throw SYNTAX_ERROR;
  if (isGroup && request.groupIndex === 0) throw MISSING_GROUP;
  return request;
}

/** Reads the option at `index`; returns the place behind it. */
function parseOption(call: Call, request: ReadRequest, index: number): number {
  const { args } = call;
  const more = args.count - index - 1;
  if (more > 0 && args.is(index, 'block')) {
    request.deadline = parseTimeoutMilliseconds(call, index + 1);
    return index + 2;
  }
  if (more > 0 && args.is(index, 'count')) {
    const count = longArgument(call, index + 1);
    request.count = count > 0 ? count : Number.POSITIVE_INFINITY;
    return index + 2;
  }
  if (more > 0 && args.is(index, 'streams')) {
    if (more % 2 !== 0) throw unbalanced(call, request.isGroup);
    request.firstKey = index + 1;
    request.streamCount = more / 2;
    return args.count;
  }
  if (more > 1 && args.is(index, 'group')) {
    if (!request.isGroup) throw onlyInGroups('GROUP');
    request.groupIndex = index + 1;
    request.consumerIndex = index + 2;
    return index + 3;
  }
  if (!args.is(index, 'noack')) throw SYNTAX_ERROR;
  if (!request.isGroup) throw onlyInGroups('NOACK');
  request.noAck = true;
  return index + 1;
}

function unbalanced(call: Call, isGroup: boolean): CommandError {
  const symbol = isGroup ? '>' : '$';
  return new CommandError(
    `ERR Unbalanced '${call.command.fullName}' list of streams: for each stream key an ID or '${symbol}' must be specified.`,
  );
}

function onlyInGroups(option: string): CommandError {
  return new CommandError(`ERR The ${option} option is only supported by XREADGROUP. You called XREAD instead.`);
}

function meaningless(symbol: string): CommandError {
  return new CommandError(
    `ERR The ${symbol} ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The ${symbol} ID would just return an empty result set.`,
  );
}

/** The register for the id of the stream at `position`. */
function idAt(position: number): StreamId {
  while (ids.length <= position) ids.push(new StreamId());
  return ids[position];
}

/** Reads the id behind which entries are wanted; the largest id stands for `>`. Throws where stream or group are wrong. */
function readId(call: Call, request: ReadRequest, position: number, id: StreamId): void {
  const { args } = call;
  const keyIndex = request.firstKey + position;
  const index = keyIndex + request.streamCount;
  const root = readStream(call, keyIndex);
  if (request.isGroup && (root === 0 || readGroup(call, root, request.groupIndex) === 0)) {
    throw noGroup(call, keyIndex, request.groupIndex, ' in XREADGROUP with GROUP option');
  }
  const { layout } = streamsOf(call.keyspace);
  if (args.is(index, '$')) {
    if (request.isGroup) throw meaningless('$');
    if (root === 0) id.setZero();
    else layout.readId(root, ROOT_LAST_ID, id);
  } else if (args.is(index, '+')) {
    if (request.isGroup) throw meaningless('+');
    if (root === 0 || layout.length(root) === 0) id.setZero();
    else layout.readId(root, ROOT_LAST_ID, id).decrement();
  } else if (args.is(index, '>')) {
    if (!request.isGroup) throw NEW_IN_READ;
    id.setMax();
  } else {
    strictId(call, index, id);
  }
}

/** Whether the stream has entries behind its id. */
function hasEntries(call: Call, request: ReadRequest, position: number): boolean {
  const root = readStream(call, request.firstKey + position);
  if (root === 0) return false;
  const { entries, layout } = streamsOf(call.keyspace);
  return layout.length(root) > 0 && entries.edgeId(root, false, false, otherId).compare(ids[position]) > 0;
}

/** Sends what the stream has behind its id. */
function serve(call: Call, request: ReadRequest, position: number): void {
  const keyIndex = request.firstKey + position;
  startId.copy(ids[position]).increment();
  beginStream(call, keyIndex);
  replyEntries(call, streamAt(call, keyIndex), { start: startId, end: maxId, reverse: false, count: request.count });
}

/** The stream of a key that is known to have one. */
function streamAt(call: Call, keyIndex: number): Handle {
  const { args, db, entries } = call;
  return entries.value(db.peek(args.bytesOf(keyIndex), args.starts[keyIndex], args.lengths[keyIndex]));
}

function beginStream(call: Call, keyIndex: number): void {
  const { args, reply } = call;
  if (reply.protocol === 2) reply.array(2);
  reply.bulk(args.bytesOf(keyIndex), args.starts[keyIndex], args.lengths[keyIndex]);
}

/** Sends what there is for a consumer of a group; false, and sends nothing, where that is nothing. */
function serveGroup(call: Call, request: ReadRequest, position: number): boolean {
  const keyIndex = request.firstKey + position;
  const root = writeStream(call, keyIndex);
  const group = root === 0 ? 0 : writeGroup(call, root, request.groupIndex);
  if (group === 0) return false;
  const place = { keyIndex, groupIndex: request.groupIndex };
  const isNew = readConsumer(call, group, request.consumerIndex) === 0;
  const consumer = seeConsumer(call, group, keyIndex, request.consumerIndex);
  if (isNew && request.noAck) propagateConsumer(call, place, request.consumerIndex);
  if (!ids[position].isMax) {
    beginStream(call, keyIndex);
    startId.copy(ids[position]).increment();
    replyHistory(call, request, root, group, consumer);
  } else {
    const { entries, layout } = streamsOf(call.keyspace);
    if (layout.length(root) === 0) return false;
    layout.readId(group, GROUP_LAST_ID, startId);
    if (entries.edgeId(root, false, false, otherId).compare(startId) <= 0) return false;
    beginStream(call, keyIndex);
    startId.increment();
    replyNew(call, request, root, group, consumer, place);
  }
  call.keyspace.dirty++;
  return true;
}

/** Sends entries that the group has not seen, from `startId` on; they are pending for the consumer then. */
function replyNew(
  call: Call,
  request: ReadRequest,
  root: Handle,
  group: Handle,
  consumer: Handle,
  place: GroupPlace,
): void {
  const { cursor, layout, pending } = streamsOf(call.keyspace);
  const mark = call.reply.beginDeferred();
  let sent = 0;
  cursor.seek(root, startId, maxId);
  while (sent < request.count && cursor.next()) {
    advanceGroup(layout, root, group, cursor.id);
    replyEntry(call.reply, cursor);
    sent++;
    if (request.noAck) continue;
    const entry = pending.deliver(group, consumer, cursor.id, call.nowMs);
    layout.setDouble(consumer, CONSUMER_ACTIVE, call.nowMs);
    propagateClaim(call, place, group, cursor.id, entry);
  }
  if (sent > 0) propagateGroupId(call, place, group);
  call.reply.endDeferred(mark, 'array', sent);
}

/** Sends what is pending for the consumer, from `startId` on. Entries that were deleted have null for their fields. */
function replyHistory(call: Call, request: ReadRequest, root: Handle, group: Handle, consumer: Handle): void {
  const { reply } = call;
  const { cursor, layout, pending } = streamsOf(call.keyspace);
  const history = pending.cursor;
  const mark = reply.beginDeferred();
  let sent = 0;
  history.seek(layout.word(consumer, CONSUMER_PENDING), startId);
  while (sent < request.count && history.next()) {
    cursor.seek(root, history.id, history.id);
    if (cursor.next()) {
      replyEntry(reply, cursor);
      const entry = pending.findForWrite(group, history.id);
      pending.setDelivery(entry, call.nowMs, addExact(pending.times(entry), 1));
    } else {
      reply.array(2);
      replyId(reply, history.id);
      reply.nilArray();
    }
    sent++;
  }
  reply.endDeferred(mark, 'array', sent);
}

/** Waits for entries; `$` is kept as the id that it stands for. False where the client must not wait. */
function block(call: Call, request: ReadRequest, deadline: number): boolean {
  const replaced = new Map<number, string>();
  for (let i = 0; i < request.streamCount; i++) {
    const index = request.firstKey + request.streamCount + i;
    if (call.args.is(index, '$')) replaced.set(index, ids[i].toString());
  }
  return blockOnKeys(call, {
    type: STREAM,
    first: request.firstKey,
    count: request.streamCount,
    deadline,
    wakesWhenGone: request.isGroup,
    replaced,
  });
}
