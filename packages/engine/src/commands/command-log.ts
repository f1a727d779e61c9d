// SLOWLOG and COMMANDLOG: the commands that took long, and those with large requests and replies.
import type { LogKind } from '../session/command-log.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';
import { replyHelp, subcommandError } from './help-reply.ts';

const ADMIN = { flags: 'admin loading stale', acl: '', group: 'server' };
const HELP_ROW = { name: 'help', arity: 2, flags: 'loading stale', acl: '', group: 'server', complexity: 'O(1)' };
const GET_TIPS = ['REQUEST_POLICY:ALL_NODES', 'NONDETERMINISTIC_OUTPUT'];
const LEN_TIPS = ['REQUEST_POLICY:ALL_NODES', 'RESPONSE_POLICY:AGG_SUM', 'NONDETERMINISTIC_OUTPUT'];
const RESET_TIPS = ['REQUEST_POLICY:ALL_NODES', 'RESPONSE_POLICY:ALL_SUCCEEDED'];

// biome-ignore format: a row stays together; one property a line would hide the table
export const commandLogCommands: readonly CommandSpec[] = [
  {
    name: 'slowlog', arity: -2, flags: '', acl: '', since: '2.2.12', group: 'server', about: 'The log of slow commands.',
    complexity: 'Depends on the subcommand',
    subcommands: [
      { name: 'get', arity: -2, ...ADMIN, since: '2.2.12', tips: GET_TIPS, complexity: 'O(N), N entries', about: 'The newest entries.', run: slowlogGet },
      { ...HELP_ROW, since: '6.2.0', about: 'Describes the subcommands.', run: (call) => replyHelp(call, SLOWLOG_HELP) },
      { name: 'len', arity: 2, ...ADMIN, since: '2.2.12', tips: LEN_TIPS, complexity: 'O(1)', about: 'The number of entries.', run: (call) => length(call, 'slow') },
      { name: 'reset', arity: 2, ...ADMIN, since: '2.2.12', tips: RESET_TIPS, complexity: 'O(N), N entries', about: 'Empties the log.', run: (call) => reset(call, 'slow') },
    ],
  },
  {
    name: 'commandlog', arity: -2, flags: '', acl: '', since: '8.1.0', group: 'server', complexity: 'Depends on the subcommand',
    about: 'The logs of slow commands, large requests and large replies.',
    subcommands: [
      { name: 'get', arity: 4, ...ADMIN, since: '8.1.0', tips: GET_TIPS, complexity: 'O(N), N entries', about: 'The newest entries of a log.', run: (call) => get(call, countArgument(call), kindArgument(call, 3)) },
      { ...HELP_ROW, since: '8.1.0', about: 'Describes the subcommands.', run: (call) => replyHelp(call, COMMANDLOG_HELP) },
      { name: 'len', arity: 3, ...ADMIN, since: '8.1.0', tips: LEN_TIPS, complexity: 'O(1)', about: 'The number of entries of a log.', run: (call) => length(call, kindArgument(call, 2)) },
      { name: 'reset', arity: 3, ...ADMIN, since: '8.1.0', tips: RESET_TIPS, complexity: 'O(N), N entries', about: 'Empties a log.', run: (call) => reset(call, kindArgument(call, 2)) },
    ],
  },
];

const SLOWLOG_HELP = [
  'GET [<count>]',
  '    The newest entries, 10 or as many as asked for (-1: all). An entry has its id, the',
  '    time, the microseconds it took, the arguments, address and name of the client.',
  'LEN',
  '    The number of entries.',
  'RESET',
  '    Empties the log.',
];

const COMMANDLOG_HELP = [
  'GET <count> <type>',
  '    The newest entries of a log (-1: all). An entry has its id, the time, the',
  '    microseconds (slow) or bytes (large-request, large-reply), the arguments,',
  '    address and name of the client.',
  'LEN <type>',
  '    The number of entries of a log.',
  'RESET <type>',
  '    Empties a log.',
];

const BAD_COUNT = new CommandError('ERR count should be greater than or equal to -1');
const BAD_KIND = new CommandError('ERR type should be one of the following: slow, large-request, large-reply');
const LOG_KINDS: readonly LogKind[] = ['slow', 'large-request', 'large-reply'];
const COUNT_DEFAULT = 10;

function slowlogGet(call: Call): void {
  if (call.args.count > 3) throw subcommandError(call);
  get(call, call.args.count === 3 ? countArgument(call) : COUNT_DEFAULT, 'slow');
}

function countArgument(call: Call): number {
  const count = call.integer(2, BAD_COUNT);
  if (count < -1) throw BAD_COUNT;
  return count === -1 ? Number.POSITIVE_INFINITY : count;
}

function kindArgument({ args }: Call, index: number): LogKind {
  const kind = LOG_KINDS.find((name) => args.is(index, name));
  if (kind === undefined) throw BAD_KIND;
  return kind;
}

function get({ services, reply }: Call, count: number, kind: LogKind): void {
  const entries = services.commandLog.entries(kind, count);
  reply.array(entries.length);
  for (const entry of entries) {
    reply.array(6);
    reply.integer(entry.id);
    reply.integer(entry.time);
    reply.integer(entry.value);
    reply.array(entry.args.length);
    for (const text of entry.args) reply.bulkText(text);
    reply.bulkText(entry.address);
    reply.bulkText(entry.clientName);
  }
}

function length({ services, reply }: Call, kind: LogKind): void {
  reply.integer(services.commandLog.length(kind));
}

function reset({ services, reply }: Call, kind: LogKind): void {
  services.commandLog.reset(kind);
  reply.ok();
}
