// The connection: PING, ECHO, SELECT, QUIT, HELLO, RESET. CLIENT and ACL have files of their own.
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';

// biome-ignore format: a row is read as a row
export const connectionCommands: readonly CommandSpec[] = [
  {
    name: 'ping', arity: -1, flags: 'fast', acl: 'connection', since: '1.0.0', group: 'connection', complexity: 'O(1)',
    about: 'Answers PONG, or the argument.', run: ping,
  },
  {
    name: 'echo', arity: 2, flags: 'loading stale fast', acl: 'connection', since: '1.0.0', group: 'connection',
    complexity: 'O(1)', about: 'Answers its argument.', run: echo,
  },
  {
    name: 'select', arity: 2, flags: 'loading stale fast', acl: 'connection', since: '1.0.0', group: 'connection',
    complexity: 'O(1)', about: 'Changes the database of the connection.', run: select,
  },
  {
    name: 'quit', arity: -1, flags: 'noscript loading stale fast no_auth allow_busy', acl: 'connection', since: '1.0.0',
    group: 'connection', complexity: 'O(1)', about: 'Closes the connection.', run: quit,
  },
];

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
  const id = call.integer(1, new CommandError('ERR invalid DB index'));
  const db = call.keyspace.databases[id];
  if (db === undefined) throw new CommandError('ERR DB index is out of range');
  call.client.db = db;
  call.reply.ok();
}

function quit(call: Call): void {
  call.client.closeAfterReply = true;
  call.reply.ok();
}
