// Lists: pushing, popping, reading and setting elements. list-edit.ts changes and searches their inside, list-move.ts
// moves elements from list to list, list-pop.ts pops from several keys and waits for them.
import { EVENT_LIST } from '../keyspace/keyspace.ts';
import { KIND_LIST_BIG, KIND_LIST_PACKED, LIST } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Call } from './call.ts';
import { CommandError, NO_SUCH_KEY, NOT_POSITIVE, OUT_OF_RANGE } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { listsFor, popElement, popElements, replyElement, replyElements } from './list-replies.ts';
import { positionArgument } from './sorted-set-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const listCommands: readonly CommandSpec[] = [
  {
    name: 'lpush', arity: -3, flags: 'write denyoom fast', acl: 'list', keys: [keyAt(1, 'RW INSERT')], since: '1.0.0',
    group: 'list', complexity: 'O(1) an element', about: 'Puts elements before the first one of a list.',
    run: (call) => push(call, true, false),
  },
  {
    name: 'rpush', arity: -3, flags: 'write denyoom fast', acl: 'list', keys: [keyAt(1, 'RW INSERT')], since: '1.0.0',
    group: 'list', complexity: 'O(1) an element', about: 'Puts elements behind the last one of a list.',
    run: (call) => push(call, false, false),
  },
  {
    name: 'lpushx', arity: -3, flags: 'write denyoom fast', acl: 'list', keys: [keyAt(1, 'RW INSERT')], since: '2.2.0',
    group: 'list', complexity: 'O(1) an element', about: 'Puts elements before the first one of a list that is there.',
    run: (call) => push(call, true, true),
  },
  {
    name: 'rpushx', arity: -3, flags: 'write denyoom fast', acl: 'list', keys: [keyAt(1, 'RW INSERT')], since: '2.2.0',
    group: 'list', complexity: 'O(1) an element', about: 'Puts elements behind the last one of a list that is there.',
    run: (call) => push(call, false, true),
  },
  {
    name: 'lpop', arity: -2, flags: 'write fast', acl: 'list', keys: [keyAt(1, 'RW ACCESS DELETE')], since: '1.0.0',
    group: 'list', complexity: 'O(N), N elements returned', about: 'Takes elements from the start of a list.',
    run: (call) => pop(call, true),
  },
  {
    name: 'rpop', arity: -2, flags: 'write fast', acl: 'list', keys: [keyAt(1, 'RW ACCESS DELETE')], since: '1.0.0',
    group: 'list', complexity: 'O(N), N elements returned', about: 'Takes elements from the end of a list.',
    run: (call) => pop(call, false),
  },
  {
    name: 'llen', arity: 2, flags: 'readonly fast', acl: 'list', keys: [keyAt(1, 'RO')], since: '1.0.0', group: 'list',
    complexity: 'O(1)', about: 'Counts the elements of a list.', run: llen,
  },
  {
    name: 'lindex', arity: 3, flags: 'readonly', acl: 'list', keys: [keyAt(1, 'RO ACCESS')], since: '1.0.0',
    group: 'list', complexity: 'O(log(N))', about: 'Returns the element of an index.', run: lindex,
  },
  {
    name: 'lset', arity: 4, flags: 'write denyoom', acl: 'list', keys: [keyAt(1, 'RW UPDATE')], since: '1.0.0',
    group: 'list', complexity: 'O(log(N))', about: 'Sets the element of an index.', run: lset,
  },
  {
    name: 'lrange', arity: 4, flags: 'readonly', acl: 'list', keys: [keyAt(1, 'RO ACCESS')], since: '1.0.0',
    group: 'list', complexity: 'O(log(N)+M), M elements returned', about: 'Returns the elements of a range of indexes.',
    run: lrange,
  },
];

function push(call: Call, first: boolean, onlyExisting: boolean): void {
  const { args, reply, keyspace } = call;
  const lists = listsFor(call);
  let entry = call.write(1, LIST);
  if (entry === 0) {
    if (onlyExisting) return reply.integer(0);
    entry = call.add(1, KIND_LIST_PACKED, lists.nodes.createPacked());
  }
  let bytes = 0;
  for (let i = 2; i < args.count; i++) bytes += args.lengths[i];
  lists.prepareGrowth(entry, bytes, args.count - 2);
  for (let i = 2; i < args.count; i++) pushArgument(call, entry, i, first);
  call.changed(1, EVENT_LIST, first ? 'lpush' : 'rpush');
  keyspace.dirty += args.count - 3;
  reply.integer(lists.count(entry));
}

/** Pushes argument `index`; a large one that has a block of its own becomes a node as it is. */
function pushArgument(call: Call, entry: Handle, index: number, first: boolean): void {
  const { args } = call;
  const lists = listsFor(call);
  const length = args.lengths[index];
  if (args.blocks[index] !== 0 && call.entries.kind(entry) === KIND_LIST_BIG && lists.limits.isLarge(length)) {
    return lists.addPlain(entry, args.takeBlock(index), first);
  }
  if (first) lists.pushFirst(entry, args.bytesOf(index), args.starts[index], length);
  else lists.pushLast(entry, args.bytesOf(index), args.starts[index], length);
}

function pop(call: Call, first: boolean): void {
  const { args, reply } = call;
  if (args.count > 3) throw new CommandError(`ERR wrong number of arguments for '${call.command.fullName}' command`);
  if (args.count === 2) {
    const entry = call.write(1, LIST);
    if (entry === 0) reply.nil();
    else popElement(call, 1, entry, first);
    return;
  }
  const count = positionArgument(call, 2, NOT_POSITIVE);
  if (count < 0) throw NOT_POSITIVE;
  const entry = call.write(1, LIST);
  if (entry === 0) reply.nilArray();
  else if (count === 0) reply.array(0);
  else popElements(call, 1, entry, first, count);
}

function llen(call: Call): void {
  const entry = call.read(1, LIST);
  call.reply.integer(entry === 0 ? 0 : listsFor(call).count(entry));
}

function lindex(call: Call): void {
  const { reply } = call;
  const entry = call.read(1, LIST);
  if (entry === 0) return reply.nil();
  const index = positionArgument(call, 2);
  const cursor = listsFor(call).read(entry);
  if (cursor.seek(index)) replyElement(reply, cursor);
  else reply.nil();
}

function lset(call: Call): void {
  const { args, reply } = call;
  const lists = listsFor(call);
  const entry = call.write(1, LIST);
  if (entry === 0) throw NO_SUCH_KEY;
  const position = positionArgument(call, 2);
  lists.prepareGrowth(entry, args.lengths[3], 1);
  const count = lists.count(entry);
  const index = position < 0 ? position + count : position;
  if (index < 0 || index >= count) throw OUT_OF_RANGE;
  lists.replace(entry, index, args.bytesOf(3), args.starts[3], args.lengths[3]);
  lists.finishChange(entry, true);
  call.changed(1, EVENT_LIST, 'lset');
  reply.ok();
}

function lrange(call: Call): void {
  const { reply } = call;
  const from = positionArgument(call, 2);
  const to = positionArgument(call, 3);
  const entry = call.read(1, LIST);
  if (entry === 0) return reply.array(0);
  const cursor = listsFor(call).read(entry);
  const { count } = cursor;
  const start = Math.max(0, from < 0 ? from + count : from);
  const end = Math.min(count - 1, to < 0 ? to + count : to);
  if (start > end) return reply.array(0);
  replyElements(reply, cursor, start, end - start + 1);
}
