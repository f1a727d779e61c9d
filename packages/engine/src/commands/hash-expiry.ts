// Deadlines of single fields: setting them, asking for them, taking them away. HGETEX and HSETEX, which do more besides,
// are in hash-expiry-values.
import { EVENT_GENERIC, EVENT_HASH } from '../keyspace/keyspace.ts';
import { HASH } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { NO_DEADLINE } from '../types/hash/field-blocks.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { hashes } from './hash-arguments.ts';
import {
  BAD_FIELD_COUNT,
  checkFieldCount,
  deadlineText,
  fieldDeadlineArgument,
  fieldsWordAt,
  replyTime,
} from './hash-deadline.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const hashExpiryCommands: readonly CommandSpec[] = [
  {
    name: 'hexpire', arity: -6, flags: 'write fast', acl: 'hash', keys: [keyAt(1, 'RW UPDATE')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Lets fields expire after some seconds.',
    run: (call) => expire(call, 1000, call.nowMs),
  },
  {
    name: 'hpexpire', arity: -6, flags: 'write fast', acl: 'hash', keys: [keyAt(1, 'RW UPDATE')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Lets fields expire after some milliseconds.',
    run: (call) => expire(call, 1, call.nowMs),
  },
  {
    name: 'hexpireat', arity: -6, flags: 'write fast', acl: 'hash', keys: [keyAt(1, 'RW UPDATE')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Lets fields expire at a Unix time in seconds.',
    run: (call) => expire(call, 1000, 0),
  },
  {
    name: 'hpexpireat', arity: -6, flags: 'write fast', acl: 'hash', keys: [keyAt(1, 'RW UPDATE')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Lets fields expire at a Unix time in milliseconds.',
    run: (call) => expire(call, 1, 0),
  },
  {
    name: 'httl', arity: -5, flags: 'readonly fast', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives the seconds until fields expire.',
    run: (call) => timeLeft(call, seconds, call.nowMs),
  },
  {
    name: 'hpttl', arity: -5, flags: 'readonly fast', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives the milliseconds until fields expire.',
    run: (call) => timeLeft(call, milliseconds, call.nowMs),
  },
  {
    name: 'hexpiretime', arity: -5, flags: 'readonly fast', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives the Unix time, in seconds, at which fields expire.',
    run: (call) => timeLeft(call, seconds, 0),
  },
  {
    name: 'hpexpiretime', arity: -5, flags: 'readonly fast', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives the Unix time, in milliseconds, at which fields expire.',
    run: (call) => timeLeft(call, milliseconds, 0),
  },
  {
    name: 'hpersist', arity: -5, flags: 'write fast', acl: 'hash', keys: [keyAt(1, 'RW UPDATE')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Keeps fields from expiring.', run: persist,
  },
];

const NX_WITH_OTHERS = new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible');
const GT_AND_LT = new CommandError('ERR GT and LT options at the same time are not compatible');

const NX = 1;
const XX = 2;
const GT = 4;
const LT = 8;

// What became of a field, as the commands reply it.
const NOT_THERE = -2;
const NO_DEADLINE_SET = -1;
const REFUSED = 0;
const DONE = 1;
const EXPIRED = 2;

function expire(call: Call, unitMs: number, baseMs: number): void {
  const { args, reply } = call;
  const wordAt = fieldsWordAt(call, 3);
  const conditions = wordAt === 0 ? 0 : parseConditions(call, wordAt);
  checkFieldCount(call, wordAt, 1);
  const deadline = fieldDeadlineArgument(call, 2, unitMs, baseMs);
  const entry = call.write(1, HASH);
  const removed: number[] = [];
  let updated = 0;
  reply.array(args.count - wordAt - 2);
  if (entry !== 0) hashes(call).open(entry);
  for (let i = wordAt + 2; i < args.count; i++) {
    const result = entry === 0 ? NOT_THERE : expireField(call, i, deadline, conditions);
    if (result === EXPIRED) removed.push(i);
    else if (result === DONE) updated++;
    reply.integer(result);
  }
  if (removed.length > 0) return finishRemoved(call, entry, removed);
  if (updated === 0) return;
  hashes(call).save(call.db, entry);
  const options = Array.from({ length: args.count - 3 }, (_, i) => i + 3);
  call.propagateRewritten('HPEXPIREAT', 1, deadlineText(deadline), ...options);
  call.changed(1, EVENT_HASH, 'hexpire');
  call.keyspace.dirty += updated - 1;
}

function parseConditions(call: Call, wordAt: number): number {
  const { args } = call;
  let conditions = 0;
  for (let i = 3; i < wordAt; i++) {
    if (args.is(i, 'nx')) conditions |= NX;
    else if (args.is(i, 'xx')) conditions |= XX;
    else if (args.is(i, 'gt')) conditions |= GT;
    else if (args.is(i, 'lt')) conditions |= LT;
    else throw new CommandError(`ERR Unsupported option ${args.text(i)}`);
  }
  if ((conditions & NX) !== 0 && conditions !== NX) throw NX_WITH_OTHERS;
  if ((conditions & GT) !== 0 && (conditions & LT) !== 0) throw GT_AND_LT;
  return conditions;
}

/** Gives the field in argument `index` of the open hash a deadline. */
function expireField(call: Call, index: number, deadline: number, conditions: number): number {
  const { args } = call;
  const { hash } = hashes(call);
  const [bytes, start, length] = [args.bytesOf(index), args.starts[index], args.lengths[index]];
  if (!hash.find(bytes, start, length)) return NOT_THERE;
  if (!isAllowed(deadline, hash.foundDeadline, conditions)) return REFUSED;
  if (call.isOver(deadline)) {
    hash.remove(bytes, start, length);
    return EXPIRED;
  }
  hash.setDeadline(bytes, start, length, deadline);
  return DONE;
}

/** A field without a deadline counts as one that expires at the end of time. */
function isAllowed(deadline: number, current: number, conditions: number): boolean {
  if ((conditions & NX) !== 0 && current !== NO_DEADLINE) return false;
  if ((conditions & XX) !== 0 && current === NO_DEADLINE) return false;
  if ((conditions & GT) !== 0 && deadline <= current) return false;
  return (conditions & LT) === 0 || deadline < current;
}

/** Stores the open hash after fields, those of the arguments at `positions`, got a deadline that is over already. */
export function finishRemoved(call: Call, entry: Handle, positions: readonly number[]): void {
  const isEmpty = hashes(call).hash.count === 0;
  hashes(call).save(call.db, entry);
  if (isEmpty) call.remove(1);
  call.services.statistics.expiredFields += positions.length;
  call.propagateRewritten('HDEL', 1, ...positions);
  call.changed(1, EVENT_HASH, 'hexpired');
  call.keyspace.dirty += positions.length - 1;
  if (isEmpty) call.notify(1, EVENT_GENERIC, 'del');
}

function seconds(time: number): number {
  return Math.floor((time + 500) / 1000);
}

function milliseconds(time: number): number {
  return time;
}

function timeLeft(call: Call, unit: (time: number) => number, baseMs: number): void {
  const { args, reply } = call;
  if (!args.is(2, 'fields')) throw SYNTAX_ERROR;
  checkFieldCount(call, 2, 1, SYNTAX_ERROR);
  const entry = call.read(1, HASH);
  reply.array(args.count - 4);
  for (let i = 4; i < args.count; i++) {
    if (entry === 0 || !findField(call, entry, i)) {
      reply.integer(NOT_THERE);
      continue;
    }
    const { foundDeadline } = hashes(call).hash;
    if (foundDeadline === NO_DEADLINE) reply.integer(NO_DEADLINE_SET);
    else replyTime(call, unit(Math.max(0, foundDeadline - baseMs)));
  }
}

function findField(call: Call, entry: Handle, index: number): boolean {
  const { args } = call;
  return hashes(call).open(entry).find(args.bytesOf(index), args.starts[index], args.lengths[index]);
}

function persist(call: Call): void {
  const { args, reply } = call;
  if (!args.is(2, 'fields')) throw SYNTAX_ERROR;
  checkFieldCount(call, 2, 1, BAD_FIELD_COUNT);
  const entry = call.write(1, HASH);
  if (entry !== 0) hashes(call).open(entry);
  reply.array(args.count - 4);
  let changes = 0;
  for (let i = 4; i < args.count; i++) {
    const result = entry === 0 ? NOT_THERE : persistField(call, i);
    if (result === DONE) changes++;
    reply.integer(result);
  }
  if (changes === 0) return;
  hashes(call).save(call.db, entry);
  call.changed(1, EVENT_HASH, 'hpersist');
  call.keyspace.dirty += changes - 1;
}

/** Takes the deadline of the field in argument `index` of the open hash away. */
export function persistField(call: Call, index: number): number {
  const { args } = call;
  const { hash } = hashes(call);
  const [bytes, start, length] = [args.bytesOf(index), args.starts[index], args.lengths[index]];
  if (!hash.find(bytes, start, length)) return NOT_THERE;
  if (hash.foundDeadline === NO_DEADLINE) return NO_DEADLINE_SET;
  hash.setDeadline(bytes, start, length, NO_DEADLINE);
  return DONE;
}
