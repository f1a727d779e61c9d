// Who a client is and what it may do: users, logging in, the checks before each command, the log of denials, and what
// changes of users mean for clients that are connected. The rules themselves are the `acl` folder's.
import {
  type AclRequest,
  checkCommand,
  type Denial,
  denialObject,
  denialText,
  execDenialText,
  mayReadAllKeys,
} from '../acl/acl-check.ts';
import type { AclCommands } from '../acl/acl-command.ts';
import { aclFileText, parseAclFile, unreadableAclFile } from '../acl/acl-file.ts';
import { readAclFile, replaceAclFile } from '../acl/acl-file-storage.ts';
import { AclLog, type LogContext, type LogReason } from '../acl/acl-log.ts';
import { AclUsers, type UserChange } from '../acl/acl-users.ts';
import { ConfiguredUsers } from '../acl/configured-users.ts';
import { maySubscribe } from '../acl/revoked-channels.ts';
import { buildAclCommands } from '../commands/acl-facts.ts';
import type { Command } from '../commands/command-table.ts';
import type { Services } from '../commands/services.ts';
import type { Args } from './args.ts';
import type { Client } from './client.ts';

export const NOT_AUTHENTICATED = 'NOAUTH Authentication required.';
const MIXED_SOURCES =
  'Configuring Valkey with users defined in valkey.conf and at the same setting an ACL file path is invalid. This ' +
  'setup is very likely to lead to configuration errors and security holes, please define either an ACL file or ' +
  'declare users directly in your valkey.conf, but not both.';

export class AccessControl {
  readonly users: AclUsers;
  readonly log = new AclLog();
  /** The line of CLIENT LIST for a client. */
  describeClient: (client: Client) => string = () => '';
  /** The client whose request is served, where a command runs for it in another client (a script's). */
  requester: (client: Client) => Client = (client) => client;
  readonly #services: Services;
  readonly #commands: AclCommands;

