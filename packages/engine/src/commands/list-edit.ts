// Lists: changes and searches inside of them: LINSERT, LREM, LTRIM, LPOS.
import { EVENT_GENERIC, EVENT_LIST } from '../keyspace/keyspace.ts';
import { LIST } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { ListCursor } from '../types/list/list-cursor.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { listsFor } from './list-replies.ts';
import { positionArgument } from './sorted-set-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const listEditCommands: readonly CommandSpec[] = [
  {
    name: 'linsert', arity: 5, flags: 'write denyoom', acl: 'list', keys: [keyAt(1, 'RW INSERT')], since: '2.2.0',
    group: 'list', complexity: 'O(N), N elements up to the pivot', about: 'Inserts an element beside another one.',
    run: linsert,
  },
  {
    name: 'lrem', arity: 4, flags: 'write', acl: 'list', keys: [keyAt(1, 'RW DELETE')], since: '1.0.0', group: 'list',
    complexity: 'O(N+M), M elements removed', about: 'Removes elements that equal a value.', run: lrem,
  },
  {
    name: 'ltrim', arity: 4, flags: 'write', acl: 'list', keys: [keyAt(1, 'RW DELETE')], since: '1.0.0', group: 'list',
    complexity: 'O(N), N elements removed', about: 'Keeps the elements of a range of indexes only.', run: ltrim,
  },
  {
    name: 'lpos', arity: -3, flags: 'readonly', acl: 'list', keys: [keyAt(1, 'RO ACCESS')], since: '6.0.6',
    group: 'list', complexity: 'O(N)', about: 'Returns the indexes of elements that equal a value.', run: lpos,
  },
];

const INT64_MIN_TEXT = '-9223372036854775808';
const RANK_OUT_OF_RANGE = new CommandError(
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
);
const RANK_IS_ZERO = new CommandError(
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from " +
    'the end of the list',
);
const COUNT_IS_NEGATIVE = new CommandError("ERR COUNT can't be negative");
const LENGTH_IS_NEGATIVE = new CommandError("ERR MAXLEN can't be negative");

function linsert(call: Call): void {
  const { args, reply } = call;
  const behind = args.is(2, 'after');
  if (!behind && !args.is(2, 'before')) throw SYNTAX_ERROR;
  const lists = listsFor(call);
  const entry = call.write(1, LIST);
  if (entry === 0) return reply.integer(0);
  lists.prepareGrowth(entry, args.lengths[4], 1);
  const index = indexOf(lists.read(entry), call, 3);
  if (index < 0) return reply.integer(-1);
  lists.insert(entry, index, behind, args.bytesOf(4), args.starts[4], args.lengths[4]);
  call.changed(1, EVENT_LIST, 'linsert');
  reply.integer(lists.count(entry));
}

/** Index of the first element that equals argument `argument`, -1 where there is none. */
function indexOf(cursor: ListCursor, call: Call, argument: number): number {
  const { args } = call;
  const bytes = args.bytesOf(argument);
  const start = args.starts[argument];
  const length = args.lengths[argument];
  let index = 0;
  for (let isThere = cursor.seek(0); isThere; isThere = cursor.next()) {
    if (cursor.equals(bytes, start, length)) return index;
    index++;
  }
  return -1;
}

function lrem(call: Call): void {
  const { reply } = call;
  const limit = boundedArgument(call, 2);
  const lists = listsFor(call);
  const entry = call.write(1, LIST);
  if (entry === 0) return reply.integer(0);
  const most = limit === 0 ? Number.POSITIVE_INFINITY : Math.abs(limit);
  const removed = limit < 0 ? removeBackwards(call, entry, most) : removeForwards(call, entry, most);
  if (removed > 0) {
    const isEmpty = lists.count(entry) === 0;
    if (isEmpty) call.remove(1);
    else lists.finishChange(entry, true);
    tellRemoved(call, 'lrem', removed, isEmpty);
  }
  reply.integer(removed);
}

/** Removes at most `most` elements that equal argument 3, run by run. */
function removeForwards(call: Call, entry: Handle, most: number): number {
  const lists = listsFor(call);
  let removed = 0;
  for (let index = 0; removed < most; ) {
    const cursor = lists.read(entry);
    let run = 0;
    for (let isThere = cursor.seek(index); isThere && removed + run < most; isThere = cursor.next()) {
      if (isWanted(cursor, call)) run++;
      else if (run > 0) break;
      else index++;
    }
    if (run === 0) break;
    lists.deleteRange(entry, index, run);
    removed += run;
  }
  return removed;
}

function removeBackwards(call: Call, entry: Handle, most: number): number {
  const lists = listsFor(call);
  let removed = 0;
  let index = lists.count(entry) - 1;
  while (removed < most && index >= 0) {
    const cursor = lists.read(entry);
    let run = 0;
    for (let isThere = cursor.seek(index); isThere && removed + run < most; isThere = cursor.previous()) {
      if (isWanted(cursor, call)) run++;
      else if (run > 0) break;
      else index--;
    }
    if (run === 0) break;
    index -= run;
    lists.deleteRange(entry, index + 1, run);
    removed += run;
  }
  return removed;
}

