// The connection: PING, ECHO, SELECT, QUIT, AUTH, HELLO, RESET. CLIENT and ACL have files of their own.
import { AUTH_WITHOUT_PASSWORD, WRONG_PASSWORD } from '../acl/acl-users.ts';
import { REDIS_VERSION, VALKEY_VERSION } from '../config/version.ts';
import type { Reply } from '../session/reply.ts';
import { discardTransaction } from '../session/transaction-queue.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const connectionCommands: readonly CommandSpec[] = [
  {
    name: 'ping', arity: -1, flags: 'fast', acl: 'connection', since: '1.0.0', group: 'connection', complexity: 'O(1)',
    tips: ['REQUEST_POLICY:ALL_SHARDS', 'RESPONSE_POLICY:ALL_SUCCEEDED'],
    about: 'Answers PONG, or the argument.', run: ping,
  },
  {
    name: 'echo', arity: 2, flags: 'loading stale fast', acl: 'connection', since: '1.0.0', group: 'connection',
    complexity: 'O(1)', about: 'Answers its argument.', run: echo,
  },
  {
    name: 'select', arity: 2, flags: 'loading stale fast allow_busy', acl: 'connection', since: '1.0.0', group: 'connection',
    complexity: 'O(1)', about: 'Changes the database of the connection.', run: select,
  },
  {
    name: 'quit', arity: -1, flags: 'noscript loading stale fast no_auth allow_busy', acl: 'connection', since: '1.0.0',
    group: 'connection', complexity: 'O(1)', about: 'Closes the connection.', run: quit,
  },
  {
    name: 'auth', arity: -2, flags: 'noscript loading stale fast no_auth allow_busy', acl: 'connection', since: '1.0.0',
    group: 'connection', complexity: 'O(N), N passwords of the user', about: 'Logs the connection in.', run: auth,
  },
  {
    name: 'hello', arity: -1, flags: 'noscript loading stale fast no_auth allow_busy', acl: 'connection', since: '6.0.0',
    group: 'connection', complexity: 'O(1)', about: 'Chooses the protocol, and may log in and name the connection.',
    run: hello,
  },
  {
    name: 'reset', arity: 1, flags: 'noscript loading stale fast no_auth allow_busy', acl: 'connection', since: '6.2.0',
    group: 'connection', complexity: 'O(1)', about: 'Makes the connection as it was when it was opened.', run: reset,
  },
];

const HELLO_WITHOUT_LOGIN =
  'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> ' +
  'option can be used to authenticate the client and select the RESP protocol version at the same time';
const BAD_NAME = 'ERR Client names cannot contain spaces, newlines or special characters.';

function ping(call: Call): void {
  const { args, reply, client } = call;
  if (args.count > 2) throw new CommandError("ERR wrong number of arguments for 'ping' command");
  if (client.isInSubscribeMode) {
    reply.array(2);
    reply.bulkText('pong');
    reply.bulkText(args.count === 2 ? args.text(1) : '');
  } else if (args.count === 1) {
    reply.simple('PONG');
  } else {
    reply.bulk(args.bytesOf(1), args.starts[1], args.lengths[1]);
  }
}

function echo(call: Call): void {
  const { args, reply } = call;
  reply.bulk(args.bytesOf(1), args.starts[1], args.lengths[1]);
}

function select(call: Call): void {
  const id = call.integer(1);
  const db = call.keyspace.databases[id];
  if (db === undefined) throw new CommandError('ERR DB index is out of range');
  call.client.db = db;
  call.reply.ok();
}

function quit(call: Call): void {
  call.client.closeAfterReply = true;
  call.reply.ok();
}

