// Commands for keys of any type: DEL, UNLINK, EXISTS, TYPE, TOUCH, the databases, and deadlines.
import { type Database, NO_DEADLINE } from '../keyspace/database.ts';
import { EVENT_GENERIC } from '../keyspace/keyspace.ts';
import { typeName } from '../keyspace/value-kind.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt, keysFrom } from './command-spec.ts';
import { deadlineArgument } from './deadline-argument.ts';

const SUM_OF_KEYS = ['REQUEST_POLICY:MULTI_SHARD', 'RESPONSE_POLICY:AGG_SUM'];
const SUM_OF_SHARDS = ['REQUEST_POLICY:ALL_SHARDS', 'RESPONSE_POLICY:AGG_SUM'];
const ALL_SHARDS = ['REQUEST_POLICY:ALL_SHARDS', 'RESPONSE_POLICY:ALL_SUCCEEDED'];
const ANY_OUTPUT = ['NONDETERMINISTIC_OUTPUT'];

// biome-ignore format: a row stays together; one property a line would hide the table
export const genericCommands: readonly CommandSpec[] = [
  {
    name: 'del', arity: -2, flags: 'write', acl: 'keyspace', keys: [keysFrom(1, 'RM DELETE')], tips: SUM_OF_KEYS, since: '1.0.0',
    group: 'generic', complexity: 'O(N), N keys', about: 'Deletes keys.', run: del,
  },
  {
    name: 'unlink', arity: -2, flags: 'write fast', acl: 'keyspace', keys: [keysFrom(1, 'RM DELETE')], tips: SUM_OF_KEYS, since: '4.0.0',
    group: 'generic', complexity: 'O(1) a key', about: 'Deletes keys and frees their values in the background.', run: unlink,
  },
  {
    name: 'exists', arity: -2, flags: 'readonly fast', acl: 'keyspace', keys: [keysFrom(1, 'RO')], tips: SUM_OF_KEYS, since: '1.0.0',
    group: 'generic', complexity: 'O(N), N keys', about: 'Counts how many of the keys are there.', run: exists,
  },
  {
    name: 'touch', arity: -2, flags: 'readonly fast', acl: 'keyspace', keys: [keysFrom(1, 'RO')], tips: SUM_OF_KEYS, since: '3.2.1',
    group: 'generic', complexity: 'O(N), N keys', about: 'Notes an access of keys and counts those that are there.',
    run: touch,
  },
  {
    name: 'type', arity: 2, flags: 'readonly fast', acl: 'keyspace', keys: [keyAt(1, 'RO')], since: '1.0.0',
    group: 'generic', complexity: 'O(1)', about: 'Names the type of a value.', run: type,
  },
  {
    name: 'dbsize', arity: 1, flags: 'readonly fast', acl: 'keyspace', tips: SUM_OF_SHARDS, since: '1.0.0', group: 'server',
    complexity: 'O(1)', about: 'Counts the keys of the database.', run: dbsize,
  },
  {
    name: 'flushdb', arity: -1, flags: 'write', acl: 'keyspace dangerous', tips: ALL_SHARDS, since: '1.0.0', group: 'server',
    complexity: 'O(1)', about: 'Empties the database.', run: flushdb,
  },
  {
    name: 'flushall', arity: -1, flags: 'write all_dbs', acl: 'keyspace dangerous', tips: ALL_SHARDS, since: '1.0.0', group: 'server',
    complexity: 'O(1)', about: 'Empties all databases.', run: flushall,
  },
  {
    name: 'ttl', arity: 2, flags: 'readonly fast', acl: 'keyspace', keys: [keyAt(1, 'RO ACCESS')], tips: ANY_OUTPUT, since: '1.0.0',
    group: 'generic', complexity: 'O(1)', about: 'Seconds until a key expires.', run: (call) => replyTimeLeft(call, 1000),
  },
  {
    name: 'pttl', arity: 2, flags: 'readonly fast', acl: 'keyspace', keys: [keyAt(1, 'RO ACCESS')], tips: ANY_OUTPUT, since: '2.6.0',
    group: 'generic', complexity: 'O(1)', about: 'Milliseconds until a key expires.', run: (call) => replyTimeLeft(call, 1),
  },
  {
    name: 'expiretime', arity: 2, flags: 'readonly fast', acl: 'keyspace', keys: [keyAt(1, 'RO ACCESS')], since: '7.0.0',
    group: 'generic', complexity: 'O(1)', about: 'When a key expires, in Unix seconds.',
    run: (call) => replyDeadline(call, 1000),
  },
  {
    name: 'pexpiretime', arity: 2, flags: 'readonly fast', acl: 'keyspace', keys: [keyAt(1, 'RO ACCESS')], since: '7.0.0',
    group: 'generic', complexity: 'O(1)', about: 'When a key expires, in Unix milliseconds.',
    run: (call) => replyDeadline(call, 1),
  },
  {
    name: 'expire', arity: -3, flags: 'write fast', acl: 'keyspace', keys: [keyAt(1, 'RW UPDATE')], since: '1.0.0',
    group: 'generic', complexity: 'O(1)', about: 'Makes a key expire after seconds.',
    run: (call) => expire(call, 1000, call.nowMs),
  },
  {
    name: 'pexpire', arity: -3, flags: 'write fast', acl: 'keyspace', keys: [keyAt(1, 'RW UPDATE')], since: '2.6.0',
    group: 'generic', complexity: 'O(1)', about: 'Makes a key expire after milliseconds.',
    run: (call) => expire(call, 1, call.nowMs),
  },
  {
    name: 'expireat', arity: -3, flags: 'write fast', acl: 'keyspace', keys: [keyAt(1, 'RW UPDATE')], since: '1.2.0',
    group: 'generic', complexity: 'O(1)', about: 'Makes a key expire at a Unix time in seconds.',
    run: (call) => expire(call, 1000, 0),
  },
  {
    name: 'pexpireat', arity: -3, flags: 'write fast', acl: 'keyspace', keys: [keyAt(1, 'RW UPDATE')], since: '2.6.0',
    group: 'generic', complexity: 'O(1)', about: 'Makes a key expire at a Unix time in milliseconds.',
    run: (call) => expire(call, 1, 0),
  },
  {
    name: 'persist', arity: 2, flags: 'write fast', acl: 'keyspace', keys: [keyAt(1, 'RW UPDATE')], since: '2.2.0',
    group: 'generic', complexity: 'O(1)', about: 'Takes away the deadline of a key.', run: persist,
  },
];

