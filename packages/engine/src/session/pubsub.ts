// Who is subscribed to what, and the delivery of messages. A message is put into RESP once, whatever the number of
// receivers: the two protocols differ in its first byte only. Confirmations are the commands' business.

import { globMatch } from '../encodings/glob-match.ts';
import { writeInteger } from '../encodings/integer-text.ts';
import type { Client } from './client.ts';

/** A channel, a pattern of channels, or a channel of one shard. */
export type SubscriptionKind = 'channel' | 'pattern' | 'shard';

/** Appends `length` bytes of `bytes`, a complete push, to the output of a client. The bytes are overwritten afterwards. */
export type Push = (client: Client, bytes: Uint8Array, length: number) => void;

type Receivers = Map<string, Set<Client>>;

const FRAME_BYTES = 16 * 1024;
/** A larger frame is not kept for the next message. */
const KEPT_FRAME_BYTES_MAX = 1024 * 1024;
/** Room for the header of an argument. */
const HEADER_BYTES = 16;
const ARRAY = 42;
const PUSH = 62;
const BULK = 36;

export class PubSub {
  readonly #push: Push;
  readonly #channels: Receivers = new Map();
  readonly #patterns: Receivers = new Map();
  readonly #shardChannels: Receivers = new Map();
  /** Clients with a subscription. */
  clientCount = 0;
  #frame: Uint8Array = new Uint8Array(FRAME_BYTES);
  #length = 0;

  constructor(push: Push) {
    this.#push = push;
  }

  /** True while nobody is subscribed to any channel or pattern. */
  get isIdle(): boolean {
    return this.#channels.size === 0 && this.#patterns.size === 0;
  }

  /** False where the client was subscribed already. */
  subscribe(client: Client, kind: SubscriptionKind, name: string): boolean {
    const own = subscriptionsOf(client, kind);
    if (own.has(name)) return false;
    own.add(name);
    if (++client.subscriptionCount === 1) this.clientCount++;
    const receivers = this.#receivers(kind);
    const clients = receivers.get(name);
    if (clients === undefined) receivers.set(name, new Set([client]));
    else clients.add(client);
    return true;
  }

  /** False where the client was not subscribed. */
  unsubscribe(client: Client, kind: SubscriptionKind, name: string): boolean {
    if (!subscriptionsOf(client, kind).delete(name)) return false;
    if (--client.subscriptionCount === 0) this.clientCount--;
    const receivers = this.#receivers(kind);
    const clients = receivers.get(name);
    clients?.delete(client);
    if (clients?.size === 0) receivers.delete(name);
    return true;
  }

  /** Ends all subscriptions of a client, without a word. */
  leave(client: Client): void {
    if (client.subscriptionCount === 0) return;
    for (const kind of ['channel', 'pattern', 'shard'] as const) {
      for (const name of subscriptionsOf(client, kind)) this.unsubscribe(client, kind, name);
    }
  }

  /** Sends a message to the subscribers of a channel and of patterns that match it; returns their number. */
  publish(channel: string, message: Uint8Array, start: number, length: number): number {
    let count = 0;
    const clients = this.#channels.get(channel);
    if (clients !== undefined) {
      this.#begin('message', 3);
      count += this.#send(clients, channel, message, start, length);
    }
    for (const [pattern, matching] of this.#patterns) {
      if (!globMatch(pattern, channel)) continue;
      this.#begin('pmessage', 4);
      this.#text(pattern);
      count += this.#send(matching, channel, message, start, length);
    }
    return count;
  }

  /** Sends a message to the subscribers of a shard's channel; patterns do not count. */
  publishInShard(channel: string, message: Uint8Array, start: number, length: number): number {
    const clients = this.#shardChannels.get(channel);
    if (clients === undefined) return 0;
    this.#begin('smessage', 3);
    return this.#send(clients, channel, message, start, length);
  }

  /** The channels that somebody is subscribed to; those that match a pattern where one is given. */
  names(kind: 'channel' | 'shard', pattern: string | undefined): string[] {
    const names = [...this.#receivers(kind).keys()];
    return pattern === undefined ? names : names.filter((name) => globMatch(pattern, name));
  }

  /** Number of subscribers. */
  countReceivers(kind: SubscriptionKind, name: string): number {
    return this.#receivers(kind).get(name)?.size ?? 0;
  }

  /** Number of channels or patterns with a subscriber. */
  count(kind: SubscriptionKind): number {
    return this.#receivers(kind).size;
  }

  #receivers(kind: SubscriptionKind): Receivers {
    if (kind === 'channel') return this.#channels;
    return kind === 'pattern' ? this.#patterns : this.#shardChannels;
  }

  /** Completes the frame and gives it to each client; returns their number. */
  #send(clients: ReadonlySet<Client>, channel: string, message: Uint8Array, start: number, length: number): number {
    this.#text(channel);
    this.#header(BULK, length);
    this.#room(length + 2);
    this.#frame.set(message.subarray(start, start + length), this.#length);
    this.#length += length;
    this.#lineEnd();
    for (const client of clients) {
      this.#frame[0] = client.protocol === 3 ? PUSH : ARRAY;
      this.#push(client, this.#frame, this.#length);
    }
    if (this.#frame.length > KEPT_FRAME_BYTES_MAX) this.#frame = new Uint8Array(FRAME_BYTES);
    return clients.size;
  }

  #begin(kind: string, parts: number): void {
    this.#length = 0;
    this.#header(ARRAY, parts);
    this.#text(kind);
  }

  #text(text: string): void {
    this.#header(BULK, text.length);
    this.#room(text.length + 2);
    const frame = this.#frame;
    for (let i = 0; i < text.length; i++) frame[this.#length + i] = text.charCodeAt(i);
    this.#length += text.length;
    this.#lineEnd();
  }

  #header(type: number, value: number): void {
    this.#room(HEADER_BYTES);
    this.#frame[this.#length] = type;
    this.#length = writeInteger(this.#frame, this.#length + 1, value);
    this.#lineEnd();
  }

  #lineEnd(): void {
    this.#frame[this.#length] = 13;
    this.#frame[this.#length + 1] = 10;
    this.#length += 2;
  }

  #room(byteLength: number): void {
    if (this.#length + byteLength <= this.#frame.length) return;
    const grown = new Uint8Array((this.#length + byteLength) * 2);
    grown.set(this.#frame.subarray(0, this.#length));
    this.#frame = grown;
  }
}

function subscriptionsOf(client: Client, kind: SubscriptionKind): Set<string> {
  if (kind === 'channel') return client.channels;
  return kind === 'pattern' ? client.patterns : client.shardChannels;
}

// biome-ignore format: a row stays together; one property a line would hide the table
const ALLOWED: ReadonlySet<string> = new Set([
  'ping', 'quit', 'reset', 'subscribe', 'unsubscribe', 'psubscribe', 'punsubscribe', 'ssubscribe', 'sunsubscribe',
]);

/** The error for a command that a subscriber of RESP2 must not run: it could not tell the reply from a message. */
export function subscribeModeRefusal(client: Client, fullName: string): string | undefined {
  if (!client.isInSubscribeMode || ALLOWED.has(fullName)) return undefined;
  return (
    `ERR Can't execute '${fullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in ` +
    'this context'
  );
}
