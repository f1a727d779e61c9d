// The keyspace: all databases, the rules that hold for every key (expiry, access clock, freeing, snapshots) and the
// one place that watchers, subscribers and followers are told through (`hooks`, `effects`).
// It knows values only through the operations that each type registers.
import { assert } from '@valkeep/base';
import { Dict } from '../encodings/dict.ts';
import type { Arena, Freeze, Handle } from '../memory/arena.ts';
import type { Clock } from './clock.ts';
import { Database } from './database.ts';
import type { Effects } from './effects.ts';
import { Entries } from './entries.ts';
import { LazyFree } from './lazy-free.ts';
import { ReadAhead } from './read-ahead.ts';
import { KIND_STRING_BLOCK, STRING, typeOfKind } from './value-kind.ts';
import { LAZY_FREE_ELEMENTS, type ValueOperations } from './value-operations.ts';

/** Classes of keyspace events, as the bits of `notify-keyspace-events`. */
export const EVENT_GENERIC = 1 << 2;
export const EVENT_STRING = 1 << 3;
export const EVENT_LIST = 1 << 4;
export const EVENT_SET = 1 << 5;
export const EVENT_HASH = 1 << 6;
export const EVENT_SORTED_SET = 1 << 7;
export const EVENT_EXPIRED = 1 << 8;
export const EVENT_EVICTED = 1 << 9;
export const EVENT_STREAM = 1 << 10;
export const EVENT_KEY_MISS = 1 << 11;
export const EVENT_NEW = 1 << 14;

/** Reasons for not deleting expired keys: paused clients, a data set that is being loaded, or imported. */
export type ExpiryPause = 'clients' | 'loading' | 'import' | 'replica';

/** Told of what happens to keys. The key's bytes are good during the call only. */
export interface KeyspaceHooks {
  /** A key changed: WATCH and tracking. */
  /** `byServer`: not by the running command; the key expired or was evicted. */
  modified(db: Database, key: Uint8Array, start: number, length: number, byServer?: boolean): void;
  /** A keyspace event of one of the EVENT classes. */
  notify(db: Database, eventClass: number, event: string, key: Uint8Array, start: number, length: number): void;
  /** A key was added, or got a value of another type: those who wait for it. */
  added(db: Database, entry: Handle): void;
  /** A key is being deleted, or its value replaced by one of another type. */
  gone(db: Database, entry: Handle): void;
  /** A database was emptied, or swapped with another (then both are named). */
  flushed(db: Database, other: Database | undefined): void;
}

/** Tells nobody: while a data set is loaded, or before anybody can listen. */
export const SILENT_HOOKS: KeyspaceHooks = { modified() {}, notify() {}, added() {}, gone() {}, flushed() {} };

/** Bytes up to which a growing block is given twice what it needs. */
const GREEDY_BYTES_MAX = 2 ** 20;
/** Entries freed in one slice of an emptied database. */
const INDEX_SLICE_TABLES = 1;
const LFU_INITIAL = 5;

export interface KeyspaceStats {
  hits: number;
  misses: number;
  expired: number;
  evicted: number;
}

export class Keyspace {
  readonly arena: Arena;
  readonly dict: Dict;
  readonly entries: Entries;
  /** Hashes of keys that a pipeline will ask for. */
  readonly ahead: ReadAhead;
  readonly clock: Clock;
  readonly effects: Effects;
  readonly lazyFree: LazyFree;
  readonly databases: Database[] = [];
  readonly stats: KeyspaceStats = { hits: 0, misses: 0, expired: 0, evicted: 0 };
  readonly random: () => number;
  hooks: KeyspaceHooks = SILENT_HOOKS;
  /** Changes since the start; INFO's `rdb_changes_since_last_save` and propagation look at its growth. */
  dirty = 0;
  /** False while commands must leave the access clock alone (a save runs in the same thread, CLIENT NO-TOUCH). */
  touches = true;
  /** Why expired keys are not deleted just now, if for any reason: they are hidden, and wait. */
  readonly #expiryPauses = new Set<ExpiryPause>();
  /** Nothing is hidden: a data set is loading, or the running command imports one. */
  showsExpired = false;
  /** Frees replaced values in slices (`lazyfree-lazy-server-del`). */
  lazyServerDel = true;
  lazyExpire = true;
  /** LFU instead of LRU access clocks; follows `maxmemory-policy`. */
  usesLfu = false;
  lfuLogFactor = 10;
  lfuDecayMinutes = 1;
  readonly #operations: (ValueOperations | undefined)[] = new Array(256).fill(undefined);

