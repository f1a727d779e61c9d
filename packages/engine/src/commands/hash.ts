// Hashes: setting, reading and taking out fields. Counters are in hash-counter, random fields and scans in hash-sample.

import { EVENT_HASH } from '../keyspace/keyspace.ts';
import { HASH, KIND_HASH_EXPIRING } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { HashValue } from '../types/hash/hash-value.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { hashes, hashLimits, noteExpired, removedFields, saveHash } from './hash-arguments.ts';
import { BAD_FIELD_COUNT } from './hash-deadline.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const hashCommands: readonly CommandSpec[] = [
  {
    name: 'hset', arity: -4, flags: 'write denyoom fast', acl: 'hash', keys: [keyAt(1, 'RW UPDATE')], since: '2.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives fields values.', run: set,
  },
  {
    name: 'hmset', arity: -4, flags: 'write denyoom fast', acl: 'hash', keys: [keyAt(1, 'RW UPDATE')], since: '2.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives fields values.', run: multipleSet,
  },
  {
    name: 'hsetnx', arity: 4, flags: 'write denyoom fast', acl: 'hash', keys: [keyAt(1, 'RW INSERT')], since: '2.0.0',
    group: 'hash', complexity: 'O(1)', about: 'Gives a field a value where the field is not there.', run: setAbsent,
  },
  {
    name: 'hget', arity: 3, flags: 'readonly fast', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '2.0.0',
    group: 'hash', complexity: 'O(1)', about: 'Gives the value of a field.', run: get,
  },
  {
    name: 'hmget', arity: -3, flags: 'readonly fast', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '2.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives the values of fields.', run: multipleGet,
  },
  {
    name: 'hgetall', arity: 2, flags: 'readonly', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '2.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives all fields and values.',
    tips: ['nondeterministic_output_order'], run: getAll,
  },
  {
    name: 'hkeys', arity: 2, flags: 'readonly', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '2.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives all fields.',
    tips: ['nondeterministic_output_order'], run: keys,
  },
  {
    name: 'hvals', arity: 2, flags: 'readonly', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '2.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives all values.',
    tips: ['nondeterministic_output_order'], run: values,
  },
  {
    name: 'hlen', arity: 2, flags: 'readonly fast', acl: 'hash', keys: [keyAt(1, 'RO')], since: '2.0.0',
    group: 'hash', complexity: 'O(1)', about: 'Counts the fields.', run: count,
  },
  {
    name: 'hstrlen', arity: 3, flags: 'readonly fast', acl: 'hash', keys: [keyAt(1, 'RO')], since: '3.2.0',
    group: 'hash', complexity: 'O(1)', about: 'Gives the length of the value of a field.', run: valueLength,
  },
  {
    name: 'hexists', arity: 3, flags: 'readonly fast', acl: 'hash', keys: [keyAt(1, 'RO')], since: '2.0.0',
    group: 'hash', complexity: 'O(1)', about: 'Tells whether a field is there.', run: exists,
  },
  {
    name: 'hdel', arity: -3, flags: 'write fast', acl: 'hash', keys: [keyAt(1, 'RW DELETE')], since: '2.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Takes fields out.', run: remove,
  },
  {
    name: 'hgetdel', arity: -5, flags: 'write fast', acl: 'hash', keys: [keyAt(1, 'RW ACCESS DELETE')], since: '9.1.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives the values of fields and takes them out.',
    run: getAndRemove,
  },
];

function set(call: Call): void {
  call.reply.integer(setPairs(call));
}

function multipleSet(call: Call): void {
  setPairs(call);
  call.reply.ok();
}

/** Sets all pairs of the command; returns the number of new fields. */
function setPairs(call: Call): number {
  const { args } = call;
  if (args.count % 2 === 1) {
    throw new CommandError(`ERR wrong number of arguments for '${call.command.name}' command`);
  }
  const entry = call.write(1, HASH);
  const hash = openOrCreate(call, entry);
  const pairs = args.count / 2 - 1;
  const limits = hashLimits(call);
  if (pairs > 1 && hash.isPacked && pairs > limits.entriesMax) hash.unpack();
  let created = 0;
  let expired = 0;
  for (let i = 2; i < args.count; i += 2) {
    if (setPair(call, hash, i, i + 1)) created++;
    if (hash.overwroteExpired) expired++;
  }
  saveHash(call, entry);
  noteExpired(call, expired);
  call.changed(1, EVENT_HASH, 'hset');
  call.keyspace.dirty += pairs - 1;
  return created;
}

function openOrCreate(call: Call, entry: Handle): HashValue {
  return entry === 0 ? hashes(call).hash.create() : hashes(call).open(entry);
}