function isWanted(cursor: ListCursor, call: Call): boolean {
  const { args } = call;
  return cursor.equals(args.bytesOf(3), args.starts[3], args.lengths[3]);
}

function ltrim(call: Call): void {
  const { reply } = call;
  const from = positionArgument(call, 2);
  const to = positionArgument(call, 3);
  const lists = listsFor(call);
  const entry = call.write(1, LIST);
  if (entry === 0) return reply.ok();
  const count = lists.count(entry);
  const start = Math.max(0, from < 0 ? from + count : from);
  const end = Math.min(count - 1, to < 0 ? to + count : to);
  const kept = Math.max(0, end - start + 1);
  if (kept === 0) {
    call.remove(1);
  } else {
    lists.deleteRange(entry, end + 1, count - end - 1);
    lists.deleteRange(entry, 0, start);
    lists.finishChange(entry, true);
  }
  // Valkey sends the event, but does not count a change, where nothing was cut off.
  if (kept === count) call.notify(1, EVENT_LIST, 'ltrim');
  else tellRemoved(call, 'ltrim', count - kept, kept === 0);
  reply.ok();
}

function tellRemoved(call: Call, event: string, count: number, isEmpty: boolean): void {
  call.changed(1, EVENT_LIST, event);
  call.keyspace.dirty += count - 1;
  if (isEmpty) call.notify(1, EVENT_GENERIC, 'del');
}

interface Search {
  /** Which match comes first; negative from the end. */
  readonly rank: number;
  /** How many matches are wanted, 0 for all; -1: one, as a number instead of an array. */
  readonly count: number;
  /** How many elements are compared at most; 0 for all. */
  readonly compareMax: number;
}

function parseSearch(call: Call): Search {
  const { args } = call;
  let rank = 1;
  let count = -1;
  let compareMax = 0;
  for (let i = 3; i < args.count; i += 2) {
    if (i + 1 === args.count) throw SYNTAX_ERROR;
    if (args.is(i, 'rank')) {
      rank = boundedArgument(call, i + 1);
      if (rank === 0) throw RANK_IS_ZERO;
    } else if (args.is(i, 'count')) {
      count = naturalArgument(call, i + 1, COUNT_IS_NEGATIVE);
    } else if (args.is(i, 'maxlen')) {
      compareMax = naturalArgument(call, i + 1, LENGTH_IS_NEGATIVE);
    } else {
      throw SYNTAX_ERROR;
    }
  }
  return { rank, count, compareMax };
}

/** Argument `index` as an integer that can be negated. */
function boundedArgument(call: Call, index: number): number {
  if (call.args.text(index) === INT64_MIN_TEXT) throw RANK_OUT_OF_RANGE;
  return positionArgument(call, index);
}

function naturalArgument(call: Call, index: number, error: CommandError): number {
  const value = positionArgument(call, index, error);
  if (value < 0) throw error;
  return value;
}

function lpos(call: Call): void {
  const { reply } = call;
  const search = parseSearch(call);
  const entry = call.read(1, LIST);
  if (search.count >= 0) {
    const mark = reply.beginDeferred();
    let found = 0;
    if (entry !== 0) {
      findMatches(call, entry, search, search.count === 0 ? Number.POSITIVE_INFINITY : search.count, (index) => {
        reply.integer(index);
        found++;
      });
    }
    return reply.endDeferred(mark, 'array', found);
  }
  let first = -1;
  if (entry !== 0) {
    findMatches(call, entry, search, 1, (index) => {
      first = index;
    });
  }
  if (first < 0) reply.nil();
  else reply.integer(first);
}

/** Calls `visit` for the indexes of at most `most` matches of argument 2. */
function findMatches(call: Call, entry: Handle, search: Search, most: number, visit: (index: number) => void): void {
  const { args } = call;
  const bytes = args.bytesOf(2);
  const start = args.starts[2];
  const length = args.lengths[2];
  const backwards = search.rank < 0;
  const cursor = listsFor(call).read(entry);
  const compared = Math.min(cursor.count, search.compareMax === 0 ? cursor.count : search.compareMax);
  let skip = Math.abs(search.rank) - 1;
  let left = most;
  let isThere = cursor.seek(backwards ? -1 : 0);
  for (let i = 0; isThere && i < compared && left > 0; i++) {
    if (cursor.equals(bytes, start, length)) {
      if (skip > 0) {
        skip--;
      } else {
        visit(backwards ? cursor.count - 1 - i : i);
        left--;
      }
    }
    isThere = backwards ? cursor.previous() : cursor.next();
  }
}
