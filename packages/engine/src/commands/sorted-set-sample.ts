// Members without an order: random ones (ZRANDMEMBER) and all of them bit by bit (ZSCAN).
import { formatDouble, formatDouble17 } from '../encodings/double-text.ts';
import { KIND_SORTED_SET_PACKED, SORTED_SET } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { memberBytes, memberLength, memberScore, memberStart } from '../types/sorted-set/member-blocks.ts';
import type { SortedSetCursor } from '../types/sorted-set/sorted-set-cursor.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR, VALUE_OUT_OF_RANGE } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { parseCursor, parseScanOptions, passesPattern, type ScanOptions, stepScan } from './scan-options.ts';
import { positionArgument, setsOf } from './sorted-set-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const sortedSetSampleCommands: readonly CommandSpec[] = [
  {
    name: 'zrandmember', arity: -2, flags: 'readonly', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '6.2.0',
    group: 'sorted-set', complexity: 'O(N), N members replied', about: 'Gives random members.',
    tips: ['nondeterministic_output'], run: randomMember,
  },
  {
    name: 'zscan', arity: -3, flags: 'readonly', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '2.8.0',
    group: 'sorted-set', complexity: 'O(1) a call', about: 'Walks through the members and their scores.',
    tips: ['nondeterministic_output'], run: scan,
  },
];

const INT64_MAX = 2 ** 63;
const COUNT_OUT_OF_RANGE = new CommandError(
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
);
/** Where the sample is smaller than one in so many, members are drawn; otherwise all of them are looked at. */
const DRAW_BELOW = 3;

function randomMember(call: Call): void {
  const { args, reply } = call;
  if (args.count > 2) return randomMembers(call);
  const entry = call.read(1, SORTED_SET);
  if (entry === 0) return reply.nil();
  const cursor = setsOf(call).read(entry);
  cursor.seekRank(Math.floor(call.services.random() * cursor.count));
  reply.bulk(cursor.bytes, cursor.start, cursor.length);
}

function randomMembers(call: Call): void {
  const { args, reply } = call;
  const count = positionArgument(call, 2);
  if (args.text(2) === '-9223372036854775808') throw COUNT_OUT_OF_RANGE;
  const withScores = args.count === 4 && args.is(3, 'withscores');
  if (args.count > 3 && !withScores) throw SYNTAX_ERROR;
  if (withScores && Math.abs(count) > INT64_MAX / 2) throw VALUE_OUT_OF_RANGE;
  const entry = call.read(1, SORTED_SET);
  if (entry === 0 || count === 0) return reply.array(0);
  const cursor = setsOf(call).read(entry);
  const replies = count < 0 ? -count : Math.min(count, cursor.count);
  reply.array(withScores && reply.protocol === 2 ? replies * 2 : replies);
  if (count < 0) replyRepeatedly(call, cursor, replies, withScores);
  else if (replies * DRAW_BELOW > cursor.count) replySelected(call, cursor, replies, withScores);
  else replyDrawn(call, cursor, replies, withScores);
}

function replyMember(call: Call, cursor: SortedSetCursor, withScores: boolean): void {
  const { reply } = call;
  if (withScores && reply.protocol === 3) reply.array(2);
  reply.bulk(cursor.bytes, cursor.start, cursor.length);
  if (withScores) reply.double(cursor.score);
}

function replyRepeatedly(call: Call, cursor: SortedSetCursor, count: number, withScores: boolean): void {
  for (let i = 0; i < count; i++) {
    cursor.seekRank(Math.floor(call.services.random() * cursor.count));
    replyMember(call, cursor, withScores);
  }
}

/** Distinct members, in order: each is taken with the chance that what is still wanted has among what is left. */
function replySelected(call: Call, cursor: SortedSetCursor, count: number, withScores: boolean): void {
  let wanted = count;
  for (let rank = 0; wanted > 0; rank++) {
    if (rank === 0) cursor.seekRank(0);
    else cursor.next();
    if (call.services.random() * (cursor.count - rank) >= wanted) continue;
    replyMember(call, cursor, withScores);
    wanted--;
  }
}

/** Distinct members, drawn one by one. */
function replyDrawn(call: Call, cursor: SortedSetCursor, count: number, withScores: boolean): void {
  const drawn = new Set<number>();
  while (drawn.size < count) {
    const rank = Math.floor(call.services.random() * cursor.count);
    if (drawn.has(rank)) continue;
    drawn.add(rank);
    cursor.seekRank(rank);
    replyMember(call, cursor, withScores);
  }
}

function scan(call: Call): void {
  const { reply } = call;
  const start = parseCursor(call, 2);
  const entry = call.read(1, SORTED_SET);
  if (entry === 0) {
    reply.array(2);
    reply.bulkText('0');
    return reply.array(0);
  }
  const options = parseScanOptions(call, 3, 'sorted set');
  if (call.entries.kind(entry) === KIND_SORTED_SET_PACKED) return scanPacked(call, entry, options);
  const { big } = setsOf(call);
  const { arena } = call.keyspace;
  const index = big.dictOf(call.entries.value(entry));
  const found: Handle[] = [];
  const next = stepScan(start, options.count, (cursor) => {
    let seen = 0;
    const after = big.dict.scan(index, cursor, (block) => {
      seen++;
      const bytes = memberBytes(arena, block);
      if (passesPattern(options, bytes, memberStart(block), memberLength(arena, block))) found.push(block);
    });
    return { next: after, seen };
  });
  reply.array(2);
  reply.bulkInteger(next);
  reply.array(options.onlyKeys ? found.length : found.length * 2);
  for (const block of found) {
    reply.bulk(memberBytes(arena, block), memberStart(block), memberLength(arena, block));
    if (!options.onlyKeys) reply.bulkText(formatDouble17(memberScore(arena, block)));
  }
}

/** A small sorted set comes whole, whatever count was asked for. */
function scanPacked(call: Call, entry: Handle, options: ScanOptions): void {
  const { reply } = call;
  const cursor = setsOf(call).read(entry);
  reply.array(2);
  reply.bulkText('0');
  const mark = reply.beginDeferred();
  let items = 0;
  for (let rank = 0; rank < cursor.count; rank++) {
    if (rank === 0) cursor.seekRank(0);
    else cursor.next();
    if (!passesPattern(options, cursor.bytes, cursor.start, cursor.length)) continue;
    reply.bulk(cursor.bytes, cursor.start, cursor.length);
    if (!options.onlyKeys) reply.bulkText(formatDouble(cursor.score));
    items += options.onlyKeys ? 1 : 2;
  }
  reply.endDeferred(mark, 'array', items);
}
