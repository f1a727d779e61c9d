// Accepts and closes clients, and keeps the limits that hold for each: how many there are, how long they may idle, how
// much output may wait for them. Closing happens at the end of a turn, so that nobody's client vanishes under it.
import type { Services } from '../commands/services.ts';
import type { ClientClass, OutputBufferLimit } from '../config/index.ts';
import type { Connection, ConnectionHandler } from '../transport/transport.ts';
import { Client } from './client.ts';
import type { ClientIo, ClientLifecycle } from './client-io.ts';
import { discardTransaction } from './transaction-queue.ts';

const PROTECTED_MODE_TEXT =
  '-DENIED Valkey is running in protected mode because protected mode is enabled and no password is set for the ' +
  'default user. In this mode connections are only accepted from the loopback interface. If you want to connect from ' +
  'external computers to Valkey you may adopt one of the following solutions: 1) Just disable protected mode sending ' +
  "the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Valkey from the same host " +
  'the server is running, however MAKE SURE Valkey is not publicly accessible from internet if you do so. Use CONFIG ' +
  'REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the ' +
  "Valkey configuration file, and setting the protected mode option to 'no', and then restarting the server. 3) If " +
  "you started the server manually just for testing, restart it with the '--protected-mode no' option. 4) Set up an " +
  'authentication password for the default user. NOTE: You only need to do one of the above things in order for the ' +
  'server to start accepting connections from the outside.\r\n';
/** Replies up to this size are not counted as buffered: the original keeps them in a fixed buffer of the client. */
const REPLY_BLOCK_BYTES = 16 * 1024;
/** Silence after which a client needs no memory for input. */
const SPARE_INPUT_MS = 2000;
const UNAUTHENTICATED_OUTPUT_BYTES_MAX = 1024;
const MAX_CLIENTS_TEXT = '-ERR max number of clients reached\r\n';

/** Called when a client is gone, for everybody who keeps something about it. */
export type ClientGone = (client: Client) => void;

export class ClientSet implements ClientLifecycle {
  readonly #services: Services;
  readonly #closing: Client[] = [];
  readonly onGone: ClientGone[] = [];
  /** True while the default user needs no password (protected mode looks at it). */
  defaultUserIsOpen: () => boolean = () => true;
  /** True while the client must authenticate before it may do anything. */
  isRestricted: (client: Client) => boolean = () => false;
  /** Makes a fresh client the default user's. */
  admit: (client: Client) => void = () => {};
  #io: ClientIo | undefined;
  #queryBytesMax = 0;
  #bulkBytesMax = 0;

  constructor(services: Services) {
    this.#services = services;
    this.#follow(['client-query-buffer-limit', 'proto-max-bulk-len']);
  }

  /** The part that reads and writes; set once. */
  attach(io: ClientIo): void {
    this.#io = io;
  }

  queryBytesMax(): number {
    return this.#queryBytesMax;
  }

  bulkBytesMax(): number {
    return this.#bulkBytesMax;
  }

  /** A connection was accepted: its handler, or undefined where it is refused (it got the reason already). */
  accept(connection: Connection): ConnectionHandler | undefined {
    const { config, clients, statistics, arena, keyspace, clock } = this.#services;
    const refusal = this.#refusal(connection);
    if (refusal !== undefined) {
      statistics.connectionsRejected++;
      this.#sayAndClose(connection, refusal);
      return undefined;
    }
    statistics.connectionsReceived++;
    const client = new Client(clients.nextId(), arena, keyspace.databases[0], clock.nowMs, connection);
    this.admit(client);
    clients.add(client);
    connection.setKeepAlive(config.number('tcp-keepalive'));
    const io = this.#io;
    return {
      onReadable: () => io?.onReadable(client),
      onWritable: () => io?.onWritable(client),
    };
  }

  closeSoon(client: Client, reason: string): void {
    if (client.closing) return;
    client.closing = true;
    this.#closing.push(client);
    this.#services.log.verbose(`${reason} (client id=${client.id})`);
  }

