// The checks between finding a command and running it, in Valkey's order. Each returns the error text or undefined.
// Parts of the engine that may refuse commands (authentication, ACL, memory, persistence, scripts) add theirs.
import { type Command, FLAG } from '../commands/command-table.ts';
import type { Args } from './args.ts';
import type { Client } from './client.ts';

/** Refuses a command with an error text, or lets it pass. */
export type Check = (client: Client, command: Command, args: Args) => string | undefined;

export class CommandChecks {
  readonly #checks: Check[] = [];
  /** True where the command has to wait for the end of a pause. */
  isPaused: (client: Client, command: Command, args: Args) => boolean = () => false;
  /** Keeps a paused command for later. */
  postpone: (client: Client, command: Command, args: Args) => void = () => {};
  /** The flags of a script's command: those that the script gives itself count. */
  scriptFlags: (command: Command, args: Args) => number = (command) => command.flags;
  /** Ends the client's transaction. */
  discard: (client: Client) => void = () => {};

  /** Adds a check; they are asked in the order in which they were added. */
  add(check: Check): void {
    this.#checks.push(check);
  }

  /** The checks that a queued command has to pass again when EXEC runs it (its user may have changed). */
  execRefusal: Check = () => undefined;

  /** What the request will do, as flags: of all queued commands for EXEC, of what a script says of itself. */
  flagsOf(client: Client, command: Command, args: Args): number {
    if (command.name === 'exec') return client.transaction?.flags ?? 0;
    return (command.flags & FLAG.no_mandatory_keys) === 0 ? command.flags : this.scriptFlags(command, args);
  }

  refusal(client: Client, command: Command, args: Args): string | undefined {
    for (const check of this.#checks) {
      const text = check(client, command, args);
      if (text !== undefined) return text;
    }
    return undefined;
  }
}
