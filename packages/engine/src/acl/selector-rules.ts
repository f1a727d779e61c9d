// The rules that change one selector: commands, categories, keys, channels, databases. Rules are binary strings.
import { findCategoryBit } from './acl-categories.ts';
import { type AclCommand, type AclCommands, READ, WRITE } from './acl-command.ts';
import { lowerCase, type RuleProblem, upToNul } from './acl-error.ts';
import { KeyPattern } from './acl-pattern.ts';
import type { Selector } from './acl-selector.ts';

const BLANK = /[ \t\n\v\f\r\0]/;
const BLANK_OR_QUOTE = /[ \t\n\v\f\r"']/;
const DATABASE_ID = /^[ \t\n\v\f\r]*[+-]?\d+$/;
const DATABASE_ID_MAX = 2 ** 31 - 1;

/** What rules need to know, and whom they tell of dubious ones. */
export interface RuleContext {
  readonly commands: AclCommands;
  readonly warn: (text: string) => void;
}

const WORDS: ReadonlyMap<string, (selector: Selector) => void> = new Map([
  ['allkeys', allowAllKeys],
  ['~*', allowAllKeys],
  ['resetkeys', resetKeys],
  ['allchannels', allowAllChannels],
  ['&*', allowAllChannels],
  ['resetchannels', resetChannels],
  ['alldbs', allowAllDatabases],
  ['resetdbs', resetDatabases],
  ['allcommands', (selector: Selector) => selector.setAllCommands(true)],
  ['+@all', (selector: Selector) => selector.setAllCommands(true)],
  ['nocommands', (selector: Selector) => selector.setAllCommands(false)],
  ['-@all', (selector: Selector) => selector.setAllCommands(false)],
]);

/** Changes `selector` by one rule, or says why it cannot; then the selector may be half changed. */
export function applySelectorRule(context: RuleContext, selector: Selector, rule: string): RuleProblem | undefined {
  const word = upToNul(rule);
  const change = WORDS.get(word.toLowerCase());
  if (change !== undefined) {
    change(selector);
    return undefined;
  }
  if (word.slice(0, 3).toLowerCase() === 'db=') return allowDatabases(selector, word.slice(3));
  const first = word.charAt(0);
  if (first === '~' || first === '%') return addKeyPattern(selector, rule);
  if (first === '&') return addChannel(selector, rule.slice(1));
  if (first !== '+' && first !== '-') return 'syntax';
  if (word.charAt(1) === '@') return changeCategory(context.commands, selector, word.slice(2), first === '+');
  return first === '+' ? allowCommand(context, selector, word.slice(1)) : denyCommand(context, selector, word.slice(1));
}

function allowAllKeys(selector: Selector): void {
  selector.allKeys = true;
  selector.keyPatterns = [];
}

function resetKeys(selector: Selector): void {
  selector.allKeys = false;
  selector.keyPatterns = [];
}

function allowAllChannels(selector: Selector): void {
  selector.allChannels = true;
  selector.channels = [];
}

function resetChannels(selector: Selector): void {
  selector.allChannels = false;
  selector.channels = [];
}

function allowAllDatabases(selector: Selector): void {
  selector.allDatabases = true;
  selector.databases = [];
}

function resetDatabases(selector: Selector): void {
  selector.allDatabases = false;
  selector.databases = [];
}

/** `db=0,1`: replaces the databases that were allowed. */
function allowDatabases(selector: Selector, list: string): RuleProblem | undefined {
  if (list.startsWith(',') || list.endsWith(',')) return 'syntax';
  const ids = new Set<number>();
  for (const text of list.split(',')) {
    if (!DATABASE_ID.test(text)) return 'syntax';
    const id = Number(text);
    if (id < 0 || id > DATABASE_ID_MAX) return 'database-out-of-range';
    ids.add(Math.abs(id));
  }
  selector.allDatabases = false;
  selector.databases = [...ids].sort((left, right) => left - right);
  return undefined;
}

/** `~pattern` or `%RW~pattern`. */
function addKeyPattern(selector: Selector, rule: string): RuleProblem | undefined {
  if (selector.allKeys) return 'pattern-after-allkeys';
  const parts = rule.startsWith('~') ? { access: READ | WRITE, pattern: rule.slice(1) } : readAccess(rule);
  if (parts === undefined || BLANK.test(parts.pattern)) return 'syntax';
  const { pattern, access } = parts;
  const index = selector.keyPatterns.findIndex((known) => known.pattern === pattern);
  if (index === -1) selector.keyPatterns.push(new KeyPattern(pattern, access));
  else selector.keyPatterns[index] = new KeyPattern(pattern, selector.keyPatterns[index].access | access);
  return undefined;
}

/** Letters R and W, each once, then `~` and the pattern. Without the `~` the pattern is empty. */
function readAccess(rule: string): { readonly access: number; readonly pattern: string } | undefined {
  let access = 0;
  let at = 1;
  for (; at < rule.length && rule[at] !== '~'; at++) {
    const letter = rule[at].toUpperCase();
    const bit = letter === 'R' ? READ : letter === 'W' ? WRITE : 0;
    if (bit === 0 || (access & bit) !== 0) return undefined;
    access |= bit;
  }
  return access === 0 ? undefined : { access, pattern: rule.slice(at + 1) };
}

function addChannel(selector: Selector, pattern: string): RuleProblem | undefined {
  if (selector.allChannels) return 'channel-after-allchannels';
  if (BLANK.test(pattern)) return 'syntax';
  if (!selector.channels.includes(pattern)) selector.channels.push(pattern);
  return undefined;
}

function changeCategory(
  commands: AclCommands,
  selector: Selector,
  name: string,
  isAllowed: boolean,
): RuleProblem | undefined {
  const bit = findCategoryBit(name);
  if (bit === undefined) return 'unknown-command';
  recordRule(selector, `@${name}`, isAllowed);
  for (const command of commands.all) {
    if ((command.categories & bit) !== 0) changeCommand(commands, selector, command, isAllowed);
  }
  return undefined;
}

/** `+get`, `+config|get`, or `+select|0`: a command, a subcommand, or a command with a certain first argument. */
function allowCommand(context: RuleContext, selector: Selector, name: string): RuleProblem | undefined {
  const { commands } = context;
  const bar = name.lastIndexOf('|');
  const command = commands.find(bar === -1 ? name : name.slice(0, bar));
  if (command === undefined) return 'unknown-command';
  if (bar === -1) {
    changeCommand(commands, selector, command, true);
    recordRule(selector, command.fullName, true);
    return undefined;
  }
  if (command.parent !== undefined) return 'first-argument-of-subcommand';
  const argument = name.slice(bar + 1);
  if (argument === '') return 'syntax';
  if (commands.subcommandsOf(command).length > 0) {
    const subcommand = commands.find(name);
    if (subcommand === undefined) return 'unknown-command';
    changeCommand(commands, selector, subcommand, true);
  } else {
    // Such a rule could not be read back from its description.
    if (BLANK_OR_QUOTE.test(argument)) return 'syntax';
    context.warn(
      'Deprecation warning: Allowing a first arg of an otherwise blocked command is a misuse of ACL and may get ' +
        `disabled in the future (offender: +${name})`,
    );
    allowFirstArgument(selector, command.id, argument);
  }
  recordRule(selector, name, true);
  return undefined;
}

function denyCommand(context: RuleContext, selector: Selector, name: string): RuleProblem | undefined {
  const command = context.commands.find(name);
  if (command === undefined) return 'unknown-command';
  changeCommand(context.commands, selector, command, false);
  recordRule(selector, command.fullName, false);
  return undefined;
}

function allowFirstArgument(selector: Selector, id: number, argument: string): void {
  const known = selector.firstArguments.get(id) ?? [];
  if (known.some((word) => lowerCase(word) === lowerCase(argument))) return;
  selector.firstArguments.set(id, [...known, argument]);
}

/** A container takes its subcommands along. */
function changeCommand(commands: AclCommands, selector: Selector, command: AclCommand, isAllowed: boolean): void {
  selector.setCommand(command, isAllowed);
  selector.firstArguments.delete(command.id);
  for (const subcommand of commands.subcommandsOf(command)) selector.setCommand(subcommand, isAllowed);
}

/** Appends a rule in place of what was said of the same command or category, its subcommands included. */
function recordRule(selector: Selector, name: string, isAllowed: boolean): void {
  const lower = lowerCase(name);
  const kept = selector.commandRules.filter((rule) => {
    const known = rule.slice(1);
    return known !== lower && !known.startsWith(`${lower}|`);
  });
  selector.commandRules = [...kept, `${isAllowed ? '+' : '-'}${lower}`];
}
