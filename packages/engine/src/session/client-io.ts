// Moves bytes between connections and commands: reads input into the lane's region (or, for what is not a whole
// command yet, into a block of the client's own), runs what is complete, and writes the replies, at once where the
// output gate is open and the connection takes them.
import type { Services } from '../commands/services.ts';
import { SEGMENT_SHIFT } from '../memory/arena.ts';
import { BROKEN, READ_END, WOULD_BLOCK } from '../transport/transport.ts';
import type { Client } from './client.ts';
import { INPUT_BYTES, type Lane } from './lane.ts';
import { PartialInput } from './partial-input.ts';
import type { Reply } from './reply.ts';
import { PROTOCOL_ERROR, READY, type RequestParser } from './request-parser.ts';

/** Bytes written to one connection in a turn before others get theirs. */
const WRITE_BYTES_MAX = 1024 * 1024;
/** `client-query-buffer-limit` cannot be less. */
const UNCHECKED_INPUT_BYTES = 1024 * 1024;
const UNAUTHENTICATED_INPUT_BYTES_MAX = 1024 * 1024;

/** What the owner of the clients does for us. */
export interface ClientLifecycle {
  /** Closes a client at the end of the turn, with a reason for the log. */
  closeSoon(client: Client, reason: string): void;
  /** Largest input that is not processed yet (`client-query-buffer-limit`). */
  queryBytesMax(): number;
  /** True while the client must authenticate first. */
  isRestricted(client: Client): boolean;
  bulkBytesMax(): number;
  /** Looks at the client's output limits after something was kept for it, or with `moreBytes` about to be sent. */
  checkOutputLimit(client: Client, moreBytes?: number): void;
  /** Whether a reply of so many bytes, which nobody waits for yet, is looked at. */
  countsReply(byteLength: number): boolean;
}

export class ClientIo {
  readonly #services: Services;
  readonly #lifecycle: ClientLifecycle;
  readonly #lanes: Lane[] = [];
  readonly #newLane: () => Lane;
  #level = -1;
  /** Clients with output that was kept. */
  readonly #pending = new Set<Client>();

  constructor(services: Services, lifecycle: ClientLifecycle, newLane: () => Lane) {
    this.#services = services;
    this.#lifecycle = lifecycle;
    this.#newLane = newLane;
  }

  /** The connection of a client has something to read. */
  onReadable(client: Client): void {
    if (client.closing) return;
    const lane = this.#enter(client);
    const { reply } = lane;
    reply.protocol = client.protocol;
    reply.sink = client.output;
    this.#services.clock.read();
    client.lastInteractionMs = this.#services.clock.nowMs;
    client.isServed = true;
    this.#read(client, lane);
    client.isServed = false;
    this.#finish(client, reply);
    this.#level--;
  }

  onWritable(client: Client): void {
    this.#flush(client);
  }

  /** Runs `write` with a reply that goes to `client`, which is not being served: pushes, served waiters. */
  writeTo(client: Client, write: (reply: Reply) => void): void {
    const lane = this.#enter(client);
    const { reply } = lane;
    reply.protocol = client.protocol;
    reply.sink = client.output;
    client.isServed = true;
    write(reply);
    client.isServed = false;
    this.#appendPushes(client, reply);
    this.#keep(client, reply);
    this.#level--;
  }

  /** Appends `length` bytes, a complete push, to a client's output: behind the reply where it is being served. */
  push(client: Client, bytes: Uint8Array, length: number): void {
    if (client.closing) return;
    if (client.isServed) {
      client.deferredPushes.push(Buffer.from(bytes.subarray(0, length)));
      return;
    }
    const { output } = client;
    const before = output.memoryBytes;
    output.append(bytes, 0, length);
    this.#pending.add(client);
    if (output.memoryBytes !== before) this.#lifecycle.checkOutputLimit(client);
  }

