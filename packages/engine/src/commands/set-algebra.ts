// Combinations of sets: intersection, union, difference, and storing them.
import { parseIntegerWords } from '../encodings/integer-words.ts';
import { KIND_SET_BIG, KIND_SET_INTEGERS, KIND_SET_PACKED, SET } from '../keyspace/value-kind.ts';
import type { SetCursor } from '../types/set/set-cursor.ts';
import type { SetValue } from '../types/set/set-value.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, countedKeys, keyAt, keysFrom } from './command-spec.ts';
import { setLimits, sets, storeResult } from './set-arguments.ts';
import { positionArgument } from './sorted-set-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const setAlgebraCommands: readonly CommandSpec[] = [
  {
    name: 'sinter', arity: -2, flags: 'readonly', acl: 'set', keys: [keysFrom(1, 'RO ACCESS')], since: '1.0.0',
    group: 'set', complexity: 'O(N*M), N members in the smallest of M sets', about: 'Gives what several sets have in common.',
    tips: ['nondeterministic_output_order'], run: intersect,
  },
  {
    name: 'sintercard', arity: -3, flags: 'readonly', acl: 'set', keys: [countedKeys(1, 'RO ACCESS')], since: '7.0.0',
    group: 'set', complexity: 'O(N*M), N members in the smallest of M sets',
    about: 'Counts what several sets have in common.', run: countIntersection,
  },
  {
    name: 'sinterstore', arity: -3, flags: 'write denyoom', acl: 'set',
    keys: [keyAt(1, 'OW UPDATE'), keysFrom(2, 'RO ACCESS')], since: '1.0.0', group: 'set',
    complexity: 'O(N*M), N members in the smallest of M sets', about: 'Stores what several sets have in common.',
    run: storeIntersection,
  },
  {
    name: 'sunion', arity: -2, flags: 'readonly', acl: 'set', keys: [keysFrom(1, 'RO ACCESS')], since: '1.0.0',
    group: 'set', complexity: 'O(N), N members in all sets', about: 'Gives the members of several sets.',
    tips: ['nondeterministic_output_order'], run: (call) => replyAll(call, unite(call, sourcesFrom(call, 1), false)),
  },
  {
    name: 'sunionstore', arity: -3, flags: 'write denyoom', acl: 'set',
    keys: [keyAt(1, 'OW UPDATE'), keysFrom(2, 'RO ACCESS')], since: '1.0.0', group: 'set',
    complexity: 'O(N), N members in all sets', about: 'Stores the members of several sets.',
    run: (call) => storeResult(call, unite(call, sourcesFrom(call, 2), true), 'sunionstore'),
  },
  {
    name: 'sdiff', arity: -2, flags: 'readonly', acl: 'set', keys: [keysFrom(1, 'RO ACCESS')], since: '1.0.0',
    group: 'set', complexity: 'O(N), N members in all sets', about: 'Gives what a set has and others have not.',
    tips: ['nondeterministic_output_order'], run: (call) => replyAll(call, subtract(call, sourcesFrom(call, 1), false)),
  },
  {
    name: 'sdiffstore', arity: -3, flags: 'write denyoom', acl: 'set',
    keys: [keyAt(1, 'OW UPDATE'), keysFrom(2, 'RO ACCESS')], since: '1.0.0', group: 'set',
    complexity: 'O(N), N members in all sets', about: 'Stores what a set has and others have not.',
    run: (call) => storeResult(call, subtract(call, sourcesFrom(call, 2), true), 'sdiffstore'),
  },
];

const BAD_KEY_COUNT = new CommandError('ERR numkeys should be greater than 0');
const TOO_MANY_KEYS = new CommandError("ERR Number of keys can't be greater than number of args");
const BAD_LIMIT = new CommandError("ERR LIMIT can't be negative");

/** The sets of the keys from argument `from` to `last`; undefined where a key is not there. */
function sourcesFrom(call: Call, from: number, last = call.args.count - 1): (SetValue | undefined)[] {
  const sources: (SetValue | undefined)[] = [];
  for (let i = from; i <= last; i++) {
    const entry = call.read(i, SET);
    const { entries } = call;
    sources.push(entry === 0 ? undefined : sets(call).createSet().open(entries.kind(entry), entries.value(entry)));
  }
  return sources;
}

function cursorOf(call: Call, source: SetValue): SetCursor {
  return sets(call).createCursor().open(source.kind, source.value);
}

/** Calls `visit` for each member that all sources have until it returns false. */
function forEachCommon(
  call: Call,
  sources: readonly (SetValue | undefined)[],
  visit: (cursor: SetCursor) => boolean,
): void {
  const present = sources.filter((source) => source !== undefined);
  if (present.length < sources.length) return;
  const [smallest, ...others] = present.sort((a, b) => a.count - b.count);
  const different = others.filter((other) => other.value !== smallest.value);
  const cursor = cursorOf(call, smallest);
  while (cursor.next()) if (isInAll(different, cursor) && !visit(cursor)) return;
}

