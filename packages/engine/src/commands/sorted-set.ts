// Sorted sets, member by member: adding, taking out, scores and positions. Ranges, pops and combinations have files of
// their own.
import { EVENT_GENERIC, EVENT_SORTED_SET } from '../keyspace/keyspace.ts';
import { KIND_SORTED_SET_BIG, KIND_SORTED_SET_PACKED, SORTED_SET } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { packedLimits, scoreArgument, setsOf } from './sorted-set-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const sortedSetCommands: readonly CommandSpec[] = [
  {
    name: 'zadd', arity: -4, flags: 'write denyoom fast', acl: 'sortedset', keys: [keyAt(1, 'RW UPDATE')],
    since: '1.2.0', group: 'sorted-set', complexity: 'O(log(N)) a member', about: 'Adds members, or changes their scores.',
    run: (call) => add(call, false),
  },
  {
    name: 'zincrby', arity: 4, flags: 'write denyoom fast', acl: 'sortedset', keys: [keyAt(1, 'RW ACCESS UPDATE')],
    since: '1.2.0', group: 'sorted-set', complexity: 'O(log(N))', about: 'Adds to the score of a member.',
    run: (call) => add(call, true),
  },
  {
    name: 'zrem', arity: -3, flags: 'write fast', acl: 'sortedset', keys: [keyAt(1, 'RW DELETE')], since: '1.2.0',
    group: 'sorted-set', complexity: 'O(M*log(N)), M members', about: 'Takes members out.', run: remove,
  },
  {
    name: 'zcard', arity: 2, flags: 'readonly fast', acl: 'sortedset', keys: [keyAt(1, 'RO')], since: '1.2.0',
    group: 'sorted-set', complexity: 'O(1)', about: 'Counts the members.', run: count,
  },
  {
    name: 'zscore', arity: 3, flags: 'readonly fast', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '1.2.0',
    group: 'sorted-set', complexity: 'O(1)', about: 'Gives the score of a member.', run: score,
  },
  {
    name: 'zmscore', arity: -3, flags: 'readonly fast', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '6.2.0',
    group: 'sorted-set', complexity: 'O(N), N members', about: 'Gives the scores of members.', run: scores,
  },
  {
    name: 'zrank', arity: -3, flags: 'readonly fast', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '2.0.0',
    group: 'sorted-set', complexity: 'O(log(N))', about: 'Gives the position of a member, lowest score first.',
    run: (call) => rank(call, false),
  },
  {
    name: 'zrevrank', arity: -3, flags: 'readonly fast', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '2.0.0',
    group: 'sorted-set', complexity: 'O(log(N))', about: 'Gives the position of a member, highest score first.',
    run: (call) => rank(call, true),
  },
];

const NX_AND_XX = new CommandError('ERR XX and NX options at the same time are not compatible');
const GT_LT_NX = new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible');
const INCR_ONE_PAIR = new CommandError('ERR INCR option supports a single increment-element pair');
const NOT_A_NUMBER = new CommandError('ERR resulting score is not a number (NaN)');

const NX = 1;
const XX = 2;
const GT = 4;
const LT = 8;
const CH = 16;
const INCR = 32;

/** What became of one member. */
const UNTOUCHED = 0;
const SAME_SCORE = 1;
const UPDATED = 2;
const ADDED = 3;

/** The scores of the command that runs. */
let parsedScores = new Float64Array(16);
/** The score that the last member handled has now. */
let scoreNow = 0;

function add(call: Call, increments: boolean): void {
  const { args } = call;
  let flags = increments ? INCR : 0;
  let first = 2;
  for (; first < args.count; first++) {
    const flag = flagAt(call, first);
    if (flag === 0) break;
    flags |= flag;
  }
  const pairs = (args.count - first) / 2;
  if (pairs === 0 || pairs % 1 !== 0) throw SYNTAX_ERROR;
  checkFlags(flags, pairs);
  parseScores(call, first, pairs);
  const entry = entryFor(call, first, pairs, (flags & XX) === 0);
  if (entry === 0) return (flags & INCR) !== 0 ? call.reply.nil() : call.reply.integer(0);
  let added = 0;
  let updated = 0;
  let outcome = UNTOUCHED;
  for (let i = 0; i < pairs; i++) {
    outcome = addOne(call, entry, first + i * 2 + 1, parsedScores[i], flags);
    if (outcome === ADDED) added++;
    else if (outcome === UPDATED) updated++;
  }
  if (added + updated > 0) {
    call.changed(1, EVENT_SORTED_SET, (flags & INCR) !== 0 ? 'zincr' : 'zadd');
    call.keyspace.dirty += added + updated - 1;
  }
  if ((flags & INCR) === 0) call.reply.integer((flags & CH) !== 0 ? added + updated : added);
  else if (outcome === UNTOUCHED) call.reply.nil();
  else call.reply.double(scoreNow);
}

function flagAt(call: Call, index: number): number {
  const { args } = call;
  const length = args.lengths[index];
  if (length === 2) {
    if (args.is(index, 'nx')) return NX;
    if (args.is(index, 'xx')) return XX;
    if (args.is(index, 'gt')) return GT;
    if (args.is(index, 'lt')) return LT;
    if (args.is(index, 'ch')) return CH;
  }
  return length === 4 && args.is(index, 'incr') ? INCR : 0;
}