function del(call: Call): void {
  deleteKeys(call, call.services.config.boolean('lazyfree-lazy-user-del'));
}

function unlink(call: Call): void {
  deleteKeys(call, true);
}

function deleteKeys(call: Call, lazily: boolean): void {
  const { args, db } = call;
  let deleted = 0;
  for (let i = 1; i < args.count; i++) {
    const bytes = args.bytesOf(i);
    if (db.findQuietly(bytes, args.starts[i], args.lengths[i]) === 0) continue;
    db.remove(bytes, args.starts[i], args.lengths[i], lazily);
    call.changed(i, EVENT_GENERIC, 'del');
    deleted++;
  }
  call.reply.integer(deleted);
}

function exists(call: Call): void {
  const { args, db } = call;
  let found = 0;
  for (let i = 1; i < args.count; i++) {
    if (db.findQuietly(args.bytesOf(i), args.starts[i], args.lengths[i]) !== 0) found++;
  }
  call.reply.integer(found);
}

function touch(call: Call): void {
  // CLIENT NO-TOUCH does not hold for the command that is there to touch.
  call.keyspace.touches = true;
  let found = 0;
  for (let i = 1; i < call.args.count; i++) if (call.readAny(i) !== 0) found++;
  call.reply.integer(found);
}

function type(call: Call): void {
  const { args, db } = call;
  const entry = db.findQuietly(args.bytesOf(1), args.starts[1], args.lengths[1]);
  call.reply.simple(entry === 0 ? 'none' : typeName(call.entries.kind(entry)));
}

function dbsize(call: Call): void {
  call.reply.integer(call.db.size);
}

function flushdb(call: Call): void {
  requireFlushMode(call);
  flush(call, [call.db]);
}

function flushall(call: Call): void {
  requireFlushMode(call);
  flush(call, call.keyspace.databases);
  call.services.rdb?.onEmptied();
}

/** SYNC and ASYNC are the same here: nobody waits for memory to be freed. */
function requireFlushMode(call: Call): void {
  const { args } = call;
  if (args.count > 2 || (args.count === 2 && !args.is(1, 'sync') && !args.is(1, 'async'))) throw SYNTAX_ERROR;
}