  /** Closes what was marked; at the end of a turn. */
  closeMarked(): void {
    if (this.#closing.length === 0) return;
    for (const client of this.#closing.splice(0)) {
      if (client.isProtected) this.#closing.push(client);
      else this.#close(client);
    }
  }

  countsReply(byteLength: number): boolean {
    return byteLength > REPLY_BLOCK_BYTES || this.#services.switches.countsRepliesAsBlocks;
  }

  checkOutputLimit(client: Client, moreBytes = 0): void {
    const { config, statistics, log, access, switches } = this.#services;
    if (client.closing || client.isScript) return;
    const blockBytes = switches.countsRepliesAsBlocks ? REPLY_BLOCK_BYTES : 0;
    const bytes = client.output.memoryBytes + moreBytes + blockBytes;
    // Who never logged in has nothing to ask that is answered at length.
    const isStranger = !client.wasAuthenticated && bytes > UNAUTHENTICATED_OUTPUT_BYTES_MAX;
    const limits = config.outputBufferLimits.value[classOf(client)];
    if (!this.#exceeds(client, bytes, limits) && !(isStranger && access.mustAuthenticate(client))) return;
    statistics.clientOutputLimitDisconnections++;
    log.warning(
      `Client ${access.describeClient(client)} scheduled to be closed ASAP for overcoming of output buffer limits.`,
    );
    this.closeSoon(client, 'Output buffer limit');
  }

  #exceeds(client: Client, bytes: number, limits: OutputBufferLimit): boolean {
    const { monotonicMs } = this.#services.clock;
    const hard = limits.hardBytes > 0n && bytes >= limits.hardBytes;
    const soft = limits.softBytes > 0n && bytes >= limits.softBytes;
    if (!soft) client.softLimitSinceMs = 0;
    else if (client.softLimitSinceMs === 0) client.softLimitSinceMs = monotonicMs;
    return hard || (soft && monotonicMs - client.softLimitSinceMs > limits.softSeconds * 1000);
  }

  /** Looks after clients that do nothing: idle ones past `timeout`, and those over a soft output limit. */
  checkIdle(): void {
    const { clients, config, clock } = this.#services;
    const timeoutMs = config.number('timeout') * 1000;
    for (const client of clients) {
      if (!client.output.isEmpty) this.checkOutputLimit(client);
      const idleMs = clock.nowMs - client.lastInteractionMs;
      if (client.input !== undefined) this.#io?.trimInput(client, idleMs > SPARE_INPUT_MS);
      if (timeoutMs === 0 || client.blocked !== undefined || isExempt(client)) continue;
      if (idleMs > timeoutMs) this.closeSoon(client, 'Closing idle client');
    }
  }

  #refusal(connection: Connection): string | undefined {
    const { config, clients } = this.#services;
    if (clients.size >= config.number('maxclients')) return MAX_CLIENTS_TEXT;
    const isOutside = !connection.isLocal;
    if (isOutside && config.boolean('protected-mode') && this.defaultUserIsOpen()) return PROTECTED_MODE_TEXT;
    return undefined;
  }

  /** One try to write the reason; a client that does not take it learns nothing. */
  #sayAndClose(connection: Connection, text: string): void {
    const region = this.#services.refusalRegion;
    const length = region.bytes.length < text.length ? region.bytes.length : text.length;
    region.bytes.set(Buffer.from(text, 'latin1').subarray(0, length));
    connection.write(region, 0, length);
  }

  #close(client: Client): void {
    if (client.closed) return;
    client.closed = true;
    const { blocking, clients, arena } = this.#services;
    const { blocked } = client;
    blocking.remove(client);
    if (blocked !== undefined) arena.free(blocked.block);
    discardTransaction(this.#services, client);
    for (const gone of this.onGone) gone(client);
    this.#io?.forget(client);
    clients.remove(client);
    client.connection?.close();
  }

  #follow(names: readonly ('client-query-buffer-limit' | 'proto-max-bulk-len')[]): void {
    const { config } = this.#services;
    const refresh = (): undefined => {
      this.#queryBytesMax = config.number('client-query-buffer-limit');
      this.#bulkBytesMax = config.number('proto-max-bulk-len');
    };
    refresh();
    config.onChange(names, refresh);
  }
}

/** Followers, monitors and subscribers only listen. */
function isExempt(client: Client): boolean {
  return client.isReplica || client.isMonitor || client.subscriptionCount > 0;
}

function classOf(client: Client): ClientClass {
  if (client.isReplica) return 'replica';
  return client.subscriptionCount > 0 ? 'pubsub' : 'normal';
}
