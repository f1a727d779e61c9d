// `maxmemory-clients`: when the buffers of all clients together take too much, those that take most are closed. Clients
// with CLIENT NO-EVICT, replicas and monitors are neither counted nor closed.
import { clientMemory } from '../commands/client-memory.ts';
import type { Services } from '../commands/services.ts';
import type { Client } from './client.ts';

/** Looking at all clients is not done more often. */
const INTERVAL_MS = 10;
/** A smaller limit is drawn up to this: a server that closes everybody is of no use. */
const LIMIT_BYTES_MIN = 128 * 1024;

export class ClientEviction {
  readonly #services: Services;
  #lastMs = 0;
  /** Bytes, negative for percents of `maxmemory`; 0: no limit. */
  #setting = 0;

  constructor(services: Services) {
    this.#services = services;
    const { config } = services;
    const follow = (): undefined => {
      this.#setting = config.number('maxmemory-clients');
    };
    config.onChange('maxmemory-clients', follow);
    follow();
  }

  /** Closes clients until the rest is within the limit; between commands. */
  run(): void {
    if (this.#setting === 0) return;
    const { clock, arena, clients } = this.#services;
    const limit = this.#limitBytes();
    if (limit === 0 || clock.monotonicMs - this.#lastMs < INTERVAL_MS) return;
    this.#lastMs = clock.monotonicMs;
    let total = 0;
    const sizes: [Client, number][] = [];
    for (const client of clients) {
      if (client.closing || client.isReplica || client.isMonitor || client.noEvict) continue;
      const bytes = clientMemory(client, arena).total;
      total += bytes;
      sizes.push([client, bytes]);
    }
    if (total > limit) this.#close(sizes, total - limit);
  }

  #close(sizes: [Client, number][], excessBytes: number): void {
    const { clientSet, statistics } = this.#services;
    sizes.sort(([, first], [, second]) => second - first);
    let left = excessBytes;
    for (const [client, bytes] of sizes) {
      if (left <= 0) return;
      clientSet.closeSoon(client, 'Evicting client');
      statistics.evictedClients++;
      left -= bytes;
    }
  }

  #limitBytes(): number {
    const maxmemory = this.#services.config.number('maxmemory');
    const bytes = this.#setting > 0 ? this.#setting : Math.floor((maxmemory * -this.#setting) / 100);
    return bytes === 0 ? 0 : Math.max(LIMIT_BYTES_MIN, bytes);
  }
}
