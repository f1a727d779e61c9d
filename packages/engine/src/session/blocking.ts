// Clients that wait: for keys (BLPOP, XREAD ...), for a pause to end, and later for replicas. A client blocks by leaving
// a copy of its command behind; when one of its keys may serve it, the command simply runs again, and either replies
// or goes on waiting in its place. Those who came first are served first.

import type { Command } from '../commands/command-table.ts';
import type { Database } from '../keyspace/database.ts';
import type { Handle } from '../memory/arena.ts';
import type { Args } from './args.ts';
import type { Client } from './client.ts';

export interface BlockedState {
  readonly kind: 'keys' | 'pause';
  readonly command: Command;
  /** The command's arguments, copied into `block`. */
  readonly args: Args;
  readonly block: Handle;
  readonly db: Database;
  readonly keys: readonly string[];
  /** Unix milliseconds; Infinity where it waits for ever. */
  readonly deadlineMs: number;
  readonly sinceMs: number;
  /** Writes the reply of a time-out. */
  readonly onTimeout: (client: Client) => void;
}

interface ReadyKey {
  readonly db: Database;
  readonly key: string;
}

export class Blocking {
  /** Clients by database and key, in the order in which they came. */
  readonly #waiting = new Map<Database, Map<string, Set<Client>>>();
  readonly #clients = new Set<Client>();
  #ready: ReadyKey[] = [];
  /** Runs a blocked client's command again; returns true when it is not blocked any more. */
  retry: (client: Client) => boolean = () => false;

  get clientCount(): number {
    return this.#clients.size;
  }

  /** Distinct keys that clients wait for. */
  get keyCount(): number {
    let total = 0;
    for (const keys of this.#waiting.values()) total += keys.size;
    return total;
  }

  get clients(): ReadonlySet<Client> {
    return this.#clients;
  }

  add(client: Client, state: BlockedState): void {
    client.blocked = state;
    this.#clients.add(client);
    for (const key of state.keys) {
      const keys = mapEntry(this.#waiting, state.db, () => new Map<string, Set<Client>>());
      mapEntry(keys, key, () => new Set<Client>()).add(client);
    }
  }

  /** Takes a client off all queues; its state is the caller's. */
  remove(client: Client): void {
    const state = client.blocked;
    if (state === undefined) return;
    this.#clients.delete(client);
    const keys = this.#waiting.get(state.db);
    for (const key of state.keys) {
      const queue = keys?.get(key);
      queue?.delete(client);
      if (queue?.size === 0) keys?.delete(key);
    }
    client.blocked = undefined;
  }

  /** Whether anybody waits for any key: the quick check before `signal`. */
  get hasWaiting(): boolean {
    return this.#clients.size > 0;
  }

  /** A key may serve somebody now; they are served when the running unit has ended. */
  signal(db: Database, key: string): void {
    if (this.#waiting.get(db)?.has(key) === true) this.#ready.push({ db, key });
  }

  /** All keys of a database may have changed (SWAPDB, FLUSH): signals those that are waited for. */
  signalAll(db: Database): void {
    for (const key of this.#waiting.get(db)?.keys() ?? []) this.#ready.push({ db, key });
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  /** Serves those whose keys became ready, until nothing is ready any more. */
  serveReady(): void {
    while (this.#ready.length > 0) {
      const ready = this.#ready;
      this.#ready = [];
      for (const { db, key } of ready) {
        for (const client of [...(this.#waiting.get(db)?.get(key) ?? [])]) {
          if (client.blocked?.kind === 'keys') this.retry(client);
        }
      }
    }
  }
}

function mapEntry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
