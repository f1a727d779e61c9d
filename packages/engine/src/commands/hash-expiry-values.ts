// Values and deadlines of fields together: HGETEX and HSETEX.
import { EVENT_GENERIC, EVENT_HASH } from '../keyspace/keyspace.ts';
import { HASH } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { NO_DEADLINE } from '../types/hash/field-blocks.ts';
import type { Call } from './call.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { hashes, hashLimits, noteExpired, saveHash } from './hash-arguments.ts';
import {
  checkFieldCount,
  deadlineText,
  type FieldOptions,
  fieldOptions,
  fieldsWordAt,
  optionDeadline,
} from './hash-deadline.ts';
import { finishRemoved } from './hash-expiry.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const hashExpiryValueCommands: readonly CommandSpec[] = [
  {
    name: 'hgetex', arity: -5, flags: 'write fast', acl: 'hash', keys: [keyAt(1, 'RW ACCESS UPDATE')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives the values of fields and changes their deadlines.',
    run: getAndExpire,
  },
  {
    name: 'hsetex', arity: -6, flags: 'write denyoom fast', acl: 'hash', keys: [keyAt(1, 'RW INSERT')], since: '9.0.0',
    group: 'hash', complexity: 'O(N), N fields', about: 'Gives fields values and deadlines.', run: setAndExpire,
  },
];

function getAndExpire(call: Call): void {
  const { args, reply } = call;
  const wordAt = fieldsWordAt(call, 1);
  const options = fieldOptions(call, wordAt, 'hgetex');
  checkFieldCount(call, wordAt, 1);
  const entry = call.write(1, HASH);
  const deadline = optionDeadline(call, options) ?? NO_DEADLINE;
  const changes = options.timeAt !== 0 || options.time === 'persist';
  const isOver = call.isOver(deadline);
  if (entry !== 0) hashes(call).open(entry);
  const changed: number[] = [];
  reply.array(args.count - wordAt - 2);
  for (let i = wordAt + 2; i < args.count; i++) {
    if (entry === 0 || !replyField(call, i)) reply.nil();
    else if (changes && changeField(call, i, deadline, isOver)) changed.push(i);
  }
  if (changed.length === 0) return;
  if (isOver) return finishRemoved(call, entry, changed);
  hashes(call).save(call.db, entry);
  const verb = options.time === 'persist' ? ['HPERSIST', 1] : ['HPEXPIREAT', 1, deadlineText(deadline)];
  call.propagateRewritten(...verb, 'FIELDS', String(changed.length), ...changed);
  call.changed(1, EVENT_HASH, options.time === 'persist' ? 'hpersist' : 'hexpire');
  call.keyspace.dirty += changed.length - 1;
}

/** Replies the value of the field in argument `index` of the open hash; false, and nothing, where it is not there. */
function replyField(call: Call, index: number): boolean {
  const { args, reply } = call;
  const { hash } = hashes(call);
  if (!hash.find(args.bytesOf(index), args.starts[index], args.lengths[index])) return false;
  reply.bulk(hash.foundBytes, hash.foundStart, hash.foundLength);
  return true;
}

/** Changes the deadline of the field that was just found; false where there is nothing to change. */
function changeField(call: Call, index: number, deadline: number, isOver: boolean): boolean {
  const { args } = call;
  const { hash } = hashes(call);
  const [bytes, start, length] = [args.bytesOf(index), args.starts[index], args.lengths[index]];
  if (isOver) return hash.remove(bytes, start, length);
  if (deadline === NO_DEADLINE && hash.foundDeadline === NO_DEADLINE) return false;
  hash.setDeadline(bytes, start, length, deadline);
  return true;
}

function setAndExpire(call: Call): void {
  const wordAt = fieldsWordAt(call, 1);
  const options = fieldOptions(call, wordAt, 'hsetex');
  checkFieldCount(call, wordAt, 2);
  const entry = call.write(1, HASH);
  if (options.keyCondition !== '' && (options.keyCondition === 'nx') === (entry !== 0)) return call.reply.integer(0);
  const deadline = optionDeadline(call, options);
  if (!areFieldsAllowed(call, entry, wordAt + 2, options)) return call.reply.integer(0);
  if (deadline !== undefined && call.isOver(deadline)) removeFields(call, entry, wordAt + 2);
  else setFields(call, entry, wordAt, options, deadline);
  call.reply.integer(1);
}

