// Keyspace notifications: events of keys as messages of the channels `__keyspace@<db>__:<key>` (the event) and
// `__keyevent@<db>__:<event>` (the key). Costs one comparison while nobody asked for them.
import type { ServerConfig } from '../config/index.ts';
import type { Database } from '../keyspace/database.ts';
import {
  EVENT_EVICTED,
  EVENT_EXPIRED,
  EVENT_GENERIC,
  EVENT_HASH,
  EVENT_KEY_MISS,
  EVENT_LIST,
  EVENT_NEW,
  EVENT_SET,
  EVENT_SORTED_SET,
  EVENT_STREAM,
  EVENT_STRING,
} from '../keyspace/keyspace.ts';
import { latin1 } from './args.ts';
import type { PubSub } from './pubsub.ts';

const CLASSES: Readonly<Record<string, number>> = {
  g: EVENT_GENERIC,
  $: EVENT_STRING,
  l: EVENT_LIST,
  s: EVENT_SET,
  h: EVENT_HASH,
  z: EVENT_SORTED_SET,
  x: EVENT_EXPIRED,
  e: EVENT_EVICTED,
  t: EVENT_STREAM,
  m: EVENT_KEY_MISS,
  n: EVENT_NEW,
};

export class KeyspaceNotifications {
  readonly #pubsub: PubSub;
  /** Bits of the classes that are told. */
  #classes = 0;
  #tellsKeyspace = false;
  #tellsKeyEvents = false;

  constructor(config: ServerConfig, pubsub: PubSub) {
    this.#pubsub = pubsub;
    const follow = (): undefined => this.#follow(config.keyspaceEvents.value);
    follow();
    config.onChange('notify-keyspace-events', follow);
  }

  notify(db: Database, eventClass: number, event: string, key: Uint8Array, start: number, length: number): void {
    if ((this.#classes & eventClass) === 0 || this.#pubsub.isIdle) return;
    if (this.#tellsKeyspace) {
      const message = Buffer.from(event, 'latin1');
      this.#pubsub.publish(`__keyspace@${db.id}__:${latin1(key, start, length)}`, message, 0, message.length);
    }
    if (this.#tellsKeyEvents) this.#pubsub.publish(`__keyevent@${db.id}__:${event}`, key, start, length);
  }

  #follow(letters: ReadonlySet<string>): undefined {
    this.#tellsKeyspace = letters.has('K');
    this.#tellsKeyEvents = letters.has('E');
    this.#classes = 0;
    if (!this.#tellsKeyspace && !this.#tellsKeyEvents) return;
    for (const letter of letters) this.#classes |= CLASSES[letter] ?? 0;
  }
}
