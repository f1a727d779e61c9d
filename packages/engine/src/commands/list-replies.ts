// What the list commands share: elements as replies, and what follows when elements were taken from an end of a list.
import { EVENT_GENERIC, EVENT_LIST } from '../keyspace/keyspace.ts';
import type { Handle } from '../memory/arena.ts';
import type { Reply } from '../session/reply.ts';
import type { ListCursor } from '../types/list/list-cursor.ts';
import { type Lists, listsOf } from '../types/list/lists.ts';
import type { Call } from './call.ts';
import { SYNTAX_ERROR } from './command-error.ts';

/** Text of an integer element. */
const INTEGER_TEXT_MAX = 24;
const integerText = new Uint8Array(INTEGER_TEXT_MAX);

/** The lists of the keyspace that a command works on. */
export function listsFor(call: Call): Lists {
  return listsOf(call.keyspace);
}

/** The element that the cursor stands on, as a bulk string. */
export function replyElement(reply: Reply, cursor: ListCursor): void {
  if (cursor.isInteger) reply.bulk(integerText, 0, cursor.writeText(integerText, 0));
  else reply.bulk(cursor.bytes, cursor.start, cursor.length);
}

/** An array of `count` elements from index `from` on, towards the last or (`backwards`) the first. */
export function replyElements(reply: Reply, cursor: ListCursor, from: number, count: number, backwards = false): void {
  reply.array(count);
  let isThere = count > 0 && cursor.seek(from);
  for (let left = count; isThere && left > 0; left--) {
    replyElement(reply, cursor);
    if (left > 1) isThere = backwards ? cursor.previous() : cursor.next();
  }
}

/** Replies with up to `count` elements from one end, the outermost first, and takes them out. Returns how many. */
export function popElements(call: Call, index: number, entry: Handle, first: boolean, count: number): number {
  const lists = listsFor(call);
  const length = lists.count(entry);
  const taken = Math.min(count, length);
  replyElements(call.reply, lists.read(entry), first ? 0 : length - 1, taken, !first);
  if (taken < length) lists.deleteRange(entry, first ? 0 : length - taken, taken);
  finishPop(call, index, entry, first, taken, taken === length);
  return taken;
}

/** Replies with the element at one end and takes it out. */
export function popElement(call: Call, index: number, entry: Handle, first: boolean): void {
  const lists = listsFor(call);
  const cursor = lists.read(entry);
  cursor.seek(first ? 0 : cursor.count - 1);
  replyElement(call.reply, cursor);
  const isLastOne = cursor.count === 1;
  if (isLastOne) return finishPop(call, index, entry, first, 1, true);
  if (first) lists.popFirst(entry);
  else lists.popLast(entry);
  finishPop(call, index, entry, first, 1, false);
}

/** Tells of `count` elements that left the list of argument `index`; deletes the list where none is left. */
export function finishPop(call: Call, index: number, entry: Handle, first: boolean, count: number, isEmpty: boolean) {
  if (!isEmpty) listsFor(call).finishChange(entry, true);
  else call.remove(index);
  call.changed(index, EVENT_LIST, first ? 'lpop' : 'rpop');
  call.keyspace.dirty += count - 1;
  if (isEmpty) call.notify(index, EVENT_GENERIC, 'del');
}

/** Argument `index` as an end of a list, LEFT or RIGHT: true for the first. */
export function endArgument(call: Call, index: number): boolean {
  if (call.args.is(index, 'left')) return true;
  if (call.args.is(index, 'right')) return false;
  throw SYNTAX_ERROR;
}
