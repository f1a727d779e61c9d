// ACL: users and what they may do, as commands. Rules, checks and the log are the `acl` folder's; clients are told
// through the session's access control.
import { randomBytes } from 'node:crypto';
import { CATEGORY_NAMES, findCategoryBit } from '../acl/acl-categories.ts';
import { ACL_SAVE_FAILED, NO_ACL_FILE } from '../acl/acl-file.ts';
import { LOG_ENTRIES_SHOWN, type LogEntry } from '../acl/acl-log.ts';
import { GENERATED_BITS, GENPASS_RANGE, generatePassword } from '../acl/acl-password.ts';
import type { Selector } from '../acl/acl-selector.ts';
import { DEFAULT_USER } from '../acl/acl-users.ts';
import type { Args } from '../session/args.ts';
import type { Reply } from '../session/reply.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_AN_INTEGER } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';
import type { Command, CommandTable } from './command-table.ts';

const ADMIN = 'admin noscript loading stale';
const PLAIN = 'noscript loading stale';
const EVERYWHERE = ['request_policy:all_nodes', 'response_policy:all_succeeded'];
const ROW = { acl: '', group: 'server', since: '6.0.0' } as const;

const SUBCOMMANDS: readonly CommandSpec[] = [
  {
    ...ROW,
    name: 'cat',
    arity: -2,
    flags: PLAIN,
    complexity: 'O(1)',
    run: cat,
    about: 'Lists the categories, or the commands of one.',
  },
  {
    ...ROW,
    name: 'deluser',
    arity: -3,
    flags: ADMIN,
    complexity: 'O(N), N users',
    tips: EVERYWHERE,
    run: deleteUsers,
    about: 'Deletes users and closes their connections.',
  },
  {
    ...ROW,
    name: 'dryrun',
    arity: -4,
    flags: ADMIN,
    complexity: 'O(1)',
    since: '7.0.0',
    run: dryRun,
    about: 'Tells whether a user may run a command, without running it.',
  },
  {
    ...ROW,
    name: 'genpass',
    arity: -2,
    flags: PLAIN,
    complexity: 'O(1)',
    run: generate,
    about: 'Makes up a password.',
  },
  {
    ...ROW,
    name: 'getuser',
    arity: 3,
    flags: ADMIN,
    complexity: 'O(N), N rules',
    run: getUser,
    about: 'Shows the rules of a user.',
  },
  {
    ...ROW,
    name: 'help',
    arity: 2,
    flags: 'loading stale',
    complexity: 'O(1)',
    run: help,
    about: 'Lists the subcommands.',
  },
  {
    ...ROW,
    name: 'list',
    arity: 2,
    flags: ADMIN,
    complexity: 'O(N), N users',
    run: list,
    about: 'Shows all users as lines of a configuration.',
  },
  {
    ...ROW,
    name: 'load',
    arity: 2,
    flags: ADMIN,
    complexity: 'O(N), N users',
    run: load,
    about: 'Takes over the users of the ACL file.',
  },
  {
    ...ROW,
    name: 'log',
    arity: -2,
    flags: ADMIN,
    complexity: 'O(N), N entries',
    run: log,
    about: 'Shows what was denied lately, or forgets it.',
  },
  {
    ...ROW,
    name: 'save',
    arity: 2,
    flags: ADMIN,
    complexity: 'O(N), N users',
    tips: EVERYWHERE,
    run: save,
    about: 'Writes the users to the ACL file.',
  },
  {
    ...ROW,
    name: 'setuser',
    arity: -3,
    flags: ADMIN,
    complexity: 'O(N), N rules',
    tips: EVERYWHERE,
    run: setUser,
    about: 'Creates or changes a user.',
  },
  {
    ...ROW,
    name: 'users',
    arity: 2,
    flags: ADMIN,
    complexity: 'O(N), N users',
    run: listNames,
    about: 'Lists the names of all users.',
  },
  {
    ...ROW,
    name: 'whoami',
    arity: 2,
    flags: PLAIN,
    complexity: 'O(1)',
    run: whoAmI,
    about: 'Names the user of the connection.',
  },
];