function flush(call: Call, databases: readonly Database[]): void {
  const { keyspace } = call;
  for (const db of databases) {
    keyspace.hooks.flushed(db, undefined);
    keyspace.dirty += db.size;
    db.clear();
  }
  // An empty database is flushed too: followers may not be empty.
  keyspace.dirty++;
  call.reply.ok();
}

const NO_KEY = -2;
const NEVER = -1;

function deadlineOf(call: Call): number {
  const { args, db } = call;
  const entry = db.findQuietly(args.bytesOf(1), args.starts[1], args.lengths[1]);
  if (entry === 0) return NO_KEY;
  const deadline = call.entries.deadline(entry);
  return deadline === NO_DEADLINE ? NEVER : deadline;
}

function replyTimeLeft(call: Call, unitMs: number): void {
  const deadline = deadlineOf(call);
  if (deadline < 0) return call.reply.integer(deadline);
  const left = Math.max(0, deadline - call.nowMs);
  replyTime(call, left, unitMs);
}

function replyDeadline(call: Call, unitMs: number): void {
  const deadline = deadlineOf(call);
  if (deadline < 0) return call.reply.integer(deadline);
  replyTime(call, deadline, unitMs);
}

/** Whole units, rounded to the nearest. */
function replyTime(call: Call, milliseconds: number, unitMs: number): void {
  const time = unitMs === 1 ? milliseconds : Math.floor((milliseconds + 500) / unitMs);
  if (Number.isSafeInteger(time)) call.reply.integer(time);
  else call.reply.bigInteger(BigInt(time));
}

interface ExpireCondition {
  readonly onlyWithout: boolean;
  readonly onlyWith: boolean;
  readonly onlyLater: boolean;
  readonly onlyEarlier: boolean;
}

/** The original prints the option as a C string. */
function unsupported(option: string): CommandError {
  return new CommandError(`ERR Unsupported option ${option.split('\0', 1)[0]}`);
}

function parseCondition(call: Call): ExpireCondition {
  const { args } = call;
  const words = new Set<string>();
  for (let i = 3; i < args.count; i++) {
    const word = args.text(i).toLowerCase();
    if (!['nx', 'xx', 'gt', 'lt'].includes(word)) throw unsupported(args.text(i));
    words.add(word);
  }
  if (words.has('nx') && words.size > 1) {
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible');
  }
  if (words.has('gt') && words.has('lt')) {
    throw new CommandError('ERR GT and LT options at the same time are not compatible');
  }
  const [onlyWithout, onlyWith, onlyLater, onlyEarlier] = ['nx', 'xx', 'gt', 'lt'].map((word) => words.has(word));
  return { onlyWithout, onlyWith, onlyLater, onlyEarlier };
}

function expire(call: Call, unitMs: number, baseMs: number): void {
  const { args, db, reply } = call;
  const condition = parseCondition(call);
  const deadline = deadlineArgument(call, 2, unitMs, baseMs);
  const key = args.bytesOf(1);
  const entry = db.findForWrite(key, args.starts[1], args.lengths[1]);
  if (entry === 0 || !isMet(condition, call.entries.deadline(entry), deadline)) return reply.integer(0);
  if (call.isOver(deadline)) {
    call.expireNow(1);
  } else {
    db.setDeadline(key, args.starts[1], args.lengths[1], deadline);
    call.changed(1, EVENT_GENERIC, 'expire');
    // The conditions stay: they hold for followers too.
    const conditions = Array.from({ length: args.count - 3 }, (_unused, i) => i + 3);
    call.propagateRewritten('PEXPIREAT', 1, String(deadline), ...conditions);
  }
  reply.integer(1);
}

/** A key without a deadline counts as one that expires never: later than any. */
function isMet(condition: ExpireCondition, current: number, deadline: number): boolean {
  if (condition.onlyWithout && current !== NO_DEADLINE) return false;
  if (condition.onlyWith && current === NO_DEADLINE) return false;
  if (condition.onlyLater && deadline <= current) return false;
  return !condition.onlyEarlier || deadline < current;
}

function persist(call: Call): void {
  const { args, db, reply } = call;
  const key = args.bytesOf(1);
  const entry = db.findForWrite(key, args.starts[1], args.lengths[1]);
  if (entry === 0 || !call.entries.hasDeadline(entry)) return reply.integer(0);
  db.setDeadline(key, args.starts[1], args.lengths[1], NO_DEADLINE);
  call.changed(1, EVENT_GENERIC, 'persist');
  reply.integer(1);
}