function checkFlags(flags: number, pairs: number): void {
  if (flags === 0) return;
  if ((flags & NX) !== 0 && (flags & XX) !== 0) throw NX_AND_XX;
  const conditions = flags & (GT | LT | NX);
  if (conditions !== 0 && (conditions & (conditions - 1)) !== 0) throw GT_LT_NX;
  if ((flags & INCR) !== 0 && pairs > 1) throw INCR_ONE_PAIR;
}

/** All scores are looked at before anything is added. */
function parseScores(call: Call, first: number, pairs: number): void {
  if (pairs > parsedScores.length) parsedScores = new Float64Array(pairs * 2);
  for (let i = 0; i < pairs; i++) parsedScores[i] = scoreArgument(call, first + i * 2);
}

/** The sorted set of the key, made where it is not there and `creates`; packed only if the new members allow it. */
function entryFor(call: Call, first: number, pairs: number, creates: boolean): Handle {
  const entry = call.write(1, SORTED_SET);
  if (entry === 0 && !creates) return 0;
  const { entries } = call;
  if (entry !== 0 && entries.kind(entry) !== KIND_SORTED_SET_PACKED) return entry;
  const limits = packedLimits(call);
  let fits = pairs <= limits.entriesMax;
  for (let i = 0; i < pairs; i++) if (call.args.lengths[first + i * 2 + 1] > limits.memberBytesMax) fits = false;
  const sets = setsOf(call);
  if (entry !== 0) {
    if (!fits) sets.unpackEntry(entry);
    return entry;
  }
  const kind = fits ? KIND_SORTED_SET_PACKED : KIND_SORTED_SET_BIG;
  return call.add(1, kind, sets.create(kind));
}

function addOne(call: Call, entry: Handle, index: number, value: number, flags: number): number {
  const { args } = call;
  const sets = setsOf(call);
  const bytes = args.bytesOf(index);
  const start = args.starts[index];
  const length = args.lengths[index];
  scoreNow = value;
  if (!sets.findForUpdate(entry, bytes, start, length)) {
    if ((flags & XX) !== 0) return UNTOUCHED;
    sets.insertSought(entry, bytes, start, length, value, packedLimits(call));
    return ADDED;
  }
  if ((flags & NX) !== 0) return UNTOUCHED;
  const old = sets.foundScore;
  if ((flags & INCR) !== 0) scoreNow = old + value;
  if (Number.isNaN(scoreNow)) throw NOT_A_NUMBER;
  if ((flags & GT) !== 0 && scoreNow <= old) return UNTOUCHED;
  if ((flags & LT) !== 0 && scoreNow >= old) return UNTOUCHED;
  if (scoreNow === old) return SAME_SCORE;
  sets.updateFound(entry, bytes, start, length, scoreNow);
  return UPDATED;
}

function remove(call: Call): void {
  const { args } = call;
  const entry = call.write(1, SORTED_SET);
  if (entry === 0) return call.reply.integer(0);
  const sets = setsOf(call);
  let removed = 0;
  for (let i = 2; i < args.count; i++) {
    if (!sets.findForUpdate(entry, args.bytesOf(i), args.starts[i], args.lengths[i])) continue;
    sets.removeFound(entry);
    removed++;
    if (sets.count(entry) === 0) break;
  }
  if (removed > 0) tellRemoved(call, 1, 'zrem', removed, sets.count(entry));
  call.reply.integer(removed);
}

/** Tells that members were taken out of the sorted set of argument `index`; deletes the key when none are `left`. */
export function tellRemoved(call: Call, index: number, event: string, removed: number, left: number): void {
  call.changed(index, EVENT_SORTED_SET, event);
  call.keyspace.dirty += removed - 1;
  if (left > 0) return;
  call.remove(index);
  call.notify(index, EVENT_GENERIC, 'del');
}

function count(call: Call): void {
  const entry = call.read(1, SORTED_SET);
  call.reply.integer(entry === 0 ? 0 : setsOf(call).count(entry));
}

function score(call: Call): void {
  replyScore(call, call.read(1, SORTED_SET), 2);
}

function scores(call: Call): void {
  const entry = call.read(1, SORTED_SET);
  call.reply.array(call.args.count - 2);
  for (let i = 2; i < call.args.count; i++) replyScore(call, entry, i);
}

function replyScore(call: Call, entry: Handle, index: number): void {
  const { args } = call;
  const sets = setsOf(call);
  const isThere = entry !== 0 && sets.find(entry, args.bytesOf(index), args.starts[index], args.lengths[index]);
  if (isThere) call.reply.double(sets.foundScore);
  else call.reply.nil();
}

function rank(call: Call, isReverse: boolean): void {
  const { args, reply } = call;
  if (args.count > 4) throw new CommandError(`ERR wrong number of arguments for '${call.command.name}' command`);
  const withScore = args.count === 4;
  if (withScore && !args.is(3, 'withscore')) throw SYNTAX_ERROR;
  const entry = call.read(1, SORTED_SET);
  const sets = setsOf(call);
  const position = entry === 0 ? -1 : sets.rank(entry, args.bytesOf(2), args.starts[2], args.lengths[2]);
  if (position === -1) return withScore ? reply.nilArray() : reply.nil();
  if (withScore) reply.array(2);
  reply.integer(isReverse ? sets.count(entry) - 1 - position : position);
  if (withScore) reply.double(sets.foundScore);
}
