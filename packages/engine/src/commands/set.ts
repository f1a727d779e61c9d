// Sets, member by member. Combinations are in set-algebra, random members and scans in set-sample.
import { EVENT_SET } from '../keyspace/keyspace.ts';
import { SET, typeOfKind } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Call } from './call.ts';
import { WRONG_TYPE } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { removedMembers, setLimits, sets } from './set-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const setCommands: readonly CommandSpec[] = [
  {
    name: 'sadd', arity: -3, flags: 'write denyoom fast', acl: 'set', keys: [keyAt(1, 'RW INSERT')], since: '1.0.0',
    group: 'set', complexity: 'O(N), N members', about: 'Adds members.', run: add,
  },
  {
    name: 'srem', arity: -3, flags: 'write fast', acl: 'set', keys: [keyAt(1, 'RW DELETE')], since: '1.0.0',
    group: 'set', complexity: 'O(N), N members', about: 'Takes members out.', run: remove,
  },
  {
    name: 'smove', arity: 4, flags: 'write fast', acl: 'set',
    keys: [keyAt(1, 'RW ACCESS DELETE'), keyAt(2, 'RW INSERT')], since: '1.0.0', group: 'set', complexity: 'O(1)',
    about: 'Moves a member to another set.', run: move,
  },
  {
    name: 'sismember', arity: 3, flags: 'readonly fast', acl: 'set', keys: [keyAt(1, 'RO')], since: '1.0.0',
    group: 'set', complexity: 'O(1)', about: 'Tells whether a member is there.', run: isMember,
  },
  {
    name: 'smismember', arity: -3, flags: 'readonly fast', acl: 'set', keys: [keyAt(1, 'RO ACCESS')], since: '6.2.0',
    group: 'set', complexity: 'O(N), N members', about: 'Tells whether members are there.', run: areMembers,
  },
  {
    name: 'scard', arity: 2, flags: 'readonly fast', acl: 'set', keys: [keyAt(1, 'RO')], since: '1.0.0',
    group: 'set', complexity: 'O(1)', about: 'Counts the members.', run: count,
  },
  {
    name: 'smembers', arity: 2, flags: 'readonly', acl: 'set', keys: [keyAt(1, 'RO ACCESS')], since: '1.0.0',
    group: 'set', complexity: 'O(N), N members', about: 'Gives all members.',
    tips: ['nondeterministic_output_order'], run: members,
  },
];

function add(call: Call): void {
  const { args } = call;
  const entry = call.write(1, SET);
  const limits = setLimits(call);
  const members = args.count - 2;
  const { set } = sets(call);
  if (entry === 0) set.createFor(args.bytesOf(2), args.starts[2], args.lengths[2], members, limits);
  else sets(call).open(entry);
  if (members > 1) set.expect(members, limits);
  let added = 0;
  for (let i = 2; i < args.count; i++) {
    if (set.add(args.bytesOf(i), args.starts[i], args.lengths[i], limits)) added++;
  }
  if (entry === 0) call.add(1, set.kind, set.value);
  else sets(call).save(entry);
  if (added > 0) {
    call.changed(1, EVENT_SET, 'sadd');
    call.keyspace.dirty += added - 1;
  }
  call.reply.integer(added);
}

function remove(call: Call): void {
  const { args } = call;
  const entry = call.write(1, SET);
  if (entry === 0) return call.reply.integer(0);
  const set = sets(call).open(entry);
  let removed = 0;
  for (let i = 2; i < args.count; i++) {
    if (!set.remove(args.bytesOf(i), args.starts[i], args.lengths[i])) continue;
    removed++;
    if (set.count === 0) break;
  }
  removedMembers(call, 1, entry, 'srem', removed);
  call.reply.integer(removed);
}

function move(call: Call): void {
  const { args, reply } = call;
  const [bytes, start, length] = [args.bytesOf(3), args.starts[3], args.lengths[3]];
  const source = call.writeAny(1);
  const target = call.writeAny(2);
  if (source === 0) return reply.integer(0);
  checkType(call, source);
  if (target !== 0) checkType(call, target);
  const set = sets(call).open(source);
  if (source === target) return reply.integer(set.has(bytes, start, length) ? 1 : 0);
  if (!set.remove(bytes, start, length)) return reply.integer(0);
  removedMembers(call, 1, source, 'srem', 1);
  const limits = setLimits(call);
  if (target === 0) set.createFor(bytes, start, length, 1, limits);
  else sets(call).open(target);
  const isNew = set.add(bytes, start, length, limits);
  if (target === 0) call.add(2, set.kind, set.value);
  else sets(call).save(target);
  if (isNew) call.changed(2, EVENT_SET, 'sadd');
  reply.integer(1);
}

function checkType(call: Call, entry: Handle): void {
  if (typeOfKind(call.entries.kind(entry)) !== SET) throw WRONG_TYPE;
}

function isMember(call: Call): void {
  call.reply.integer(hasMember(call, call.read(1, SET), 2) ? 1 : 0);
}

function areMembers(call: Call): void {
  const entry = call.read(1, SET);
  call.reply.array(call.args.count - 2);
  for (let i = 2; i < call.args.count; i++) call.reply.integer(hasMember(call, entry, i) ? 1 : 0);
}

/** Whether the set of an entry (0: there is none) has the member in argument `index`. */
function hasMember(call: Call, entry: Handle, index: number): boolean {
  const { args } = call;
  if (entry === 0) return false;
  return sets(call).open(entry).has(args.bytesOf(index), args.starts[index], args.lengths[index]);
}

function count(call: Call): void {
  const entry = call.read(1, SET);
  call.reply.integer(entry === 0 ? 0 : sets(call).open(entry).count);
}

function members(call: Call): void {
  const { reply } = call;
  const entry = call.read(1, SET);
  if (entry === 0) return reply.set(0);
  const cursor = sets(call).read(entry);
  reply.set(cursor.count);
  while (cursor.next()) reply.bulk(cursor.bytes, cursor.start, cursor.length);
}
