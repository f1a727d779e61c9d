// One database: an index of entries with their deadlines. Lookups expire lazily, keep the access clock and the
// statistics; changes keep the index, the number of deadlines and the snapshot rule (what a snapshot sees is copied
// before it is changed). What a change means to watchers, followers and subscribers is said by the commands.
//
// Handles returned by lookups are good until the next call that changes this database.

import { binaryString, copyBytes } from '../encodings/bytes-compare.ts';
import type { Dict } from '../encodings/dict.ts';
import type { Handle } from '../memory/arena.ts';
import { GRANULE_MASK, SEGMENT_SHIFT } from '../memory/arena.ts';
import { Entries, STRING_DATA } from './entries.ts';
import type { Keyspace } from './keyspace.ts';
import { KIND_HASH_EXPIRING, KIND_STRING_BLOCK, STRING, typeOfKind } from './value-kind.ts';

export const NO_DEADLINE = Number.POSITIVE_INFINITY;

export class Database {
  readonly id: number;
  readonly keyspace: Keyspace;
  readonly entries: Entries;
  readonly dict: Dict;
  /** The index; replaced as it grows. */
  root: Handle;
  /** Number of entries with a deadline. */
  deadlines = 0;
  /** Keys, as binary strings, of hashes with fields that have deadlines. */
  expiringHashes = new Set<string>();
  #hash = 0;

  constructor(keyspace: Keyspace, id: number) {
    this.keyspace = keyspace;
    this.id = id;
    this.entries = keyspace.entries;
    this.dict = keyspace.dict;
    this.root = this.dict.create();
  }

  get size(): number {
    return this.dict.count(this.root);
  }