function auth(call: Call): void {
  const { args, client, services } = call;
  if (args.count > 3) throw SYNTAX_ERROR;
  call.hideArguments(1);
  if (args.count === 2 && services.access.users.defaultUser.needsNoPassword) {
    throw new CommandError(AUTH_WITHOUT_PASSWORD);
  }
  const name = args.count === 2 ? 'default' : args.text(1);
  const password = args.text(args.count - 1);
  if (!services.access.authenticate(client, name, password, args.text(0))) throw new CommandError(WRONG_PASSWORD);
  call.reply.ok();
}

interface HelloOptions {
  readonly protocol: number;
  readonly login: { readonly name: string; readonly password: string } | undefined;
  readonly clientName: string | undefined;
}

function hello(call: Call): void {
  const { client, services, reply } = call;
  const { protocol, login, clientName } = parseHello(call);
  if (login !== undefined && !services.access.authenticate(client, login.name, login.password, call.args.text(0))) {
    throw new CommandError(WRONG_PASSWORD);
  }
  if (services.access.mustAuthenticate(client)) throw new CommandError(HELLO_WITHOUT_LOGIN);
  if (clientName !== undefined) client.name = clientName;
  client.protocol = protocol;
  reply.protocol = protocol;
  replyHello(call);
}

function parseHello(call: Call): HelloOptions {
  const { args, client } = call;
  let { protocol } = client;
  if (args.count > 1) {
    protocol = call.integer(1, new CommandError('ERR Protocol version is not an integer or out of range'));
    if (protocol < 2 || protocol > 3) throw new CommandError('NOPROTO unsupported protocol version');
  }
  let login: HelloOptions['login'];
  let clientName: string | undefined;
  for (let i = 2; i < args.count; i++) {
    if (args.is(i, 'auth') && i + 2 < args.count) {
      login = { name: args.text(i + 1), password: args.text(i + 2) };
      call.hideArguments(i + 1, i + 2);
      i += 2;
    } else if (args.is(i, 'setname') && i + 1 < args.count) {
      clientName = args.text(++i);
      if (!/^[!-~]*$/.test(clientName)) throw new CommandError(BAD_NAME);
    } else {
      throw new CommandError(`ERR Syntax error in HELLO option '${args.text(i)}'`);
    }
  }
  return { protocol, login, clientName };
}

function replyHello(call: Call): void {
  const { client, reply, services } = call;
  const isRedis = services.config.boolean('extended-redis-compatibility');
  const zone = services.config.text('availability-zone');
  reply.map(zone === '' ? 7 : 8);
  reply.bulkText('server');
  reply.bulkText(isRedis ? 'redis' : 'valkey');
  reply.bulkText('version');
  reply.bulkText(isRedis ? REDIS_VERSION : VALKEY_VERSION);
  reply.bulkText('proto');
  reply.integer(client.protocol);
  reply.bulkText('id');
  reply.integer(client.id);
  reply.bulkText('mode');
  reply.bulkText('standalone');
  reply.bulkText('role');
  reply.bulkText('master');
  reply.bulkText('modules');
  replyModules(reply);
  if (zone === '') return;
  reply.bulkText('availability_zone');
  reply.bulkText(zone);
}

/** Scripts come with the server; the original has them in a module, and clients find it here. */
function replyModules(reply: Reply): void {
  reply.array(1);
  reply.map(4);
  reply.bulkText('name');
  reply.bulkText('lua');
  reply.bulkText('ver');
  reply.integer(1);
  reply.bulkText('path');
  reply.bulkText('lua');
  reply.bulkText('args');
  reply.array(0);
}

function reset(call: Call): void {
  const { client, services, keyspace } = call;
  discardTransaction(services, client);
  services.tracking.disable(client);
  services.pubsub.leave(client);
  services.monitors.remove(client);
  services.access.admit(client);
  client.db = keyspace.databases[0];
  client.protocol = 2;
  call.reply.protocol = 2;
  client.name = '';
  client.replyMode = 'on';
  client.noEvict = false;
  client.importSource = false;
  client.isReadOnly = false;
  client.noTouch = false;
  call.reply.simple('RESET');
}
