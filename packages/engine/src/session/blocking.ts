// Clients that wait: for keys (BLPOP, XREAD ...) or for a pause to end. This file keeps the queues; unblocking.ts serves,
// times out and wakes them; commands/blocking-keys.ts says how a blocking command is written.
//
// A client blocks by leaving a copy of its command behind. A key that was added (or a stream that grew) signals its
// queue; when the running unit has ended the command of each waiter simply runs again and either replies or blocks
// again, behind the others. Those who came first are served first, key by key in the order of the signals.
import type { Command } from '../commands/command-table.ts';
import type { Database } from '../keyspace/database.ts';
import type { ValueType } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Args } from './args.ts';
import type { Client } from './client.ts';
import type { Reply } from './reply.ts';

export interface BlockedState {
  readonly kind: 'keys' | 'pause';
  readonly command: Command;
  /** The command's arguments, copied into `block`. */
  readonly args: Args;
  readonly block: Handle;
  readonly db: Database;
  /** Distinct. */
  readonly keys: readonly string[];
  /** What a key must hold to serve the client; undefined where it waits for no key. */
  readonly type: ValueType | undefined;
  /** The client is woken too when a key is deleted or holds another type (XREADGROUP). */
  readonly wakesWhenGone: boolean;
  /** Unix milliseconds; Infinity where it waits for ever. */
  readonly deadlineMs: number;
  readonly sinceMs: number;
  /** Answers when the time is up; a null array where it is left out. */
  readonly answerTimeout?: (reply: Reply) => void;
  /** What the command's runs have taken so far. */
  microseconds: number;
}

/** Those who wait for one key, in the order in which they came. */
interface Queue {
  readonly db: Database;
  readonly key: string;
  readonly clients: Set<Client>;
  /** How many of them are woken when the key is gone. */
  goneWaiters: number;
  /** It is on the list of signalled queues. */
  isReady: boolean;
}

export class Blocking {
  readonly #waiting = new Map<Database, Map<string, Queue>>();
  readonly #clients = new Set<Client>();
  #ready: Queue[] = [];
  /** Serves a client whose key was signalled, if the key can. */
  serve: (client: Client, db: Database, key: string) => void = () => {};
  /** Told of clients that start and end to wait: the timers. */
  onAdded: (client: Client, state: BlockedState) => void = () => {};
  onRemoved: (client: Client) => void = () => {};

  get clientCount(): number {
    return this.#clients.size;
  }

  /** Distinct keys that clients wait for. */
  get keyCount(): number {
    let total = 0;
    for (const queues of this.#waiting.values()) total += queues.size;
    return total;
  }

  /** Those of the keys whose deletion wakes somebody. */
  get keysAwaitedGone(): number {
    let total = 0;
    for (const queues of this.#waiting.values())
      for (const queue of queues.values()) if (queue.goneWaiters > 0) total++;
    return total;
  }

  get clients(): ReadonlySet<Client> {
    return this.#clients;
  }

  add(client: Client, state: BlockedState): void {
    client.blocked = state;
    this.#clients.add(client);
    for (const key of state.keys) {
      const queues = mapEntry(this.#waiting, state.db, () => new Map<string, Queue>());
      const queue = mapEntry(queues, key, () => newQueue(state.db, key));
      queue.clients.add(client);
      if (state.wakesWhenGone) queue.goneWaiters++;
    }
    this.onAdded(client, state);
  }

  /** Takes a client off all queues; its state (and the block of it) is the caller's. */
  remove(client: Client): void {
    const state = client.blocked;
    if (state === undefined) return;
    this.#clients.delete(client);
    const queues = this.#waiting.get(state.db);
    for (const key of state.keys) {
      const queue = queues?.get(key);
      if (queue === undefined) continue;
      queue.clients.delete(client);
      if (state.wakesWhenGone) queue.goneWaiters--;
      if (queue.clients.size === 0) queues?.delete(key);
    }
    client.blocked = undefined;
    this.onRemoved(client);
  }

  /** Whether anybody waits at all: the quick check before `signal`. */
  get hasWaiting(): boolean {
    return this.#clients.size > 0;
  }

  /** A key may serve somebody now; they are served when the running unit has ended. */
  signal(db: Database, key: string): void {
    this.#mark(this.#waiting.get(db)?.get(key));
  }

  /** A key was deleted or got another type: matters to those that wait for that too. */
  signalGone(db: Database, key: string): void {
    const queue = this.#waiting.get(db)?.get(key);
    if (queue !== undefined && queue.goneWaiters > 0) this.#mark(queue);
  }

  /** All keys of a database may have changed (SWAPDB, FLUSH): signals those that are waited for. */
  signalAll(db: Database): void {
    for (const queue of this.#waiting.get(db)?.values() ?? []) this.#mark(queue);
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  /** Serves those whose keys were signalled, until nothing is any more: a served BLMOVE signals again. */
  serveReady(): void {
    while (this.#ready.length > 0) {
      const ready = this.#ready;
      this.#ready = [];
      for (const queue of ready) {
        queue.isReady = false;
        // Those that block again meanwhile go to the end and are not asked twice.
        for (const client of [...queue.clients]) {
          if (queue.clients.has(client)) this.serve(client, queue.db, queue.key);
        }
      }
    }
  }

  #mark(queue: Queue | undefined): void {
    if (queue === undefined || queue.isReady) return;
    queue.isReady = true;
    this.#ready.push(queue);
  }
}

function newQueue(db: Database, key: string): Queue {
  return { db, key, clients: new Set(), goneWaiters: 0, isReady: false };
}

function mapEntry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
