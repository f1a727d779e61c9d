// Streams: the table of the family. Handlers are beside it, by topic.
import { type CommandSpec, keyAt } from './command-spec.ts';
import { xlen, xrange, xrevrange } from './stream-range.ts';
import { xadd, xdel, xsetid, xtrim } from './stream-write.ts';

// biome-ignore format: a row is read as a row
export const streamCommands: readonly CommandSpec[] = [
  {
    name: 'xadd', arity: -5, flags: 'write denyoom fast', acl: 'stream', keys: [keyAt(1, 'RW UPDATE')], since: '5.0.0',
    group: 'stream', complexity: 'O(1), and O(N) for N entries trimmed', tips: ['NONDETERMINISTIC_OUTPUT'],
    about: 'Appends an entry to a stream, which may be trimmed with it.', run: xadd,
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
];
