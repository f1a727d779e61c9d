// Replication: ROLE, REPLICAOF, WAIT, WAITAOF, and what replicas ask their primary (SYNC, PSYNC, REPLCONF). A replica
// always gets all data; no part of the stream is kept for one that comes back.
import type { Reply } from '../session/reply.ts';
import { keepArgs } from '../session/transaction-queue.ts';
import { parseTimeoutMilliseconds } from './blocking-keys.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_AN_INTEGER, NOT_POSITIVE, SYNTAX_ERROR } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';

const REPLICATION_FLAGS = 'no_async_loading admin noscript stale';
const SYNC_FLAGS = 'no_async_loading admin no_multi noscript';
const WAIT_TIPS = ['REQUEST_POLICY:ALL_SHARDS', 'RESPONSE_POLICY:AGG_MIN'];

// biome-ignore format: a row stays together; one property a line would hide the table
export const replicationCommands: readonly CommandSpec[] = [
  {
    name: 'role', arity: 1, flags: 'noscript loading stale fast sentinel', acl: 'admin dangerous', since: '2.8.12',
    group: 'server', complexity: 'O(1)', about: 'The role of the server in replication.', run: role,
  },
  {
    name: 'replicaof', arity: 3, flags: REPLICATION_FLAGS, acl: '', since: '5.0.0', group: 'server', complexity: 'O(1)',
    about: 'Follows another server, or nobody.', run: replicaof,
  },
  {
    name: 'slaveof', arity: 3, flags: REPLICATION_FLAGS, acl: '', since: '1.0.0', group: 'server', complexity: 'O(1)',
    about: 'The old name of REPLICAOF.', run: replicaof,
  },
  {
    name: 'sync', arity: 1, flags: SYNC_FLAGS, acl: '', since: '1.0.0', group: 'server', complexity: 'O(N), N keys',
    about: 'Answers all data and then every effect on it.', run: (call) => sync(call, ''),
  },
  {
    name: 'psync', arity: -3, flags: SYNC_FLAGS, acl: '', since: '2.8.0', group: 'server', complexity: 'O(N), N keys',
    about: 'As SYNC, and says where the stream is.', run: partialSync,
  },
  {
    name: 'replconf', arity: -1, flags: 'admin noscript loading stale allow_busy', acl: '', since: '3.0.0',
    group: 'server', complexity: 'O(1)', about: 'What a replica says of itself.', run: replconf,
  },
  {
    name: 'failover', arity: -1, flags: 'admin noscript stale', acl: '', since: '6.2.0', group: 'server',
    complexity: 'O(1)', about: 'Refuses: no replica takes over.', run: failover,
  },
  {
    name: 'wait', arity: 3, flags: 'blocking', acl: 'connection', since: '3.0.0', group: 'generic', complexity: 'O(1)',
    tips: WAIT_TIPS, about: 'Waits until replicas have the writes of the connection.', run: wait,
  },
  {
    name: 'waitaof', arity: 4, flags: 'blocking', acl: 'connection', since: '7.2.0', group: 'generic',
    complexity: 'O(1)', tips: WAIT_TIPS, about: 'Waits until the writes of the connection are on disk.', run: waitAof,
  },
];

const BAD_PORT = new CommandError('ERR Invalid master port');
const PORT_MAX = 65535;

function role({ reply, services }: Call): void {
  const { replication, followers } = services;
  if (replication.primary !== undefined) {
    reply.array(5);
    reply.bulkText('slave');
    reply.bulkText(replication.primary.host);
    reply.integer(replication.primary.port);
    reply.bulkText(replication.state);
    reply.integer(replication.isUp ? replication.offset : -1);
    return;
  }
  reply.array(3);
  reply.bulkText('master');
  reply.integer(followers.offset);
  reply.array(followers.count);
  for (const { client, port, acknowledged } of followers.all) {
    reply.array(3);
    reply.bulkText(hostOf(client.connection?.remoteAddress ?? ''));
    reply.bulkText(String(port));
    reply.bulkText(String(acknowledged));
  }
}

