// Strings: reading them and changing them in place. How they are set is in string-set, counters are in counter.
import { copyBytes } from '../encodings/bytes-compare.ts';
import { NO_DEADLINE } from '../keyspace/database.ts';
import { EVENT_GENERIC, EVENT_STRING } from '../keyspace/keyspace.ts';
import { STRING, typeOfKind } from '../keyspace/value-kind.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { type CommandSpec, keyAt, keysFrom } from './command-spec.ts';
import { equalsArgument, growString, placeArgument, replyString, setFromArgument } from './string-values.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const stringCommands: readonly CommandSpec[] = [
  {
    name: 'get', arity: 2, flags: 'readonly fast', acl: 'string', keys: [keyAt(1, 'RO ACCESS')], since: '1.0.0',
    group: 'string', complexity: 'O(1)', about: 'Returns the string value of a key.', run: get,
  },
  {
    name: 'mget', arity: -2, flags: 'readonly fast', acl: 'string', keys: [keysFrom(1, 'RO ACCESS')], since: '1.0.0',
    group: 'string', complexity: 'O(N), N keys', about: 'Returns the string values of keys.',
    tips: ['request_policy:multi_shard'], run: mget,
  },
  {
    name: 'strlen', arity: 2, flags: 'readonly fast', acl: 'string', keys: [keyAt(1, 'RO')], since: '2.2.0',
    group: 'string', complexity: 'O(1)', about: 'Returns the length of a string.', run: strlen,
  },
  {
    name: 'getrange', arity: 4, flags: 'readonly', acl: 'string', keys: [keyAt(1, 'RO ACCESS')], since: '2.4.0',
    group: 'string', complexity: 'O(N), N bytes returned', about: 'Returns a part of a string.', run: getrange,
  },
  {
    name: 'substr', arity: 4, flags: 'readonly', acl: 'string', keys: [keyAt(1, 'RO ACCESS')], since: '1.0.0',
    group: 'string', complexity: 'O(N), N bytes returned', about: 'Returns a part of a string; older name of GETRANGE.',
    run: getrange,
  },
  {
    name: 'append', arity: 3, flags: 'write denyoom fast', acl: 'string', keys: [keyAt(1, 'RW INSERT')], since: '2.0.0',
    group: 'string', complexity: 'O(1)', about: 'Appends to a string.', run: append,
  },
  {
    name: 'setrange', arity: 4, flags: 'write denyoom', acl: 'string', keys: [keyAt(1, 'RW UPDATE')], since: '2.2.0',
    group: 'string', complexity: 'O(1)', about: 'Overwrites a part of a string.', run: setrange,
  },
  {
    name: 'getdel', arity: 2, flags: 'write fast', acl: 'string', keys: [keyAt(1, 'RW ACCESS DELETE')], since: '6.2.0',
    group: 'string', complexity: 'O(1)', about: 'Returns a string and deletes its key.', run: getdel,
  },
  {
    name: 'delifeq', arity: 3, flags: 'write fast', acl: 'string', keys: [keyAt(1, 'RM DELETE')], since: '9.0.0',
    group: 'string', complexity: 'O(1)', about: 'Deletes a key if its string equals a value.', run: delifeq,
  },
];

const TOO_LONG = new CommandError('ERR string exceeds maximum allowed size (proto-max-bulk-len)');
const BAD_OFFSET = new CommandError('ERR offset is out of range');

function get(call: Call): void {
  const entry = call.read(1, STRING);
  if (entry === 0) call.reply.nil();
  else replyString(call, entry);
}

function mget(call: Call): void {
  const { args, entries, reply } = call;
  reply.array(args.count - 1);
  for (let i = 1; i < args.count; i++) {
    const entry = call.readAny(i);
    if (entry === 0 || typeOfKind(entries.kind(entry)) !== STRING) reply.nil();
    else replyString(call, entry);
  }
}

function strlen(call: Call): void {
  const entry = call.read(1, STRING);
  call.reply.integer(entry === 0 ? 0 : call.entries.stringLength(entry));
}

function getrange(call: Call): void {
  const { entries, reply } = call;
  const from = placeArgument(call, 2);
  const to = placeArgument(call, 3);
  const entry = call.read(1, STRING);
  if (entry === 0 || (from < 0 && to < 0 && from > to)) return reply.bulkText('');
  const length = entries.stringLength(entry);
  const start = Math.max(0, from < 0 ? length + from : from);
  const end = Math.min(length - 1, Math.max(0, to < 0 ? length + to : to));
  if (start > end) return reply.bulkText('');
  reply.bulk(entries.stringBytes(entry), entries.stringStart(entry) + start, end - start + 1);
}

function requireLength(call: Call, length: number): void {
  if (length > call.services.config.number('proto-max-bulk-len')) throw TOO_LONG;
}

function append(call: Call): void {
  const { args, entries, reply } = call;
  const entry = call.write(1, STRING);
  const added = args.lengths[2];
  if (entry === 0) {
    setFromArgument(call, 1, 2, NO_DEADLINE);
    call.changed(1, EVENT_STRING, 'append');
    return reply.integer(added);
  }
  const oldLength = entries.stringLength(entry);
  const newLength = oldLength + added;
  requireLength(call, newLength);
  const grown = growString(call, entry, newLength);
  const target = entries.stringStart(grown) + oldLength;
  copyBytes(args.bytesOf(2), args.starts[2], entries.stringBytes(grown), target, added);
  call.changed(1, EVENT_STRING, 'append');
  reply.integer(newLength);
}

function setrange(call: Call): void {
  const { args, entries, reply } = call;
  const offset = placeArgument(call, 2);
  if (offset < 0) throw BAD_OFFSET;
  const written = args.lengths[3];
  const entry = call.write(1, STRING);
  const oldLength = entry === 0 ? 0 : entries.stringLength(entry);
  if (written === 0) return reply.integer(oldLength);
  requireLength(call, offset + written);
  const newLength = Math.max(oldLength, offset + written);
  const grown = growString(call, entry, newLength);
  const bytes = entries.stringBytes(grown);
  const start = entries.stringStart(grown);
  copyBytes(args.bytesOf(3), args.starts[3], bytes, start + offset, written);
  call.changed(1, EVENT_STRING, 'setrange');
  reply.integer(newLength);
}

function getdel(call: Call): void {
  const entry = call.read(1, STRING);
  if (entry === 0) return call.reply.nil();
  replyString(call, entry);
  deleteIt(call);
}

function delifeq(call: Call): void {
  const entry = call.writeAny(1);
  if (entry === 0 || !equalsArgument(call, entry, 2)) return call.reply.integer(0);
  deleteIt(call);
  call.reply.integer(1);
}

function deleteIt(call: Call): void {
  const { args, db } = call;
  db.remove(args.bytesOf(1), args.starts[1], args.lengths[1], false);
  call.changed(1, EVENT_GENERIC, 'del');
  call.propagateRewritten('DEL', 1);
}
