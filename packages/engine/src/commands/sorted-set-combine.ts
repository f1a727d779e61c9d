// Sorted sets from several others: ZUNION, ZINTER, ZDIFF, ZINTERCARD and those that store what comes out. Plain sets
// take part with a score of 1 for each member.
import { KIND_SORTED_SET_BIG, SET, SORTED_SET, typeOfKind } from '../keyspace/value-kind.ts';
import { setsOf as plainSetsOf } from '../types/set/sets.ts';
import { SortedSetBuilder } from '../types/sorted-set/sorted-set-builder.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_AN_INTEGER, SYNTAX_ERROR, WRONG_TYPE } from './command-error.ts';
import { type CommandSpec, countedKeys, keyAt } from './command-spec.ts';
import { packedLimits, positionArgument, scoreArgument, setsOf } from './sorted-set-arguments.ts';
import { storeBuilt } from './sorted-set-range.ts';
import { emptySource, type ScoredSource, SetSource, SortedSetSource } from './sorted-set-sources.ts';

const UNITES = 'O(N)+O(M*log(M)), N members in all, M in the result';
const INTERSECTS = 'O(N*K)+O(M*log(M)), N members of the smallest of K, M in the result';
const SUBTRACTS = 'O(N*K)+O(M*log(M)), N members of the first of K, M in the result';

// biome-ignore format: a row stays together; one property a line would hide the table
export const sortedSetCombineCommands: readonly CommandSpec[] = [
  {
    name: 'zunion', arity: -3, flags: 'readonly', acl: 'sortedset', keys: [countedKeys(1, 'RO ACCESS')], since: '6.2.0',
    group: 'sorted-set', complexity: UNITES, about: 'Unites sorted sets.', run: (call) => reply(call, unite),
  },
  {
    name: 'zinter', arity: -3, flags: 'readonly', acl: 'sortedset', keys: [countedKeys(1, 'RO ACCESS')], since: '6.2.0',
    group: 'sorted-set', complexity: INTERSECTS, about: 'Intersects sorted sets.', run: (call) => reply(call, intersect),
  },
  {
    name: 'zdiff', arity: -3, flags: 'readonly', acl: 'sortedset', keys: [countedKeys(1, 'RO ACCESS')], since: '6.2.0',
    group: 'sorted-set', complexity: SUBTRACTS, about: 'Leaves out of a sorted set what is in others.',
    run: (call) => reply(call, subtract),
  },
  {
    name: 'zunionstore', arity: -4, flags: 'write denyoom', acl: 'sortedset',
    keys: [keyAt(1, 'OW UPDATE'), countedKeys(2, 'RO ACCESS')], since: '2.0.0', group: 'sorted-set',
    complexity: UNITES, about: 'Stores a union of sorted sets.', run: (call) => store(call, unite, 'zunionstore'),
  },
  {
    name: 'zinterstore', arity: -4, flags: 'write denyoom', acl: 'sortedset',
    keys: [keyAt(1, 'OW UPDATE'), countedKeys(2, 'RO ACCESS')], since: '2.0.0', group: 'sorted-set',
    complexity: INTERSECTS, about: 'Stores an intersection of sorted sets.',
    run: (call) => store(call, intersect, 'zinterstore'),
  },
  {
    name: 'zdiffstore', arity: -4, flags: 'write denyoom', acl: 'sortedset',
    keys: [keyAt(1, 'OW UPDATE'), countedKeys(2, 'RO ACCESS')], since: '6.2.0', group: 'sorted-set',
    complexity: SUBTRACTS, about: 'Stores what a sorted set has and others have not.',
    run: (call) => store(call, subtract, 'zdiffstore'),
  },
  {
    name: 'zintercard', arity: -3, flags: 'readonly', acl: 'sortedset', keys: [countedKeys(1, 'RO ACCESS')],
    since: '7.0.0', group: 'sorted-set', complexity: 'O(N*K), N members of the smallest of K',
    about: 'Counts the members that all of the sorted sets have.', run: countIntersection,
  },
];

const BAD_WEIGHT = new CommandError('ERR weight value is not a float');
const BAD_LIMIT = new CommandError("ERR LIMIT can't be negative");

type Aggregate = (score: number, other: number) => number;

/** Infinities of both signs add up to nothing. */
const sum: Aggregate = (score, other) => numberOrZero(score + other);
const AGGREGATES = new Map<string, Aggregate>([
  ['sum', sum],
  ['min', (score, other) => (other < score ? other : score)],
  ['max', (score, other) => (other > score ? other : score)],
]);

interface Combination {
  readonly sources: readonly ScoredSource[];
  aggregate: Aggregate;
  withScores: boolean;
  /** Where counting ends; 0: never. */
  limit: number;
}

/** Which options a command takes. */
interface Accepts {
  readonly weights: boolean;
  readonly scores: boolean;
  readonly limit: boolean;
}

type Combine = (call: Call, combination: Combination) => SortedSetBuilder;

function reply(call: Call, combine: Combine): void {
  const { reply } = call;
  const accepts = { weights: combine !== subtract, scores: true, limit: false };
  const combination = parseCombination(call, 1, accepts);
  const built = combine(call, combination);
  const { withScores } = combination;
  const { cursor } = setsOf(call);
  cursor.open(built.kind, built.value);
  const nested = withScores && reply.protocol === 3;
  reply.array(withScores && !nested ? cursor.count * 2 : cursor.count);
  for (let rank = 0; rank < cursor.count; rank++) {
    if (rank === 0) cursor.seekRank(0);
    else cursor.next();
    if (nested) reply.array(2);
    reply.bulk(cursor.bytes, cursor.start, cursor.length);
    if (withScores) reply.double(cursor.score);
  }
  call.keyspace.freeValue(built.kind, built.value, true);
}

