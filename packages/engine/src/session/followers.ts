// Clients that follow the data: after SYNC they get an RDB file with everything, and then every effect on it as commands,
// with SELECT where the database changes. Nothing is kept for those that come back; they start again.
import type { Services } from '../commands/services.ts';
import { type EffectSink, NO_DATABASE } from '../keyspace/effects.ts';
import type { Client } from './client.ts';

class Follower implements EffectSink {
  readonly isFollower = true;
  readonly #services: Services;
  readonly #client: Client;
  /** The database that the follower is in; unknown at first. */
  #databaseId = NO_DATABASE;

  constructor(services: Services, client: Client) {
    this.#services = services;
    this.#client = client;
  }

  append(databaseId: number, bytes: Uint8Array, start: number, length: number): void {
    if (databaseId !== this.#databaseId && databaseId !== NO_DATABASE) this.#select(databaseId);
    this.#services.io.push(this.#client, bytes.subarray(start, start + length), length);
  }

  #select(databaseId: number): void {
    this.#databaseId = databaseId;
    const id = String(databaseId);
    const bytes = Buffer.from(`*2\r\n$6\r\nSELECT\r\n$${id.length}\r\n${id}\r\n`);
    this.#services.io.push(this.#client, bytes, bytes.length);
  }
}

export class Followers {
  readonly #services: Services;
  readonly #followers = new Map<Client, Follower>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Sends a client all data, and from now on what happens to them. */
  add(client: Client, rdb: Uint8Array): void {
    const { io, effects } = this.#services;
    client.isReplica = true;
    const header = Buffer.from(`$${rdb.length}\r\n`);
    io.push(client, header, header.length);
    io.push(client, rdb, rdb.length);
    const follower = new Follower(this.#services, client);
    this.#followers.set(client, follower);
    effects.addSink(follower);
  }

  remove(client: Client): void {
    const follower = this.#followers.get(client);
    if (follower === undefined) return;
    this.#followers.delete(client);
    this.#services.effects.removeSink(follower);
  }
}
