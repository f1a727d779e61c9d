// Lists: moving an element from an end of one list to an end of another (or the same): RPOPLPUSH, LMOVE, and BRPOPLPUSH,
// BLMOVE, which wait for the source. The blocking ones are propagated as the plain ones.
import { EVENT_GENERIC, EVENT_LIST } from '../keyspace/keyspace.ts';
import { KIND_LIST_PACKED, LIST } from '../keyspace/value-kind.ts';
import { blockOnKeys, parseTimeout } from './blocking-keys.ts';
import type { Call } from './call.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { endArgument, listsFor } from './list-replies.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const listMoveCommands: readonly CommandSpec[] = [
  {
    name: 'rpoplpush', arity: 3, flags: 'write denyoom', acl: 'list',
    keys: [keyAt(1, 'RW ACCESS DELETE'), keyAt(2, 'RW INSERT')], since: '1.2.0', group: 'list', complexity: 'O(1)',
    about: 'Moves the last element of a list to the start of another one.', run: (call) => move(call, false, true),
  },
  {
    name: 'lmove', arity: 5, flags: 'write denyoom', acl: 'list',
    keys: [keyAt(1, 'RW ACCESS DELETE'), keyAt(2, 'RW INSERT')], since: '6.2.0', group: 'list', complexity: 'O(1)',
    about: 'Moves an element from one end of a list to one of another list.', run: lmove,
  },
  {
    name: 'brpoplpush', arity: 4, flags: 'write denyoom blocking', acl: 'list',
    keys: [keyAt(1, 'RW ACCESS DELETE'), keyAt(2, 'RW INSERT')], since: '2.2.0', group: 'list', complexity: 'O(1)',
    about: 'Moves the last element of a list to the start of another one, and waits for it.', run: brpoplpush,
  },
  {
    name: 'blmove', arity: 6, flags: 'write denyoom blocking', acl: 'list',
    keys: [keyAt(1, 'RW ACCESS DELETE'), keyAt(2, 'RW INSERT')], since: '6.2.0', group: 'list', complexity: 'O(1)',
    about: 'Moves an element from one end of a list to one of another list, and waits for it.', run: blmove,
  },
];

const SCRATCH_BYTES = 64 * 1024;
/** An element on its way from one list to the other. */
const scratch = new Uint8Array(SCRATCH_BYTES);

function lmove(call: Call): void {
  move(call, endArgument(call, 3), endArgument(call, 4));
}

function brpoplpush(call: Call): void {
  const deadline = parseTimeout(call, 3);
  if (!isReady(call, deadline)) return;
  if (move(call, false, true)) call.propagateRewritten('RPOPLPUSH', 1, 2);
}

function blmove(call: Call): void {
  const fromFirst = endArgument(call, 3);
  const toFirst = endArgument(call, 4);
  const deadline = parseTimeout(call, 5);
  if (!isReady(call, deadline)) return;
  if (move(call, fromFirst, toFirst)) call.propagateRewritten('LMOVE', 1, 2, 3, 4);
}

/** Whether the source has an element; else the client waits, or is told that there is none. */
function isReady(call: Call, deadline: number): boolean {
  if (call.write(1, LIST) !== 0) return true;
  if (!blockOnKeys(call, { type: LIST, first: 1, count: 1, deadline })) call.reply.nil();
  return false;
}

/** Moves an element and replies with it; false where there is none. */
function move(call: Call, fromFirst: boolean, toFirst: boolean): boolean {
  const { reply } = call;
  const lists = listsFor(call);
  if (call.write(1, LIST) === 0) {
    reply.nil();
    return false;
  }
  const isNew = call.write(2, LIST) === 0;
  const source = call.write(1, LIST);
  const cursor = lists.read(source);
  cursor.seek(fromFirst ? 0 : -1);
  const text = cursor.textLength <= SCRATCH_BYTES ? scratch : new Uint8Array(cursor.textLength);
  const length = cursor.writeText(text, 0);
  if (fromFirst) lists.popFirst(source);
  else lists.popLast(source);
  const target = isNew ? call.add(2, KIND_LIST_PACKED, lists.nodes.createPacked()) : call.write(2, LIST);
  lists.prepareGrowth(target, length, 1);
  if (toFirst) lists.pushFirst(target, text, 0, length);
  else lists.pushLast(target, text, 0, length);
  call.keyspace.dirty--;
  call.changed(2, EVENT_LIST, toFirst ? 'lpush' : 'rpush');
  reply.bulk(text, 0, length);
  finishMove(call, fromFirst);
  return true;
}

/** Says what happened to the source and deletes it where it is empty. */
function finishMove(call: Call, fromFirst: boolean): void {
  const lists = listsFor(call);
  const source = call.write(1, LIST);
  const isEmpty = lists.count(source) === 0;
  if (isEmpty) call.remove(1);
  else lists.finishChange(source, true);
  call.changed(1, EVENT_LIST, fromFirst ? 'lpop' : 'rpop');
  if (isEmpty) call.notify(1, EVENT_GENERIC, 'del');
}
