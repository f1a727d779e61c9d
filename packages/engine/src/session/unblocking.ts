// Ends the waiting of blocked clients: runs their command again when a key may serve them, answers when their time is
// up, and lets their pipelined commands go on. The queues are in blocking.ts.
//
// What waited behind a blocked command runs at the end of the turn, not at once: everybody who waits for the same key
// is served before the first of them sends his next command.
import { Call } from '../commands/call.ts';
import type { Services } from '../commands/services.ts';
import type { Database } from '../keyspace/database.ts';
import { typeOfKind } from '../keyspace/value-kind.ts';
import type { BlockedState } from './blocking.ts';
import type { Client } from './client.ts';
import type { Reply } from './reply.ts';

/** The longest time that a timer can wait for. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const UNBLOCKED = 'UNBLOCKED client unblocked via CLIENT UNBLOCK';

export class Unblocking {
  readonly #services: Services;
  readonly #wake: () => void;
  readonly #timers = new Map<Client, NodeJS.Timeout>();
  #unblocked: Client[] = [];

  /** `wake` makes a turn of the loop follow. */
  constructor(services: Services, wake: () => void) {
    this.#services = services;
    this.#wake = wake;
    const { blocking } = services;
    blocking.serve = (client, db, key) => this.#serve(client, db, key);
    blocking.onAdded = (client, state) => this.#startTimer(client, state);
    blocking.onRemoved = (client) => this.#stopTimer(client);
  }

  /** CLIENT UNBLOCK: ends the waiting of a client for keys, as a time-out or with an error. False where it does not wait. */
  force(client: Client, reason: 'timeout' | 'error'): boolean {
    if (client.blocked?.kind !== 'keys') return false;
    this.#end(client, client.blocked, reason);
    return true;
  }

  /** Runs the command of a client that waited for the end of a pause, as if it had just come. */
  runPostponed(client: Client): void {
    const state = client.blocked;
    if (state === undefined) return;
    const { blocking, dispatcher, arena } = this.#services;
    blocking.remove(client);
    this.#writeTo(client, (reply) => dispatcher.process(client, state.args, reply));
    arena.free(state.block);
    this.#unblocked.push(client);
  }

  /** Ends the turn: serves who is left, and lets those go on that do not wait any more. */
  finishTurn(): void {
    const { blocking, clock, io } = this.#services;
    if (blocking.hasReady) blocking.serveReady();
    while (this.#unblocked.length > 0) {
      const clients = this.#unblocked;
      this.#unblocked = [];
      clock.read();
      for (const client of clients) io.resume(client);
    }
  }

  #serve(client: Client, db: Database, key: string): void {
    const state = client.blocked;
    if (state?.kind !== 'keys' || client.closing) return;
    if (!state.wakesWhenGone && typeIn(db, key) !== state.type) return;
    const { blocking, dispatcher, checks, effects, arena } = this.#services;
    blocking.remove(client);
    this.#writeTo(client, (reply) => {
      // The user may have lost the permission meanwhile.
      const refusal = checks.refusal(client, state.command, state.args);
      if (refusal !== undefined) {
        state.command.rejected++;
        return reply.error(refusal);
      }
      const call = new Call(this.#services, client, state.command, state.args, reply);
      call.retried = state;
      dispatcher.run(call);
    });
    effects.flush();
    if (client.blocked !== undefined) return;
    arena.free(state.block);
    this.#unblocked.push(client);
  }

  #end(client: Client, state: BlockedState, reason: 'timeout' | 'error'): void {
    const { blocking, arena, dispatcher } = this.#services;
    blocking.remove(client);
    this.#writeTo(client, (reply) => {
      if (reason === 'timeout') {
        if (state.answerTimeout === undefined) reply.nilArray();
        else state.answerTimeout(reply);
      } else {
        reply.error(UNBLOCKED);
        state.command.rejected++;
      }
      dispatcher.account(new Call(this.#services, client, state.command, state.args, reply), state.microseconds);
    });
    arena.free(state.block);
    this.#unblocked.push(client);
  }

  /** Writes a reply as far as the client wants one. */
  #writeTo(client: Client, write: (reply: Reply) => void): void {
    this.#services.io.writeTo(client, (reply) => {
      if (wantsReplies(client)) return write(reply);
      const { written, held } = reply;
      reply.hold();
      write(reply);
      // CLIENT REPLY ON itself may have waited.
      if (wantsReplies(client)) reply.letGo();
      else reply.rewindTo(written, held);
      if (client.replyMode === 'skipping' && client.blocked === undefined) client.replyMode = 'on';
    });
  }

  #startTimer(client: Client, state: BlockedState): void {
    if (state.deadlineMs === Number.POSITIVE_INFINITY) return;
    // A deadline has to be over, not just reached.
    const leftMs = Math.max(0, state.deadlineMs - this.#services.clock.nowMs) + 1;
    const timer = setTimeout(() => this.#onTimer(client, state), Math.min(leftMs, TIMER_MS_MAX));
    this.#timers.set(client, timer.unref());
  }

  #stopTimer(client: Client): void {
    const timer = this.#timers.get(client);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#timers.delete(client);
  }

  #onTimer(client: Client, state: BlockedState): void {
    const { clock } = this.#services;
    clock.read();
    this.#timers.delete(client);
    // Timers count from the start of their loop's turn, so they may come early.
    if (clock.nowMs <= state.deadlineMs) return this.#startTimer(client, state);
    this.#end(client, state, 'timeout');
    this.#wake();
  }
}

/** The type of the live value at a key; undefined where there is none. A look only: an expired key stays for now. */
function typeIn(db: Database, key: string): number | undefined {
  const { entries, keyspace } = db;
  const bytes = Buffer.from(key, 'latin1');
  const entry = db.peek(bytes, 0, bytes.length);
  if (entry === 0 || keyspace.isPast(entries.deadline(entry))) return undefined;
  return typeOfKind(entries.kind(entry));
}

function wantsReplies({ replyMode }: Client): boolean {
  return replyMode === 'on';
}
