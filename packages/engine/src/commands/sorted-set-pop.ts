// Taking members out at either end: ZPOPMIN, ZPOPMAX, ZMPOP.
import { KIND_SORTED_SET_PACKED, SORTED_SET } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { memberBytes, memberLength, memberScore, memberStart } from '../types/sorted-set/member-blocks.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_POSITIVE, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, countedKeys, keyAt } from './command-spec.ts';
import { tellRemoved } from './sorted-set.ts';
import { positionArgument, setsOf } from './sorted-set-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const sortedSetPopCommands: readonly CommandSpec[] = [
  {
    name: 'zpopmin', arity: -2, flags: 'write fast', acl: 'sortedset', keys: [keyAt(1, 'RW ACCESS DELETE')],
    since: '5.0.0', group: 'sorted-set', complexity: 'O(log(N)*M), M members popped',
    about: 'Takes out the members with the lowest scores.', run: (call) => pop(call, false),
  },
  {
    name: 'zpopmax', arity: -2, flags: 'write fast', acl: 'sortedset', keys: [keyAt(1, 'RW ACCESS DELETE')],
    since: '5.0.0', group: 'sorted-set', complexity: 'O(log(N)*M), M members popped',
    about: 'Takes out the members with the highest scores.', run: (call) => pop(call, true),
  },
  {
    name: 'zmpop', arity: -4, flags: 'write', acl: 'sortedset', keys: [countedKeys(1, 'RW ACCESS DELETE')],
    since: '7.0.0', group: 'sorted-set', complexity: 'O(K) + O(M*log(N)), K keys, M members popped',
    about: 'Takes members out at an end of the first sorted set that has any.', run: popFromFirst,
  },
];

const NUMKEYS_NOT_POSITIVE = new CommandError('ERR numkeys should be greater than 0');
const COUNT_NOT_POSITIVE = new CommandError('ERR count should be greater than 0');

function pop(call: Call, isMax: boolean): void {
  const { args, reply } = call;
  if (args.count > 3) throw SYNTAX_ERROR;
  const hasCount = args.count === 3;
  const wanted = hasCount ? positionArgument(call, 2, NOT_POSITIVE) : 1;
  if (wanted < 0) throw NOT_POSITIVE;
  const entry = call.write(1, SORTED_SET);
  if (entry === 0 || wanted === 0) return reply.array(0);
  const nested = hasCount && reply.protocol === 3;
  const count = Math.min(wanted, setsOf(call).count(entry));
  reply.array(nested ? count : count * 2);
  popMembers(call, 1, entry, isMax, count, nested);
}

/** What ZMPOP and BZMPOP say behind the number of keys. */
export interface PopRequest {
  readonly firstKey: number;
  readonly lastKey: number;
  readonly isMax: boolean;
  readonly count: number;
}

/** Parses `numkeys key [key ...] MIN|MAX [COUNT count]` from argument `from` on. */
export function parsePopRequest(call: Call, from: number): PopRequest {
  const { args } = call;
  const keys = positionArgument(call, from, NUMKEYS_NOT_POSITIVE);
  if (keys < 1) throw NUMKEYS_NOT_POSITIVE;
  const whereAt = from + keys + 1;
  if (whereAt >= args.count) throw SYNTAX_ERROR;
  const isMax = args.is(whereAt, 'max');
  if (!isMax && !args.is(whereAt, 'min')) throw SYNTAX_ERROR;
  let count = 0;
  for (let i = whereAt + 1; i < args.count; i += 2) {
    if (count !== 0 || i + 1 >= args.count || !args.is(i, 'count')) throw SYNTAX_ERROR;
    count = positionArgument(call, i + 1, COUNT_NOT_POSITIVE);
    if (count < 1) throw COUNT_NOT_POSITIVE;
  }
  return { firstKey: from + 1, lastKey: from + keys, isMax, count: Math.max(1, count) };
}

function popFromFirst(call: Call): void {
  if (!servePop(call, parsePopRequest(call, 1))) call.reply.nilArray();
}

/** Pops from the first key that is there and replies its name and members; false (and no reply) where none is. */
export function servePop(call: Call, request: PopRequest): boolean {
  const { reply } = call;
  for (let index = request.firstKey; index <= request.lastKey; index++) {
    const entry = call.write(index, SORTED_SET);
    if (entry === 0) continue;
    const count = Math.min(request.count, setsOf(call).count(entry));
    reply.array(2);
    reply.bulk(call.args.bytesOf(index), call.args.starts[index], call.args.lengths[index]);
    reply.array(count);
    popMembers(call, index, entry, request.isMax, count, true);
    call.propagateRewritten(request.isMax ? 'ZPOPMAX' : 'ZPOPMIN', index, String(count));
    return true;
  }
  return false;
}

/** Takes out and replies `count` members, which must be there. */
export function popMembers(
  call: Call,
  index: number,
  entry: Handle,
  isMax: boolean,
  count: number,
  nested: boolean,
): void {
  const left = setsOf(call).count(entry) - count;
  const isPacked = call.entries.kind(entry) === KIND_SORTED_SET_PACKED;
  if (left === 0) replyAll(call, entry, isMax, nested);
  for (let i = 0; i < count && left > 0; i++) {
    if (nested) call.reply.array(2);
    if (isPacked) popPacked(call, entry, isMax ? left + count - i - 1 : 0);
    else popBig(call, entry, isMax);
  }
  tellRemoved(call, index, isMax ? 'zpopmax' : 'zpopmin', count, left);
}

/** Replies all members and leaves them where they are: the key is going to be deleted. */
function replyAll(call: Call, entry: Handle, isMax: boolean, nested: boolean): void {
  const { reply } = call;
  const cursor = setsOf(call).read(entry);
  for (let i = 0; i < cursor.count; i++) {
    if (i === 0) cursor.seekRank(isMax ? cursor.count - 1 : 0);
    else if (isMax) cursor.previous();
    else cursor.next();
    if (nested) reply.array(2);
    reply.bulk(cursor.bytes, cursor.start, cursor.length);
    reply.double(cursor.score);
  }
}

function popPacked(call: Call, entry: Handle, rank: number): void {
  const sets = setsOf(call);
  const cursor = sets.read(entry);
  cursor.seekRank(rank);
  call.reply.bulk(cursor.bytes, cursor.start, cursor.length);
  call.reply.double(cursor.score);
  sets.removeRange(entry, rank, 1);
}

function popBig(call: Call, entry: Handle, isMax: boolean): void {
  const { arena } = call.keyspace;
  const block = setsOf(call).takeEnd(entry, isMax);
  call.reply.bulk(memberBytes(arena, block), memberStart(block), memberLength(arena, block));
  call.reply.double(memberScore(arena, block));
  arena.free(block);
}
