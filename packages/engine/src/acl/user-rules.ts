// The rules that change a user: login, passwords, further selectors; everything else changes its root selector.
import { splitArguments } from '../config/split-arguments.ts';
import { type RuleProblem, upToNul } from './acl-error.ts';
import { hashPassword, isPasswordHash } from './acl-password.ts';
import { type PubsubDefault, Selector } from './acl-selector.ts';
import type { AclUser } from './acl-user.ts';
import { applySelectorRule, type RuleContext } from './selector-rules.ts';

export interface UserRuleContext extends RuleContext {
  readonly pubsubDefault: () => PubsubDefault;
}

/** What `reset` stands for; `allchannels` follows where it is the default. */
const RESET_RULES = ['resetpass', 'resetkeys', 'resetchannels', 'alldbs', 'off', 'clearselectors', '-@all'];

const WORDS: ReadonlyMap<string, (user: AclUser) => void> = new Map([
  ['on', (user: AclUser) => setEnabled(user, true)],
  ['off', (user: AclUser) => setEnabled(user, false)],
  ['nopass', (user: AclUser) => setPasswords(user, [], true)],
  ['resetpass', (user: AclUser) => setPasswords(user, [], false)],
  // Old files have these; they say nothing any more.
  ['sanitize-payload', () => undefined],
  ['skip-sanitize-payload', () => undefined],
  ['clearselectors', clearSelectors],
]);

/** Changes `user` by one rule, or says why it cannot; try it on a staged user. */
export function applyUserRule(context: UserRuleContext, user: AclUser, rule: string): RuleProblem | undefined {
  if (rule === '') return undefined;
  const word = upToNul(rule).toLowerCase();
  const change = WORDS.get(word);
  if (change !== undefined) {
    change(user);
    return undefined;
  }
  if (word === 'reset') return resetUser(context, user);
  const body = rule.slice(1);
  switch (rule[0]) {
    case '>':
      return addPassword(user, hashPassword(body));
    case '#':
      return isPasswordHash(body) ? addPassword(user, body) : 'bad-hash';
    case '<':
      return removePassword(user, hashPassword(body));
    case '!':
      return isPasswordHash(body) ? removePassword(user, body) : 'bad-hash';
    case '(':
      if (rule.endsWith(')')) return addSelector(context, user, rule.slice(1, -1));
      return 'syntax';
    default:
      return applySelectorRule(context, user.root, rule);
  }
}

/** Rules in which `(`, its content and `)` are one rule each; or, where a parenthesis stays open, the rule it is in. */
export function mergeSelectorRules(rules: readonly string[]): { merged: string[] } | { open: number } {
  const merged: string[] = [];
  let open = -1;
  let content = '';
  rules.forEach((rule, index) => {
    if (open === -1 && rule.startsWith('(') && !rule.endsWith(')')) {
      open = index;
      content = rule;
    } else if (open === -1) {
      merged.push(rule);
    } else {
      content += ` ${upToNul(rule)}`;
      if (!rule.endsWith(')')) return;
      merged.push(content);
      open = -1;
    }
  });
  return open === -1 ? { merged } : { open };
}

function setEnabled(user: AclUser, isEnabled: boolean): void {
  user.isEnabled = isEnabled;
}

function setPasswords(user: AclUser, hashes: string[], needsNone: boolean): void {
  user.passwords = hashes;
  user.needsNoPassword = needsNone;
}

function clearSelectors(user: AclUser): void {
  user.selectors = [];
}

function resetUser(context: UserRuleContext, user: AclUser): RuleProblem | undefined {
  for (const rule of RESET_RULES) applyUserRule(context, user, rule);
  if (context.pubsubDefault() === 'allchannels') applyUserRule(context, user, 'allchannels');
  return undefined;
}

function addPassword(user: AclUser, hash: string): undefined {
  if (!user.passwords.includes(hash)) user.passwords.push(hash);
  user.needsNoPassword = false;
}

function removePassword(user: AclUser, hash: string): RuleProblem | undefined {
  const index = user.passwords.indexOf(hash);
  if (index === -1) return 'no-such-password';
  user.passwords.splice(index, 1);
  return undefined;
}

/** A selector of its own from the rules between parentheses; with an unclosed quote there are none. */
function addSelector(context: UserRuleContext, user: AclUser, rules: string): RuleProblem | undefined {
  const selector = new Selector(context.commands.all.length, context.pubsubDefault());
  for (const rule of splitArguments(rules) ?? []) {
    const problem = applySelectorRule(context, selector, rule);
    if (problem !== undefined) return problem;
  }
  user.selectors.push(selector);
  return undefined;
}