export const aclCommands: readonly CommandSpec[] = [
  {
    ...ROW,
    name: 'acl',
    arity: -2,
    flags: '',
    complexity: 'Depends on the subcommand',
    subcommands: SUBCOMMANDS,
    about: 'Commands about users and permissions.',
  },
];

const HELP = [
  'ACL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:',
  'CAT [<category>]',
  '    Lists the command categories, or the commands of one of them.',
  'DELUSER <username> [<username> ...]',
  '    Deletes users and closes their connections.',
  'DRYRUN <username> <command> [<arg> ...]',
  '    Tells whether the user may run the command, without running it.',
  'GETUSER <username>',
  '    Shows the rules of a user.',
  'GENPASS [<bits>]',
  '    Makes up a password of 256 bits, or as many as told.',
  'LIST',
  '    Shows all users as lines of a configuration.',
  'LOAD',
  '    Takes over the users of the ACL file.',
  'LOG [<count> | RESET]',
  '    Shows what was denied lately, or forgets it.',
  'SAVE',
  '    Writes the users to the ACL file.',
  'SETUSER <username> <rule> [<rule> ...]',
  '    Creates or changes a user by rules.',
  'USERS',
  '    Lists the names of all users.',
  'WHOAMI',
  '    Names the user of the connection.',
  'HELP',
  '    Prints this help.',
];

function cat(call: Call): void {
  const { args, reply } = call;
  requireArgumentsAtMost(call, 3);
  if (args.count === 2) return replyTexts(reply, CATEGORY_NAMES);
  const name = args.text(2);
  const bit = findCategoryBit(name);
  if (bit === undefined) throw new CommandError(`ERR Unknown category '${name.slice(0, 128)}'`);
  replyTexts(reply, call.services.access.commands.inCategory(bit));
}

function deleteUsers(call: Call): void {
  call.hideArguments(2);
  const { access } = call.services;
  const names = call.args.texts(2);
  if (names.includes(DEFAULT_USER)) throw new CommandError("ERR The 'default' user cannot be removed");
  const changes = names.map((name) => access.users.remove(name)).filter((change) => change !== undefined);
  access.follow(changes, call.client);
  call.reply.integer(changes.length);
}

function dryRun(call: Call): void {
  const { args, reply, services } = call;
  const name = args.text(2);
  if (services.access.users.find(name) === undefined) throw new CommandError(`ERR User '${name}' not found`);
  const inner = args.tail(3);
  const command = findCommand(services.table, inner);
  if (command === undefined) throw new CommandError(`ERR Command '${args.text(3)}' not found`);
  if (!command.acceptsArity(inner.count)) {
    throw new CommandError(`ERR wrong number of arguments for '${command.fullName}' command`);
  }
  const denial = services.access.dryRun(call.client, name, command, inner);
  if (denial === undefined) reply.ok();
  else reply.bulkText(denial);
}

function generate(call: Call): void {
  requireArgumentsAtMost(call, 3);
  const bits = call.args.count === 3 ? call.integer(2, NOT_AN_INTEGER) : GENERATED_BITS;
  const password = generatePassword(bits, randomBytes);
  if (password === undefined) throw new CommandError(GENPASS_RANGE);
  call.reply.bulkText(password);
}

function getUser(call: Call): void {
  call.hideArguments(2);
  const { reply } = call;
  const user = call.services.access.users.find(call.args.text(2));
  if (user === undefined) return reply.nil();
  reply.map(7);
  reply.bulkText('flags');
  reply.set(user.flags.length);
  for (const flag of user.flags) reply.bulkText(flag);
  reply.bulkText('passwords');
  replyTexts(reply, user.passwords);
  replySelector(reply, user.root);
  reply.bulkText('selectors');
  reply.array(user.selectors.length);
  for (const selector of user.selectors) {
    reply.map(4);
    replySelector(reply, selector);
  }
}