/** Sets the field in one argument to the value in another; true where the field is new. */
function setPair(call: Call, hash: HashValue, field: number, value: number): boolean {
  const { args } = call;
  return hash.set(
    args.bytesOf(field),
    args.starts[field],
    args.lengths[field],
    args.bytesOf(value),
    args.starts[value],
    args.lengths[value],
    hashLimits(call),
  );
}

function setAbsent(call: Call): void {
  const entry = call.write(1, HASH);
  if (findField(call, entry, 2)) return call.reply.integer(0);
  const hash = openOrCreate(call, entry);
  // Where fields have deadlines, a follower might see one differently: it is told what was done.
  if (hash.kind === KIND_HASH_EXPIRING) call.propagateRewritten('HSET', 1, 2, 3);
  setPair(call, hash, 2, 3);
  saveHash(call, entry);
  noteExpired(call, hash.overwroteExpired ? 1 : 0);
  call.changed(1, EVENT_HASH, 'hset');
  call.reply.integer(1);
}

/** Whether the hash of an entry (0: there is none) has the field in argument `index`; the hash then is open. */
function findField(call: Call, entry: Handle, index: number): boolean {
  const { args } = call;
  if (entry === 0) return false;
  return hashes(call).open(entry).find(args.bytesOf(index), args.starts[index], args.lengths[index]);
}

function get(call: Call): void {
  replyField(call, call.read(1, HASH), 2);
}

function multipleGet(call: Call): void {
  const entry = call.read(1, HASH);
  call.reply.array(call.args.count - 2);
  for (let i = 2; i < call.args.count; i++) replyField(call, entry, i);
}

function replyField(call: Call, entry: Handle, index: number): void {
  if (!findField(call, entry, index)) return call.reply.nil();
  const { hash } = hashes(call);
  call.reply.bulk(hash.foundBytes, hash.foundStart, hash.foundLength);
}

const FIELDS = 1;
const VALUES = 2;

function getAll(call: Call): void {
  replyPairs(call, FIELDS | VALUES);
}

function keys(call: Call): void {
  replyPairs(call, FIELDS);
}

function values(call: Call): void {
  replyPairs(call, VALUES);
}

/** Replies the FIELDS, the VALUES, or a map of both. */
function replyPairs(call: Call, parts: number): void {
  const { reply } = call;
  const frame = parts === (FIELDS | VALUES) ? 'map' : 'array';
  const entry = call.read(1, HASH);
  if (entry === 0) return reply[frame](0);
  const cursor = hashes(call).read(entry);
  cursor.countLive();
  reply[frame](cursor.count);
  while (cursor.next()) {
    if ((parts & FIELDS) !== 0) reply.bulk(cursor.fieldBytes, cursor.fieldStart, cursor.fieldLength);
    if ((parts & VALUES) !== 0) reply.bulk(cursor.valueBytes, cursor.valueStart, cursor.valueLength);
  }
}

function count(call: Call): void {
  const entry = call.read(1, HASH);
  call.reply.integer(entry === 0 ? 0 : hashes(call).open(entry).count);
}

function valueLength(call: Call): void {
  const isThere = findField(call, call.read(1, HASH), 2);
  call.reply.integer(isThere ? hashes(call).hash.foundLength : 0);
}

function exists(call: Call): void {
  call.reply.integer(findField(call, call.read(1, HASH), 2) ? 1 : 0);
}

function remove(call: Call): void {
  const { args } = call;
  const entry = call.write(1, HASH);
  if (entry === 0) return call.reply.integer(0);
  const hash = hashes(call).open(entry);
  let removed = 0;
  for (let i = 2; i < args.count; i++) {
    if (!hash.remove(args.bytesOf(i), args.starts[i], args.lengths[i])) continue;
    removed++;
    if (hash.count === 0) break;
  }
  removedFields(call, entry, removed);
  call.reply.integer(removed);
}

function getAndRemove(call: Call): void {
  const { args, reply } = call;
  if (!args.is(2, 'fields')) throw SYNTAX_ERROR;
  const fields = call.integer(3);
  if (fields === 0 || fields !== args.count - 4) throw BAD_FIELD_COUNT;
  const entry = call.write(1, HASH);
  reply.array(fields);
  if (entry === 0) {
    for (let i = 0; i < fields; i++) reply.nil();
    return;
  }
  const hash = hashes(call).open(entry);
  let removed = 0;
  for (let i = 4; i < args.count; i++) {
    const bytes = args.bytesOf(i);
    if (hash.find(bytes, args.starts[i], args.lengths[i])) {
      reply.bulk(hash.foundBytes, hash.foundStart, hash.foundLength);
      hash.remove(bytes, args.starts[i], args.lengths[i]);
      removed++;
    } else {
      reply.nil();
    }
  }
  removedFields(call, entry, removed);
}
