// Reads values in the encodings of servers before version 7 (ziplist, zipmap, the first quicklist) and builds them as
// ours are. What does not fit throws a DamagedRdb and leaves nothing behind.
import { parseDouble } from '../../encodings/double-text.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import type { Handle } from '../../memory/arena.ts';
import { HashValue } from '../../types/hash/hash-value.ts';
import { ListBuilder } from '../../types/list/list-builder.ts';
import { listsOf } from '../../types/list/lists.ts';
import { SortedSetBuilder } from '../../types/sorted-set/sorted-set-builder.ts';
import { sortedSetsOf } from '../../types/sorted-set/sorted-sets.ts';
import { TYPE_HASH_ZIPLIST, TYPE_HASH_ZIPMAP, TYPE_LIST_QUICKLIST, TYPE_SORTED_SET_ZIPLIST } from './rdb-format.ts';
import type { RdbInput } from './rdb-input.ts';
import type { ValueLimits } from './value-limits.ts';
import { readZiplist, readZipmap } from './ziplist.ts';

export interface BuiltValue {
  readonly kind: number;
  readonly value: Handle;
}

/** Undefined where the value has no elements. */
export function readOldValue(
  input: RdbInput,
  keyspace: Keyspace,
  limits: ValueLimits,
  type: number,
): BuiltValue | undefined {
  if (type === TYPE_LIST_QUICKLIST) return readNodes(input, keyspace);
  const elements =
    type === TYPE_HASH_ZIPMAP
      ? nextZipmap(input)
      : nextZiplist(input, type === TYPE_SORTED_SET_ZIPLIST ? 'Zset' : 'Hash or list');
  if (elements.length === 0) return undefined;
  if (type === TYPE_HASH_ZIPMAP || type === TYPE_HASH_ZIPLIST) return buildHash(input, keyspace, limits, elements);
  if (type === TYPE_SORTED_SET_ZIPLIST) return buildSortedSet(input, keyspace, limits, elements);
  const list = new ListBuilder(listsOf(keyspace));
  pushAll(list, elements);
  return list.finish();
}

function nextZiplist(input: RdbInput, owner: string): readonly string[] {
  const { offset } = input;
  input.string();
  return (
    readZiplist(input.bytes, input.start, input.length) ?? input.fail(`${owner} ziplist integrity check failed`, offset)
  );
}

function nextZipmap(input: RdbInput): readonly string[] {
  const { offset } = input;
  input.string();
  return readZipmap(input.bytes, input.start, input.length) ?? input.fail('Zipmap integrity check failed', offset);
}

function readNodes(input: RdbInput, keyspace: Keyspace): BuiltValue | undefined {
  const count = input.count();
  const list = new ListBuilder(listsOf(keyspace));
  try {
    for (let i = 0; i < count; i++) pushAll(list, nextZiplist(input, 'Quicklist'));
  } catch (error) {
    list.abandon();
    throw error;
  }
  if (list.count > 0) return list.finish();
  list.abandon();
  return undefined;
}

function pushAll(list: ListBuilder, elements: readonly string[]): void {
  for (const element of elements) list.push(Buffer.from(element, 'latin1'), 0, element.length);
}

function buildHash(input: RdbInput, keyspace: Keyspace, limits: ValueLimits, elements: readonly string[]): BuiltValue {
  if (elements.length % 2 === 1) input.fail('ziplist integrity check failed: it has half a pair');
  const hash = new HashValue(keyspace.arena, keyspace.dict).create();
  for (let i = 0; i < elements.length; i += 2) {
    const field = Buffer.from(elements[i], 'latin1');
    const value = Buffer.from(elements[i + 1], 'latin1');
    if (hash.set(field, 0, field.length, value, 0, value.length, limits.hash)) continue;
    keyspace.freeValue(hash.kind, hash.value, false);
    input.fail('ziplist integrity check failed: a field is there twice');
  }
  return { kind: hash.kind, value: hash.value };
}

function buildSortedSet(
  input: RdbInput,
  keyspace: Keyspace,
  limits: ValueLimits,
  elements: readonly string[],
): BuiltValue {
  if (elements.length % 2 === 1) input.fail('ziplist integrity check failed: it has half a pair');
  const builder = new SortedSetBuilder(sortedSetsOf(keyspace), limits.sortedSet);
  for (let i = 0; i < elements.length; i += 2) {
    const member = Buffer.from(elements[i], 'latin1');
    const score = parseDouble(elements[i + 1]);
    if (score !== undefined && !Number.isNaN(score) && builder.add(member, 0, member.length, score)) continue;
    builder.discard();
    input.fail('Zset ziplist integrity check failed: a member is there twice, or a NAN score');
  }
  return { kind: builder.kind, value: builder.value };
}
