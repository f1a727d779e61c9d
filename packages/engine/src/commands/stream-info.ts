// XINFO: a stream, its groups and their consumers, described.
import type { Handle } from '../memory/arena.ts';
import { latin1Name } from '../types/stream/block-name.ts';
import { RadixNodeCount } from '../types/stream/radix-node-count.ts';
import { StreamId } from '../types/stream/stream-id.ts';
import { groupLag } from '../types/stream/stream-lag.ts';
import {
  CONSUMER_ACTIVE,
  CONSUMER_NAME,
  CONSUMER_PENDING,
  CONSUMER_SEEN,
  ENTRIES_READ_UNKNOWN,
  GROUP_ENTRIES_READ,
  GROUP_LAST_ID,
  GROUP_NAME,
  GROUP_PENDING,
  NEVER_ACTIVE,
  ROOT_FIRST_ID,
  ROOT_LAST_ID,
  ROOT_MAX_DELETED_ID,
} from '../types/stream/stream-layout.ts';
import { streamsOf } from '../types/stream/streams.ts';
import type { Call } from './call.ts';
import { NO_SUCH_KEY } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { replyHelp, subcommandError } from './help-reply.ts';
import { longArgument, readStream } from './stream-arguments.ts';
import { noGroupInKey, readGroup } from './stream-groups.ts';
import { replyEntries, replyEntry, replyExact, replyId } from './stream-range.ts';

const HELP = [
  'CONSUMERS <key> <groupname>',
  '    Show consumers of <groupname>.',
  'GROUPS <key>',
  '    Show the stream consumer groups.',
  'STREAM <key> [FULL [COUNT <count>]',
  '    Show information about the stream.',
];

/** Entries that FULL shows where no count is given; 0 is no limit. */
const FULL_COUNT = 10;

// biome-ignore format: a row stays together; one property a line would hide the table
export const infoCommands: readonly CommandSpec[] = [
  {
    name: 'xinfo', arity: -2, flags: '', acl: '', since: '5.0.0', group: 'stream',
    complexity: 'Depends on subcommand.', about: 'Describes streams, their groups and consumers.',
    subcommands: [
      {
        name: 'consumers', arity: 4, flags: 'readonly', acl: 'stream', keys: [keyAt(2, 'RO ACCESS')], since: '5.0.0',
        group: 'stream', complexity: 'O(1)', tips: ['NONDETERMINISTIC_OUTPUT'],
        about: 'Lists the consumers of a group.', run: describeConsumers,
      },
      {
        name: 'groups', arity: 3, flags: 'readonly', acl: 'stream', keys: [keyAt(2, 'RO ACCESS')], since: '5.0.0',
        group: 'stream', complexity: 'O(1)', about: 'Lists the consumer groups of a stream.', run: describeGroups,
      },
      {
        name: 'help', arity: 2, flags: 'loading stale', acl: 'stream', since: '5.0.0', group: 'stream',
        complexity: 'O(1)', about: 'Describes the subcommands.', run: (call) => replyHelp(call, HELP),
      },
      {
        name: 'stream', arity: -3, flags: 'readonly', acl: 'stream', keys: [keyAt(2, 'RO ACCESS')], since: '5.0.0',
        group: 'stream', complexity: 'O(1)', about: 'Describes a stream.', run: describeStream,
      },
    ],
  },
];

const id = new StreamId();
const otherId = new StreamId();

/** The stream of argument 2, which must be there. */
function existingStream(call: Call): Handle {
  const root = readStream(call, 2);
  if (root === 0) throw NO_SUCH_KEY;
  return root;
}

function describeConsumers(call: Call): void {
  const { reply, nowMs } = call;
  const group = readGroup(call, existingStream(call), 3);
  if (group === 0) throw noGroupInKey(call, 2, 3);
  const { consumers, layout, pending } = streamsOf(call.keyspace);
  reply.array(consumers.count(group));
  consumers.forEach(group, (consumer) => {
    const active = layout.double(consumer, CONSUMER_ACTIVE);
    reply.map(4);
    reply.bulkText('name');
    reply.bulkText(latin1Name(layout, consumer, CONSUMER_NAME));
    reply.bulkText('pending');
    reply.integer(pending.countOf(consumer));
    reply.bulkText('idle');
    reply.integer(Math.max(0, nowMs - layout.double(consumer, CONSUMER_SEEN)));
    reply.bulkText('inactive');
    reply.integer(active === NEVER_ACTIVE ? NEVER_ACTIVE : nowMs - active);
  });
}

function describeGroups(call: Call): void {
  const { reply } = call;
  const root = existingStream(call);
  const { consumers, groups, layout, pending } = streamsOf(call.keyspace);
  reply.array(groups.count(root));
  groups.forEach(root, (group) => {
    reply.map(6);
    reply.bulkText('name');
    reply.bulkText(latin1Name(layout, group, GROUP_NAME));
    reply.bulkText('consumers');
    reply.integer(consumers.count(group));
    reply.bulkText('pending');
    reply.integer(pending.count(group));
    reply.bulkText('last-delivered-id');
    replyId(reply, layout.readId(group, GROUP_LAST_ID, id));
    replyProgress(call, root, group);
  });
}

