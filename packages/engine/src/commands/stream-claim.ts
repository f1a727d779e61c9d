// XCLAIM and XAUTOCLAIM: pending entries get another consumer. Entries that were deleted meanwhile stop being pending.
import type { Handle } from '../memory/arena.ts';
import { addExact, type ExactInteger } from '../types/stream/exact-integer.ts';
import { StreamId } from '../types/stream/stream-id.ts';
import { CONSUMER_ACTIVE, GROUP_LAST_ID, GROUP_PENDING } from '../types/stream/stream-layout.ts';
import { streamsOf } from '../types/stream/streams.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { exactArgument, intervalStart, isStrictId, longArgument, strictId, writeStream } from './stream-arguments.ts';
import { noGroup, seeConsumer, writeGroup } from './stream-groups.ts';
import { propagateClaim, propagateGroupId } from './stream-propagation.ts';
import { replyEntry, replyId } from './stream-range.ts';

const INVALID_CLAIM_IDLE = new CommandError('ERR Invalid min-idle-time argument for XCLAIM');
const INVALID_AUTO_IDLE = new CommandError('ERR Invalid min-idle-time argument for XAUTOCLAIM');
const INVALID_IDLE = new CommandError('ERR Invalid IDLE option argument for XCLAIM');
const INVALID_TIME = new CommandError('ERR Invalid TIME option argument for XCLAIM');
const INVALID_RETRIES = new CommandError('ERR Invalid RETRYCOUNT option argument for XCLAIM');
const INVALID_COUNT = new CommandError('ERR COUNT must be > 0');

const COUNT_TOO_HIGH = new CommandError('ERR Insufficient memory, failed allocating transient memory, COUNT too high.');

const PLACE = { keyIndex: 1, groupIndex: 2 };
const AUTO_COUNT = 100;
/** Entries that XAUTOCLAIM looks at for each that it may return. */
const ATTEMPTS_FACTOR = 10;
/** The largest COUNT: Valkey's arrays of 16-byte ids could not be larger. */
const AUTO_COUNT_MAX = 2 ** 59;
/** Counts above this fail in Valkey, which reserves room for as many ids. */
const AUTO_COUNT_AFFORDABLE = 2 ** 36;

/** Whom entries are claimed for, and what becomes of them. */
interface Claim {
  readonly root: Handle;
  readonly group: Handle;
  readonly consumer: Handle;
  /** Unix milliseconds. */
  readonly deliveredAt: number;
  /** undefined: one more than before, unless only ids are asked for. */
  readonly times: ExactInteger | undefined;
  readonly justId: boolean;
}

interface ClaimOptions {
  /** Where the options begin. */
  readonly end: number;
  minIdle: number;
  deliveredAt: number;
  times: ExactInteger | undefined;
  force: boolean;
  justId: boolean;
}

const id = new StreamId();
const lastId = new StreamId();
const otherId = new StreamId();

/** XCLAIM key group consumer min-idle-time id ... [IDLE ms] [TIME ms] [RETRYCOUNT n] [FORCE] [JUSTID] [LASTID id]. */
export function xclaim(call: Call): void {
  const { reply } = call;
  const { root, group } = existingGroup(call);
  const options = parseClaim(call);
  call.propagateNothing();
  const { layout } = streamsOf(call.keyspace);
  let isLastIdNews = lastId.compare(layout.readId(group, GROUP_LAST_ID, otherId)) > 0;
  if (isLastIdNews) layout.writeId(group, GROUP_LAST_ID, lastId);
  const consumer = seeConsumer(call, group, 1, 3);
  const claim = { root, group, consumer, ...options };
  const mark = reply.beginDeferred();
  let claimed = 0;
  for (let i = 5; i < options.end; i++) {
    strictId(call, i, id);
    const outcome = claimOne(call, claim, options, i);
    if (outcome === 'left') continue;
    // The claim that is propagated tells the last id too.
    isLastIdNews = false;
    if (outcome === 'claimed') claimed++;
  }
  if (isLastIdNews) {
    propagateGroupId(call, PLACE, group);
    call.keyspace.dirty++;
  }
  reply.endDeferred(mark, 'array', claimed);
}

/** XAUTOCLAIM key group consumer min-idle-time start [COUNT n] [JUSTID]. */
export function xautoclaim(call: Call): void {
  const { reply, nowMs } = call;
  const { minIdle, count, justId } = parseAutoClaim(call);
  const { root, group } = existingGroup(call);
  if (count > AUTO_COUNT_AFFORDABLE) throw COUNT_TOO_HIGH;
  call.propagateNothing();
  const { entries, layout, pending } = streamsOf(call.keyspace);
  const consumer = seeConsumer(call, group, 1, 3);
  const claim: Claim = { root, group, consumer, deliveredAt: nowMs, times: undefined, justId };
  const { cursor } = pending;
  const deleted: string[] = [];
  reply.array(3);
  const head = reply.hold();
  const list = reply.beginDeferred();
  let claimed = 0;
  let attempts = count * ATTEMPTS_FACTOR;
  cursor.seek(layout.word(group, GROUP_PENDING), id);
  let isMore = cursor.next();
  while (isMore && attempts > 0 && claimed + deleted.length < count) {
    attempts--;
    id.copy(cursor.id);
    if (!entries.exists(root, id)) {
      forget(call, group);
      deleted.push(id.toString());
    } else if (minIdle === 0 || nowMs - pending.deliveredAt(cursor.pending) >= minIdle) {
      take(call, claim);
      claimed++;
    } else {
      isMore = cursor.next();
      continue;
    }
    // The tree changed: the walk begins again behind the entry.
    isMore = id.increment();
    if (!isMore) break;
    cursor.seek(layout.word(group, GROUP_PENDING), id);
    isMore = cursor.next();
  }
  reply.endDeferred(list, 'array', claimed);
  // The id to go on from is known last and comes first.
  const behind = reply.position;
  replyId(reply, isMore ? cursor.id : id.setZero());
  reply.bringForward(head, behind);
  reply.letGo();
  reply.array(deleted.length);
  for (const text of deleted) reply.bulkText(text);
}