  /** Processes input that waited while the client was blocked or paused. */
  resume(client: Client): void {
    if (client.input?.isSpare !== false || client.closing || client.blocked !== undefined) return;
    const lane = this.#enter(client);
    lane.reply.protocol = client.protocol;
    lane.reply.sink = client.output;
    client.isServed = true;
    this.#parsePartial(client, client.input, lane.reply);
    client.isServed = false;
    this.#finish(client, lane.reply);
    this.#level--;
  }

  /** Writes what was kept, as far as the gate and the connections let it. At the end of each turn. */
  flushPending(): void {
    for (const client of this.#pending) this.#flush(client);
  }

  /** The gate has moved to `position`. */
  release(position: number): void {
    for (const client of this.#pending) client.output.releaseUpTo(position);
  }

  forget(client: Client): void {
    this.#pending.delete(client);
    this.#dropInput(client);
    client.output.clear();
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Gives memory for input back that is not needed; `isIdle`: the client has been silent for a while. */
  trimInput(client: Client, isIdle: boolean): void {
    if (client.input?.trim(isIdle) === false) this.#dropInput(client);
  }

  /** Bytes of input that wait in a block of the client's own. */
  static inputBytes(client: Client): number {
    return client.input?.byteLength ?? 0;
  }

  #enter(client: Client): Lane {
    this.#level++;
    const lane = this.#lanes[this.#level] ?? this.#addLane();
    lane.client = client;
    return lane;
  }

  #addLane(): Lane {
    const lane = this.#newLane();
    lane.reply.onSpill = () => this.#limitOutput(lane.client);
    this.#lanes.push(lane);
    return lane;
  }

  /** In the middle of a command: a client whose output is too large is given up, and its output with it. */
  #limitOutput(client: Client | undefined): void {
    if (client === undefined) return;
    this.#lifecycle.checkOutputLimit(client);
    if (client.closing) client.output.clear();
  }