function help(call: Call): void {
  call.reply.array(HELP.length);
  for (const line of HELP) call.reply.simple(line);
}

function list(call: Call): void {
  const lines = call.services.access.users.lines();
  replyTexts(
    call.reply,
    lines.map((line) => `user ${line}`),
  );
}

function load(call: Call): void {
  const { access, config } = call.services;
  const path = config.text('aclfile');
  if (path === '') throw new CommandError(NO_ACL_FILE);
  const errors = access.loadFile(path, call.client);
  if (errors !== undefined) throw new CommandError(`ERR ${errors}`);
  call.reply.ok();
}

function log(call: Call): void {
  const { args, reply, services, nowMs } = call;
  requireArgumentsAtMost(call, 3);
  if (args.count === 3 && args.is(2, 'reset')) {
    services.access.log.clear();
    return reply.ok();
  }
  const count = args.count === 3 ? call.integer(2, NOT_AN_INTEGER) : LOG_ENTRIES_SHOWN;
  const entries = services.access.log.list(count);
  reply.array(entries.length);
  for (const entry of entries) replyLogEntry(reply, entry, nowMs);
}

function save(call: Call): void {
  const { access, config } = call.services;
  const path = config.text('aclfile');
  if (path === '') throw new CommandError(NO_ACL_FILE);
  if (!access.saveFile(path)) throw new CommandError(ACL_SAVE_FAILED);
  call.reply.ok();
}

function setUser(call: Call): void {
  call.hideArguments(2);
  const { access } = call.services;
  const result = access.users.set(call.args.text(2), call.args.texts(3));
  if ('error' in result) throw new CommandError(result.error);
  access.follow([result.change], call.client);
  call.reply.ok();
}

function listNames(call: Call): void {
  replyTexts(
    call.reply,
    call.services.access.users.list().map((user) => user.name),
  );
}

function whoAmI(call: Call): void {
  const { user } = call.client;
  if (user === undefined) call.reply.nil();
  else call.reply.bulkText(user.name);
}

/** The command, or container without a subcommand, that arguments name. */
function findCommand(table: CommandTable, args: Args): Command | undefined {
  const found = table.lookup(args);
  if (found === undefined || found.subcommands.size === 0 || args.count < 2) return found;
  return table.subcommandOf(found, args);
}

function requireArgumentsAtMost(call: Call, count: number): void {
  if (call.args.count <= count) return;
  const name = call.args.text(1).slice(0, 128);
  throw new CommandError(`ERR unknown subcommand or wrong number of arguments for '${name}'. Try ACL HELP.`);
}

function replyTexts(reply: Reply, texts: readonly string[]): void {
  reply.array(texts.length);
  for (const text of texts) reply.bulkText(text);
}

function replySelector(reply: Reply, selector: Selector): void {
  const { commandText, keyText, channelText, databaseText } = selector;
  const words = ['commands', commandText, 'keys', keyText, 'channels', channelText, 'databases', databaseText];
  for (const word of words) reply.bulkText(word);
}

function replyLogEntry(reply: Reply, entry: LogEntry, nowMs: number): void {
  reply.map(10);
  reply.bulkText('count');
  reply.integer(entry.count);
  const { reason, context, object, username } = entry;
  for (const [name, value] of Object.entries({ reason, context, object, username })) {
    reply.bulkText(name);
    reply.bulkText(value);
  }
  reply.bulkText('age-seconds');
  reply.double((nowMs - entry.updatedMs) / 1000);
  reply.bulkText('client-info');
  reply.bulkText(entry.clientInfo);
  reply.bulkText('entry-id');
  reply.integer(entry.id);
  reply.bulkText('timestamp-created');
  reply.integer(entry.createdMs);
  reply.bulkText('timestamp-last-updated');
  reply.integer(entry.updatedMs);
}