/** How far a group has read, and how much is left. */
function replyProgress(call: Call, root: Handle, group: Handle): void {
  const { reply } = call;
  const { layout } = streamsOf(call.keyspace);
  const read = layout.counter(group, GROUP_ENTRIES_READ);
  reply.bulkText('entries-read');
  if (read === ENTRIES_READ_UNKNOWN) reply.nil();
  else replyExact(reply, read);
  const lag = groupLag(layout, root, group);
  reply.bulkText('lag');
  if (lag === undefined) reply.nil();
  else replyExact(reply, lag);
}

/** XINFO STREAM key [FULL [COUNT count]]. */
function describeStream(call: Call): void {
  const { args, reply } = call;
  const root = existingStream(call);
  const isFull = args.count > 3;
  const count = isFull ? fullCount(call) : 0;
  const { cursor, entries, groups, layout } = streamsOf(call.keyspace);
  reply.map(isFull ? 9 : 10);
  reply.bulkText('length');
  reply.integer(layout.length(root));
  reply.bulkText('radix-tree-keys');
  reply.integer(entries.nodeCount(root));
  reply.bulkText('radix-tree-nodes');
  reply.integer(radixNodes(call, root));
  reply.bulkText('last-generated-id');
  replyId(reply, layout.readId(root, ROOT_LAST_ID, id));
  reply.bulkText('max-deleted-entry-id');
  replyId(reply, layout.readId(root, ROOT_MAX_DELETED_ID, id));
  reply.bulkText('entries-added');
  replyExact(reply, layout.entriesAdded(root));
  reply.bulkText('recorded-first-entry-id');
  replyId(reply, layout.readId(root, ROOT_FIRST_ID, id));
  if (isFull) return replyFull(call, root, count);
  reply.bulkText('groups');
  reply.integer(groups.count(root));
  for (const reverse of [false, true]) {
    reply.bulkText(reverse ? 'last-entry' : 'first-entry');
    cursor.seek(root, id.setZero(), otherId.setMax(), reverse);
    if (cursor.next()) replyEntry(reply, cursor);
    else reply.nil();
  }
}

function radixNodes(call: Call, root: Handle): number {
  const count = new RadixNodeCount();
  streamsOf(call.keyspace).entries.forEachNode(root, ({ msHigh, msLow, seqHigh, seqLow }) => {
    count.add(msHigh, msLow, seqHigh, seqLow);
  });
  return count.finish();
}

/** The count of `FULL [COUNT count]`; Infinity for 0. */
function fullCount(call: Call): number {
  const { args } = call;
  if ((args.count !== 4 && args.count !== 6) || !args.is(3, 'full')) throw subcommandError(call);
  if (args.count === 4) return FULL_COUNT;
  if (!args.is(4, 'count')) throw subcommandError(call);
  const count = longArgument(call, 5);
  if (count < 0) return FULL_COUNT;
  return count === 0 ? Number.POSITIVE_INFINITY : count;
}

function replyFull(call: Call, root: Handle, count: number): void {
  const { reply } = call;
  const { groups } = streamsOf(call.keyspace);
  reply.bulkText('entries');
  replyEntries(call, root, { start: id.setZero(), end: otherId.setMax(), reverse: false, count });
  reply.bulkText('groups');
  reply.array(groups.count(root));
  groups.forEach(root, (group) => replyFullGroup(call, root, group, count));
}

function replyFullGroup(call: Call, root: Handle, group: Handle, count: number): void {
  const { reply } = call;
  const { consumers, layout, pending } = streamsOf(call.keyspace);
  reply.map(7);
  reply.bulkText('name');
  reply.bulkText(latin1Name(layout, group, GROUP_NAME));
  reply.bulkText('last-delivered-id');
  replyId(reply, layout.readId(group, GROUP_LAST_ID, id));
  replyProgress(call, root, group);
  reply.bulkText('pel-count');
  reply.integer(pending.count(group));
  reply.bulkText('pending');
  replyPendingOf(call, group, layout.word(group, GROUP_PENDING), true, count);
  reply.bulkText('consumers');
  reply.array(consumers.count(group));
  consumers.forEach(group, (consumer) => {
    reply.map(5);
    reply.bulkText('name');
    reply.bulkText(latin1Name(layout, consumer, CONSUMER_NAME));
    reply.bulkText('seen-time');
    reply.integer(layout.double(consumer, CONSUMER_SEEN));
    reply.bulkText('active-time');
    reply.integer(layout.double(consumer, CONSUMER_ACTIVE));
    reply.bulkText('pel-count');
    reply.integer(pending.countOf(consumer));
    reply.bulkText('pending');
    replyPendingOf(call, group, layout.word(consumer, CONSUMER_PENDING), false, count);
  });
}

/** The first pending entries of a tree; `withConsumer` for the group's, which says whose they are. */
function replyPendingOf(call: Call, group: Handle, tree: Handle, withConsumer: boolean, count: number): void {
  const { reply } = call;
  const { layout, pending } = streamsOf(call.keyspace);
  const { cursor } = pending;
  const mark = reply.beginDeferred();
  let sent = 0;
  cursor.seek(tree, id.setZero());
  while (sent < count && cursor.next()) {
    const entry = pending.find(group, cursor.id);
    reply.array(withConsumer ? 4 : 3);
    replyId(reply, cursor.id);
    if (withConsumer) reply.bulkText(latin1Name(layout, pending.consumerOf(group, entry), CONSUMER_NAME));
    reply.integer(pending.deliveredAt(entry));
    replyExact(reply, pending.times(entry));
    sent++;
  }
  reply.endDeferred(mark, 'array', sent);
}
