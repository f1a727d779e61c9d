// WATCH: which clients look at which keys. A change of a key marks its watchers; EXEC of a marked client answers nil.
import type { Database } from '../keyspace/database.ts';
import { latin1 } from './args.ts';
import type { Client } from './client.ts';

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

  watch(client: Client, key: string, wasExpired: boolean): void {
    const { db } = client;
    if (client.watched.some((watched) => watched.db === db && watched.key === key)) return;
    client.watched.push({ db, key, wasExpired });
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

  /** A key changed. */
  touched(db: Database, key: Uint8Array, start: number, length: number): void {
    if (this.#count === 0) return;
    const clients = this.#watchers.get(db)?.get(latin1(key, start, length));
    for (const client of clients ?? []) client.watchBroken = true;
  }

  /** A database was emptied or swapped: marks the watchers of keys that are there before or after. */
  touchedAll(db: Database, other: Database | undefined): void {
    if (this.#count === 0) return;
    for (const [key, clients] of this.#watchers.get(db) ?? []) {
      const bytes = Buffer.from(key, 'latin1');
      const isThere = db.peek(bytes, 0, bytes.length) !== 0 || (other?.peek(bytes, 0, bytes.length) ?? 0) !== 0;
      if (isThere) for (const client of clients) client.watchBroken = true;
    }
  }
}
