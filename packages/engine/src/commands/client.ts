// CLIENT: what a connection says of itself and how it is served. Looking at connections and closing them is in
// client-connections.ts.
import type { Call } from './call.ts';
import { killClients, listClients, showClient, unblockClient } from './client-connections.ts';
import { CLIENT_HELP } from './client-help.ts';
import { pauseClients, unpauseClients } from './client-pause.ts';
import { getRedirection, setCaching, setTracking, showTracking } from './client-tracking.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';
import { replyHelp } from './help-reply.ts';

const OWN = 'noscript loading stale sentinel';
const ANY_TIME = 'allow_busy noscript loading stale sentinel';
const ADMIN = 'admin noscript loading stale sentinel';
const EVERYWHERE = ['request_policy:all_nodes', 'response_policy:all_succeeded'];
const VARIES = ['nondeterministic_output'];
const ROW = { acl: 'connection', group: 'connection', complexity: 'O(1)' } as const;
const PER_CLIENT = 'O(N), N connections';

// biome-ignore format: a row stays together; one property a line would hide the table
const SUBCOMMANDS: readonly CommandSpec[] = [
  {
    ...ROW, name: 'caching', arity: 3, flags: ANY_TIME, since: '6.0.0',
    about: 'Says whether the keys of the next command are tracked.', run: setCaching,
  },
  {
    ...ROW, name: 'capa', arity: -3, flags: 'allow_busy noscript loading stale', since: '8.0.0',
    about: 'Tells what the client can do.', run: capabilities,
  },
  { ...ROW, name: 'getname', arity: 2, flags: ANY_TIME, since: '2.6.9', about: 'Answers the name.', run: getName },
  {
    ...ROW, name: 'getredir', arity: 2, flags: ANY_TIME, since: '6.0.0',
    about: 'Answers the client that gets the messages of tracking.', run: getRedirection,
  },
  {
    ...ROW, name: 'help', arity: 2, flags: 'loading stale sentinel', since: '5.0.0', about: 'Lists the subcommands.',
    run: (call) => replyHelp(call, CLIENT_HELP),
  },
  {
    ...ROW, name: 'id', arity: 2, flags: ANY_TIME, since: '5.0.0', about: 'Answers the id.',
    run: (call) => call.reply.integer(call.client.id),
  },
  {
    ...ROW, name: 'import-source', arity: 3, flags: 'noscript loading stale', since: '8.1.0',
    about: 'Lets the connection see expired keys in import mode.', run: importSource,
  },
  {
    ...ROW, name: 'info', arity: 2, flags: OWN, since: '6.2.0', tips: VARIES, about: 'Shows this connection.',
    run: showClient,
  },
  {
    ...ROW, name: 'kill', arity: -3, flags: ADMIN, since: '2.4.0', complexity: PER_CLIENT,
    about: 'Closes connections.', run: killClients,
  },
  {
    ...ROW, name: 'list', arity: -2, flags: ADMIN, since: '2.4.0', complexity: PER_CLIENT, tips: VARIES,
    about: 'Shows connections.', run: listClients,
  },
  {
    ...ROW, name: 'no-evict', arity: 3, flags: `allow_busy ${ADMIN}`, since: '7.0.0',
    about: 'Keeps the connection when memory for clients runs out.', run: noEvict,
  },
  {
    ...ROW, name: 'no-touch', arity: 3, flags: 'allow_busy noscript loading stale', since: '7.2.0',
    about: 'Leaves the access times of keys alone.', run: noTouch,
  },
  {
    ...ROW, name: 'pause', arity: -3, flags: ADMIN, since: '3.0.0', about: 'Makes commands of clients wait.',
    run: pauseClients,
  },
  {
    ...ROW, name: 'reply', arity: 3, flags: 'allow_busy noscript no_multi loading stale sentinel', since: '3.2.0',
    about: 'Says whether commands are answered.', run: replyMode,
  },
  {
    ...ROW, name: 'setinfo', arity: 4, flags: ANY_TIME, since: '7.2.0', tips: EVERYWHERE,
    about: 'Tells the name or version of the client library.', run: setInfo,
  },
  {
    ...ROW, name: 'setname', arity: 3, flags: ANY_TIME, since: '2.6.9', tips: EVERYWHERE,
    about: 'Names the connection.', run: setName,
  },
  {
    ...ROW, name: 'tracking', arity: -3, flags: OWN, since: '6.0.0',
    about: 'Switches messages about changed keys on or off.', run: setTracking,
  },
  {
    ...ROW, name: 'trackinginfo', arity: 2, flags: OWN, since: '6.2.0', about: 'Answers how tracking is set.',
    run: showTracking,
  },
  {
    ...ROW, name: 'unblock', arity: -3, flags: ADMIN, since: '5.0.0', complexity: 'O(log N), N connections',
    about: 'Ends the waiting of a blocked client.', run: unblockClient,
  },
  {
    ...ROW, name: 'unpause', arity: 2, flags: ADMIN, since: '6.2.0', complexity: 'O(N), N waiting clients',
    about: 'Ends the pause.', run: unpauseClients,
  },
];

