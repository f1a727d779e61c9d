// CLIENT TRACKING: which clients keep copies of which keys, and telling them when such a key changes. In the normal mode
// the server remembers what a client has read and tells of each key once; with BCAST it remembers prefixes only and
// tells everybody of all keys that start so, once a turn. Costs nothing while nobody tracks.
import type { Call } from '../commands/call.ts';
import { findKeys } from '../commands/find-keys.ts';
import type { Services } from '../commands/services.ts';
import { latin1 } from './args.ts';
import type { Client } from './client.ts';
import type { CommandObserver } from './dispatcher.ts';
import { invalidationFrame } from './invalidation-frame.ts';

export interface TrackingOptions {
  /** The client that is told in its place; 0 for itself. */
  readonly redirect: number;
  /** Told of all keys with these prefixes; undefined for what it has read. */
  readonly prefixes: ReadonlySet<string> | undefined;
  /** Only what is read after CLIENT CACHING YES, or all but what is read after CACHING NO. */
  readonly choice: 'optin' | 'optout' | undefined;
  /** Not told of what it changes itself. */
  readonly skipsOwn: boolean;
}

export interface TrackingState extends TrackingOptions {
  /** CLIENT CACHING was given for the next command. */
  caching: boolean;
  /** The client that should be told is gone. */
  isBroken: boolean;
}

/** Keys forgotten at once when too many are remembered, in the first of turns like that. */
const FORGOTTEN_KEYS = 100;

export class Tracking implements CommandObserver {
  readonly #services: Services;
  /** Ids of the clients that have read a key. */
  readonly #readers = new Map<string, Set<number>>();
  readonly #clients = new Set<Client>();
  /** Changed keys of this turn with who changed them last, for each prefix that somebody follows. */
  readonly #prefixes = new Map<
    string,
    { readonly clients: Set<Client>; readonly changed: Map<string, Client | undefined> }
  >();
  /** The clients whose commands are running, from the outermost on. */
  readonly #running: Client[] = [];
  #turnsOverLimit = 0;
  #isAllChanged = false;

