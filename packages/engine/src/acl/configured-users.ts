// The `user` directives of the configuration: checked when their line is read, applied when the server starts. Unknown
// commands are told only then.
import { type RuleProblem, ruleProblemText } from './acl-error.ts';
import { type AclUsers, DEFAULT_USER, isUserName } from './acl-users.ts';
import { applyUserRule, mergeSelectorRules } from './user-rules.ts';

interface Definition {
  readonly name: string;
  readonly rules: readonly string[];
}

export class ConfiguredUsers {
  readonly #users: AclUsers;
  readonly #definitions: Definition[] = [];

  constructor(users: AclUsers) {
    this.#users = users;
  }

  /** Keeps one directive (`values` follow the word `user`), or gives the error for its line. */
  define(values: readonly string[]): string | undefined {
    // The original names the word at the wrong place: it counts rules from the word `user` on.
    const words = ['user', ...values];
    const [name = '', ...rules] = values;
    if (this.#definitions.some((known) => known.name === name)) return declarationError(name, 'duplicate-user');
    const parts = mergeSelectorRules(rules);
    if ('open' in parts) return declarationError(words[parts.open], 'other');
    const trial = this.#users.makeUser(name);
    for (const [index, rule] of parts.merged.entries()) {
      const problem = applyUserRule(this.#users.context, trial, rule);
      if (problem !== undefined && problem !== 'unknown-command') return declarationError(words[index], problem);
    }
    this.#definitions.push({ name, rules: parts.merged });
    return undefined;
  }

  /** Makes the users. Gives the sentence for the log where one cannot be made: then the server must not start. */
  apply(notice: (text: string) => void): string | undefined {
    for (const { name, rules } of this.#definitions) {
      if (!isUserName(name)) return 'Spaces not allowed in ACL usernames';
      const user = this.#users.ensure(name);
      const refused = this.#users.applyRules(user, name === DEFAULT_USER ? ['reset', ...rules] : rules);
      if (refused !== undefined) {
        return `Error loading ACL rule '${refused.rule}' for the user named '${name}': ${refused.reason}`;
      }
      if (!user.isEnabled) notice(disabledNotice(name));
    }
    return undefined;
  }
}

function declarationError(word: string, problem: RuleProblem): string {
  return `Error in user declaration '${word}': ${ruleProblemText(problem)}`;
}

function disabledNotice(name: string): string {
  return (
    `The user '${name}' is disabled (there is no 'on' modifier in the user description). Make sure this is not a ` +
    'configuration error.'
  );
}
