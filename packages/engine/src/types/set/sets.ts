// The sets of a keyspace: opens them from the entries of their keys, and tells the keyspace what it can do with them.
import { assert } from '@valkeep/base';
import type { Dict } from '../../encodings/dict.ts';
import type { Entries } from '../../keyspace/entries.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { KIND_SET_BIG, KIND_SET_INTEGERS, KIND_SET_PACKED } from '../../keyspace/value-kind.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { forEachDictBlock, freeDict, freeDictSlice } from '../dict-walk.ts';
import { ListpackBlocks } from '../listpack-blocks.ts';
import { IntegerSets } from './integer-sets.ts';
import { SetCursor } from './set-cursor.ts';
import { SetValue } from './set-value.ts';

export class Sets {
  readonly arena: Arena;
  readonly dict: Dict;
  readonly entries: Entries;
  readonly integers: IntegerSets;
  readonly packed: ListpackBlocks;
  /** Shared by all commands: each opens what it needs. Those that need several at once make their own. */
  readonly cursor: SetCursor;
  readonly set: SetValue;

  constructor(keyspace: Keyspace) {
    this.arena = keyspace.arena;
    this.dict = keyspace.dict;
    this.entries = keyspace.entries;
    this.integers = new IntegerSets(this.arena);
    this.packed = new ListpackBlocks(this.arena);
    this.cursor = this.createCursor();
    this.set = this.createSet();
  }

  createCursor(): SetCursor {
    return new SetCursor(this.arena, this.dict);
  }

  createSet(): SetValue {
    return new SetValue(this.arena, this.dict);
  }

  /** The set of an entry, until another is opened. */
  open(entry: Handle): SetValue {
    return this.set.open(this.entries.kind(entry), this.entries.value(entry));
  }

  /** Stores what changes made of the open set in its entry, which is writable. */
  save(entry: Handle): void {
    const { entries, set } = this;
    entries.setValue(entry, set.value);
    if (entries.kind(entry) !== set.kind) entries.setKind(entry, set.kind);
  }

  /** A cursor for the set of an entry, until another is read. */
  read(entry: Handle): SetCursor {
    return this.cursor.open(this.entries.kind(entry), this.entries.value(entry));
  }

  /** A deep copy of a value. */
  copy(kind: number, value: Handle): Handle {
    if (kind === KIND_SET_INTEGERS) return this.integers.copy(value);
    if (kind === KIND_SET_PACKED) return this.packed.copy(value);
    const copy = this.createSet().create(KIND_SET_BIG);
    const cursor = this.createCursor().open(kind, value);
    while (cursor.next()) copy.append(cursor.bytes, cursor.start, cursor.length);
    return copy.value;
  }
}

let lastKeyspace: Keyspace | undefined;
let lastSets: Sets | undefined;
const setsOfKeyspaces = new WeakMap<Keyspace, Sets>();

/** The sets of a keyspace. */
export function setsOf(keyspace: Keyspace): Sets {
  if (keyspace === lastKeyspace && lastSets !== undefined) return lastSets;
  const sets = setsOfKeyspaces.get(keyspace);
  assert(sets !== undefined, 'sets are not registered at this keyspace');
  lastKeyspace = keyspace;
  lastSets = sets;
  return sets;
}

/** Tells the keyspace what it can do with sets. */
export function registerSets(keyspace: Keyspace): void {
  const sets = new Sets(keyspace);
  setsOfKeyspaces.set(keyspace, sets);
  const { arena, dict } = keyspace;
  for (const kind of [KIND_SET_INTEGERS, KIND_SET_PACKED]) {
    keyspace.registerKind(kind, {
      effort: () => 1,
      free: (value) => arena.free(value),
      freeSlice: (value) => {
        arena.free(value);
        return 0;
      },
      copy: (value) => sets.copy(kind, value),
      forEachBlock: (value, visit) => visit(value),
    });
  }
  keyspace.registerKind(KIND_SET_BIG, {
    effort: (value) => dict.count(value),
    free: (value) => freeDict(arena, dict, value),
    freeSlice: (value) => freeDictSlice(arena, dict, value),
    copy: (value) => sets.copy(KIND_SET_BIG, value),
    forEachBlock: (value, visit) => forEachDictBlock(dict, value, visit),
  });
}
