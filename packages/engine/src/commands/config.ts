// CONFIG: reads and changes the configuration. What directives there are and what their values look like is the
// `config` folder's; the parts that follow a directive listen to it there.
import { replaceConfigFile } from '../config/config-file.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';
import { replyHelp } from './help-reply.ts';

const ADMIN = 'admin noscript loading stale';
const EVERYWHERE = ['request_policy:all_nodes', 'response_policy:all_succeeded'];
const ROW = { acl: '', group: 'server' } as const;

// biome-ignore format: a row stays together; one property a line would hide the table
const SUBCOMMANDS: readonly CommandSpec[] = [
  {
    ...ROW, name: 'get', arity: -3, flags: ADMIN, since: '2.0.0', complexity: 'O(N), N directives',
    about: 'Answers the directives that match the patterns.', run: get,
  },
  {
    ...ROW, name: 'help', arity: 2, flags: 'loading stale', since: '5.0.0', complexity: 'O(1)',
    about: 'Lists the subcommands.', run: (call) => replyHelp(call, HELP),
  },
  {
    ...ROW, name: 'resetstat', arity: 2, flags: ADMIN, since: '2.0.0', complexity: 'O(1)', tips: EVERYWHERE,
    about: 'Sets the statistics of INFO back.', run: resetStatistics,
  },
  {
    ...ROW, name: 'rewrite', arity: 2, flags: ADMIN, since: '2.8.0', complexity: 'O(1)', tips: EVERYWHERE,
    about: 'Writes the configuration back to its file.', run: rewrite,
  },
  {
    ...ROW, name: 'set', arity: -4, flags: ADMIN, since: '2.0.0', complexity: 'O(N), N directives', tips: EVERYWHERE,
    about: 'Changes directives, all or none.', run: set,
  },
];

// biome-ignore format: a row stays together; one property a line would hide the table
export const configCommands: readonly CommandSpec[] = [
  {
    ...ROW, name: 'config', arity: -2, flags: '', since: '2.0.0', complexity: 'Depends on the subcommand',
    about: 'Reads and changes the configuration.', subcommands: SUBCOMMANDS,
  },
];

const HELP = [
  'GET <pattern> [<pattern> ...]',
  '    Names and values of the directives that match a pattern.',
  'SET <directive> <value> [<directive> <value> ...]',
  '    Gives directives new values, all of them or none.',
  'RESETSTAT',
  '    Sets the statistics that INFO reports back.',
  'REWRITE',
  '    Writes the present configuration to its file.',
];

function get(call: Call): void {
  const { args, reply, services } = call;
  const found = services.config.get(args.texts(2));
  reply.map(found.length);
  for (const [name, value] of found) {
    reply.bulkText(name);
    reply.bulkText(value);
  }
}

function set(call: Call): void {
  const { args, reply, services, client } = call;
  if (args.count % 2 !== 0) throw SYNTAX_ERROR;
  const pairs: [string, string][] = [];
  for (let i = 2; i < args.count; i += 2) {
    const name = args.text(i);
    if (services.config.isSensitive(name)) call.hideArguments(i + 1, i + 1);
    pairs.push([name, args.text(i + 1)]);
  }
  const isLocal = client.connection?.isLocal ?? true;
  const error = services.config.set(pairs, { isLocal, isLoading: services.persistence.loading });
  if (error !== undefined) throw new CommandError(error);
  reply.ok();
}

function rewrite(call: Call): void {
  const { reply, services } = call;
  const { config, access, identity, log } = services;
  if (identity.configFile === '') throw new CommandError('ERR The server is running without a config file');
  const users = config.text('aclfile') === '' ? access.users.lines() : [];
  const problem = replaceConfigFile(identity.configFile, (text) => config.rewrite(text, { users }));
  if (problem !== undefined) {
    log.warning(`CONFIG REWRITE failed: ${problem}`);
    throw new CommandError(`ERR Rewriting config file: ${problem}`);
  }
  log.notice('CONFIG REWRITE executed with success.');
  reply.ok();
}

function resetStatistics(call: Call): void {
  const { statistics, table, keyspace, persistence } = call.services;
  statistics.reset();
  persistence.resetCounters();
  keyspace.resetStatistics();
  for (const command of table.all) command.resetStatistics();
  call.reply.ok();
}
