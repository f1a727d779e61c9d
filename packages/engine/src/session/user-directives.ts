// The `user` directives of a configuration while it is read: there is no engine yet, so their rules are tried on users
// that nobody will have. What was accepted goes to the access control when the engine starts.
import type { PubsubDefault } from '../acl/acl-selector.ts';
import { AclUsers } from '../acl/acl-users.ts';
import { ConfiguredUsers } from '../acl/configured-users.ts';
import { buildAclCommands } from '../commands/acl-facts.ts';
import type { CommandTable } from '../commands/command-table.ts';

export class UserDirectives {
  /** What followed the word `user` in each directive. */
  readonly accepted: (readonly string[])[] = [];
  readonly #configured: ConfiguredUsers;

  constructor(table: CommandTable, pubsubDefault: () => PubsubDefault) {
    const users = new AclUsers({ commands: buildAclCommands(table), pubsubDefault, warn: () => undefined });
    this.#configured = new ConfiguredUsers(users);
  }

  /** Takes one directive (a name and rules), or gives the error for its line. */
  define(values: readonly string[]): string | undefined {
    const error = this.#configured.define(values);
    if (error === undefined) this.accepted.push(values);
    return error;
  }
}
