// Whether a user may run a command with these arguments: asked before each command of a user for whom
// `allowsEverything` is not set. A user may what one of the selectors allows as a whole; where none does, the denial
// that is told is the most telling one (database, command, key, channel in rising order; then the later argument).

import { CATEGORY_NAMES } from './acl-categories.ts';
import type { AclArguments, AclCommand, KeyUse } from './acl-command.ts';
import { READ } from './acl-command.ts';
import { lowerCase } from './acl-error.ts';
import { isChannelAllowed } from './acl-pattern.ts';
import type { Selector } from './acl-selector.ts';
import type { AclUser } from './acl-user.ts';

export type DenialReason = 'database' | 'command' | 'key' | 'channel';

export interface Denial {
  readonly reason: DenialReason;
  /** The argument it is about; 0 where it is about the command. */
  readonly position: number;
}

export interface AclRequest {
  readonly command: AclCommand;
  readonly args: AclArguments;
  /** The database that the command will run in: inside of MULTI the one that queued SELECTs lead to. */
  readonly databaseId: number;
  readonly databaseCount: number;
}

const RANKS: Readonly<Record<DenialReason, number>> = { database: 1, command: 2, key: 3, channel: 4 };
/** Commands of these categories touch the current database even if they name no key. */
const DATABASE_CATEGORIES = ['keyspace', 'read', 'write'] as const;
const TOUCHES_DATABASE = DATABASE_CATEGORIES.reduce((bits, name) => bits | (1 << CATEGORY_NAMES.indexOf(name)), 0);

/** Undefined where the user may run it. */
export function checkCommand(user: AclUser, request: AclRequest): Denial | undefined {
  if (user.allowsEverything) return undefined;
  const check = new Check(request);
  let worst = check.selector(user.root);
  for (const selector of user.selectors) {
    if (worst === undefined) return undefined;
    const denial = check.selector(selector);
    if (denial === undefined) return undefined;
    if (isMoreTelling(denial, worst)) worst = denial;
  }
  return worst;
}

/** Whether a selector that allows the command also lets all keys be read: what SORT's BY and GET ask for. */
export function mayReadAllKeys(user: AclUser, request: AclRequest): boolean {
  if (user.allowsEverything) return true;
  const check = new Check(request);
  return user.allSelectors.some((selector) => readsAllKeys(selector) && check.selector(selector) === undefined);
}

/** The sentence without its code. The `verbose` one (of ACL DRYRUN) names user and object throughout. */
export function denialText(denial: Denial, user: AclUser, request: AclRequest, verbose = false): string {
  const { command, args } = request;
  if (denial.reason === 'command') {
    return `User ${user.name} has no permissions to run the '${command.fullName}' command`;
  }
  if (!verbose) {
    return denial.reason === 'database'
      ? 'No permissions to access database'
      : `No permissions to access a ${denial.reason}`;
  }
  const object = args.text(denial.position);
  if (denial.reason === 'database') return `User ${user.name} has no permissions to access database ${object}`;
  return `User ${user.name} has no permissions to access the '${object}' ${denial.reason}`;
}

/** What the log calls the object of a denial. */
export function denialObject(denial: Denial, request: AclRequest): string {
  const isCommand = denial.reason === 'command' || (denial.reason === 'database' && denial.position === 0);
  return isCommand ? request.command.fullName : request.args.text(denial.position);
}

/** Why a queued command is refused by EXEC: its reply is `-NOPERM` and this text. */
export function execDenialText(denial: Denial): string {
  return (
    'ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no ' +
    `longer allowed for the following reason: ${EXEC_REASONS[denial.reason]}`
  );
}

const EXEC_REASONS: Readonly<Record<DenialReason, string>> = {
  command: 'no permission to execute the command or subcommand',
  key: 'no permission to touch the specified keys',
  channel: 'no permission to access one of the channels used as arguments',
  database: 'no permission',
};

function isMoreTelling(denial: Denial, than: Denial): boolean {
  const difference = RANKS[denial.reason] - RANKS[than.reason];
  return difference > 0 || (difference === 0 && denial.position > than.position);
}

function readsAllKeys(selector: Selector): boolean {
  if (selector.allKeys) return true;
  return selector.keyPatterns.some(({ pattern, access }) => pattern === '*' && (access & READ) !== 0);
}

/** One request against several selectors; its keys are looked for once. */
class Check {
  readonly #request: AclRequest;
  #keys: readonly KeyUse[] | undefined;

  constructor(request: AclRequest) {
    this.#request = request;
  }

  selector(selector: Selector): Denial | undefined {
    const { command } = this.#request;
    if (!selector.allDatabases) {
      const denial = this.#database(selector);
      if (denial !== undefined) return denial;
    }
    if (!selector.allCommands && !command.needsNoPermission && !this.#mayRun(selector)) return COMMAND_DENIED;
    if (!selector.allKeys && command.hasKeys) {
      const denial = this.#key(selector);
      if (denial !== undefined) return denial;
    }
    return selector.allChannels || command.channels === undefined ? undefined : this.#channel(selector);
  }

  /**
   * Databases in the arguments; for commands with keys, the current one as well: MOVE and COPY read from it. Commands
   * that act on all databases need all that there are.
   */
  #database(selector: Selector): Denial | undefined {
    const { command, args, databaseId, databaseCount } = this.#request;
    if (command.findDatabaseIds !== undefined) {
      for (const position of command.findDatabaseIds(args, databaseCount)) {
        if (!selector.databases.includes(Number(args.text(position)))) return { reason: 'database', position };
      }
      return command.hasKeys && !this.#mayUse(selector, databaseId) ? DATABASE_DENIED : undefined;
    }
    if (command.touchesAllDatabases) {
      for (let id = 0; id < databaseCount; id++) if (!selector.databases.includes(id)) return DATABASE_DENIED;
      return undefined;
    }
    const isConcerned = command.hasKeys || (command.categories & TOUCHES_DATABASE) !== 0;
    return isConcerned && !this.#mayUse(selector, databaseId) ? DATABASE_DENIED : undefined;
  }

  #mayUse(selector: Selector, databaseId: number): boolean {
    return databaseId < this.#request.databaseCount && selector.databases.includes(databaseId);
  }

  #mayRun(selector: Selector): boolean {
    const { command, args } = this.#request;
    if (selector.allowsCommand(command.id)) return true;
    const words = selector.firstArguments.get(command.id);
    if (words === undefined || args.count < 2) return false;
    const first = lowerCase(args.text(1));
    return words.some((word) => lowerCase(word) === first);
  }

  #key(selector: Selector): Denial | undefined {
    const { command, args } = this.#request;
    this.#keys ??= command.findKeys(args);
    for (const { position, access } of this.#keys) {
      const isAllowed = selector.keyPatterns.some(
        (pattern) => (pattern.access & access) === access && pattern.matches(args, position),
      );
      if (!isAllowed) return { reason: 'key', position };
    }
    return undefined;
  }

  #channel(selector: Selector): Denial | undefined {
    const { command, args } = this.#request;
    const { channels } = command;
    if (channels === undefined) return undefined;
    const end = channels.count === undefined ? args.count : Math.min(args.count, channels.first + channels.count);
    for (let position = channels.first; position < end; position++) {
      const isAllowed = isChannelAllowed(selector.channels, args.text(position), channels.arePatterns);
      if (!isAllowed) return { reason: 'channel', position };
    }
    return undefined;
  }
}

const COMMAND_DENIED: Denial = { reason: 'command', position: 0 };
const DATABASE_DENIED: Denial = { reason: 'database', position: 0 };