  #read(client: Client, lane: Lane): void {
    const { input } = client;
    if (input?.isSpare === false) return this.#readPartial(client, input, lane.reply);
    const count = this.#receive(client, lane.input, 0, INPUT_BYTES);
    if (count <= 0 || this.#isOverLimit(client, count)) return;
    const { parser } = lane;
    parser.start(lane.input.bytes, 0);
    if (this.#runAll(client, parser, count, lane.reply)) this.#keepRest(client, lane, parser, count);
  }

  /** Reads; closes the client where the connection has ended. Returns the count, 0 where there is nothing to do. */
  #receive(client: Client, region: Lane['input'], offset: number, length: number): number {
    const { connection } = client;
    if (connection === undefined) return 0;
    const count = connection.read(region, offset, length);
    if (count === WOULD_BLOCK) return 0;
    if (count === READ_END && client.output.isHeld) {
      // The peer has said all it wanted, and waits for replies that the gate holds back.
      client.closeAfterReply = true;
      connection.wantRead(false);
      return 0;
    }
    if (count === READ_END || count === BROKEN) {
      this.#lifecycle.closeSoon(
        client,
        count === BROKEN ? `Reading from client: ${connection.error}` : 'Client closed connection',
      );
      return 0;
    }
    const { statistics } = this.#services;
    client.bytesIn += count;
    statistics.bytesIn += count;
    statistics.readsProcessed++;
    return count;
  }

  /** Runs all complete commands before `end`; false when the client is not to be parsed on. */
  #runAll(client: Client, parser: RequestParser, end: number, reply: Reply): boolean {
    const goesOn = this.#runEach(client, parser, end, reply);
    this.#services.keyspace.ahead.reset();
    return goesOn;
  }

  #runEach(client: Client, parser: RequestParser, end: number, reply: Reply): boolean {
    const { dispatcher, keyspace } = this.#services;
    const { ahead } = keyspace;
    parser.bulkBytesMax = this.#lifecycle.bulkBytesMax();
    for (;;) {
      if (client.blocked !== undefined) return true;
      if (client.closing || client.closeAfterReply) return false;
      parser.restricted = this.#lifecycle.isRestricted(client);
      ahead.look(parser.args.bytes, parser.position, end, client.db.root);
      const state = parser.parse(end);
      if (state === PROTOCOL_ERROR) {
        this.#protocolError(client, parser, reply);
        return false;
      }
      if (state !== READY) return true;
      if (parser.args.count > 0) this.#execute(client, parser, reply, dispatcher);
      parser.args.release();
      parser.frameStart = parser.position;
    }
  }

  #execute(client: Client, parser: RequestParser, reply: Reply, dispatcher: Services['dispatcher']): void {
    if (client.replyMode === 'on' && client.deferredPushes.length === 0) {
      dispatcher.process(client, parser.args, reply);
      if (client.deferredPushes.length > 0) this.#appendPushes(client, reply);
      return;
    }
    // A reply that is not wanted must not leave the region before it is dropped.
    const { held } = reply;
    const isUnwanted = client.replyMode === 'off' || client.replyMode === 'skip';
    const before = reply.written;
    if (isUnwanted) reply.hold();
    if (client.replyMode === 'skip') client.replyMode = 'skipping';
    dispatcher.process(client, parser.args, reply);
    if (client.replyMode === 'off' || client.replyMode === 'skipping') reply.rewindTo(before, held);
    else if (isUnwanted) reply.letGo();
    // The reply of a command that waits comes later.
    if (client.replyMode === 'skipping' && client.blocked === undefined) client.replyMode = 'on';
    this.#appendPushes(client, reply);
  }

  #appendPushes(client: Client, reply: Reply): void {
    for (const push of client.deferredPushes) reply.raw(push, 0, push.length);
    client.deferredPushes.length = 0;
  }

  #protocolError(client: Client, parser: RequestParser, reply: Reply): void {
    reply.error(`ERR Protocol error: ${parser.error}`);
    client.closeAfterReply = true;
    this.#services.log.verbose(`Protocol error (${parser.error}) from client: id=${client.id}`);
  }

  /** Moves an incomplete rest of the lane's input to a block of the client's own, parser and all. */
  #keepRest(client: Client, lane: Lane, parser: RequestParser, end: number): void {
    const length = end - parser.frameStart;
    if (length === 0 && !parser.isInFrame) return;
    const spare = client.input;
    client.input = new PartialInput(this.#services.arena, parser, end, spare);
    lane.parser = spare?.parser ?? lane.newParser();
  }

  #readPartial(client: Client, input: PartialInput, reply: Reply): void {
    if (input.bulkBlock === 0) {
      if (!this.#readMore(client, input) || this.#isOverLimit(client, 0)) return;
    } else {
      const isWhole = this.#readBigBulk(client, input);
      if (this.#isOverLimit(client, 0) || !isWhole) return;
      input.completeBulk();
    }
    if (client.blocked === undefined) this.#parsePartial(client, input, reply);
  }

  #readBigBulk(client: Client, input: PartialInput): boolean {
    const wanted = input.parser.bulkLength + 2 - input.bulkFilled;
    const start = input.bulkStart() + input.bulkFilled;
    const region = this.#services.arena.regions[input.bulkBlock >>> SEGMENT_SHIFT];
    const count = this.#receive(client, region, start, wanted);
    input.bulkFilled += count;
    return count === wanted;
  }

  /** Closes a client with too much input that is not processed, `fresh` bytes of it just read; true when it did. */
  #isOverLimit(client: Client, fresh: number): boolean {
    const bytes = fresh + ClientIo.inputBytes(client) + (client.transaction?.bytes ?? 0);
    if (bytes <= UNCHECKED_INPUT_BYTES) return false;
    const isOver =
      bytes > this.#lifecycle.queryBytesMax() ||
      (bytes > UNAUTHENTICATED_INPUT_BYTES_MAX && this.#lifecycle.isRestricted(client));
    if (!isOver) return false;
    this.#services.statistics.clientQueryLimitDisconnections++;
    this.#lifecycle.closeSoon(client, 'Closing client that reached max query buffer length');
    return true;
  }

  #readMore(client: Client, input: PartialInput): boolean {
    const room = input.makeRoom();
    const region = this.#services.arena.regions[input.block >>> SEGMENT_SHIFT];
    const count = this.#receive(client, region, input.dataStart + input.length, room);
    input.length += count;
    input.wasFilled = count === room;
    return count > 0;
  }

  #parsePartial(client: Client, input: PartialInput, reply: Reply): void {
    if (this.#runAll(client, input.parser, input.dataStart + input.length, reply)) input.compact();
    else this.#dropInput(client);
  }

  #dropInput(client: Client): void {
    client.input?.free();
    client.input = undefined;
  }

  /** Sends what the lane's region holds for the client. */
  #finish(client: Client, reply: Reply): void {
    const { connection, output } = client;
    const length = reply.position;
    const { gate } = this.#services;
    if (length > 0 && this.#lifecycle.countsReply(length)) this.#lifecycle.checkOutputLimit(client, length);
    if (length > 0 && connection !== undefined && gate.isOpen && output.isEmpty && !client.closing) {
      const count = connection.write(reply.region, 0, length);
      if (count === BROKEN) {
        this.#lifecycle.closeSoon(client, `Error writing to client: ${connection.error}`);
      } else {
        const written = Math.max(0, count);
        this.#countWritten(client, written);
        if (written < length) {
          output.append(reply.bytes, written, length - written);
          this.#awaitRoom(client);
        }
      }
      reply.reset();
    } else {
      this.#keep(client, reply);
    }
    if (client.closeAfterReply && output.isEmpty) this.#lifecycle.closeSoon(client, 'Closing after reply');
  }

  /** Keeps the region's bytes for later; clients without a connection read their output themselves. */
  #keep(client: Client, reply: Reply): void {
    if (reply.position > 0) client.output.append(reply.bytes, 0, reply.position);
    reply.reset();
    if (client.output.isEmpty) return;
    const { gate, effects } = this.#services;
    if (gate.isOpen) client.output.releaseAll();
    else client.output.holdUntil(effects.position);
    this.#pending.add(client);
    this.#lifecycle.checkOutputLimit(client);
  }

  #awaitRoom(client: Client): void {
    client.output.releaseAll();
    this.#pending.add(client);
    this.#wantWrite(client, true);
    this.#lifecycle.checkOutputLimit(client);
  }

  #countWritten(client: Client, count: number): void {
    const { statistics } = this.#services;
    client.bytesOut += count;
    statistics.bytesOut += count;
    statistics.writesProcessed++;
  }

  #wantWrite(client: Client, on: boolean): void {
    if (client.wantsWrite === on) return;
    client.wantsWrite = on;
    client.connection?.wantWrite(on);
  }

  #flush(client: Client): void {
    const { connection, output } = client;
    if (connection === undefined || client.closing) return;
    const { gate, effects } = this.#services;
    if (gate.isOpen) {
      output.releaseAll();
    } else {
      // Pushes came without a mark: what they tell of is in the stream by now.
      output.holdUntil(effects.position);
      output.releaseUpTo(gate.passed);
    }
    const before = output.pendingBytes;
    const written = output.writeTo(connection, WRITE_BYTES_MAX);
    this.#countWritten(client, before - output.pendingBytes);
    if (written === BROKEN) return this.#lifecycle.closeSoon(client, `Error writing to client: ${connection.error}`);
    if (output.isEmpty) {
      this.#pending.delete(client);
      this.#wantWrite(client, false);
      if (client.closeAfterReply) this.#lifecycle.closeSoon(client, 'Closing after reply');
    } else if (!output.isHeld || written === WOULD_BLOCK) {
      this.#wantWrite(client, true);
    }
  }
}
