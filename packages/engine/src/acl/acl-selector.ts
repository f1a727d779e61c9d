// A selector: one set of permissions (commands, keys, channels, databases). A user has a root selector and any number
// of further ones, and may do what any single one of them allows. Here is its data and its description; selector-rules
// changes it and acl-check asks it.
import type { AclCommand } from './acl-command.ts';
import type { KeyPattern } from './acl-pattern.ts';

/** What selectors may do with channels until told otherwise: the directive `acl-pubsub-default`. */
export type PubsubDefault = 'allchannels' | 'resetchannels';

export class Selector {
  /** Bit `id` is set for commands that may run; `allCommands` goes first. */
  #bits: Uint32Array;
  /** Nothing was taken away since `+@all`. */
  allCommands = false;
  /** The rules start from `+@all`, not from `-@all`. */
  startsFromAll = false;
  /** First arguments with which a command that is otherwise denied may run, by command id. */
  readonly firstArguments = new Map<number, string[]>();
  /** The rules about commands since `+@all` or `-@all`, in order and lower case: `+get`, `-@write`. */
  commandRules: string[] = [];
  allKeys = false;
  keyPatterns: KeyPattern[] = [];
  allChannels: boolean;
  channels: string[] = [];
  allDatabases = true;
  /** Ascending. */
  databases: readonly number[] = [];

  constructor(commandCount: number, pubsubDefault: PubsubDefault) {
    this.#bits = new Uint32Array((commandCount + 31) >>> 5);
    this.allChannels = pubsubDefault === 'allchannels';
  }

  /** It denies nothing. */
  get allowsEverything(): boolean {
    return this.allCommands && this.allKeys && this.allChannels && this.allDatabases;
  }

  allowsCommand(id: number): boolean {
    return (this.#bits[id >>> 5] & (1 << (id & 31))) !== 0;
  }

  setCommand(command: AclCommand, isAllowed: boolean): void {
    const { id } = command;
    if (isAllowed) {
      this.#bits[id >>> 5] |= 1 << (id & 31);
    } else {
      this.#bits[id >>> 5] &= ~(1 << (id & 31));
      this.allCommands = false;
    }
  }

  /** Allows or denies all commands and forgets the rules so far. */
  setAllCommands(isAllowed: boolean): void {
    this.#bits.fill(isAllowed ? 0xffffffff : 0);
    this.allCommands = isAllowed;
    this.startsFromAll = isAllowed;
    this.commandRules = [];
    this.firstArguments.clear();
  }

  copy(): Selector {
    const copy = new Selector(0, 'resetchannels');
    copy.#bits = this.#bits.slice();
    copy.allCommands = this.allCommands;
    copy.startsFromAll = this.startsFromAll;
    for (const [id, words] of this.firstArguments) copy.firstArguments.set(id, [...words]);
    copy.commandRules = [...this.commandRules];
    copy.allKeys = this.allKeys;
    copy.keyPatterns = [...this.keyPatterns];
    copy.allChannels = this.allChannels;
    copy.channels = [...this.channels];
    copy.allDatabases = this.allDatabases;
    copy.databases = this.databases;
    return copy;
  }

  /** The rules about commands, starting with `+@all` or `-@all`. */
  get commandText(): string {
    return [this.startsFromAll ? '+@all' : '-@all', ...this.commandRules].join(' ');
  }

  /** The rules about keys, as ACL GETUSER shows them. */
  get keyText(): string {
    return this.allKeys ? '~*' : this.keyPatterns.map((pattern) => pattern.rule).join(' ');
  }

  /** The rules about channels, as ACL GETUSER shows them. */
  get channelText(): string {
    return this.allChannels ? '&*' : this.channels.map((channel) => `&${channel}`).join(' ');
  }

  /** The rules about databases, as ACL GETUSER shows them. */
  get databaseText(): string {
    if (this.allDatabases) return 'alldbs';
    return this.databases.length === 0 ? '' : `db=${this.databases.join(',')}`;
  }

  /** All rules, as ACL LIST and files hold them. Access to all databases is what is meant when nothing is said. */
  describe(): string {
    const words: string[] = [];
    if (this.keyText !== '') words.push(this.keyText);
    if (!this.allChannels) words.push('resetchannels');
    if (this.channelText !== '') words.push(this.channelText);
    if (!this.allDatabases) words.push(this.databaseText === '' ? 'resetdbs' : this.databaseText);
    words.push(this.commandText);
    return words.join(' ');
  }
}
