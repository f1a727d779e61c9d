// Eviction: which keys go when memory is short. A policy compares keys by how long they were not used, how seldom, or
// how soon they expire. The best of all keys is never looked for: samples go into a small pool that keeps the best
// candidates seen so far, and the best of those is evicted.
//
// Eviction runs between commands only: no handle may be held while it does.
import type { Handle } from '../memory/arena.ts';
import type { Database } from './database.ts';
import { EVENT_EVICTED, type Keyspace } from './keyspace.ts';

export interface EvictionPolicy {
  /** Which keys may go. */
  readonly among: 'nothing' | 'volatile' | 'all';
  readonly order: 'lru' | 'lfu' | 'ttl' | 'random';
}

/** The policy of a name as `maxmemory-policy` spells it. */
export function evictionPolicy(name: string): EvictionPolicy {
  if (name === 'noeviction') return { among: 'nothing', order: 'random' };
  const order = (['lru', 'lfu', 'ttl'] as const).find((word) => name.endsWith(`-${word}`)) ?? 'random';
  return { among: name.startsWith('allkeys') ? 'all' : 'volatile', order };
}

interface Candidate {
  readonly db: Database;
  readonly key: Uint8Array;
  /** The higher the sooner it goes. */
  readonly rank: number;
}

const POOL_SIZE = 16;
/** Buckets looked at for volatile keys before whole sub-tables are skipped by their noted deadlines. */
const BUCKETS_MAX = 64;
const HASHES = 2 ** 32;
const COUNTER_MAX = 255;

export class Eviction {
  readonly #keyspace: Keyspace;
  policy: EvictionPolicy = evictionPolicy('noeviction');
  samples = 5;
  /** Frees evicted values in slices (`lazyfree-lazy-eviction`). */
  lazily = true;
  /** Ascending by rank. */
  #pool: Candidate[] = [];
  #nextDatabase = 0;

  constructor(keyspace: Keyspace) {
    this.#keyspace = keyspace;
  }

  /** Forgets candidates that another policy had chosen. */
  setPolicy(policy: EvictionPolicy): void {
    this.policy = policy;
    this.#pool = [];
  }

  /** Evicts one key; false where the policy finds none. */
  evictOne(): boolean {
    if (this.policy.among === 'nothing') return false;
    if (this.policy.order === 'random') return this.#evictRandom();
    for (;;) {
      if (!this.#fillPool()) return false;
      for (let best = this.#pool.pop(); best !== undefined; best = this.#pool.pop()) {
        if (this.#evict(best.db, best.key)) return true;
      }
    }
  }

  /** The databases take turns. */
  #evictRandom(): boolean {
    const { databases, entries } = this.#keyspace;
    for (let tried = 0; tried < databases.length; tried++) {
      const db = databases[this.#nextDatabase++ % databases.length];
      if (this.#eligibleCount(db) === 0) continue;
      const [entry] = this.#sample(db, 1);
      if (entry !== undefined) return this.#evict(db, keyOf(entries.bytes(entry), db, entry));
    }
    return false;
  }

  #eligibleCount(db: Database): number {
    return this.policy.among === 'all' ? db.size : db.deadlines;
  }

  /** Adds samples of every database to the pool; false where there is nothing to sample. */
  #fillPool(): boolean {
    let found = false;
    for (const db of this.#keyspace.databases) {
      if (this.#eligibleCount(db) === 0) continue;
      for (const entry of this.#sample(db, this.samples)) {
        this.#offer(db, entry);
        found = true;
      }
    }
    return found;
  }

  #offer(db: Database, entry: Handle): void {
    const pool = this.#pool;
    const rank = this.#rank(db, entry);
    if (pool.length === POOL_SIZE && rank <= pool[0].rank) return;
    const key = keyOf(db.entries.bytes(entry), db, entry);
    if (pool.some((known) => known.db === db && Buffer.compare(known.key, key) === 0)) return;
    let at = 0;
    while (at < pool.length && pool[at].rank < rank) at++;
    pool.splice(at, 0, { db, key, rank });
    if (pool.length > POOL_SIZE) pool.shift();
  }

  #rank(db: Database, entry: Handle): number {
    const clock = db.entries.clock(entry);
    switch (this.policy.order) {
      case 'lru':
        return this.#keyspace.idleSeconds(clock);
      case 'lfu':
        return COUNTER_MAX - this.#keyspace.lfuCounter(clock);
      default:
        return -db.entries.deadline(entry);
    }
  }

  /** At least one eligible entry, and about `count`: those of neighbouring buckets from a random place on. */
  #sample(db: Database, count: number): Handle[] {
    const { dict, root, entries } = db;
    const onlyVolatile = this.policy.among === 'volatile';
    const found: Handle[] = [];
    let cursor = Math.floor(this.#keyspace.random() * HASHES);
    const visit = (entry: Handle): void => {
      if (!onlyVolatile || entries.hasDeadline(entry)) found.push(entry);
    };
    for (let buckets = 0; found.length < count && buckets < BUCKETS_MAX; buckets++) {
      cursor = dict.scan(root, cursor, visit);
    }
    if (found.length === 0) this.#searchTables(db, cursor, visit, found);
    // A bucket gives more than was asked for: each of its entries shall have the same chance.
    if (count === 1 && found.length > 1) return [found[Math.floor(this.#keyspace.random() * found.length)]];
    return found;
  }

  /** Visits sub-tables from a place on, those without a deadline left out, until something is found. */
  #searchTables(db: Database, cursor: number, visit: (entry: Handle) => void, found: readonly Handle[]): void {
    const { dict, root } = db;
    const size = dict.directorySize(root);
    const first = Math.floor((cursor / HASHES) * size);
    for (let i = 0; i < size && found.length === 0; i++) {
      const table = dict.tableAt(root, (first + i) % size);
      if (this.policy.among === 'volatile' && dict.tableDeadline(table) === Number.POSITIVE_INFINITY) continue;
      dict.forEachInTable(table, visit);
    }
  }

  /** Deletes the key and tells everybody; false where it has gone, or is not eligible any more. */
  #evict(db: Database, key: Uint8Array): boolean {
    const keyspace = this.#keyspace;
    const entry = db.peek(key, 0, key.length);
    if (entry === 0 || (this.policy.among === 'volatile' && !db.entries.hasDeadline(entry))) return false;
    db.remove(key, 0, key.length, this.lazily);
    keyspace.stats.evicted++;
    keyspace.effects.recordKey(db.id, this.lazily ? 'UNLINK' : 'DEL', key, 0, key.length);
    keyspace.hooks.modified(db, key, 0, key.length, true);
    keyspace.hooks.notify(db, EVENT_EVICTED, 'evicted', key, 0, key.length);
    return true;
  }
}

function keyOf(bytes: Uint8Array, db: Database, entry: Handle): Uint8Array {
  const start = db.entries.keyStart(entry);
  return bytes.slice(start, start + db.entries.keyLength(entry));
}
