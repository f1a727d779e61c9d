// Reading ranges of sorted sets: by position, by score, by member, forwards and backwards, to the client or into a key.
import { EVENT_GENERIC, EVENT_SORTED_SET } from '../keyspace/keyspace.ts';
import { KIND_SORTED_SET_BIG, KIND_SORTED_SET_PACKED, SORTED_SET } from '../keyspace/value-kind.ts';
import { SortedSetBuilder } from '../types/sorted-set/sorted-set-builder.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { packedLimits, positionArgument, setsOf } from './sorted-set-arguments.ts';
import { parseRange, type RangeBy, type SortedSetRange } from './sorted-set-ranges.ts';

const READS = 'O(log(N)+M), M members replied';

// biome-ignore format: a row stays together; one property a line would hide the table
export const sortedSetRangeCommands: readonly CommandSpec[] = [
  {
    name: 'zrange', arity: -4, flags: 'readonly', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '1.2.0',
    group: 'sorted-set', complexity: READS, about: 'Gives members of a range of positions, scores or members.',
    run: (call) => range(call, undefined, undefined),
  },
  {
    name: 'zrevrange', arity: -4, flags: 'readonly', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '1.2.0',
    group: 'sorted-set', complexity: READS, about: 'Gives members of a range of positions, highest score first.',
    run: (call) => range(call, 'rank', true),
  },
  {
    name: 'zrangebyscore', arity: -4, flags: 'readonly', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '1.0.5',
    group: 'sorted-set', complexity: READS, about: 'Gives members of a range of scores.',
    run: (call) => range(call, 'score', false),
  },
  {
    name: 'zrevrangebyscore', arity: -4, flags: 'readonly', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')],
    since: '2.2.0', group: 'sorted-set', complexity: READS, about: 'Gives members of a range of scores, highest first.',
    run: (call) => range(call, 'score', true),
  },
  {
    name: 'zrangebylex', arity: -4, flags: 'readonly', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '2.8.9',
    group: 'sorted-set', complexity: READS, about: 'Gives members between two members, where scores are equal.',
    run: (call) => range(call, 'member', false),
  },
  {
    name: 'zrevrangebylex', arity: -4, flags: 'readonly', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '2.8.9',
    group: 'sorted-set', complexity: READS, about: 'Gives members between two members, last one first.',
    run: (call) => range(call, 'member', true),
  },
  {
    name: 'zrangestore', arity: -5, flags: 'write denyoom', acl: 'sortedset',
    keys: [keyAt(1, 'OW UPDATE'), keyAt(2, 'RO ACCESS')], since: '6.2.0', group: 'sorted-set',
    complexity: 'O(log(N)+M), M members stored', about: 'Stores a range of members in a key.', run: rangeStore,
  },
];

const LIMIT_BY_POSITION = new CommandError(
  'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX',
);
const SCORES_BY_MEMBER = new CommandError('ERR syntax error, WITHSCORES not supported in combination with BYLEX');

interface RangeOptions {
  by: RangeBy | undefined;
  isReverse: boolean | undefined;
  withScores: boolean;
  offset: number;
  /** Below 0: all. */
  limit: number;
}

/** The words behind key, first and last end. What the command itself says (`by`, `isReverse`) is no word any more. */
function parseOptions(call: Call, from: number, options: RangeOptions, stores: boolean): void {
  const { args } = call;
  for (let i = from; i < args.count; i++) {
    if (!stores && args.is(i, 'withscores')) options.withScores = true;
    else if (args.is(i, 'limit') && i + 2 < args.count) {
      options.offset = positionArgument(call, i + 1);
      options.limit = positionArgument(call, i + 2);
      i += 2;
    } else if (options.isReverse === undefined && args.is(i, 'rev')) options.isReverse = true;
    else if (options.by === undefined && args.is(i, 'bylex')) options.by = 'member';
    else if (options.by === undefined && args.is(i, 'byscore')) options.by = 'score';
    else throw SYNTAX_ERROR;
  }
  if (options.limit !== -1 && (options.by ?? 'rank') === 'rank') throw LIMIT_BY_POSITION;
  if (options.withScores && options.by === 'member') throw SCORES_BY_MEMBER;
}

/** Parses everything behind the key at `keyIndex`. */
function parseRequest(
  call: Call,
  keyIndex: number,
  by: RangeBy | undefined,
  isReverse: boolean | undefined,
): { readonly options: RangeOptions & { readonly by: RangeBy }; readonly range: SortedSetRange } {
  const words: RangeOptions = { by, isReverse, withScores: false, offset: 0, limit: -1 };
  parseOptions(call, keyIndex + 3, words, keyIndex === 2);
  const options = { ...words, by: words.by ?? 'rank' };
  const backwards = options.isReverse === true;
  return { options, range: parseRange(call, options.by, keyIndex + 1, backwards) };
}

function range(call: Call, by: RangeBy | undefined, isReverse: boolean | undefined): void {
  const { reply } = call;
  const { options, range } = parseRequest(call, 1, by, isReverse);
  const entry = call.read(1, SORTED_SET);
  if (entry === 0) return reply.array(0);
  const cursor = setsOf(call).read(entry);
  range.resolve(cursor);
  if (options.by !== 'rank') range.limit(options.offset, options.limit);
  const nested = options.withScores && reply.protocol === 3;
  reply.array(options.withScores && !nested ? range.count * 2 : range.count);
  for (let i = 0; i < range.count; i++) {
    range.step(cursor, i);
    if (nested) reply.array(2);
    reply.bulk(cursor.bytes, cursor.start, cursor.length);
    if (options.withScores) reply.double(cursor.score);
  }
}

function rangeStore(call: Call): void {
  const { options, range } = parseRequest(call, 2, undefined, undefined);
  const entry = call.read(2, SORTED_SET);
  const { cursor } = setsOf(call);
  if (entry !== 0) {
    setsOf(call).read(entry);
    range.resolve(cursor);
    if (options.by !== 'rank') range.limit(options.offset, options.limit);
  }
  const limits = packedLimits(call);
  const isBig = options.by === 'rank' && range.count > limits.entriesMax;
  const builder = new SortedSetBuilder(setsOf(call), limits, isBig ? KIND_SORTED_SET_BIG : KIND_SORTED_SET_PACKED);
  for (let i = 0; i < range.count; i++) {
    range.step(cursor, i);
    builder.add(cursor.bytes, cursor.start, cursor.length, cursor.score);
  }
  storeBuilt(call, 1, builder, 'zrangestore');
}

/** Stores a result in the key of argument `index` in place of whatever is there, and replies its count; a result
 * without members deletes the key. */
export function storeBuilt(call: Call, index: number, builder: SortedSetBuilder, event: string): void {
  const { count } = builder;
  const existed = call.remove(index);
  if (count === 0) {
    builder.discard();
    if (existed) call.changed(index, EVENT_GENERIC, 'del');
  } else {
    call.add(index, builder.kind, builder.value);
    call.changed(index, EVENT_SORTED_SET, event);
  }
  call.reply.integer(count);
}
