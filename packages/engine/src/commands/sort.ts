// SORT and SORT_RO: the elements of a list, set or sorted set, ordered by themselves or by what other keys hold, with
// what other keys hold for each. It works on copies: the keys it looks up may expire while it does.
import { binaryString } from '../encodings/bytes-compare.ts';
import { parseDouble } from '../encodings/double-text.ts';
import { EVENT_GENERIC, EVENT_LIST } from '../keyspace/keyspace.ts';
import {
  HASH,
  KIND_LIST_PACKED,
  KIND_SORTED_SET_PACKED,
  LIST,
  SET,
  SORTED_SET,
  STRING,
  typeOfKind,
} from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { hashesOf } from '../types/hash/hashes.ts';
import { listsOf } from '../types/list/lists.ts';
import { setsOf } from '../types/set/sets.ts';
import { sortedSetsOf } from '../types/sorted-set/sorted-sets.ts';
import type { Call } from './call.ts';
import { CommandError, WRONG_TYPE } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { keysOfSort, parseSortOptions, type SortOptions } from './sort-options.ts';

const UNKNOWN_KEYS = { begin: 'unknown', find: 'unknown' } as const;

// biome-ignore format: a row stays together; one property a line would hide the table
export const sortCommands: readonly CommandSpec[] = [
  {
    name: 'sort', arity: -2, flags: 'write denyoom', acl: 'list set sortedset dangerous',
    keys: [keyAt(1, 'RO ACCESS'), { flags: 'RO ACCESS', ...UNKNOWN_KEYS }, { flags: 'OW UPDATE', ...UNKNOWN_KEYS }],
    findKeys: keysOfSort, since: '1.0.0', group: 'generic', complexity: 'O(N*log(N)), N elements',
    about: 'Sorts the elements of a list, set or sorted set, and may store the result.', run: (call) => sort(call, true),
  },
  {
    name: 'sort_ro', arity: -2, flags: 'readonly', acl: 'list set sortedset dangerous',
    keys: [keyAt(1, 'RO ACCESS'), { flags: 'RO ACCESS', ...UNKNOWN_KEYS }], findKeys: () => [{ position: 1, flags: 'RO ACCESS' }],
    since: '7.0.0', group: 'generic', complexity: 'O(N*log(N)), N elements',
    about: 'Sorts the elements of a list, set or sorted set.', run: (call) => sort(call, false),
  },
];

const NOT_NUMBERS = new CommandError("ERR One or more scores can't be converted into double");

function sort(call: Call, mayStore: boolean): void {
  const options = parseSortOptions(call, mayStore);
  const entry = call.readAny(1);
  const type = entry === 0 ? LIST : typeOfKind(call.entries.kind(entry));
  if (type !== LIST && type !== SET && type !== SORTED_SET) throw WRONG_TYPE;
  const elements = entry === 0 ? [] : elementsOf(call, entry, type);
  const sorted = order(call, elements, type, options);
  const chosen = cut(sorted, options);
  const { gets } = options;
  const results =
    gets.length === 0 ? chosen : chosen.flatMap((element) => gets.map((get) => follow(call, get, element)));
  if (options.storeAt === 0) reply(call, results);
  else store(call, results, options.storeAt);
}

/** Valkey sorts big sorted sets only, and what it made big for that stays so: OBJECT ENCODING tells. */
function unpacked(call: Call, entry: Handle): Handle {
  if (call.entries.kind(entry) !== KIND_SORTED_SET_PACKED) return entry;
  const writable = call.writeAny(1);
  sortedSetsOf(call.keyspace).unpackEntry(writable);
  return writable;
}

function elementsOf(call: Call, entry: Handle, type: number): string[] {
  if (type === LIST) return listElements(call, entry);
  const { keyspace } = call;
  const elements: string[] = [];
  if (type === SET) {
    const cursor = setsOf(keyspace).read(entry);
    while (cursor.next()) elements.push(binaryString(cursor.bytes, cursor.start, cursor.length));
    return elements;
  }
  const cursor = sortedSetsOf(keyspace).read(unpacked(call, entry));
  for (let rank = 0; rank < cursor.count; rank++) {
    if (rank === 0) cursor.seekRank(0);
    else cursor.next();
    elements.push(binaryString(cursor.bytes, cursor.start, cursor.length));
  }
  return elements;
}