  constructor(services: Services) {
    this.#services = services;
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  get keyCount(): number {
    return this.#readers.size;
  }

  get prefixCount(): number {
    return this.#prefixes.size;
  }

  /** Pairs of keys and clients that are remembered. */
  get itemCount(): number {
    let total = 0;
    for (const readers of this.#readers.values()) total += readers.size;
    return total;
  }

  enable(client: Client, options: TrackingOptions): void {
    const { observers } = this.#services.dispatcher;
    if (this.#clients.size === 0) observers.push(this);
    this.#clients.add(client);
    const prefixes = options.prefixes && new Set([...(client.tracking?.prefixes ?? []), ...options.prefixes]);
    client.tracking = { ...options, prefixes, caching: false, isBroken: false };
    for (const prefix of prefixes ?? []) {
      const followed = this.#prefixes.get(prefix) ?? { clients: new Set(), changed: new Map() };
      this.#prefixes.set(prefix, followed);
      followed.clients.add(client);
    }
  }

  disable(client: Client): void {
    if (!this.#clients.delete(client)) return;
    for (const prefix of client.tracking?.prefixes ?? []) {
      const followed = this.#prefixes.get(prefix);
      followed?.clients.delete(client);
      if (followed?.clients.size === 0) this.#prefixes.delete(prefix);
    }
    client.tracking = undefined;
    if (this.#clients.size > 0) return;
    const { observers } = this.#services.dispatcher;
    observers.splice(observers.indexOf(this), 1);
    this.#readers.clear();
    this.#running.length = 0;
  }

  before(call: Call): void {
    this.#running.push(this.#services.access.requester(call.client));
  }

  blocked(): void {
    this.#running.pop();
  }

  after(call: Call): void {
    const client = this.#services.access.requester(call.client);
    this.#running.pop();
    const { tracking } = client;
    if (tracking === undefined) return;
    // Scripts are not looked at, the commands that they run are.
    if (call.command.has('readonly') && call.command.spec.group !== 'scripting') this.#remember(client, tracking, call);
    const isOver = this.#running.length === 0 && client.transaction === undefined;
    if (isOver && call.command.parent?.name !== 'client') tracking.caching = false;
  }

  /** A key changed, by the running command or by the server itself (it expired or was evicted). */
  changed(key: Uint8Array, start: number, length: number, byServer: boolean): void {
    if (this.#clients.size === 0) return;
    const name = latin1(key, start, length);
    const by = byServer ? undefined : this.#running[0];
    for (const [prefix, { changed }] of this.#prefixes) if (name.startsWith(prefix)) changed.set(name, by);
    this.#forget(name, by);
  }

  /** Any key may have changed. Emptying all databases says so for each: clients are told once, at the end of the turn. */
  changedAll(): void {
    this.#isAllChanged = this.#clients.size > 0;
    this.#readers.clear();
  }

  /** Tells of what changed under prefixes, and forgets keys where there are too many; at the end of a turn. */
  finishTurn(): void {
    if (this.#clients.size === 0) return;
    if (this.#isAllChanged) {
      this.#isAllChanged = false;
      for (const client of this.#clients) this.#tell(client, undefined);
    }
    for (const { clients, changed } of this.#prefixes.values()) {
      if (changed.size === 0) continue;
      for (const client of clients) {
        const skips = client.tracking?.skipsOwn === true;
        const keys = [...changed].filter(([, by]) => !(skips && by === client)).map(([key]) => key);
        if (keys.length > 0) this.#tell(client, keys);
      }
      changed.clear();
    }
    this.#forgetSome();
  }

  #remember(client: Client, tracking: TrackingState, call: Call): void {
    const { prefixes, choice, caching } = tracking;
    if (prefixes !== undefined || (choice === 'optin' && !caching) || (choice === 'optout' && caching)) return;
    for (const { position } of findKeys(call.command, call.args)) {
      const key = call.args.text(position);
      const readers = this.#readers.get(key) ?? new Set();
      this.#readers.set(key, readers);
      readers.add(client.id);
    }
  }

  /** Tells those who have read a key that it changed, and remembers them no longer. */
  #forget(key: string, changedBy: Client | undefined): void {
    const readers = this.#readers.get(key);
    if (readers === undefined) return;
    this.#readers.delete(key);
    for (const id of readers) {
      const client = this.#services.clients.find(id);
      const tracking = client?.tracking;
      if (client === undefined || tracking === undefined || tracking.prefixes !== undefined) continue;
      if (!(tracking.skipsOwn && client === changedBy)) this.#tell(client, [key]);
    }
  }

  /** Past `tracking-table-max-keys` clients are told that keys changed which did not: more of them the longer it lasts. */
  #forgetSome(): void {
    const keysMax = this.#services.config.number('tracking-table-max-keys');
    if (keysMax === 0 || this.#readers.size <= keysMax) {
      this.#turnsOverLimit = 0;
      return;
    }
    let left = Math.min(FORGOTTEN_KEYS * ++this.#turnsOverLimit, this.#readers.size - keysMax);
    for (const key of this.#readers.keys()) {
      if (left-- <= 0) return;
      this.#forget(key, undefined);
    }
  }

  /** Tells a client, or the one that it named, that keys changed; undefined stands for all keys. */
  #tell(client: Client, keys: readonly string[] | undefined): void {
    const { tracking } = client;
    if (tracking === undefined) return;
    const { clients, io } = this.#services;
    const isRedirected = tracking.redirect !== 0;
    const target = isRedirected ? clients.find(tracking.redirect) : client;
    if (target === undefined || (isRedirected && (target.closing || target.closeAfterReply))) {
      tracking.isBroken = true;
      if (client.protocol !== 3) return;
      const frame = Buffer.from(`>2\r\n$21\r\ntracking-redir-broken\r\n:${tracking.redirect}\r\n`);
      return io.push(client, frame, frame.length);
    }
    // Clients of RESP2 take such messages only as those of a channel, in the mode for subscribers.
    if (target.protocol !== 3 && !(isRedirected && target.subscriptionCount > 0)) return;
    const frame = invalidationFrame(keys, target.protocol, client.protocol);
    io.push(target, frame, frame.length);
  }
}