// biome-ignore format: a row stays together; one property a line would hide the table
export const clientCommands: readonly CommandSpec[] = [
  {
    name: 'client', arity: -2, flags: 'sentinel', acl: '', since: '2.4.0', group: 'connection',
    complexity: 'Depends on the subcommand', about: 'Connections of clients.', subcommands: SUBCOMMANDS,
  },
];

const NAME_TEXT = 'cannot contain spaces, newlines or special characters.';

/** The original looks at names as C strings: what follows a NUL byte is not looked at. */
function isPlainWord(text: string): boolean {
  return /^[!-~]*(\0|$)/.test(text);
}

function setName(call: Call): void {
  const name = call.args.text(2);
  if (!isPlainWord(name)) throw new CommandError(`ERR Client names ${NAME_TEXT}`);
  call.client.name = name;
  call.reply.ok();
}

function getName(call: Call): void {
  const { name } = call.client;
  if (name === '') call.reply.nil();
  else call.reply.bulkText(name);
}

function setInfo(call: Call): void {
  const { args, client, reply } = call;
  const attribute = args.text(2);
  const isName = args.is(2, 'lib-name');
  if (!isName && !args.is(2, 'lib-ver')) throw new CommandError(`ERR Unrecognized option '${attribute}'`);
  const value = args.text(3);
  if (!isPlainWord(value)) throw new CommandError(`ERR ${attribute} ${NAME_TEXT}`);
  if (isName) client.libraryName = value;
  else client.libraryVersion = value;
  reply.ok();
}

/** ON or OFF in the last argument. */
function isOn({ args }: Call): boolean {
  if (args.is(2, 'on')) return true;
  if (args.is(2, 'off')) return false;
  throw SYNTAX_ERROR;
}

function noEvict(call: Call): void {
  call.client.noEvict = isOn(call);
  call.reply.ok();
}

function noTouch(call: Call): void {
  call.client.noTouch = isOn(call);
  call.reply.ok();
}

function importSource(call: Call): void {
  const { args, services } = call;
  if (!services.config.boolean('import-mode') && !args.is(2, 'off')) {
    throw new CommandError('ERR Server is not in import mode');
  }
  call.client.importSource = isOn(call);
  call.reply.ok();
}

function capabilities(call: Call): void {
  const { args, client, reply } = call;
  for (let i = 2; i < args.count; i++) if (args.is(i, 'redirect')) client.canRedirect = true;
  reply.ok();
}

function replyMode(call: Call): void {
  const { args, client, reply } = call;
  if (args.is(2, 'skip')) {
    if (client.replyMode !== 'off') client.replyMode = 'skip';
    return;
  }
  client.replyMode = isOn(call) ? 'on' : 'off';
  if (client.replyMode === 'on') reply.ok();
}