  constructor(deps: {
    readonly arena: Arena;
    readonly clock: Clock;
    readonly effects: Effects;
    readonly seed: readonly [number, number];
    readonly random: () => number;
    readonly databaseCount: number;
  }) {
    this.arena = deps.arena;
    this.clock = deps.clock;
    this.effects = deps.effects;
    this.random = deps.random;
    this.dict = new Dict(deps.arena, deps.seed[0], deps.seed[1]);
    this.entries = new Entries(deps.arena);
    this.ahead = new ReadAhead(this.dict);
    this.lazyFree = new LazyFree(deps.arena, () => performance.now());
    for (let id = 0; id < deps.databaseCount; id++) this.databases.push(new Database(this, id));
  }

  registerKind(kind: number, operations: ValueOperations): void {
    this.#operations[kind] = operations;
  }

  operations(kind: number): ValueOperations {
    const operations = this.#operations[kind];
    assert(operations !== undefined, `no operations are registered for values of kind ${kind}`);
    return operations;
  }

  /** Notes that a key changed in the running command: watchers, tracking, propagation. */
  modified(db: Database, key: Uint8Array, start: number, length: number): void {
    this.hooks.modified(db, key, start, length);
  }

  notify(db: Database, eventClass: number, event: string, key: Uint8Array, start: number, length: number): void {
    this.hooks.notify(db, eventClass, event, key, start, length);
  }

  onMiss(db: Database, key: Uint8Array, start: number, length: number): void {
    this.stats.misses++;
    this.hooks.notify(db, EVENT_KEY_MISS, 'keymiss', key, start, length);
  }

  /** A key was added that was not there. */
  onAdded(db: Database, entry: Handle): void {
    const { entries, hooks } = this;
    hooks.notify(db, EVENT_NEW, 'new', entries.bytes(entry), entries.keyStart(entry), entries.keyLength(entry));
    hooks.added(db, entry);
  }

  /** Whether a key with this deadline counts as gone. */
  isPast(deadline: number): boolean {
    return this.clock.nowMs > deadline && !this.showsExpired;
  }

  get expiryPaused(): boolean {
    return this.#expiryPauses.size > 0;
  }

  /** Starts or ends one of the reasons for which expired keys are kept. */
  pauseExpiry(reason: ExpiryPause, isPaused: boolean): void {
    if (isPaused) this.#expiryPauses.add(reason);
    else this.#expiryPauses.delete(reason);
  }

  /** Deletes an entry whose deadline has passed, and tells everybody; not while expiry is paused. */
  expire(db: Database, entry: Handle): void {
    if (!this.expiryPaused) this.deleteExpired(db, entry);
  }

  /** As `expire`, paused or not: a write is about to put something in the key's place. */
  deleteExpired(db: Database, entry: Handle): void {
    const { entries } = this;
    // The key is copied: the entry is gone before the last one has been told.
    const start = entries.keyStart(entry);
    const key = entries.bytes(entry).slice(start, start + entries.keyLength(entry));
    db.remove(key, 0, key.length, this.lazyExpire);
    this.stats.expired++;
    this.effects.recordKey(db.id, this.lazyExpire ? 'UNLINK' : 'DEL', key, 0, key.length);
    this.hooks.notify(db, EVENT_EXPIRED, 'expired', key, 0, key.length);
    this.hooks.modified(db, key, 0, key.length, true);
  }

  /** Frees an entry that is in no index any more, and its value. */
  freeEntry(entry: Handle, lazily: boolean): void {
    this.freeValue(this.entries.kind(entry), this.entries.value(entry), lazily);
    this.arena.free(entry);
  }

  freeValue(kind: number, value: Handle, lazily: boolean): void {
    if (typeOfKind(kind) === STRING) {
      if (kind === KIND_STRING_BLOCK) this.arena.free(value);
      return;
    }
    const operations = this.operations(kind);
    if (!lazily || operations.effort(value) <= LAZY_FREE_ELEMENTS) return operations.free(value);
    let left = value;
    this.lazyFree.add(() => {
      left = operations.freeSlice(left);
      return left !== 0;
    }, 1);
  }