/** Whether the fields from argument `from` on are there, or are not, as FXX or FNX demand. */
function areFieldsAllowed(call: Call, entry: Handle, from: number, { fieldCondition }: FieldOptions): boolean {
  const { args } = call;
  if (fieldCondition === '') return true;
  if (entry === 0) return fieldCondition === 'fnx';
  const hash = hashes(call).open(entry);
  for (let i = from; i < args.count; i += 2) {
    const isThere = hash.find(args.bytesOf(i), args.starts[i], args.lengths[i]);
    if (isThere === (fieldCondition === 'fnx')) return false;
  }
  return true;
}

/** HSETEX with a deadline that is over: the fields are gone at once. */
function removeFields(call: Call, entry: Handle, from: number): void {
  const { args, keyspace } = call;
  const removed: number[] = [];
  if (entry !== 0) hashes(call).open(entry);
  for (let i = from; i < args.count; i += 2) {
    call.services.statistics.expiredFields++;
    if (entry === 0) continue;
    if (hashes(call).hash.removeAnyway(args.bytesOf(i), args.starts[i], args.lengths[i])) removed.push(i);
  }
  const isEmpty = entry === 0 || hashes(call).hash.count === 0;
  if (entry !== 0) hashes(call).save(call.db, entry);
  if (entry !== 0 && isEmpty) call.remove(1);
  if (removed.length > 0) {
    call.propagateRewritten('HDEL', 1, ...removed);
    call.changed(1, EVENT_HASH, 'hset');
    keyspace.dirty += removed.length - 1;
  } else {
    call.notify(1, EVENT_HASH, 'hset');
  }
  call.notify(1, EVENT_HASH, 'hexpire');
  call.notify(1, EVENT_HASH, 'hexpired');
  if (isEmpty) call.notify(1, EVENT_GENERIC, 'del');
}

function setFields(
  call: Call,
  entry: Handle,
  wordAt: number,
  options: FieldOptions,
  deadline: number | undefined,
): void {
  const { args } = call;
  const limits = hashLimits(call);
  const keeps = options.time === 'keepttl';
  const hash = entry === 0 ? hashes(call).hash.create() : hashes(call).open(entry);
  const expired: number[] = [];
  for (let i = wordAt + 2; i < args.count; i += 2) {
    const [text, textStart, textLength] = [args.bytesOf(i + 1), args.starts[i + 1], args.lengths[i + 1]];
    const [field, start, length] = [args.bytesOf(i), args.starts[i], args.lengths[i]];
    hash.set(field, start, length, text, textStart, textLength, limits, deadline ?? NO_DEADLINE, keeps);
    if (hash.overwroteExpired) expired.push(i);
  }
  saveHash(call, entry);
  noteExpired(call, expired.length);
  // A follower does not know that these had expired, and would keep their deadlines.
  if (keeps && expired.length > 0) call.propagateRewritten('HDEL', 1, ...expired);
  propagateSetting(call, wordAt, options, deadline);
  call.changed(1, EVENT_HASH, 'hset');
  call.keyspace.dirty += (args.count - wordAt - 2) / 2 - 1;
  if (deadline !== undefined) call.notify(1, EVENT_HASH, 'hexpire');
}

/** The command without its conditions, and with a deadline that does not depend on the time. */
function propagateSetting(call: Call, wordAt: number, options: FieldOptions, deadline: number | undefined): void {
  const { args } = call;
  const parts: (string | number)[] = [0, 1];
  if (deadline !== undefined) parts.push('PXAT', deadlineText(deadline));
  else if (options.time === 'keepttl') parts.push('KEEPTTL');
  for (let i = wordAt; i < args.count; i++) parts.push(i);
  call.propagateRewritten(...parts);
}
