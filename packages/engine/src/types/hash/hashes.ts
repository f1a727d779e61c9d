// The hashes of a keyspace: opens them from the entries of their keys, and tells the keyspace what it can do with them.
import { assert } from '@valkeep/base';
import type { Dict } from '../../encodings/dict.ts';
import type { Database } from '../../keyspace/database.ts';
import type { Entries } from '../../keyspace/entries.ts';
import type { Keyspace } from '../../keyspace/keyspace.ts';
import { KIND_HASH_BIG, KIND_HASH_EXPIRING, KIND_HASH_PACKED } from '../../keyspace/value-kind.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { forEachDictBlock, freeDict, freeDictSlice } from '../dict-walk.ts';
import { ListpackBlocks } from '../listpack-blocks.ts';
import { fieldDeadline } from './field-blocks.ts';
import { HashCursor } from './hash-cursor.ts';
import { HashValue } from './hash-value.ts';

export class Hashes {
  readonly arena: Arena;
  readonly dict: Dict;
  readonly entries: Entries;
  readonly keyspace: Keyspace;
  readonly packed: ListpackBlocks;
  /** Shared by all commands: each opens what it needs. */
  readonly cursor: HashCursor;
  readonly hash: HashValue;

  constructor(keyspace: Keyspace) {
    this.arena = keyspace.arena;
    this.dict = keyspace.dict;
    this.entries = keyspace.entries;
    this.keyspace = keyspace;
    this.packed = new ListpackBlocks(this.arena);
    this.cursor = new HashCursor(this.arena, this.dict);
    this.hash = new HashValue(this.arena, this.dict);
  }

  /** The hash of an entry, until another is opened. */
  open(entry: Handle): HashValue {
    return this.hash.open(this.entries.kind(entry), this.entries.value(entry), this.#nowMs);
  }

  /** Stores what changes made of the open hash in its entry, which is writable. */
  save(db: Database, entry: Handle): void {
    const { entries, hash } = this;
    entries.setValue(entry, hash.value);
    const kind = entries.kind(entry);
    if (kind === hash.kind) return;
    entries.setKind(entry, hash.kind);
    if (kind === KIND_HASH_EXPIRING || hash.kind === KIND_HASH_EXPIRING) db.noteExpiringHash(entry);
  }

  /** A cursor for the hash of an entry, until another is read. */
  read(entry: Handle): HashCursor {
    return this.cursor.open(this.entries.kind(entry), this.entries.value(entry), this.#nowMs);
  }

  /** The time by which deadlines are over; no deadline is for those who are shown what has expired (followers). */
  get #nowMs(): number {
    const { clock, showsExpired } = this.keyspace;
    return showsExpired ? Number.NEGATIVE_INFINITY : clock.nowMs;
  }

  /** A deep copy of a value. */
  copy(kind: number, value: Handle): Handle {
    if (kind === KIND_HASH_PACKED) return this.packed.copy(value);
    const { arena, dict } = this;
    const copy = new HashValue(arena, dict).create(KIND_HASH_BIG);
    const cursor = new HashCursor(arena, dict).open(kind, value);
    while (cursor.next()) {
      const deadline = fieldDeadline(arena, cursor.block);
      copy.append(
        cursor.fieldBytes,
        cursor.fieldStart,
        cursor.fieldLength,
        cursor.valueBytes,
        cursor.valueStart,
        cursor.valueLength,
        deadline,
      );
    }
    return copy.value;
  }
}

let lastKeyspace: Keyspace | undefined;
let lastHashes: Hashes | undefined;
const hashesOfKeyspaces = new WeakMap<Keyspace, Hashes>();

/** The hashes of a keyspace. */
export function hashesOf(keyspace: Keyspace): Hashes {
  if (keyspace === lastKeyspace && lastHashes !== undefined) return lastHashes;
  const hashes = hashesOfKeyspaces.get(keyspace);
  assert(hashes !== undefined, 'hashes are not registered at this keyspace');
  lastKeyspace = keyspace;
  lastHashes = hashes;
  return hashes;
}

/** Tells the keyspace what it can do with hashes. */
export function registerHashes(keyspace: Keyspace): void {
  const hashes = new Hashes(keyspace);
  hashesOfKeyspaces.set(keyspace, hashes);
  const { arena, dict } = keyspace;
  keyspace.registerKind(KIND_HASH_PACKED, {
    effort: () => 1,
    free: (value) => arena.free(value),
    freeSlice: (value) => {
      arena.free(value);
      return 0;
    },
    copy: (value) => hashes.copy(KIND_HASH_PACKED, value),
    forEachBlock: (value, visit) => visit(value),
  });
  for (const kind of [KIND_HASH_BIG, KIND_HASH_EXPIRING]) {
    keyspace.registerKind(kind, {
      effort: (value) => dict.count(value),
      free: (value) => freeDict(arena, dict, value),
      freeSlice: (value) => freeDictSlice(arena, dict, value),
      copy: (value) => hashes.copy(kind, value),
      forEachBlock: (value, visit) => forEachDictBlock(dict, value, visit),
    });
  }
}
