// Clients that follow the data (replicas): after SYNC or PSYNC they get an RDB file with everything, and then every
// effect on it as commands, with SELECT where the database changes. All of them get one and the same stream, whose bytes
// are counted (`offset`) while there is one. Nothing is kept for those that come back; they start again.
import type { Services } from '../commands/services.ts';
import { type EffectSink, NO_DATABASE } from '../keyspace/effects.ts';
import type { Client } from './client.ts';

/** What a follower said of itself. */
export interface Follower {
  readonly client: Client;
  port: number;
  /** Bytes of the stream that it has, as of `acknowledgedAtMs`. */
  acknowledged: number;
  acknowledgedAtMs: number;
}

interface Waiter {
  readonly client: Client;
  readonly followers: number;
  readonly offset: number;
}

const PING = Buffer.from('*1\r\n$4\r\nPING\r\n');
const GET_ACKNOWLEDGEMENT = Buffer.from('*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n');

export class Followers implements EffectSink {
  readonly isFollower = true;
  /** Bytes of the stream so far. */
  offset = 0;
  readonly #services: Services;
  readonly #followers = new Map<Client, Follower>();
  readonly #ports = new WeakMap<Client, number>();
  #waiters: Waiter[] = [];
  /** The database that the followers are in. */
  #databaseId = NO_DATABASE;
  #lastPingMs = 0;

  constructor(services: Services) {
    this.#services = services;
  }

  get all(): Iterable<Follower> {
    return this.#followers.values();
  }

  get count(): number {
    return this.#followers.size;
  }

  /** The port that a client will name when it follows. */
  announcePort(client: Client, port: number): void {
    this.#ports.set(client, port);
  }

  /** Sends a client all data (`head` in front), and from now on what happens to them. */
  add(client: Client, head: string, rdb: Uint8Array): void {
    const { io, effects, clock } = this.#services;
    client.isReplica = true;
    if (this.#followers.size === 0) effects.addSink(this);
    const follower = { client, port: this.#ports.get(client) ?? 0, acknowledged: this.offset };
    this.#followers.set(client, { ...follower, acknowledgedAtMs: clock.nowMs });
    // The new one does not know in which database the others are.
    this.#databaseId = NO_DATABASE;
    const header = Buffer.from(`${head}$${rdb.length}\r\n`);
    io.push(client, header, header.length);
    io.push(client, rdb, rdb.length);
  }

  remove(client: Client): void {
    if (!this.#followers.delete(client)) return;
    if (this.#followers.size === 0) this.#services.effects.removeSink(this);
  }

  append(databaseId: number, bytes: Uint8Array, start: number, length: number): void {
    if (databaseId !== this.#databaseId && databaseId !== NO_DATABASE) this.#select(databaseId);
    this.#send(bytes.subarray(start, start + length));
  }

  /** Periodic work: followers hear from us even when nothing happens. */
  tick(): void {
    const { clock, config } = this.#services;
    if (this.#followers.size === 0) return;
    if (clock.nowMs - this.#lastPingMs < config.number('repl-ping-replica-period') * 1000) return;
    this.#lastPingMs = clock.nowMs;
    this.#send(PING);
  }

  /** REPLCONF ACK. */
  acknowledge(client: Client, offset: number): void {
    const follower = this.#followers.get(client);
    if (follower === undefined) return;
    follower.acknowledged = offset;
    follower.acknowledgedAtMs = this.#services.clock.nowMs;
    const done = this.#waiters.filter((waiter) => this.countAt(waiter.offset) >= waiter.followers);
    this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
    for (const waiter of done) this.#services.unblocking.force(waiter.client, 'timeout');
  }

  /** How many followers have the stream up to `offset`. */
  countAt(offset: number): number {
    let count = 0;
    for (const { acknowledged } of this.#followers.values()) if (acknowledged >= offset) count++;
    return count;
  }

  /** How many followers have said something since then (Unix milliseconds). */
  countHeardSince(sinceMs: number): number {
    let count = 0;
    for (const { acknowledgedAtMs } of this.#followers.values()) if (acknowledgedAtMs >= sinceMs) count++;
    return count;
  }

  /** Ends the waiting of a client as soon as that many followers have what is in the stream now. */
  wait(client: Client, followers: number): void {
    this.#waiters = this.#waiters.filter((waiter) => waiter.client.blocked !== undefined);
    this.#waiters.push({ client, followers, offset: this.offset });
    if (this.#followers.size > 0) this.#send(GET_ACKNOWLEDGEMENT);
  }

  #select(databaseId: number): void {
    this.#databaseId = databaseId;
    const id = String(databaseId);
    this.#send(Buffer.from(`*2\r\n$6\r\nSELECT\r\n$${id.length}\r\n${id}\r\n`));
  }

  #send(bytes: Uint8Array): void {
    this.offset += bytes.length;
    for (const client of this.#followers.keys()) this.#services.io.push(client, bytes, bytes.length);
  }
}
