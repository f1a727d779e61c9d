// All users: creating, changing and deleting them, logging in, and taking over the users of a file as a whole. The
// default user is always there and stays the same object.
import { ruleProblemText, upToNul } from './acl-error.ts';
import { matchesPassword } from './acl-password.ts';
import { AclUser } from './acl-user.ts';
import { lostChannels } from './revoked-channels.ts';
import { applyUserRule, mergeSelectorRules, type UserRuleContext } from './user-rules.ts';

export const DEFAULT_USER = 'default';
export const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.';
export const AUTH_WITHOUT_PASSWORD =
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration ' +
  'is correct?';
const DEFAULT_RULES = ['+@all', '~*', '&*', 'on', 'nopass', 'alldbs'];
const BLANK = /[ \t\n\v\f\r\0]/;

/** What a change means for clients that are logged in as `user`. */
export interface UserChange {
  readonly user: AclUser;
  /** The user is gone: close all of its clients. */
  readonly isGone: boolean;
  /**
   * The channels that are left, where the change took some away: clients subscribed to others are to be closed
   * (`isChannelAllowed` tells). Undefined where nothing was taken.
   */
  readonly channelsLeft: readonly string[] | undefined;
}

export class AclUsers {
  readonly context: UserRuleContext;
  readonly defaultUser: AclUser;
  readonly #users = new Map<string, AclUser>();

  constructor(context: UserRuleContext) {
    this.context = context;
    this.defaultUser = this.makeDefaultUser();
    this.#users.set(DEFAULT_USER, this.defaultUser);
  }

  find(name: string): AclUser | undefined {
    return this.#users.get(name);
  }

  /** By name, in the order of bytes. */
  list(): AclUser[] {
    return [...this.#users.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** `name rules` of each user: the lines of ACL LIST, the ACL file and CONFIG REWRITE without the word `user`. */
  lines(): string[] {
    return this.list().map((user) => `${user.name} ${user.describe()}`);
  }

  /** Creates or changes a user by ACL SETUSER's rules, all or none. Gives the error text (with its code) or the change. */
  set(name: string, rules: readonly string[]): { readonly error: string } | { readonly change: UserChange } {
    if (!isUserName(name)) return { error: "ERR Usernames can't contain spaces or null characters" };
    const known = this.#users.get(name);
    const staged = known?.stage() ?? this.makeUser(name);
    const error = this.#apply(staged, rules);
    if (error !== undefined) return { error: `ERR ${error}` };
    const channelsLeft = known === undefined ? undefined : lostChannels(known, staged);
    const user = known ?? this.makeUser(name);
    user.become(staged);
    this.#users.set(name, user);
    return { change: { user, isGone: false, channelsLeft } };
  }

  /** Deletes the user; undefined where there is none of that name. The default user cannot be deleted. */
  remove(name: string): UserChange | undefined {
    const user = this.#users.get(name);
    if (user === undefined || user === this.defaultUser) return undefined;
    this.#users.delete(name);
    return { user, isGone: true, channelsLeft: undefined };
  }

  /** The user that may log in with this name and password. */
  authenticate(name: string, password: string): AclUser | undefined {
    const user = this.#users.get(name);
    if (user === undefined || !user.isEnabled) return undefined;
    if (user.needsNoPassword || matchesPassword(user.passwords, password)) return user;
    return undefined;
  }

  /** The directive `requirepass`: the only password of the default user, or none. */
  requirePassword(password: string | undefined): void {
    this.applyRules(this.defaultUser, ['resetpass', password === undefined ? 'nopass' : `>${password}`]);
  }

  /**
   * Takes over the users of a file: known ones (and the default user) become as the file says, others are gone. Gives
   * a change for each user that there was.
   */
  replaceWith(loaded: ReadonlyMap<string, AclUser>): UserChange[] {
    const changes = this.list().map((user) => this.#replace(user, loaded.get(user.name)));
    for (const [name, user] of loaded) if (!this.#users.has(name)) this.#users.set(name, user);
    return changes;
  }

  /** A user as ACL SETUSER creates it: disabled and without any permission. It belongs to nobody yet. */
  makeUser(name: string): AclUser {
    return new AclUser(name, this.context.commands.all.length, this.context.pubsubDefault());
  }

  makeDefaultUser(): AclUser {
    const user = this.makeUser(DEFAULT_USER);
    this.applyRules(user, DEFAULT_RULES);
    return user;
  }

  /** Applies rules in place up to the first that is refused; gives that rule and the reason. */
  applyRules(user: AclUser, rules: readonly string[]): { readonly rule: string; readonly reason: string } | undefined {
    const staged = user.stage();
    for (const rule of rules) {
      const problem = applyUserRule(this.context, staged, rule);
      if (problem !== undefined) return { rule, reason: ruleProblemText(problem) };
    }
    user.become(staged);
    return undefined;
  }

  /** The user by that name, made when it is not there. Used while the configuration is loaded. */
  ensure(name: string): AclUser {
    const user = this.#users.get(name) ?? this.makeUser(name);
    this.#users.set(name, user);
    return user;
  }

  #apply(staged: AclUser, rules: readonly string[]): string | undefined {
    const parts = mergeSelectorRules(rules);
    if ('open' in parts) return `Unmatched parenthesis in acl selector starting at '${upToNul(rules[parts.open])}'.`;
    const refused = this.applyRules(staged, parts.merged);
    return refused && `Error in ACL SETUSER modifier '${upToNul(refused.rule)}': ${refused.reason}`;
  }

  #replace(user: AclUser, loaded: AclUser | undefined): UserChange {
    const rules = loaded ?? (user === this.defaultUser ? this.makeDefaultUser() : undefined);
    if (rules === undefined) {
      this.#users.delete(user.name);
      return { user, isGone: true, channelsLeft: undefined };
    }
    const channelsLeft = lostChannels(user, rules);
    user.become(rules);
    return { user, isGone: false, channelsLeft };
  }
}

/** Names must not hold blanks or NUL: descriptions would not be read back as they were. */
export function isUserName(name: string): boolean {
  return !BLANK.test(name);
}