  /** The entry of a key as it is, expired or not; touches nothing. 0 where there is none. */
  peek(key: Uint8Array, start: number, length: number): Handle {
    this.#hash = this.keyspace.ahead.hash(key, start, length);
    return this.dict.find(this.root, key, start, length, this.#hash);
  }

  /** The live entry of a key for reading; counts hit or miss and touches the access clock. 0 where there is none. */
  findForRead(key: Uint8Array, start: number, length: number): Handle {
    const entry = this.peek(key, start, length);
    const { keyspace } = this;
    if (entry === 0 || (this.deadlines > 0 && this.#expire(entry))) {
      keyspace.onMiss(this, key, start, length);
      return 0;
    }
    keyspace.stats.hits++;
    if (keyspace.touches) this.entries.setClock(entry, keyspace.clockValue(this.entries.clock(entry)));
    return entry;
  }

  /** The live entry of a key, neither counted nor touched (EXISTS, TTL, OBJECT ...): 0 where there is none. */
  findQuietly(key: Uint8Array, start: number, length: number): Handle {
    const entry = this.peek(key, start, length);
    return entry !== 0 && this.deadlines > 0 && this.#expire(entry) ? 0 : entry;
  }

  /** The live entry of a key, writable; 0 where there is none. */
  findForWrite(key: Uint8Array, start: number, length: number): Handle {
    const entry = this.peek(key, start, length);
    if (entry === 0 || (this.deadlines > 0 && this.#expire(entry, true))) return 0;
    if (this.keyspace.touches) this.entries.setClock(entry, this.keyspace.clockValue(this.entries.clock(entry)));
    return this.keyspace.arena.frozenBelow === 0 ? entry : this.#makeWritable(entry, key, start, length);
  }

  /** Adds a key that is not there, with a value of its type's making. Returns the entry. */
  add(key: Uint8Array, start: number, length: number, kind: number, value: Handle, deadline = NO_DEADLINE): Handle {
    const entry = this.entries.create(key, start, length, kind, 0, deadline);
    this.entries.setValue(entry, value);
    this.#insert(entry, this.keyspace.ahead.hash(key, start, length), deadline);
    return entry;
  }

  /** Sets a key to a string, whatever was there. `kind` is one of the embedded kinds; long strings get a block. */
  setString(
    key: Uint8Array,
    keyStart: number,
    keyLength: number,
    value: Uint8Array,
    start: number,
    length: number,
    kind: number,
    deadline: number,
  ): void {
    const hash = this.keyspace.ahead.hash(key, keyStart, keyLength);
    this.root = this.dict.makeWritable(this.root, hash);
    const found = this.dict.find(this.root, key, keyStart, keyLength, hash);
    if (found !== 0 && this.#overwrite(found, value, start, length, kind, deadline)) return;
    const old = this.#unlessExpired(found, hash);
    const entry = Entries.embeds(keyLength, length)
      ? this.#newEmbedded(key, keyStart, keyLength, value, start, length, kind, deadline)
      : this.#newWithBlock(key, keyStart, keyLength, this.newStringBlock(value, start, length), deadline);
    if (old === 0) this.#insert(entry, hash, deadline);
    else this.#replace(old, entry, hash, deadline);
  }

  /** Sets a key to a string whose STRING_BYTES block the caller hands over. */
  setStringBlock(key: Uint8Array, keyStart: number, keyLength: number, block: Handle, deadline: number): void {
    const hash = this.keyspace.ahead.hash(key, keyStart, keyLength);
    this.root = this.dict.makeWritable(this.root, hash);
    const old = this.#unlessExpired(this.dict.find(this.root, key, keyStart, keyLength, hash), hash);
    const entry = this.#newWithBlock(key, keyStart, keyLength, block, deadline);
    if (old === 0) this.#insert(entry, hash, deadline);
    else this.#replace(old, entry, hash, deadline);
  }

  /** A STRING_BYTES block with a copy of the bytes. */
  newStringBlock(value: Uint8Array, start: number, length: number): Handle {
    const block = this.entries.createStringBlock(length, length);
    const target = ((block & GRANULE_MASK) << 4) + STRING_DATA;
    copyBytes(value, start, this.keyspace.arena.bytes[block >>> SEGMENT_SHIFT], target, length);
    return block;
  }

  /** Replaces the value of an existing key by one of another kind or handle; frees the old value, keeps the deadline. */
  replaceValue(key: Uint8Array, start: number, length: number, kind: number, value: Handle): Handle {
    const hash = this.keyspace.ahead.hash(key, start, length);
    this.root = this.dict.makeWritable(this.root, hash);
    const old = this.dict.find(this.root, key, start, length, hash);
    const deadline = this.entries.deadline(old);
    const entry = this.entries.create(key, start, length, kind, 0, deadline);
    this.entries.setValue(entry, value);
    this.#replace(old, entry, hash, deadline);
    return entry;
  }

  /** Sets or (with NO_DEADLINE) takes away the deadline of a key; returns its entry, which may have moved. */
  setDeadline(key: Uint8Array, start: number, length: number, deadline: number): Handle {
    const hash = this.keyspace.ahead.hash(key, start, length);
    this.root = this.dict.makeWritable(this.root, hash);
    const old = this.dict.find(this.root, key, start, length, hash);
    const { entries } = this;
    const had = entries.hasDeadline(old);
    if (!had && deadline === NO_DEADLINE) return old;
    if (had && deadline !== NO_DEADLINE && this.keyspace.arena.isWritable(old)) {
      entries.setDeadline(old, deadline);
      this.dict.noteDeadline(this.root, hash, deadline);
      return old;
    }
    const entry = this.#copyEntry(old, deadline);
    this.dict.replaceFound(entry);
    this.deadlines += (deadline === NO_DEADLINE ? 0 : 1) - (had ? 1 : 0);
    if (deadline !== NO_DEADLINE) this.dict.noteDeadline(this.root, hash, deadline);
    this.keyspace.arena.free(old);
    return entry;
  }

  /** Takes a key out and frees its value, at once or (`lazily`) in slices where it is big. False where it is not there. */
  remove(key: Uint8Array, start: number, length: number, lazily: boolean): boolean {
    const entry = this.detach(key, start, length);
    if (entry === 0) return false;
    this.keyspace.freeEntry(entry, lazily);
    return true;
  }

  /** Takes an entry out of the index; it belongs to the caller, who frees it. 0 where the key is not there. */
  detach(key: Uint8Array, start: number, length: number): Handle {
    const hash = this.keyspace.ahead.hash(key, start, length);
    this.root = this.dict.makeWritable(this.root, hash);
    const entry = this.dict.find(this.root, key, start, length, hash);
    if (entry === 0) return 0;
    this.keyspace.hooks.gone(this, entry);
    if (this.entries.hasDeadline(entry)) this.deadlines--;
    if (this.entries.kind(entry) === KIND_HASH_EXPIRING) this.expiringHashes.delete(this.#keyText(entry));
    this.root = this.dict.removeFound(this.root, hash);
    return entry;
  }

  /** Gives the value of a detached entry another key (RENAME, MOVE, COPY of the entry's own value); frees the entry. */
  attach(key: Uint8Array, start: number, length: number, detached: Handle, deadline: number): Handle {
    const entry = this.#copyAs(detached, key, start, length, deadline);
    this.#insert(entry, this.keyspace.ahead.hash(key, start, length), deadline);
    this.keyspace.arena.free(detached);
    return entry;
  }

  /** Empties the database; what was in it is freed in slices. */
  clear(): void {
    const { root } = this;
    if (this.size === 0) return;
    this.root = this.dict.create();
    this.deadlines = 0;
    this.expiringHashes = new Set();
    this.keyspace.freeIndexLazily(root);
  }

  /** Exchanges what the two databases hold. */
  swapWith(other: Database): void {
    [this.root, other.root] = [other.root, this.root];
    [this.deadlines, other.deadlines] = [other.deadlines, this.deadlines];
    [this.expiringHashes, other.expiringHashes] = [other.expiringHashes, this.expiringHashes];
  }

  /** Grows an embedded or block string to `length` bytes in place of the old; returns the entry, which may have moved.
   * The new bytes are undefined. The entry must be the one that `findForWrite` just returned. */
  resizeString(entry: Handle, key: Uint8Array, start: number, length: number, newLength: number, kind: number): Handle {
    const { entries, keyspace } = this;
    if (entries.kind(entry) === KIND_STRING_BLOCK) {
      const block = keyspace.growBytes(entries.value(entry), STRING_DATA + newLength);
      entries.setValue(entry, block);
      entries.setStringLength(entry, newLength);
      return entry;
    }
    const oldLength = entries.value(entry);
    if (newLength <= entries.embeddedRoom(entry)) {
      entries.setValue(entry, newLength);
      entries.setKind(entry, kind);
      return entry;
    }
    const deadline = entries.deadline(entry);
    const source = entries.stringBytes(entry);
    const from = entries.stringStart(entry);
    const keep = Math.min(oldLength, newLength);
    let fresh: Handle;
    if (Entries.embeds(length, newLength)) {
      fresh = entries.create(key, start, length, kind, newLength, deadline);
      copyBytes(source, from, entries.bytes(fresh), entries.stringStart(fresh), keep);
    } else {
      const block = entries.createStringBlock(newLength, newLength * 2 > 2 ** 20 ? newLength : newLength * 2);
      const target = ((block & GRANULE_MASK) << 4) + STRING_DATA;
      copyBytes(source, from, keyspace.arena.bytes[block >>> SEGMENT_SHIFT], target, keep);
      fresh = this.#newWithBlock(key, start, length, block, deadline);
    }
    entries.setClock(fresh, entries.clock(entry));
    this.dict.find(this.root, key, start, length, this.#hash);
    this.dict.replaceFound(fresh);
    keyspace.arena.free(entry);
    return fresh;
  }

  /** Notes whether an entry of this database is a hash with fields that have deadlines, after it became or ceased so. */
  noteExpiringHash(entry: Handle): void {
    const key = this.#keyText(entry);
    if (this.entries.kind(entry) === KIND_HASH_EXPIRING) this.expiringHashes.add(key);
    else this.expiringHashes.delete(key);
  }

  #keyText(entry: Handle): string {
    const { entries } = this;
    return binaryString(entries.bytes(entry), entries.keyStart(entry), entries.keyLength(entry));
  }

  /** Deletes the entry when its deadline has passed (`isWrite`: in any case); true when the key counts as gone. */
  #expire(entry: Handle, isWrite = false): boolean {
    if (!this.entries.hasDeadline(entry)) return false;
    if (!this.keyspace.isPast(this.entries.deadline(entry))) return false;
    if (isWrite) this.keyspace.deleteExpired(this, entry);
    else this.keyspace.expire(this, entry);
    return true;
  }

  /** An entry that is about to be replaced, or 0 where it has expired: then it is deleted first, and told of. */
  #unlessExpired(entry: Handle, hash: number): Handle {
    if (entry === 0 || !this.#expire(entry, true)) return entry;
    this.root = this.dict.makeWritable(this.root, hash);
    return 0;
  }

  #makeWritable(entry: Handle, key: Uint8Array, start: number, length: number): Handle {
    this.root = this.dict.makeWritable(this.root, this.#hash);
    this.dict.find(this.root, key, start, length, this.#hash);
    const writable = this.keyspace.arena.writable(entry);
    if (writable !== entry) this.dict.replaceFound(writable);
    return writable;
  }

  #overwrite(old: Handle, value: Uint8Array, start: number, length: number, kind: number, deadline: number): boolean {
    const { entries } = this;
    const { arena } = this.keyspace;
    const oldKind = entries.kind(old);
    if (typeOfKind(oldKind) !== STRING || oldKind === KIND_STRING_BLOCK || !arena.isWritable(old)) return false;
    if (entries.hasDeadline(old) || deadline !== NO_DEADLINE) return false;
    if (length !== entries.value(old)) {
      const capacity = arena.capacity(old);
      const size = Entries.size(entries.keyLength(old), length, false);
      // In place only where a new block would have the same size, or what is wasted stays small.
      if (size > capacity || size * 5 < capacity * 4 - 64) return false;
      entries.setValue(old, length);
    }
    entries.setKind(old, kind);
    copyBytes(value, start, entries.bytes(old), entries.stringStart(old), length);
    entries.setClock(old, this.keyspace.newClockValue());
    return true;
  }

  #newEmbedded(
    key: Uint8Array,
    keyStart: number,
    keyLength: number,
    value: Uint8Array,
    start: number,
    length: number,
    kind: number,
    deadline: number,
  ): Handle {
    const { entries } = this;
    const entry = entries.create(key, keyStart, keyLength, kind, length, deadline);
    copyBytes(value, start, entries.bytes(entry), entries.keyStart(entry) + keyLength, length);
    return entry;
  }

  #newWithBlock(key: Uint8Array, start: number, length: number, block: Handle, deadline: number): Handle {
    const entry = this.entries.create(key, start, length, KIND_STRING_BLOCK, 0, deadline);
    this.entries.setValue(entry, block);
    return entry;
  }

  #insert(entry: Handle, hash: number, deadline: number): void {
    this.entries.setClock(entry, this.keyspace.newClockValue());
    this.root = this.dict.insert(this.root, entry, hash);
    if (deadline !== NO_DEADLINE) {
      this.deadlines++;
      this.dict.noteDeadline(this.root, hash, deadline);
    }
    if (this.entries.kind(entry) === KIND_HASH_EXPIRING) this.noteExpiringHash(entry);
    this.keyspace.onAdded(this, entry);
  }

  /** Puts `entry` in the place of `old`, which the last `find` returned. */
  #replace(old: Handle, entry: Handle, hash: number, deadline: number): void {
    const { entries, keyspace } = this;
    if (typeOfKind(entries.kind(old)) !== typeOfKind(entries.kind(entry))) {
      keyspace.hooks.gone(this, old);
      keyspace.hooks.added(this, entry);
    }
    entries.setClock(entry, keyspace.newClockValue());
    this.dict.replaceFound(entry);
    if (entries.kind(old) === KIND_HASH_EXPIRING || entries.kind(entry) === KIND_HASH_EXPIRING) {
      this.noteExpiringHash(entry);
    }
    if (entries.hasDeadline(old)) this.deadlines--;
    if (deadline !== NO_DEADLINE) {
      this.deadlines++;
      this.dict.noteDeadline(this.root, hash, deadline);
    }
    keyspace.freeEntry(old, keyspace.lazyServerDel);
  }

  /** A copy of an entry with another deadline; it shares the value's handle. */
  #copyEntry(entry: Handle, deadline: number): Handle {
    const { entries } = this;
    return this.#copyAs(entry, entries.bytes(entry), entries.keyStart(entry), entries.keyLength(entry), deadline);
  }

  #copyAs(entry: Handle, key: Uint8Array, start: number, length: number, deadline: number): Handle {
    const { entries } = this;
    const kind = entries.kind(entry);
    const embedded = typeOfKind(kind) === STRING && kind !== KIND_STRING_BLOCK;
    const stringLength = embedded ? entries.stringLength(entry) : 0;
    const copy = entries.create(key, start, length, kind, stringLength, deadline);
    if (embedded) {
      copyBytes(
        entries.bytes(entry),
        entries.stringStart(entry),
        entries.bytes(copy),
        entries.stringStart(copy),
        stringLength,
      );
    } else {
      entries.setValue(copy, entries.value(entry));
    }
    entries.setClock(copy, entries.clock(entry));
    return copy;
  }
}