function isInAll(sources: readonly SetValue[], { bytes, start, length }: SetCursor): boolean {
  for (const source of sources) if (!source.has(bytes, start, length)) return false;
  return true;
}

function intersect(call: Call): void {
  const { reply } = call;
  const sources = sourcesFrom(call, 1);
  const mark = reply.beginDeferred();
  let count = 0;
  forEachCommon(call, sources, (cursor) => {
    reply.bulk(cursor.bytes, cursor.start, cursor.length);
    count++;
    return true;
  });
  reply.endDeferred(mark, 'set', count);
}

function countIntersection(call: Call): void {
  const { args } = call;
  const keys = positionArgument(call, 1, BAD_KEY_COUNT);
  if (keys < 1) throw BAD_KEY_COUNT;
  if (keys > args.count - 2) throw TOO_MANY_KEYS;
  let limit = 0;
  for (let i = 2 + keys; i < args.count; i += 2) {
    if (!args.is(i, 'limit') || i + 1 === args.count) throw SYNTAX_ERROR;
    limit = positionArgument(call, i + 1, BAD_LIMIT);
    if (limit < 0) throw BAD_LIMIT;
  }
  let count = 0;
  forEachCommon(call, sourcesFrom(call, 2, 1 + keys), () => {
    count++;
    return count !== limit;
  });
  call.reply.integer(count);
}

function storeIntersection(call: Call): void {
  const limits = setLimits(call);
  const sources = sourcesFrom(call, 2);
  const hasIntegers = sources.some((source) => source?.kind === KIND_SET_INTEGERS);
  const result = sets(call)
    .createSet()
    .create(hasIntegers ? KIND_SET_INTEGERS : KIND_SET_PACKED);
  let onlyIntegers = true;
  forEachCommon(call, sources, ({ bytes, start, length }) => {
    onlyIntegers &&= parseIntegerWords(bytes, start, length);
    return result.add(bytes, start, length, limits);
  });
  if (onlyIntegers && result.kind !== KIND_SET_INTEGERS && result.count <= limits.integersMax) {
    result.convert(KIND_SET_INTEGERS);
  }
  storeResult(call, result, 'sinterstore');
}

/** A set for a result: to be stored it has the right encoding, to be replied one that is fast to add to. */
function createResult(call: Call, sources: readonly (SetValue | undefined)[], isStored: boolean): SetValue {
  const areIntegers = sources.every((source) => source === undefined || source.kind === KIND_SET_INTEGERS);
  return sets(call)
    .createSet()
    .create(isStored || areIntegers ? KIND_SET_INTEGERS : KIND_SET_BIG);
}

function unite(call: Call, sources: readonly (SetValue | undefined)[], isStored: boolean): SetValue {
  const result = createResult(call, sources, isStored);
  for (const source of sources) if (source !== undefined) addAll(call, result, source);
  return result;
}

function addAll(call: Call, result: SetValue, source: SetValue): void {
  const limits = setLimits(call);
  const cursor = cursorOf(call, source);
  while (cursor.next()) result.add(cursor.bytes, cursor.start, cursor.length, limits);
}

function subtract(call: Call, sources: readonly (SetValue | undefined)[], isStored: boolean): SetValue {
  const result = createResult(call, sources, isStored);
  const first = sources[0];
  const others = sources.slice(1).filter((source) => source !== undefined);
  if (first === undefined || others.some((other) => other.value === first.value)) return result;
  const members = others.reduce((sum, other) => sum + other.count, first.count);
  const lookups = (first.count * (others.length + 1)) / 2;
  if (lookups > members) {
    addAll(call, result, first);
    for (const other of others) removeAll(call, result, other);
    return result;
  }
  others.sort((a, b) => b.count - a.count);
  const limits = setLimits(call);
  const cursor = cursorOf(call, first);
  while (cursor.next()) {
    const { bytes, start, length } = cursor;
    if (!others.some((other) => other.has(bytes, start, length))) result.add(bytes, start, length, limits);
  }
  return result;
}

function removeAll(call: Call, result: SetValue, source: SetValue): void {
  const cursor = cursorOf(call, source);
  while (result.count > 0 && cursor.next()) result.remove(cursor.bytes, cursor.start, cursor.length);
}

/** Replies a result and frees it. */
function replyAll(call: Call, result: SetValue): void {
  const cursor = cursorOf(call, result);
  call.reply.set(cursor.count);
  while (cursor.next()) call.reply.bulk(cursor.bytes, cursor.start, cursor.length);
  call.keyspace.freeValue(result.kind, result.value, call.keyspace.lazyServerDel);
}