/** The host of `host:port`. */
export function hostOf(address: string): string {
  return address.slice(0, Math.max(0, address.lastIndexOf(':')));
}

function replicaof(call: Call): void {
  const { args, reply, services, client } = call;
  if (args.is(1, 'no') && args.is(2, 'one')) {
    services.replication.follow(undefined);
    return reply.ok();
  }
  if (client.isReplica) throw new CommandError('ERR Command is not valid when client is a replica.');
  const port = call.integer(2, BAD_PORT);
  if (port < 0 || port > PORT_MAX) throw BAD_PORT;
  call.propagateNothing();
  if (services.replication.follow({ host: args.text(1), port })) return reply.ok();
  reply.simple('OK Already connected to specified master');
}

function sync({ client, services }: Call, head: string): void {
  // A follower stays one, and is not answered.
  if (client.isReplica) return;
  const { reloading, replication, followers } = services;
  if (replication.primary !== undefined && !replication.isUp) {
    throw new CommandError("NOMASTERLINK Can't SYNC while not connected with my master");
  }
  if (reloading === undefined) throw new CommandError('ERR This server does not save');
  followers.add(client, head, reloading.dump());
}

function partialSync(call: Call): void {
  const { identity, followers } = call.services;
  sync(call, `+FULLRESYNC ${identity.replicationId} ${followers.offset}\r\n`);
}

function replconf(call: Call): void {
  const { args, client, services, reply } = call;
  if (args.count % 2 === 0) throw SYNTAX_ERROR;
  for (let i = 1; i < args.count; i += 2) {
    // What a replica has is not answered.
    if (args.is(i, 'ack')) return services.followers.acknowledge(client, call.integer(i + 1));
    if (args.is(i, 'listening-port')) services.followers.announcePort(client, call.integer(i + 1));
  }
  reply.ok();
}

function failover(): void {
  throw new CommandError('ERR FAILOVER requires connected replicas.');
}

function wait(call: Call): void {
  const { services, client, reply } = call;
  const { followers, replication } = services;
  if (replication.primary !== undefined) {
    throw new CommandError(
      'ERR WAIT cannot be used with replica instances. Please also note that if a replica is configured to be writable ' +
        '(which is not the default) writes to replicas are just local and are not propagated.',
    );
  }
  const wanted = call.integer(1);
  const deadlineMs = parseTimeoutMilliseconds(call, 2);
  const { offset } = followers;
  if (followers.countAt(offset) >= wanted || call.denyBlocking) return reply.integer(followers.countAt(offset));
  waitFor(call, deadlineMs, (later) => later.integer(followers.countAt(offset)));
  followers.wait(client, wanted);
}

function waitAof(call: Call): void {
  const local = call.integer(1);
  if (local < 0 || local > 1) throw NOT_AN_INTEGER;
  const replicas = call.integer(2, NOT_POSITIVE);
  if (replicas < 0) throw NOT_POSITIVE;
  const deadlineMs = parseTimeoutMilliseconds(call, 3);
  if (local === 1 && !call.services.persistence.aofEnabled) {
    throw new CommandError('ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.');
  }
  const answer = (reply: Reply): void => {
    reply.array(2);
    reply.integer(local);
    reply.integer(0);
  };
  if (replicas === 0 || call.denyBlocking) return answer(call.reply);
  waitFor(call, deadlineMs, answer);
}

/** Waits for what no key brings: until the time is up. */
function waitFor(call: Call, deadlineMs: number, answer: (reply: Reply) => void): void {
  const { client, command, services, args, db } = call;
  call.isBlocked = true;
  services.blocking.add(client, {
    kind: 'keys',
    command,
    ...keepArgs(services.arena, args),
    db,
    keys: [],
    type: undefined,
    wakesWhenGone: false,
    deadlineMs,
    sinceMs: call.nowMs,
    microseconds: 0,
    answerTimeout: answer,
  });
}
