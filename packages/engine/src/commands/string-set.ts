// Setting strings: SET with its options, its older forms, MSET, MSETNX, MSETEX, GETSET and GETEX.
import { parseInteger } from '../encodings/integer-text.ts';
import { NO_DEADLINE } from '../keyspace/database.ts';
import { EVENT_GENERIC, EVENT_STRING } from '../keyspace/keyspace.ts';
import { STRING } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Args } from '../session/args.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, type FoundKey, keyAt, keysFrom } from './command-spec.ts';
import { deadlineOf, type ExpiryOption, parseStringOptions, type StringOptions } from './string-options.ts';
import { equalsArgument, replyString, setFromArgument } from './string-values.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const stringSetCommands: readonly CommandSpec[] = [
  {
    name: 'set', arity: -3, flags: 'write denyoom', acl: 'string', keys: [keyAt(1, 'RW ACCESS UPDATE VARIABLE_FLAGS')],
    findKeys: keysOfSet, since: '1.0.0', group: 'string', complexity: 'O(1)',
    about: 'Sets a key to a string, with conditions and expiry.', run: set,
  },
  {
    name: 'setnx', arity: 3, flags: 'write denyoom fast', acl: 'string', keys: [keyAt(1, 'OW INSERT')], since: '1.0.0',
    group: 'string', complexity: 'O(1)', about: 'Sets a key that is not there.', run: setnx,
  },
  {
    name: 'setex', arity: 4, flags: 'write denyoom', acl: 'string', keys: [keyAt(1, 'OW UPDATE')], since: '2.0.0',
    group: 'string', complexity: 'O(1)', about: 'Sets a key that expires after seconds.',
    run: (call) => setWithDeadline(call, { word: 'EX', at: 2 }),
  },
  {
    name: 'psetex', arity: 4, flags: 'write denyoom', acl: 'string', keys: [keyAt(1, 'OW UPDATE')], since: '2.6.0',
    group: 'string', complexity: 'O(1)', about: 'Sets a key that expires after milliseconds.',
    run: (call) => setWithDeadline(call, { word: 'PX', at: 2 }),
  },
  {
    name: 'mset', arity: -3, flags: 'write denyoom', acl: 'string', keys: [keysFrom(1, 'OW UPDATE', 2)], since: '1.0.1',
    group: 'string', complexity: 'O(N), N keys', about: 'Sets many keys at once.',
    tips: ['request_policy:multi_shard', 'response_policy:all_succeeded'], run: mset,
  },
  {
    name: 'msetnx', arity: -3, flags: 'write denyoom', acl: 'string', keys: [keysFrom(1, 'OW INSERT', 2)], since: '1.0.1',
    group: 'string', complexity: 'O(N), N keys', about: 'Sets many keys if none of them is there.', run: msetnx,
  },
  {
    name: 'msetex', arity: -4, flags: 'write denyoom', acl: 'string',
    keys: [{ flags: 'OW UPDATE', begin: { index: 1 }, find: { countAt: 0, firstKey: 1, step: 2 } }], since: '9.1.0',
    group: 'string', complexity: 'O(N), N keys', about: 'Sets many keys with a condition and one expiry for all.',
    tips: ['request_policy:multi_shard', 'response_policy:all_succeeded'], run: msetex,
  },
  {
    name: 'getset', arity: 3, flags: 'write denyoom fast', acl: 'string', keys: [keyAt(1, 'RW ACCESS UPDATE')],
    since: '1.0.0', group: 'string', complexity: 'O(1)', about: 'Sets a key and returns its old string.', run: getset,
  },
  {
    name: 'getex', arity: -2, flags: 'write fast', acl: 'string', keys: [keyAt(1, 'RW ACCESS UPDATE')], since: '6.2.0',
    group: 'string', complexity: 'O(1)', about: 'Returns a string and changes its expiry.', run: getex,
  },
];

const BAD_NUMKEYS = new CommandError('ERR invalid numkeys value or out of range');
const NUMKEYS_MAX = 2 ** 31 - 1;

/** SET reads only where GET is among its options. */
function keysOfSet(args: Args): readonly FoundKey[] {
  for (let i = 3; i < args.count; i++) if (args.is(i, 'get')) return [{ position: 1, flags: 'RW ACCESS UPDATE' }];
  return [{ position: 1, flags: 'OW UPDATE' }];
}

function set(call: Call): void {
  if (call.args.count > 3) return setWithOptions(call, parseStringOptions(call, 3, 'set'));
  setFromArgument(call, 1, 2, NO_DEADLINE);
  call.changed(1, EVENT_STRING, 'set');
  call.reply.ok();
}

function setWithOptions(call: Call, options: StringOptions): void {
  const { reply, entries } = call;
  const { expiry, returnsOld } = options;
  const deadline = expiry === undefined ? NO_DEADLINE : deadlineOf(call, expiry);
  if (returnsOld) replyOld(call);
  const entry = call.writeAny(1);
  if (!isConditionMet(call, options, entry)) {
    if (!returnsOld) reply.nil();
    return;
  }
  if (!returnsOld) reply.ok();
  if (expiry !== undefined && call.isOver(deadline)) {
    // What is over at once is not set, only what was there goes.
    if (entry !== 0) call.expireNow(1);
    return;
  }
  const kept = options.keepsDeadline && entry !== 0 ? entries.deadline(entry) : deadline;
  setFromArgument(call, 1, 2, kept);
  call.changed(1, EVENT_STRING, 'set');
  if (expiry !== undefined) {
    call.notify(1, EVENT_GENERIC, 'expire');
    if (expiry.word !== 'PXAT') propagateSet(call, 2, expiry, deadline);
  } else if (returnsOld) {
    propagateWithoutGet(call);
  }
}

