// Commands that give a value another place: RENAME, RENAMENX, COPY, MOVE, SWAPDB.
import { bytesEqual } from '../encodings/bytes-compare.ts';
import type { Database } from '../keyspace/database.ts';
import { EVENT_GENERIC } from '../keyspace/keyspace.ts';
import { KIND_STRING_BLOCK, STRING, typeOfKind } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Call } from './call.ts';
import { CommandError, NO_SUCH_KEY, SAME_OBJECT, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const renameCommands: readonly CommandSpec[] = [
  {
    name: 'rename', arity: 3, flags: 'write', acl: 'keyspace', keys: [keyAt(1, 'RW ACCESS DELETE'), keyAt(2, 'OW UPDATE')],
    since: '1.0.0', group: 'generic', complexity: 'O(1)', about: 'Renames a key, over another if need be.',
    run: (call) => rename(call, false),
  },
  {
    name: 'renamenx', arity: 3, flags: 'write fast', acl: 'keyspace',
    keys: [keyAt(1, 'RW ACCESS DELETE'), keyAt(2, 'OW INSERT')], since: '1.0.0', group: 'generic', complexity: 'O(1)',
    about: 'Renames a key if no other has the new name.', run: (call) => rename(call, true),
  },
  {
    name: 'copy', arity: -3, flags: 'write denyoom', acl: 'keyspace', keys: [keyAt(1, 'RO ACCESS'), keyAt(2, 'OW UPDATE')],
    since: '6.2.0', group: 'generic', complexity: 'O(N), N elements', about: 'Copies a value to another key.', run: copy,
  },
  {
    name: 'move', arity: 3, flags: 'write fast', acl: 'keyspace', keys: [keyAt(1, 'RW ACCESS UPDATE')], since: '1.0.0',
    group: 'generic', complexity: 'O(1)', about: 'Moves a key to another database.', run: move,
  },
  {
    name: 'swapdb', arity: 3, flags: 'write fast', acl: 'keyspace dangerous', since: '4.0.0', group: 'server',
    complexity: 'O(N), N clients that watch or wait', about: 'Swaps two databases.', run: swapdb,
  },
];

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const NO_SUCH_DATABASE = new CommandError('ERR DB index is out of range');

function isSameKey(call: Call): boolean {
  const { args } = call;
  const length = args.lengths[1];
  if (length !== args.lengths[2]) return false;
  return bytesEqual(args.bytesOf(1), args.starts[1], args.bytesOf(2), args.starts[2], length);
}

function rename(call: Call, onlyNew: boolean): void {
  const { args, db, entries, reply } = call;
  if (call.writeAny(1) === 0) throw NO_SUCH_KEY;
  const done = (): void => (onlyNew ? reply.integer(1) : reply.ok());
  if (isSameKey(call)) return onlyNew ? reply.integer(0) : done();
  if (call.writeAny(2) !== 0) {
    if (onlyNew) return reply.integer(0);
    call.remove(2);
  }
  const entry = db.detach(args.bytesOf(1), args.starts[1], args.lengths[1]);
  db.attach(args.bytesOf(2), args.starts[2], args.lengths[2], entry, entries.deadline(entry));
  touched(call, db, 1);
  touched(call, db, 2);
  call.notify(1, EVENT_GENERIC, 'rename_from');
  call.notify(2, EVENT_GENERIC, 'rename_to');
  call.keyspace.dirty++;
  done();
}

/** Tells the watchers of the key in argument `index` of a database; those who wait for it hear of the new entry. */
function touched(call: Call, db: Database, index: number): void {
  const { args, keyspace } = call;
  keyspace.modified(db, args.bytesOf(index), args.starts[index], args.lengths[index]);
}

/** The database whose number is argument `index`. */
function databaseArgument(call: Call, index: number): Database {
  return databaseNumbered(call, call.integerWithin(index, INT_MIN, INT_MAX));
}

function databaseNumbered(call: Call, id: number): Database {
  const db = call.keyspace.databases[id];
  if (db === undefined) throw NO_SUCH_DATABASE;
  return db;
}

function copy(call: Call): void {
  const { args, entries, reply } = call;
  let target = call.db;
  let replaces = false;
  for (let i = 3; i < args.count; i++) {
    if (args.is(i, 'replace')) replaces = true;
    else if (args.is(i, 'db') && i + 1 < args.count) target = databaseArgument(call, ++i);
    else throw SYNTAX_ERROR;
  }
  if (target === call.db && isSameKey(call)) throw SAME_OBJECT;
  if (call.readAny(1) === 0) return reply.integer(0);
  const key = args.bytesOf(2);
  if (target.findForWrite(key, args.starts[2], args.lengths[2]) !== 0) {
    if (!replaces) return reply.integer(0);
    target.remove(key, args.starts[2], args.lengths[2], call.keyspace.lazyServerDel);
  }
  // Making room may have moved things: look the source up again.
  const source = call.db.peek(args.bytesOf(1), args.starts[1], args.lengths[1]);
  copyEntry(call, source, target, entries.deadline(source));
  touched(call, target, 2);
  call.keyspace.notify(target, EVENT_GENERIC, 'copy_to', key, args.starts[2], args.lengths[2]);
  call.keyspace.dirty++;
  reply.integer(1);
}

/** Adds a copy of the value under the key in argument 2. */
function copyEntry(call: Call, source: Handle, target: Database, deadline: number): void {
  const { args, entries, keyspace } = call;
  const kind = entries.kind(source);
  const [key, start, length] = [args.bytesOf(2), args.starts[2], args.lengths[2]];
  if (typeOfKind(kind) !== STRING) {
    target.add(key, start, length, kind, keyspace.operations(kind).copy(entries.value(source)), deadline);
  } else if (kind === KIND_STRING_BLOCK) {
    const bytes = entries.stringBytes(source);
    const block = target.newStringBlock(bytes, entries.stringStart(source), entries.stringLength(source));
    target.setStringBlock(key, start, length, block, deadline);
  } else {
    const at = entries.stringStart(source);
    const stringLength = entries.stringLength(source);
    target.setString(key, start, length, entries.stringBytes(source), at, stringLength, kind, deadline);
  }
}

function move(call: Call): void {
  const { args, db, entries, keyspace, reply } = call;
  const target = databaseArgument(call, 2);
  if (target === db) throw SAME_OBJECT;
  const [key, start, length] = [args.bytesOf(1), args.starts[1], args.lengths[1]];
  if (call.writeAny(1) === 0 || target.findForWrite(key, start, length) !== 0) return reply.integer(0);
  const entry = db.detach(key, start, length);
  target.attach(key, start, length, entry, entries.deadline(entry));
  touched(call, db, 1);
  touched(call, target, 1);
  call.notify(1, EVENT_GENERIC, 'move_from');
  keyspace.notify(target, EVENT_GENERIC, 'move_to', key, start, length);
  keyspace.dirty++;
  reply.integer(1);
}

function swapdb(call: Call): void {
  const { keyspace, reply } = call;
  const firstId = call.integerWithin(1, INT_MIN, INT_MAX, new CommandError('ERR invalid first DB index'));
  const secondId = call.integerWithin(2, INT_MIN, INT_MAX, new CommandError('ERR invalid second DB index'));
  const first = databaseNumbered(call, firstId);
  const second = databaseNumbered(call, secondId);
  if (first !== second) {
    keyspace.hooks.flushed(first, second);
    keyspace.hooks.flushed(second, first);
    first.swapWith(second);
  }
  keyspace.dirty++;
  reply.ok();
}
