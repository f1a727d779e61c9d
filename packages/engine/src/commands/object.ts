// OBJECT: how a value is kept and when it was used last.
import type { Handle } from '../memory/arena.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { replyHelp } from './help-reply.ts';

const KEYS = [keyAt(2, 'RO')];
const TIPS = ['nondeterministic_output'];

// biome-ignore format: a row stays together; one property a line would hide the table
const SUBCOMMANDS: readonly CommandSpec[] = [
  {
    name: 'encoding', arity: 3, flags: 'readonly', acl: 'keyspace', keys: KEYS, since: '2.2.3', group: 'generic', tips: TIPS,
    complexity: 'O(1)', about: 'Names the way in which a value is kept.', run: encoding,
  },
  {
    name: 'freq', arity: 3, flags: 'readonly', acl: 'keyspace', keys: KEYS, since: '4.0.0', group: 'generic', tips: TIPS,
    complexity: 'O(1)', about: 'Returns how often a key is used, as a logarithm.', run: freq,
  },
  {
    name: 'help', arity: 2, flags: 'loading stale', acl: 'keyspace', since: '6.2.0', group: 'generic',
    complexity: 'O(1)', about: 'Lists the subcommands.', run: help,
  },
  {
    name: 'idletime', arity: 3, flags: 'readonly', acl: 'keyspace', keys: KEYS, since: '2.2.3', group: 'generic', tips: TIPS,
    complexity: 'O(1)', about: 'Returns the seconds since a key was used.', run: idletime,
  },
  {
    name: 'refcount', arity: 3, flags: 'readonly', acl: 'keyspace', keys: KEYS, since: '2.2.3', group: 'generic', tips: TIPS,
    complexity: 'O(1)', about: 'Returns how many refer to a value.', run: refcount,
  },
];

export const objectCommands: readonly CommandSpec[] = [
  {
    name: 'object',
    arity: -2,
    flags: '',
    acl: '',
    since: '2.2.3',
    group: 'generic',
    about: 'Tells how values are kept.',
    subcommands: SUBCOMMANDS,
  },
];

const SWITCHING =
  'Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.';
const NO_IDLE_TIME = new CommandError(`ERR An LFU maxmemory policy is selected, idle time not tracked. ${SWITCHING}`);
const NO_FREQUENCY = new CommandError(
  `ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${SWITCHING}`,
);

/** The entry, or 0 after the reply for a key that is not there. It is not touched. */
function lookUp(call: Call): Handle {
  const { args } = call;
  const entry = call.db.findQuietly(args.bytesOf(2), args.starts[2], args.lengths[2]);
  if (entry === 0) call.reply.nil();
  return entry;
}

function encoding(call: Call): void {
  const entry = lookUp(call);
  if (entry !== 0) call.reply.bulkText(call.entries.encodingName(entry));
}

function freq(call: Call): void {
  const entry = lookUp(call);
  if (entry === 0) return;
  if (!call.keyspace.usesLfu) throw NO_FREQUENCY;
  call.reply.integer(call.keyspace.lfuCounter(call.entries.clock(entry)));
}

function idletime(call: Call): void {
  const entry = lookUp(call);
  if (entry === 0) return;
  if (call.keyspace.usesLfu) throw NO_IDLE_TIME;
  call.reply.integer(call.keyspace.idleSeconds(call.entries.clock(entry)));
}

/** Values are never shared. */
function refcount(call: Call): void {
  if (lookUp(call) !== 0) call.reply.integer(1);
}

function help(call: Call): void {
  replyHelp(call, [
    'ENCODING <key>',
    '    Name the way in which the value of <key> is kept.',
    'FREQ <key>',
    '    Return the access counter of <key>, which grows as the logarithm of the accesses.',
    'IDLETIME <key>',
    '    Return the seconds since <key> was last read or written.',
    'REFCOUNT <key>',
    '    Return how many refer to the value of <key>: one.',
  ]);
}