/** The old string; throws WRONGTYPE for anything else. */
function replyOld(call: Call): void {
  const entry = call.read(1, STRING);
  if (entry === 0) call.reply.nil();
  else replyString(call, entry);
}

function isConditionMet(call: Call, options: StringOptions, entry: Handle): boolean {
  switch (options.condition) {
    case 'always':
      return true;
    case 'absent':
      return entry === 0;
    case 'present':
      return entry !== 0;
    case 'equal':
      return entry !== 0 && equalsArgument(call, entry, options.compareAt);
  }
}

/** A short SET keeps its other words; any other becomes the plain form. */
function propagateSet(call: Call, valueIndex: number, expiry: ExpiryOption, deadline: number): void {
  if (call.command.name === 'set' && call.args.count === 5 && expiry.at === 4) {
    return call.propagateRewritten(0, 1, 2, 'PXAT', String(deadline));
  }
  call.propagateRewritten('SET', 1, valueIndex, 'PXAT', String(deadline));
}

function propagateWithoutGet(call: Call): void {
  const { args } = call;
  const parts: number[] = [];
  for (let i = 0; i < args.count; i++) if (i < 3 || !args.is(i, 'get')) parts.push(i);
  call.propagateRewritten(...parts);
}

function setnx(call: Call): void {
  if (call.writeAny(1) !== 0) return call.reply.integer(0);
  setFromArgument(call, 1, 2, NO_DEADLINE);
  call.changed(1, EVENT_STRING, 'set');
  call.reply.integer(1);
}

/** SETEX and PSETEX: key, amount, value. */
function setWithDeadline(call: Call, expiry: ExpiryOption): void {
  const deadline = deadlineOf(call, expiry);
  setFromArgument(call, 1, 3, deadline);
  call.changed(1, EVENT_STRING, 'set');
  call.notify(1, EVENT_GENERIC, 'expire');
  propagateSet(call, 3, expiry, deadline);
  call.reply.ok();
}

function requirePairs(call: Call): void {
  if (call.args.count % 2 === 0) {
    throw new CommandError(`ERR wrong number of arguments for '${call.command.fullName}' command`);
  }
}

function mset(call: Call): void {
  requirePairs(call);
  setPairs(call, 1, call.args.count, NO_DEADLINE, false);
  call.reply.ok();
}

function msetnx(call: Call): void {
  requirePairs(call);
  const { args } = call;
  for (let i = 1; i < args.count; i += 2) if (call.writeAny(i) !== 0) return call.reply.integer(0);
  setPairs(call, 1, args.count, NO_DEADLINE, false);
  call.reply.integer(1);
}

function setPairs(call: Call, from: number, end: number, deadline: number, keepsDeadline: boolean): void {
  for (let i = from; i < end; i += 2) {
    const old = keepsDeadline ? call.writeAny(i) : 0;
    setFromArgument(call, i, i + 1, old === 0 ? deadline : call.entries.deadline(old));
    call.changed(i, EVENT_STRING, 'set');
    if (deadline !== NO_DEADLINE) call.notify(i, EVENT_GENERIC, 'expire');
  }
}

function msetex(call: Call): void {
  const { args, reply } = call;
  const count = parseInteger(args.bytesOf(1), args.starts[1], args.lengths[1]);
  if (!(count >= 1 && count <= NUMKEYS_MAX)) throw BAD_NUMKEYS;
  const end = 2 + count * 2;
  if (end > args.count) throw SYNTAX_ERROR;
  const { condition, expiry, keepsDeadline } = parseStringOptions(call, end, 'mset');
  const deadline = expiry === undefined ? NO_DEADLINE : deadlineOf(call, expiry);
  for (let i = 2; i < end && condition !== 'always'; i += 2) {
    if ((call.writeAny(i) !== 0) !== (condition === 'present')) return reply.integer(0);
  }
  setPairs(call, 2, end, deadline, keepsDeadline);
  if (expiry !== undefined && expiry.word !== 'PXAT') {
    const parts: (string | number)[] = Array.from({ length: args.count }, (_, i) => i);
    parts.splice(expiry.at - 1, 2, 'PXAT', String(deadline));
    call.propagateRewritten(...parts);
  }
  reply.integer(1);
}

function getset(call: Call): void {
  replyOld(call);
  setFromArgument(call, 1, 2, NO_DEADLINE);
  call.changed(1, EVENT_STRING, 'set');
  call.propagateRewritten('SET', 1, 2);
}

function getex(call: Call): void {
  const { args, db, reply } = call;
  const { expiry, persists } = parseStringOptions(call, 2, 'get');
  const deadline = expiry === undefined ? NO_DEADLINE : deadlineOf(call, expiry);
  const entry = call.read(1, STRING);
  if (entry === 0) return reply.nil();
  replyString(call, entry);
  const hadDeadline = call.entries.hasDeadline(entry);
  if (expiry?.word.endsWith('AT') && call.isOver(deadline)) return call.expireNow(1);
  if (expiry === undefined && !(persists && hadDeadline)) return;
  db.setDeadline(args.bytesOf(1), args.starts[1], args.lengths[1], deadline);
  call.changed(1, EVENT_GENERIC, expiry === undefined ? 'persist' : 'expire');
  if (expiry === undefined) call.propagateRewritten('PERSIST', 1);
  else call.propagateRewritten('PEXPIREAT', 1, String(deadline));
}
