// What the ACL needs to know about commands: facts, no behaviour. The command table provides them, so that this folder
// depends on no command. Commands keep the names of the table here whatever `rename-command` did to them.

/** Access to a key; a command may need both. 0 stands for commands that only ask whether a key is there. */
export const READ = 1;
export const WRITE = 2;

/** A key among the arguments of a command. */
export interface KeyUse {
  /** Argument index. */
  readonly position: number;
  /** READ and WRITE bits. */
  readonly access: number;
}

/** The arguments of one command, the name included; they lie anywhere in memory. */
export interface AclArguments {
  readonly count: number;
  readonly starts: ArrayLike<number>;
  readonly lengths: ArrayLike<number>;
  bytesOf(index: number): Uint8Array;
  /** As a binary string. */
  text(index: number): string;
}

/** Arguments that name channels. */
export interface ChannelArguments {
  readonly first: number;
  /** Undefined: all arguments from `first` on. */
  readonly count: number | undefined;
  /** They are patterns, not channels. */
  readonly arePatterns: boolean;
}

export interface AclCommand {
  /** Dense, from 0 on. */
  readonly id: number;
  /** Lower case; `container|subcommand` for a subcommand. */
  readonly fullName: string;
  readonly parent: AclCommand | undefined;
  /** Bits of acl-categories. */
  readonly categories: number;
  /** Runs without authentication and without permission: AUTH, HELLO, QUIT, RESET. */
  readonly needsNoPermission: boolean;
  /** Acts on all databases at once, as FLUSHALL does. */
  readonly touchesAllDatabases: boolean;
  /** It may name keys. */
  readonly hasKeys: boolean;
  findKeys(args: AclArguments): readonly KeyUse[];
  /** Channels that it publishes or subscribes to. */
  readonly channels: ChannelArguments | undefined;
  /**
   * Positions of arguments that are database ids; undefined for commands without such arguments. It gives none where
   * the arguments are wrong: the command itself will say so.
   */
  readonly findDatabaseIds: ((args: AclArguments, databaseCount: number) => readonly number[]) | undefined;
}

/** All commands, as the rules of users look them up. */
export class AclCommands {
  readonly all: readonly AclCommand[];
  readonly #byName: ReadonlyMap<string, AclCommand>;
  readonly #subcommands = new Map<AclCommand, AclCommand[]>();

  constructor(all: readonly AclCommand[]) {
    this.all = all;
    this.#byName = new Map(all.map((command) => [command.fullName, command]));
    for (const command of all) {
      if (command.parent === undefined) continue;
      const siblings = this.#subcommands.get(command.parent);
      if (siblings === undefined) this.#subcommands.set(command.parent, [command]);
      else siblings.push(command);
    }
  }

  /** By full name in any case. */
  find(fullName: string): AclCommand | undefined {
    return this.#byName.get(fullName.toLowerCase());
  }

  subcommandsOf(command: AclCommand): readonly AclCommand[] {
    return this.#subcommands.get(command) ?? [];
  }

  /** The full names of the commands in a category, subcommands behind their container. */
  inCategory(bit: number): string[] {
    return this.all.filter((command) => (command.categories & bit) !== 0).map((command) => command.fullName);
  }
}