function listElements(call: Call, entry: Handle): string[] {
  const cursor = listsOf(call.keyspace).read(entry);
  const text = new Uint8Array(24);
  const elements: string[] = [];
  for (let found = cursor.seek(0); found; found = cursor.next()) {
    if (cursor.isInteger) elements.push(binaryString(text, 0, cursor.writeText(text, 0)));
    else elements.push(binaryString(cursor.bytes, cursor.start, cursor.length));
  }
  return elements;
}

/** Elements in the order that the options ask for. A BY without `*` keeps their own. */
function order(call: Call, elements: string[], type: number, options: SortOptions): string[] {
  const { descending, by } = options;
  const isUnsorted = by !== undefined && !by.includes('*');
  // A set has no order of its own: where the result is kept, or a script sees it, it must not depend on the encoding.
  const mustSort = isUnsorted && type === SET && (options.storeAt !== 0 || call.client.isScript);
  if (isUnsorted && !mustSort) return descending && type !== SET ? elements.reverse() : elements;
  const pattern = mustSort ? undefined : by;
  const keyed = elements.map((element) => ({
    element,
    weight: pattern === undefined ? element : follow(call, pattern, element),
  }));
  const sign = descending ? -1 : 1;
  if (mustSort || options.alphabetic) {
    keyed.sort((a, b) => sign * compareTexts(a.weight, b.weight));
    return keyed.map(({ element }) => element);
  }
  const scored = keyed.map(({ element, weight }) => ({ element, score: scoreOf(weight) }));
  scored.sort((a, b) => sign * (a.score - b.score || compareTexts(a.element, b.element)));
  return scored.map(({ element }) => element);
}

/** Bytes decide; what is missing comes first. */
function compareTexts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}

function scoreOf(weight: string | undefined): number {
  if (weight === undefined) return 0;
  const score = parseDouble(weight);
  if (score === undefined) throw NOT_NUMBERS;
  return score;
}

function cut(sorted: readonly string[], { offset, count }: SortOptions): readonly string[] {
  const start = Math.max(0, offset);
  return sorted.slice(start, count < 0 ? undefined : start + count);
}

/** What the key that a pattern makes of an element holds: `#` is the element, `a*->b` a field of a hash. */
function follow(call: Call, pattern: string, element: string): string | undefined {
  if (pattern === '#') return element;
  const star = pattern.indexOf('*');
  if (star === -1) return undefined;
  const arrow = pattern.indexOf('->', star + 1);
  const hasField = arrow !== -1 && arrow + 2 < pattern.length;
  const end = hasField ? arrow : pattern.length;
  const key = Buffer.from(pattern.slice(0, star) + element + pattern.slice(star + 1, end), 'latin1');
  const entry = call.db.findForRead(key, 0, key.length);
  if (entry === 0) return undefined;
  return hasField ? fieldOf(call, entry, pattern.slice(arrow + 2)) : stringOf(call, entry);
}

function stringOf(call: Call, entry: Handle): string | undefined {
  const { entries } = call;
  if (typeOfKind(entries.kind(entry)) !== STRING) return undefined;
  return binaryString(entries.stringBytes(entry), entries.stringStart(entry), entries.stringLength(entry));
}

function fieldOf(call: Call, entry: Handle, field: string): string | undefined {
  if (typeOfKind(call.entries.kind(entry)) !== HASH) return undefined;
  const hash = hashesOf(call.keyspace).open(entry);
  const name = Buffer.from(field, 'latin1');
  if (!hash.find(name, 0, name.length)) return undefined;
  return binaryString(hash.foundBytes, hash.foundStart, hash.foundLength);
}

function reply(call: Call, results: readonly (string | undefined)[]): void {
  call.reply.array(results.length);
  for (const text of results) {
    if (text === undefined) call.reply.nil();
    else call.reply.bulkText(text);
  }
}

/** Makes the results a list; nothing at all deletes the key. */
function store(call: Call, results: readonly (string | undefined)[], at: number): void {
  const existed = call.remove(at);
  if (results.length > 0) {
    const lists = listsOf(call.keyspace);
    const entry = call.add(at, KIND_LIST_PACKED, lists.nodes.createPacked());
    for (const text of results) {
      const bytes = Buffer.from(text ?? '', 'latin1');
      lists.prepareGrowth(entry, bytes.length, 1);
      lists.pushLast(entry, bytes, 0, bytes.length);
    }
    lists.finishChange(entry, false);
    call.changed(at, EVENT_LIST, 'sortstore');
    call.keyspace.dirty += results.length - 1;
  } else if (existed) {
    call.changed(at, EVENT_GENERIC, 'del');
  }
  call.reply.integer(results.length);
}