  constructor(services: Services) {
    this.#services = services;
    const { config, table } = services;
    this.#commands = buildAclCommands(table);
    this.users = new AclUsers({
      commands: this.#commands,
      pubsubDefault: () => (config.choice('acl-pubsub-default') === 'allchannels' ? 'allchannels' : 'resetchannels'),
      warn: (text) => services.log.warning(text),
    });
    config.onChange('requirepass', () => this.#requirePassword());
  }

  /**
   * Makes the users of the configuration (`directives`: what followed each `user`, see user-directives) or of the ACL
   * file. Gives the reason why the server must not start.
   */
  loadAtStart(directives: readonly (readonly string[])[] = []): string | undefined {
    const { config, log } = this.#services;
    this.#requirePassword();
    const path = config.text('aclfile');
    if (path !== '' && directives.length > 0) return MIXED_SOURCES;
    const configured = new ConfiguredUsers(this.users);
    for (const values of directives) configured.define(values);
    const problem = configured.apply((text) => log.notice(text));
    if (problem !== undefined) return `${problem}\nCritical error while loading ACLs. Exiting.`;
    const errors = path === '' ? undefined : this.loadFile(path);
    return errors && `Aborting Valkey startup because of ACL errors: ${errors}`;
  }

  /** Takes over the users of a file; clients of users that are gone are closed. Gives the sentence about its errors. */
  loadFile(path: string, current?: Client): string | undefined {
    const read = readAclFile(path);
    if ('error' in read) return unreadableAclFile(path, read.error);
    const loaded = parseAclFile(this.users, path, read.text);
    if ('errors' in loaded) return loaded.errors;
    this.follow(this.users.replaceWith(loaded.users), current);
    return undefined;
  }

  /** False where the file could not be written; the log says why. */
  saveFile(path: string): boolean {
    const problem = replaceAclFile(path, aclFileText(this.users), this.#services.clock.nowMs);
    if (problem !== undefined) this.#services.log.warning(problem);
    return problem === undefined;
  }

  /** Makes a client the default user's, as it is when it connects and after RESET. */
  admit(client: Client): void {
    const { defaultUser } = this.users;
    client.user = defaultUser;
    client.authenticated = defaultUser.needsNoPassword && defaultUser.isEnabled;
    if (client.authenticated) client.wasAuthenticated = true;
  }

  /** Logs a client in, or notes the failure in the log. `command` is the one that asked, as the client wrote it. */
  authenticate(client: Client, name: string, password: string, command: string): boolean {
    const user = this.users.authenticate(name, password);
    if (user === undefined) {
      this.#note(client, 'auth', contextOf(client), command, name);
      return false;
    }
    client.user = user;
    client.authenticated = true;
    client.wasAuthenticated = true;
    return true;
  }

  /** True while a client may run nothing but AUTH, HELLO, QUIT and RESET. */
  mustAuthenticate(client: Client): boolean {
    if (client.authenticated || client.user === undefined) return false;
    const { defaultUser } = this.users;
    return !defaultUser.needsNoPassword || !defaultUser.isEnabled;
  }

  /** The error for a command that a client may not run, noted in the log; undefined where it may. */
  refusal(client: Client, command: Command, args: Args): string | undefined {
    if (client.user === undefined || client.user.allowsEverything) return undefined;
    return this.#refuse(client, command, args, contextOf(client), (sentence) => `NOPERM ${sentence}`);
  }

  /** The same for a queued command that EXEC is about to run. */
  execRefusal(client: Client, command: Command, args: Args): string | undefined {
    return this.#refuse(client, command, args, 'multi', (_sentence, denial) => `NOPERM ${execDenialText(denial)}`);
  }

  /** The same for a command of a script. */
  scriptRefusal(client: Client, command: Command, args: Args): string | undefined {
    return this.#refuse(client, command, args, 'lua', (sentence) => `ERR ACL failure in script: ${sentence}`);
  }

  /** What ACL DRYRUN answers: undefined where the user may, else the sentence. */
  dryRun(client: Client, name: string, command: Command, args: Args): string | undefined {
    const user = this.users.find(name);
    if (user === undefined) return undefined;
    const request = this.#request(client, command, args);
    const denial = checkCommand(user, request);
    return denial && denialText(denial, user, request, true);
  }

  /** Whether SORT may follow BY and GET to any key. */
  mayReadAllKeys(client: Client, command: Command, args: Args): boolean {
    const { user } = client;
    return user === undefined || mayReadAllKeys(user, this.#request(client, command, args));
  }

  /** Closes the clients that changes of users concern. `current` still gets its reply. */
  follow(changes: readonly UserChange[], current?: Client): void {
    const taking = changes.filter((change) => change.isGone || change.channelsLeft !== undefined);
    if (taking.length === 0) return;
    const byUser = new Map(taking.map((change) => [change.user, change]));
    for (const client of this.#services.clients) {
      const change = client.user && byUser.get(client.user);
      if (change !== undefined && !mayStay(client, change)) this.#dismiss(client, current);
    }
  }

  /** The facts by which rules know commands: ACL CAT shows them. */
  get commands(): AclCommands {
    return this.#commands;
  }

  #dismiss(client: Client, current: Client | undefined): void {
    client.user = this.users.defaultUser;
    client.authenticated = false;
    if (client === current) client.closeAfterReply = true;
    else this.#services.clientSet.closeSoon(client, 'Closing client of a changed user');
  }

  #requirePassword(): undefined {
    const password = this.#services.config.text('requirepass');
    this.users.requirePassword(password === '' ? undefined : password);
  }

  #request(client: Client, command: Command, args: Args): AclRequest {
    const databaseCount = this.#services.keyspace.databases.length;
    const databaseId = queuedDatabase(client, databaseCount) ?? client.db.id;
    return { command: this.#commands.all[command.id], args, databaseId, databaseCount };
  }

  #refuse(
    client: Client,
    command: Command,
    args: Args,
    context: LogContext,
    errorOf: (sentence: string, denial: Denial) => string,
  ): string | undefined {
    const { user } = client;
    if (user === undefined || user.allowsEverything) return undefined;
    const request = this.#request(client, command, args);
    const denial = checkCommand(user, request);
    if (denial === undefined) return undefined;
    this.#note(client, denial.reason, context, denialObject(denial, request), user.name);
    return errorOf(denialText(denial, user, request), denial);
  }

  #note(client: Client, reason: LogReason, context: LogContext, object: string, username: string): void {
    const { clock, config } = this.#services;
    const clientInfo = this.describeClient(this.requester(client));
    this.log.add({ reason, context, object, username, clientInfo }, clock.nowMs, config.number('acllog-max-len'));
  }
}

function contextOf(client: Client): LogContext {
  return client.transaction === undefined ? 'toplevel' : 'multi';
}

function mayStay(client: Client, { isGone, channelsLeft }: UserChange): boolean {
  return !isGone && (channelsLeft === undefined || maySubscribe(channelsLeft, client));
}

/** The database that SELECTs queued in a transaction lead to. */
function queuedDatabase(client: Client, databaseCount: number): number | undefined {
  const queue = client.transaction?.queue ?? [];
  for (let at = queue.length - 1; at >= 0; at--) {
    if (queue[at].command.name !== 'select') continue;
    const id = Number(queue[at].args.text(1));
    if (Number.isInteger(id) && id >= 0 && id < databaseCount) return id;
  }
  return undefined;
}
