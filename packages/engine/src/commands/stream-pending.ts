// XPENDING: what was delivered to the consumers of a group and not acknowledged, as a summary or entry by entry.
import type { Handle } from '../memory/arena.ts';
import { latin1Name } from '../types/stream/block-name.ts';
import { StreamId } from '../types/stream/stream-id.ts';
import { CONSUMER_NAME, CONSUMER_PENDING, GROUP_PENDING } from '../types/stream/stream-layout.ts';
import { streamsOf } from '../types/stream/streams.ts';
import type { Call } from './call.ts';
import { SYNTAX_ERROR } from './command-error.ts';
import { intervalEnd, intervalStart, longArgument, readStream } from './stream-arguments.ts';
import { noGroup, readConsumer, readGroup } from './stream-groups.ts';
import { replyExact, replyId } from './stream-range.ts';

/** Which pending entries are wanted. */
interface PendingFilter {
  readonly minIdle: number;
  readonly count: number;
  /** Where the consumer's name is; 0: all consumers. */
  readonly consumerIndex: number;
}

const startId = new StreamId();
const endId = new StreamId();

/** XPENDING key group [[IDLE ms] start end count [consumer]]. */
export function xpending(call: Call): void {
  const { args } = call;
  if (args.count !== 3 && (args.count < 6 || args.count > 9)) throw SYNTAX_ERROR;
  const filter = args.count === 3 ? undefined : parseFilter(call);
  const root = readStream(call, 1);
  const group = root === 0 ? 0 : readGroup(call, root, 2);
  if (group === 0) throw noGroup(call, 1, 2);
  if (filter === undefined) replySummary(call, group);
  else replyPending(call, group, filter);
}

function parseFilter(call: Call): PendingFilter {
  const { args } = call;
  let minIdle = 0;
  let index = 3;
  if (args.is(3, 'idle')) {
    minIdle = longArgument(call, 4);
    if (args.count < 8) throw SYNTAX_ERROR;
    index = 5;
  }
  const count = Math.max(0, longArgument(call, index + 2));
  intervalStart(call, index, startId);
  intervalEnd(call, index + 1, endId);
  return { minIdle, count, consumerIndex: index + 3 < args.count ? index + 3 : 0 };
}

function replySummary(call: Call, group: Handle): void {
  const { reply } = call;
  const { consumers, layout, pending } = streamsOf(call.keyspace);
  const count = pending.count(group);
  reply.array(4);
  reply.integer(count);
  if (count === 0) {
    reply.nil();
    reply.nil();
    return reply.nilArray();
  }
  const { cursor } = pending;
  const tree = layout.word(group, GROUP_PENDING);
  cursor.seek(tree, startId.setZero());
  cursor.next();
  replyId(reply, cursor.id);
  cursor.seekLast(tree);
  cursor.next();
  replyId(reply, cursor.id);
  const mark = reply.beginDeferred();
  let owners = 0;
  consumers.forEach(group, (consumer) => {
    const own = pending.countOf(consumer);
    if (own === 0) return;
    owners++;
    reply.array(2);
    reply.bulkText(latin1Name(layout, consumer, CONSUMER_NAME));
    reply.bulkInteger(own);
  });
  reply.endDeferred(mark, 'array', owners);
}

function replyPending(call: Call, group: Handle, filter: PendingFilter): void {
  const { reply, nowMs } = call;
  const { layout, pending } = streamsOf(call.keyspace);
  let tree = layout.word(group, GROUP_PENDING);
  if (filter.consumerIndex > 0) {
    const consumer = readConsumer(call, group, filter.consumerIndex);
    if (consumer === 0) return reply.array(0);
    tree = layout.word(consumer, CONSUMER_PENDING);
  }
  const { cursor } = pending;
  const mark = reply.beginDeferred();
  let sent = 0;
  cursor.seek(tree, startId);
  while (sent < filter.count && cursor.next() && cursor.id.compare(endId) <= 0) {
    const entry = filter.consumerIndex > 0 ? pending.find(group, cursor.id) : cursor.pending;
    const idle = nowMs - pending.deliveredAt(entry);
    if (filter.minIdle !== 0 && idle < filter.minIdle) continue;
    sent++;
    reply.array(4);
    replyId(reply, cursor.id);
    reply.bulkText(latin1Name(layout, pending.consumerOf(group, entry), CONSUMER_NAME));
    reply.integer(Math.max(0, idle));
    replyExact(reply, pending.times(entry));
  }
  reply.endDeferred(mark, 'array', sent);
}