function store(call: Call, combine: Combine, event: string): void {
  const accepts = { weights: combine !== subtract, scores: false, limit: false };
  const built = combine(call, parseCombination(call, 2, accepts));
  built.pack();
  storeBuilt(call, 1, built, event);
}

function countIntersection(call: Call): void {
  const combination = parseCombination(call, 1, { weights: false, scores: false, limit: true });
  let count = 0;
  forEachCommon(combination, () => {
    count++;
    return count !== combination.limit;
  });
  call.reply.integer(count);
}

function parseCombination(call: Call, numkeysAt: number, accepts: Accepts): Combination {
  const { args } = call;
  const keys = positionArgument(call, numkeysAt, NOT_AN_INTEGER);
  if (keys < 1) throw new CommandError(`ERR at least 1 input key is needed for '${call.command.name}' command`);
  if (keys > args.count - (numkeysAt + 1)) throw SYNTAX_ERROR;
  const sources: ScoredSource[] = [];
  for (let i = 0; i < keys; i++) sources.push(sourceAt(call, numkeysAt + 1 + i));
  const combination: Combination = { sources, aggregate: sum, withScores: false, limit: 0 };
  for (let i = numkeysAt + 1 + keys; i < args.count; ) i = parseOption(call, i, combination, accepts);
  return combination;
}

/** Parses the option at `index`; returns where the next one is. */
function parseOption(call: Call, index: number, combination: Combination, accepts: Accepts): number {
  const { args } = call;
  const { sources } = combination;
  const left = args.count - index;
  if (accepts.weights && left > sources.length && args.is(index, 'weights')) {
    for (const [i, source] of sources.entries()) source.weight = scoreArgument(call, index + 1 + i, BAD_WEIGHT);
    return index + 1 + sources.length;
  }
  if (accepts.weights && left > 1 && args.is(index, 'aggregate')) {
    const aggregate = AGGREGATES.get(args.text(index + 1).toLowerCase());
    if (aggregate === undefined) throw SYNTAX_ERROR;
    combination.aggregate = aggregate;
    return index + 2;
  }
  if (accepts.scores && args.is(index, 'withscores')) {
    combination.withScores = true;
    return index + 1;
  }
  if (!accepts.limit || left < 2 || !args.is(index, 'limit')) throw SYNTAX_ERROR;
  combination.limit = positionArgument(call, index + 1, BAD_LIMIT);
  if (combination.limit < 0) throw BAD_LIMIT;
  return index + 2;
}

function sourceAt(call: Call, index: number): ScoredSource {
  const entry = call.readAny(index);
  if (entry === 0) return emptySource();
  const kind = call.entries.kind(entry);
  if (typeOfKind(kind) === SORTED_SET) return new SortedSetSource(setsOf(call), kind, call.entries.value(entry));
  if (typeOfKind(kind) !== SET) throw WRONG_TYPE;
  return new SetSource(plainSetsOf(call.keyspace), kind, call.entries.value(entry));
}

function unite(call: Call, combination: Combination): SortedSetBuilder {
  const built = new SortedSetBuilder(setsOf(call), packedLimits(call), KIND_SORTED_SET_BIG);
  const { aggregate } = combination;
  for (const source of smallestFirst(combination.sources)) {
    for (let more = source.first(); more; more = source.next()) {
      const score = numberOrZero(source.weight * source.score);
      built.merge(source.bytes, source.start, source.length, score, aggregate);
    }
  }
  built.order();
  return built;
}

function intersect(call: Call, combination: Combination): SortedSetBuilder {
  const built = new SortedSetBuilder(setsOf(call), packedLimits(call), KIND_SORTED_SET_BIG);
  forEachCommon(combination, (source, score) => {
    built.add(source.bytes, source.start, source.length, score);
    return true;
  });
  return built;
}

/** Calls `visit` for each member that all sources have, with its combined score, until it returns false. */
function forEachCommon(combination: Combination, visit: (source: ScoredSource, score: number) => boolean): void {
  const [smallest, ...others] = smallestFirst(combination.sources);
  for (let more = smallest.first(); more; more = smallest.next()) {
    let score = numberOrZero(smallest.weight * smallest.score);
    let isCommon = true;
    for (const other of others) {
      if (!other.find(smallest.bytes, smallest.start, smallest.length)) {
        isCommon = false;
        break;
      }
      score = combination.aggregate(score, other.foundScore * other.weight);
    }
    if (isCommon && !visit(smallest, score)) return;
  }
}

function subtract(call: Call, combination: Combination): SortedSetBuilder {
  const built = new SortedSetBuilder(setsOf(call), packedLimits(call), KIND_SORTED_SET_BIG);
  const [first, ...others] = combination.sources;
  for (let more = first.first(); more; more = first.next()) {
    const isElsewhere = others.some((other) => other.find(first.bytes, first.start, first.length));
    if (!isElsewhere) built.add(first.bytes, first.start, first.length, first.score);
  }
  return built;
}

function smallestFirst(sources: readonly ScoredSource[]): ScoredSource[] {
  return [...sources].sort((a, b) => a.count - b.count);
}

function numberOrZero(score: number): number {
  return Number.isNaN(score) ? 0 : score;
}
