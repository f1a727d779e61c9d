// All clients, by id and in the order of their connection.
import type { Client } from './client.ts';

export class ClientRegistry {
  readonly #clients = new Map<number, Client>();
  #lastId = 0;

  nextId(): number {
    return ++this.#lastId;
  }

  add(client: Client): void {
    this.#clients.set(client.id, client);
  }

  remove(client: Client): void {
    this.#clients.delete(client.id);
  }

  find(id: number): Client | undefined {
    return this.#clients.get(id);
  }

  get size(): number {
    return this.#clients.size;
  }

  [Symbol.iterator](): IterableIterator<Client> {
    return this.#clients.values();
  }
}
