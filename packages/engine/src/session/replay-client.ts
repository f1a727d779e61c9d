// Runs the commands of an append-only file, or of a primary, as a client without a connection, whom nobody asks what it may do. Replies
// go nowhere; a command that fails changed nothing when it was recorded either.
import { Call } from '../commands/call.ts';
import { CommandError } from '../commands/command-error.ts';
import type { Command } from '../commands/command-table.ts';
import type { Services } from '../commands/services.ts';
import { reserveRegion } from '../memory/native-memory.ts';
import { Args } from './args.ts';
import { Client } from './client.ts';
import { NO_SINK } from './lane.ts';
import { Reply } from './reply.ts';
import { discardTransaction, queueCommand } from './transaction-queue.ts';

const REPLY_BYTES = 2 ** 30;

export class ReplayClient {
  readonly #services: Services;
  readonly #client: Client;
  readonly #reply = new Reply(reserveRegion(REPLY_BYTES), NO_SINK);
  readonly #execute: (call: Call) => void;

  /** `execute` runs what passed through here; without statistics and effects where it is left out. */
  constructor(services: Services, execute: (call: Call) => void = runQuietly) {
    this.#services = services;
    this.#execute = execute;
    const { arena, keyspace, clock } = services;
    this.#client = new Client(0, arena, keyspace.databases[0], clock.nowMs, undefined);
    this.#client.isAofLoader = true;
    this.#client.authenticated = true;
  }

  get isInTransaction(): boolean {
    return this.#client.transaction !== undefined;
  }

  /** Runs one command; gives the name of a command that does not exist. */
  run(bytes: Uint8Array, starts: readonly number[], lengths: readonly number[]): string | undefined {
    const args = new Args(this.#services.arena, bytes);
    for (const [i, start] of starts.entries()) args.push(start, lengths[i]);
    const command = this.#find(args);
    if (command === undefined) return args.text(0);
    const client = this.#client;
    if (client.transaction !== undefined && command.name !== 'exec') {
      queueCommand(this.#services, client, command, args);
    } else {
      this.#execute(new Call(this.#services, client, command, args, this.#reply));
    }
    this.#reply.reset();
    return undefined;
  }

  /** Forgets a transaction that was not ended. */
  end(): void {
    if (this.isInTransaction) discardTransaction(this.#services, this.#client);
  }

  #find(args: Args): Command | undefined {
    const { table } = this.#services;
    const found = table.lookup(args);
    if (found === undefined || found.subcommands.size === 0 || args.count < 2) return found;
    return table.subcommandOf(found, args);
  }
}

function runQuietly(call: Call): void {
  try {
    call.command.run(call);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}
