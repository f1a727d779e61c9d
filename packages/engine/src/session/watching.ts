// WATCH: which clients look at which keys. A change of a key marks its watchers; EXEC of a marked client answers nil.
import type { Database } from '../keyspace/database.ts';
import { latin1 } from './args.ts';
import type { Client, WatchedKey } from './client.ts';

export class Watching {
  readonly #watchers = new Map<Database, Map<string, Set<Client>>>();
  /** Watched keys of all clients; 0 lets `touched` return at once. */
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Distinct keys that are watched. */
  get keyCount(): number {
    let total = 0;
    for (const keys of this.#watchers.values()) total += keys.size;
    return total;
  }

  watch(client: Client, key: string, isStale: boolean): void {
    const { db } = client;
    if (client.watched.some((watched) => watched.db === db && watched.key === key)) return;
    client.watched.push({ db, key, isStale });
    this.#count++;
    const keys = this.#watchers.get(db) ?? new Map<string, Set<Client>>();
    this.#watchers.set(db, keys);
    const clients = keys.get(key) ?? new Set<Client>();
    keys.set(key, clients);
    clients.add(client);
  }

  unwatchAll(client: Client): void {
    for (const { db, key } of client.watched) {
      const keys = this.#watchers.get(db);
      const clients = keys?.get(key);
      clients?.delete(client);
      if (clients?.size === 0) keys?.delete(key);
      this.#count--;
    }
    client.watched.length = 0;
    client.watchBroken = false;
  }

  /** A key changed, or was deleted. */
  touched(db: Database, key: Uint8Array, start: number, length: number): void {
    if (this.#count === 0) return;
    const name = latin1(key, start, length);
    for (const client of this.#watchers.get(db)?.get(name) ?? []) {
      const watched = findWatched(client, db, name);
      const wasStale = watched?.isStale === true && db.peek(key, start, length) === 0;
      if (watched !== undefined && wasStale) watched.isStale = false;
      else client.watchBroken = true;
    }
  }

  /**
   * A database is about to be emptied, or replaced by `other`: breaks the watches of keys that change by it. A stale key
   * that goes, or is replaced by a stale one, does not change.
   */
  touchedAll(db: Database, other: Database | undefined): void {
    if (this.#count === 0) return;
    for (const [key, clients] of this.#watchers.get(db) ?? []) {
      const before = stateOf(db, key);
      const after = other === undefined ? 'absent' : stateOf(other, key);
      if (before === 'absent' && after === 'absent') continue;
      for (const client of clients) {
        const watched = findWatched(client, db, key);
        if (watched !== undefined && !follow(watched, before, after)) client.watchBroken = true;
      }
    }
  }
}

type KeyState = 'absent' | 'stale' | 'live';

function stateOf(db: Database, key: string): KeyState {
  const bytes = Buffer.from(key, 'latin1');
  const entry = db.peek(bytes, 0, bytes.length);
  if (entry === 0) return 'absent';
  return db.keyspace.isPast(db.entries.deadline(entry)) ? 'stale' : 'live';
}

function findWatched(client: Client, db: Database, key: string): WatchedKey | undefined {
  return client.watched.find((watched) => watched.db === db && watched.key === key);
}

/** Follows a watched key from one state to another; false where that is a change. */
function follow(watched: WatchedKey, before: KeyState, after: KeyState): boolean {
  if (watched.isStale) {
    if (after === 'absent') watched.isStale = false;
    return after !== 'live';
  }
  if (before !== 'absent' || after !== 'stale') return false;
  watched.isStale = true;
  return true;
}