  /** Frees a detached index with all its entries, in slices of one sub-table. */
  freeIndexLazily(root: Handle): void {
    const { dict } = this;
    const size = dict.directorySize(root);
    let slot = 0;
    this.lazyFree.add(() => {
      for (let i = 0; i < INDEX_SLICE_TABLES && slot < size; i++) {
        const table = dict.tableAt(root, slot);
        slot += dict.tableSpan(root, slot);
        dict.forEachInTable(table, (entry) => this.freeEntry(entry, true));
        this.arena.free(table);
      }
      if (slot < size) return true;
      this.arena.free(root);
      return false;
    }, dict.count(root));
  }

  /** CONFIG RESETSTAT, as far as the figures are kept here. */
  resetStatistics(): void {
    Object.assign(this.stats, { hits: 0, misses: 0, expired: 0, evicted: 0 });
  }

  /** Makes room for `byteLength` bytes in a block that grows at its end; generous, so that appending is cheap. */
  growBytes(block: Handle, byteLength: number): Handle {
    const { arena } = this;
    const capacity = arena.capacity(block);
    if (byteLength <= capacity) return arena.writable(block);
    return arena.reallocate(block, byteLength < GREEDY_BYTES_MAX ? byteLength * 2 : byteLength + GREEDY_BYTES_MAX);
  }

  /** Starts a snapshot: what every database holds now, unchanged until `endSnapshot`. */
  beginSnapshot(): KeyspaceSnapshot {
    const freeze = this.arena.freeze();
    const roots = this.databases.map((db) => ({ id: db.id, root: db.root, deadlines: db.deadlines }));
    return { freeze, roots };
  }

  endSnapshot(snapshot: KeyspaceSnapshot): void {
    this.arena.release(snapshot.freeze);
    this.lazyFree.addKeptBlocks();
  }

  /** The access clock of a key that is made now. */
  newClockValue(): number {
    if (this.usesLfu) return (this.#minutes() << 8) | LFU_INITIAL;
    return Math.floor(this.clock.nowMs / 1000) & 0xffffff;
  }

  /** The access clock of a key that is read now and had `clock`. */
  clockValue(clock: number): number {
    if (!this.usesLfu) return Math.floor(this.clock.nowMs / 1000) & 0xffffff;
    return (this.#minutes() << 8) | this.#incrementedCounter(this.lfuCounter(clock));
  }

  /** The access clock of a key that was idle for so long, or has this counter of LFU; -1 for what is not known. */
  accessClock(idleSeconds: number, frequency: number): number | undefined {
    if (this.usesLfu) return frequency < 0 ? undefined : (this.#minutes() << 8) | frequency;
    if (idleSeconds < 0) return undefined;
    return (Math.floor(this.clock.nowMs / 1000) - Math.min(idleSeconds, 0xffffff)) & 0xffffff;
  }

  /** The access counter of LFU, decayed to now. */
  lfuCounter(clock: number): number {
    const counter = clock & 0xff;
    if (this.lfuDecayMinutes === 0) return counter;
    const elapsed = (this.#minutes() - (clock >>> 8)) & 0xffff;
    return Math.max(0, counter - Math.floor(elapsed / this.lfuDecayMinutes));
  }

  /** Seconds since the last access, by LRU's clock. */
  idleSeconds(clock: number): number {
    return (Math.floor(this.clock.nowMs / 1000) - clock) & 0xffffff;
  }

  #minutes(): number {
    return Math.floor(this.clock.nowMs / 60_000) & 0xffff;
  }

  /** The counter grows with a probability that falls as it grows, so 8 bits tell a million accesses from a hundred. */
  #incrementedCounter(counter: number): number {
    if (counter === 0xff) return counter;
    const base = Math.max(0, counter - LFU_INITIAL);
    return this.random() < 1 / (base * this.lfuLogFactor + 1) ? counter + 1 : counter;
  }
}

/** A frozen state of the keyspace: the roots of the databases and the epoch that keeps what they name. */
export interface KeyspaceSnapshot {
  readonly freeze: Freeze;
  readonly roots: readonly { readonly id: number; readonly root: Handle; readonly deadlines: number }[];
}
