// Strings: the table of the family on top, the handlers below.
import { isInteger64 } from '../encodings/integer-text.ts';
import { NO_DEADLINE } from '../keyspace/database.ts';
import { EVENT_STRING } from '../keyspace/keyspace.ts';
import { KIND_STRING_EMBEDDED, KIND_STRING_INTEGER, STRING } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Call } from './call.ts';
import { SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt, keysFrom } from './command-spec.ts';

// biome-ignore format: a row is read as a row
export const stringCommands: readonly CommandSpec[] = [
  {
    name: 'get', arity: 2, flags: 'readonly fast', acl: 'string', keys: [keyAt(1, 'RO ACCESS')], since: '1.0.0',
    group: 'string', complexity: 'O(1)', about: 'Returns the string value of a key.', run: get,
  },
  {
    name: 'set', arity: -3, flags: 'write denyoom', acl: 'string', keys: [keyAt(1, 'RW ACCESS UPDATE VARIABLE_FLAGS')],
    since: '1.0.0', group: 'string', complexity: 'O(1)', about: 'Sets a key to a string, with conditions and expiry.',
    run: set,
  },
  {
    name: 'mset', arity: -3, flags: 'write denyoom', acl: 'string', keys: [keysFrom(1, 'OW UPDATE', 2)], since: '1.0.1',
    group: 'string', complexity: 'O(N), N keys', about: 'Sets many keys at once.', run: mset,
  },
];

/** Sends the string value of an entry. */
export function replyString(call: Call, entry: Handle): void {
  const { entries } = call;
  call.reply.bulk(entries.stringBytes(entry), entries.stringStart(entry), entries.stringLength(entry));
}

/** Sets the key in argument `keyIndex` to the string in argument `valueIndex`. */
export function setFromArgument(call: Call, keyIndex: number, valueIndex: number, deadline: number): void {
  const { args, db } = call;
  const key = args.bytesOf(keyIndex);
  const keyStart = args.starts[keyIndex];
  const keyLength = args.lengths[keyIndex];
  const block = args.takeBlock(valueIndex);
  if (block !== 0) return db.setStringBlock(key, keyStart, keyLength, block, deadline);
  const value = args.bytesOf(valueIndex);
  const start = args.starts[valueIndex];
  const length = args.lengths[valueIndex];
  const kind = isInteger64(value, start, length) ? KIND_STRING_INTEGER : KIND_STRING_EMBEDDED;
  db.setString(key, keyStart, keyLength, value, start, length, kind, deadline);
}

function get(call: Call): void {
  const entry = call.read(1, STRING);
  if (entry === 0) call.reply.nil();
  else replyString(call, entry);
}

function set(call: Call): void {
  if (call.args.count > 3) throw SYNTAX_ERROR;
  setFromArgument(call, 1, 2, NO_DEADLINE);
  call.changed(1, EVENT_STRING, 'set');
  call.reply.ok();
}

function mset(call: Call): void {
  const { args } = call;
  for (let i = 1; i < args.count; i += 2) {
    setFromArgument(call, i, i + 1, NO_DEADLINE);
    call.changed(i, EVENT_STRING, 'set');
  }
  call.reply.ok();
}
