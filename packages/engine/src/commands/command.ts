// COMMAND: tells clients what commands there are, and which arguments of a command are keys.
import { categoriesOf, findCategoryBit } from '../acl/acl-categories.ts';
import { globMatch } from '../encodings/glob-match.ts';
import type { Args } from '../session/args.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { replyCommandDocs, replyCommandInfo, replyKeyFlags } from './command-info.ts';
import type { CommandSpec } from './command-spec.ts';
import type { Command, CommandTable } from './command-table.ts';
import { findKeys, mayHaveKeys } from './find-keys.ts';
import { replyHelp } from './help-reply.ts';

const SHARED = { flags: 'loading stale sentinel', acl: 'connection', group: 'server' };
const ANY_ORDER = ['NONDETERMINISTIC_OUTPUT_ORDER'];

// biome-ignore format: a row stays together; one property a line would hide the table
export const commandCommands: readonly CommandSpec[] = [
  {
    name: 'command', arity: -1, ...SHARED, since: '2.8.13', tips: ANY_ORDER,
    complexity: 'O(N), N commands', about: 'Describes all commands.', run: info,
    subcommands: [
      { name: 'count', arity: 2, ...SHARED, since: '2.8.13', complexity: 'O(1)', about: 'The number of commands.', run: count },
      {
        name: 'docs', arity: -2, ...SHARED, since: '7.0.0', tips: ANY_ORDER, complexity: 'O(N), N commands asked for',
        about: 'Documentation of some or all commands.', run: docs,
      },
      {
        name: 'getkeys', arity: -3, ...SHARED, since: '2.8.13', complexity: 'O(N), N arguments',
        about: 'The keys among the arguments of a command.', run: (call) => getKeys(call, false),
      },
      {
        name: 'getkeysandflags', arity: -3, ...SHARED, since: '7.0.0', complexity: 'O(N), N arguments',
        about: 'The keys among the arguments of a command, and what it does to them.', run: (call) => getKeys(call, true),
      },
      { name: 'help', arity: 2, ...SHARED, since: '5.0.0', complexity: 'O(1)', about: 'Describes the subcommands.', run: (call) => replyHelp(call, HELP) },
      {
        name: 'info', arity: -2, ...SHARED, since: '2.8.13', tips: ANY_ORDER, complexity: 'O(N), N commands asked for',
        about: 'Describes some or all commands.', run: info,
      },
      {
        name: 'list', arity: -2, ...SHARED, since: '7.0.0', tips: ANY_ORDER, complexity: 'O(N), N commands',
        about: 'The names of commands and subcommands.', run: list,
      },
    ],
  },
];

const HELP = [
  '(no subcommand)',
  '    Describes all commands.',
  'COUNT',
  '    The number of commands of this server.',
  'LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]',
  '    The names of commands and subcommands.',
  'INFO [<command-name> ...]',
  '    Describes some commands, or all.',
  'DOCS [<command-name> ...]',
  '    Documentation of some commands, or of all.',
  'GETKEYS <full-command>',
  '    The keys among the arguments of a command.',
  'GETKEYSANDFLAGS <full-command>',
  '    The same, with what the command does to each key.',
];

function count(call: Call): void {
  call.reply.integer(call.services.table.top.length);
}

function info(call: Call): void {
  const { args, reply } = call;
  const { table } = call.services;
  if (args.count <= 2) {
    const { top } = table;
    reply.array(top.length);
    for (const command of top) replyCommandInfo(reply, command);
    return;
  }
  reply.array(args.count - 2);
  for (const name of args.texts(2)) {
    const command = findNamed(table, name);
    if (command === undefined) reply.nil();
    else replyCommandInfo(reply, command);
  }
}

function docs(call: Call): void {
  const { args, reply } = call;
  const { table } = call.services;
  const found = args.count === 2 ? table.top : args.texts(2).map((name) => findNamed(table, name));
  const commands = found.filter((command) => command !== undefined);
  reply.map(commands.length);
  for (const command of commands) {
    reply.bulkText(command.fullName);
    replyCommandDocs(reply, command);
  }
}

/** A command by `name` or `container|name`; more bars name nothing. */
function findNamed(table: CommandTable, name: string): Command | undefined {
  return name.split('|').length > 2 ? undefined : table.findFull(name);
}

function list(call: Call): void {
  const { reply } = call;
  const accepts = filterOf(call);
  const names = call.services.table.all.filter(accepts).map((command) => command.fullName);
  reply.array(names.length);
  for (const name of names) reply.bulkText(name);
}

function filterOf({ args }: Call): (command: Command) => boolean {
  if (args.count === 2) return () => true;
  if (args.count !== 5 || !args.is(2, 'filterby')) throw SYNTAX_ERROR;
  const wanted = args.text(4);
  if (args.is(3, 'module')) return () => false;
  if (args.is(3, 'aclcat')) {
    const bit = findCategoryBit(wanted) ?? 0;
    return ({ spec }) => (categoriesOf(spec.flags, spec.acl) & bit) !== 0;
  }
  if (!args.is(3, 'pattern')) throw SYNTAX_ERROR;
  return ({ fullName }) => globMatch(wanted, fullName, true);
}

function getKeys(call: Call, withFlags: boolean): void {
  const { reply, services } = call;
  const args = call.args.tail(2);
  const command = findCalled(services.table, args);
  if (command === undefined) throw new CommandError('ERR Invalid command specified');
  if (!mayHaveKeys(command)) throw new CommandError('ERR The command has no key arguments');
  if (!command.acceptsArity(args.count)) {
    throw new CommandError('ERR Invalid number of arguments specified for command');
  }
  const keys = findKeys(command, args);
  if (keys.length === 0 && !command.has('no_mandatory_keys')) {
    throw new CommandError('ERR Invalid arguments specified for command');
  }
  reply.array(keys.length);
  for (const { position, flags } of keys) {
    if (withFlags) reply.array(2);
    reply.bulk(args.bytesOf(position), args.starts[position], args.lengths[position]);
    if (withFlags) replyKeyFlags(reply, flags);
  }
}

function findCalled(table: CommandTable, args: Args): Command | undefined {
  const command = table.lookup(args);
  if (command === undefined || command.subcommands.size === 0 || args.count === 1) return command;
  return table.subcommandOf(command, args);
}