function existingGroup(call: Call): { readonly root: Handle; readonly group: Handle } {
  const root = writeStream(call, 1);
  const group = root === 0 ? 0 : writeGroup(call, root, 2);
  if (group === 0) throw noGroup(call, 1, 2);
  return { root, group };
}

function parseClaim(call: Call): ClaimOptions {
  const { args, nowMs } = call;
  const minIdle = Math.max(0, longArgument(call, 4, INVALID_CLAIM_IDLE));
  let end = 5;
  while (end < args.count && isStrictId(call, end, id)) end++;
  const options: ClaimOptions = { end, minIdle, deliveredAt: nowMs, times: undefined, force: false, justId: false };
  lastId.setZero();
  for (let i = end; i < args.count; ) i = parseClaimOption(call, options, i);
  return options;
}

/** Reads the option at `index`; returns the place behind it. */
function parseClaimOption(call: Call, options: ClaimOptions, index: number): number {
  const { args, nowMs } = call;
  if (args.is(index, 'force')) {
    options.force = true;
    return index + 1;
  }
  if (args.is(index, 'justid')) {
    options.justId = true;
    return index + 1;
  }
  const hasMore = index + 1 < args.count;
  if (hasMore && args.is(index, 'idle')) {
    options.deliveredAt = saneTime(call, nowMs - longArgument(call, index + 1, INVALID_IDLE));
  } else if (hasMore && args.is(index, 'time')) {
    options.deliveredAt = saneTime(call, longArgument(call, index + 1, INVALID_TIME));
  } else if (hasMore && args.is(index, 'retrycount')) {
    const times = exactArgument(call, index + 1, INVALID_RETRIES);
    options.times = times >= 0 ? times : undefined;
  } else if (hasMore && args.is(index, 'lastid')) {
    strictId(call, index + 1, lastId);
  } else {
    throw new CommandError(`ERR Unrecognized XCLAIM option '${args.text(index)}'`);
  }
  return index + 2;
}

/** Clients compute times by clocks of their own: what cannot be is now. */
function saneTime(call: Call, time: number): number {
  return time < 0 || time > call.nowMs ? call.nowMs : time;
}

function parseAutoClaim(call: Call): { readonly minIdle: number; readonly count: number; readonly justId: boolean } {
  const { args } = call;
  const minIdle = Math.max(0, longArgument(call, 4, INVALID_AUTO_IDLE));
  intervalStart(call, 5, id);
  let count = AUTO_COUNT;
  let justId = false;
  for (let i = 6; i < args.count; i++) {
    if (i + 1 < args.count && args.is(i, 'count')) {
      count = longArgument(call, ++i, INVALID_COUNT);
      if (count < 1 || count > AUTO_COUNT_MAX) throw INVALID_COUNT;
    } else if (args.is(i, 'justid')) {
      justId = true;
    } else throw SYNTAX_ERROR;
  }
  return { minIdle, count, justId };
}

/** Claims the pending entry `id`, which is argument `index`: `left` where there is none, or it is not idle for long enough. */
function claimOne(call: Call, claim: Claim, options: ClaimOptions, index: number): 'claimed' | 'forgotten' | 'left' {
  const { entries, pending } = streamsOf(call.keyspace);
  const entry = pending.find(claim.group, id);
  if (!entries.exists(claim.root, id)) {
    if (entry === 0) return 'left';
    forget(call, claim.group, index);
    return 'forgotten';
  }
  if (entry === 0) {
    if (!options.force) return 'left';
    // Delivered once already, as a pending entry that was just made.
    pending.add(claim.group, claim.consumer, id, call.nowMs, 1);
  } else if (options.minIdle > 0 && call.nowMs - pending.deliveredAt(entry) < options.minIdle) {
    return 'left';
  }
  take(call, claim, index);
  return 'claimed';
}

/** Gives the pending entry `id` to the claim's consumer and sends it; `index` is where the id is an argument. */
function take(call: Call, claim: Claim, index?: number): void {
  const { cursor, layout, pending } = streamsOf(call.keyspace);
  const { group, consumer } = claim;
  const entry = pending.findForWrite(group, id);
  const times = claim.times ?? addExact(pending.times(entry), claim.justId ? 0 : 1);
  pending.assign(group, entry, consumer, id);
  pending.setDelivery(entry, claim.deliveredAt, times);
  if (claim.justId) {
    replyId(call.reply, id);
  } else {
    cursor.seek(claim.root, id, id);
    cursor.next();
    replyEntry(call.reply, cursor);
  }
  layout.setDouble(consumer, CONSUMER_ACTIVE, call.nowMs);
  propagateClaim(call, PLACE, group, index ?? id, entry);
  call.keyspace.dirty++;
}

/** Ends the waiting for the pending entry `id`, which was deleted from the stream. */
function forget(call: Call, group: Handle, index?: number): void {
  const { pending } = streamsOf(call.keyspace);
  propagateClaim(call, PLACE, group, index ?? id, pending.find(group, id));
  pending.remove(group, id);
  call.keyspace.dirty++;
}
