// Streams: the table of the family. Handlers are beside it, by topic.
import { type CommandSpec, keyAt } from './command-spec.ts';
import { xautoclaim, xclaim } from './stream-claim.ts';
import { groupCommands } from './stream-groups.ts';
import { infoCommands } from './stream-info.ts';
import { xpending } from './stream-pending.ts';
import { xlen, xrange, xrevrange } from './stream-range.ts';
import { xread, xreadgroup } from './stream-read.ts';
import { xadd, xdel, xsetid, xtrim } from './stream-write.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const streamCommands: readonly CommandSpec[] = [
  {
    name: 'xadd', arity: -5, flags: 'write denyoom fast', acl: 'stream', keys: [keyAt(1, 'RW UPDATE')], since: '5.0.0',
    group: 'stream', complexity: 'O(1), and O(N) for N entries trimmed', tips: ['NONDETERMINISTIC_OUTPUT'],
    about: 'Appends an entry to a stream, which may be trimmed with it.', run: xadd,
  },
  {
    name: 'xautoclaim', arity: -6, flags: 'write fast', acl: 'stream', keys: [keyAt(1, 'RW DELETE')], since: '6.2.0',
    group: 'stream', complexity: 'O(1) if COUNT is small', tips: ['NONDETERMINISTIC_OUTPUT'],
    about: 'Gives entries that are pending for long to another consumer.', run: xautoclaim,
  },
  {
    name: 'xclaim', arity: -6, flags: 'write fast', acl: 'stream', keys: [keyAt(1, 'RW UPDATE')], since: '5.0.0',
    group: 'stream', complexity: 'O(log N), N pending entries', tips: ['NONDETERMINISTIC_OUTPUT'],
    about: 'Gives pending entries to another consumer.', run: xclaim,
  },
  {
    name: 'xdel', arity: -3, flags: 'write fast', acl: 'stream', keys: [keyAt(1, 'RW DELETE')], since: '5.0.0',
    group: 'stream', complexity: 'O(1) for each entry', about: 'Deletes entries of a stream by id.', run: xdel,
  },
  {
    name: 'xlen', arity: 2, flags: 'readonly fast', acl: 'stream', keys: [keyAt(1, 'RO')], since: '5.0.0',
    group: 'stream', complexity: 'O(1)', about: 'Counts the entries of a stream.', run: xlen,
  },
  {
    name: 'xrange', arity: -4, flags: 'readonly', acl: 'stream', keys: [keyAt(1, 'RO ACCESS')], since: '5.0.0',
    group: 'stream', complexity: 'O(N), N entries returned', about: 'Returns the entries between two ids.', run: xrange,
  },
  {
    name: 'xpending', arity: -3, flags: 'readonly', acl: 'stream', keys: [keyAt(1, 'RO ACCESS')], since: '5.0.0',
    group: 'stream', complexity: 'O(N), N entries returned', tips: ['NONDETERMINISTIC_OUTPUT'],
    about: 'Tells what is pending for the consumers of a group.', run: xpending,
  },
  {
    name: 'xread', arity: -4, flags: 'readonly blocking', acl: 'stream',
    keys: [{ flags: 'RO ACCESS', begin: { keyword: 'STREAMS', from: 1 }, find: { last: -1, step: 1, limit: 2 } }],
    since: '5.0.0', group: 'stream', complexity: 'O(N), N entries returned',
    about: 'Returns entries behind ids of several streams, and waits for them.', run: xread,
  },
  {
    name: 'xreadgroup', arity: -7, flags: 'write blocking', acl: 'stream',
    keys: [{ flags: 'RO ACCESS', begin: { keyword: 'STREAMS', from: 4 }, find: { last: -1, step: 1, limit: 2 } }],
    since: '5.0.0', group: 'stream', complexity: 'O(N), N entries returned',
    about: 'Returns new or pending entries of several streams to a consumer, and waits for them.', run: xreadgroup,
  },
  {
    name: 'xrevrange', arity: -4, flags: 'readonly', acl: 'stream', keys: [keyAt(1, 'RO ACCESS')], since: '5.0.0',
    group: 'stream', complexity: 'O(N), N entries returned',
    about: 'Returns the entries between two ids, the newest first.', run: xrevrange,
  },
  {
    name: 'xsetid', arity: -3, flags: 'write denyoom fast', acl: 'stream', keys: [keyAt(1, 'RW UPDATE')],
    since: '5.0.0', group: 'stream', complexity: 'O(1)', about: 'Sets the last id of a stream; for replication.',
    run: xsetid,
  },
  {
    name: 'xtrim', arity: -4, flags: 'write', acl: 'stream', keys: [keyAt(1, 'RW DELETE')], since: '5.0.0',
    group: 'stream', complexity: 'O(N), N entries removed', tips: ['NONDETERMINISTIC_OUTPUT'],
    about: 'Removes the oldest entries of a stream.', run: xtrim,
  },
  ...groupCommands,
  ...infoCommands,
];
