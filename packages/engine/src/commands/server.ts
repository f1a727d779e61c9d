// Small commands about the server as a whole: TIME, LOLWUT, ROLE, REPLICAOF, WAIT, WAITAOF, SHUTDOWN. A server is
// always a primary. Who asks with SYNC gets data and effects, but nobody acknowledges.
import { REDIS_VERSION, VALKEY_VERSION } from '../config/version.ts';
import type { Reply } from '../session/reply.ts';
import type { ShutdownFlag } from '../session/shutdown.ts';
import { keepArgs } from '../session/transaction-queue.ts';
import { parseTimeoutMilliseconds } from './blocking-keys.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_AN_INTEGER, NOT_POSITIVE, SYNTAX_ERROR } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';

const REPLICATION_FLAGS = 'no_async_loading admin noscript stale';
const WAIT_TIPS = ['REQUEST_POLICY:ALL_SHARDS', 'RESPONSE_POLICY:AGG_MIN'];

// biome-ignore format: a row is read as a row
export const serverCommands: readonly CommandSpec[] = [
  {
    name: 'time', arity: 1, flags: 'loading stale fast', acl: '', since: '2.6.0', group: 'server', complexity: 'O(1)',
    tips: ['NONDETERMINISTIC_OUTPUT'], about: "The server's time: seconds and microseconds.", run: time,
  },
  {
    name: 'lolwut', arity: -1, flags: 'readonly fast', acl: '', since: '5.0.0', group: 'server', complexity: 'O(1)',
    about: 'Draws something, and tells the version.', run: lolwut,
  },
  {
    name: 'role', arity: 1, flags: 'noscript loading stale fast sentinel', acl: 'admin dangerous', since: '2.8.12',
    group: 'server', complexity: 'O(1)', about: 'The role of the server in replication.', run: role,
  },
  {
    name: 'replicaof', arity: 3, flags: REPLICATION_FLAGS, acl: '', since: '5.0.0', group: 'server', complexity: 'O(1)',
    about: 'Makes the server a primary.', run: replicaof,
  },
  {
    name: 'slaveof', arity: 3, flags: REPLICATION_FLAGS, acl: '', since: '1.0.0', group: 'server', complexity: 'O(1)',
    about: 'The old name of REPLICAOF.', run: replicaof,
  },
  {
    name: 'sync', arity: 1, flags: 'no_async_loading admin no_multi noscript', acl: '', since: '1.0.0', group: 'server',
    complexity: 'O(N), N keys', about: 'Answers all data and then every effect on it.', run: sync,
  },
  {
    name: 'wait', arity: 3, flags: 'blocking', acl: 'connection', since: '3.0.0', group: 'generic', complexity: 'O(1)',
    tips: WAIT_TIPS, about: 'Waits until replicas have the writes of the connection.', run: wait,
  },
  {
    name: 'waitaof', arity: 4, flags: 'blocking', acl: 'connection', since: '7.2.0', group: 'generic',
    complexity: 'O(1)', tips: WAIT_TIPS, about: 'Waits until the writes of the connection are on disk.', run: waitAof,
  },
  {
    name: 'shutdown', arity: -1, flags: 'admin noscript loading stale no_multi sentinel allow_busy', acl: '',
    since: '1.0.0', group: 'server', complexity: 'O(N) with a save, N keys', about: 'Ends the server.', run: shutdown,
  },
];

function time({ reply, services }: Call): void {
  const microseconds = services.clock.microseconds();
  reply.array(2);
  reply.bulkInteger(Math.floor(microseconds / 1_000_000));
  reply.bulkInteger(microseconds % 1_000_000);
}

const PICTURE = ['   __   __', '  / /  / /  a key in the wind', ' / /__/ /   still finds', ' \\_____/    its door', ''];

function lolwut({ reply, services }: Call): void {
  const isOther = services.config.boolean('extended-redis-compatibility');
  const version = isOther ? `Redis ver. ${REDIS_VERSION}` : `Valkey ver. ${VALKEY_VERSION}`;
  reply.verbatim('txt', `${PICTURE.join('\n')}\n${version}\n`);
}

function role({ reply, services }: Call): void {
  reply.array(3);
  reply.bulkText('master');
  reply.integer(services.effects.position);
  reply.array(0);
}

function replicaof(call: Call): void {
  const { args, reply } = call;
  if (!args.is(1, 'no') || !args.is(2, 'one')) {
    const port = call.integer(2, new CommandError('ERR Invalid master port'));
    if (port < 0 || port > 65535) throw new CommandError('ERR Invalid master port');
    throw new CommandError('ERR This server cannot be a replica');
  }
  reply.ok();
}

function sync({ client, services }: Call): void {
  // A follower stays one, and is not answered.
  if (client.isReplica) return;
  const { reloading } = services;
  if (reloading === undefined) throw new CommandError('ERR This server does not save');
  services.followers.add(client, reloading.dump());
}

function wait(call: Call): void {
  const replicas = call.integer(1);
  const deadlineMs = parseTimeoutMilliseconds(call, 2);
  if (replicas <= 0 || call.denyBlocking) return call.reply.integer(0);
  waitFor(call, deadlineMs, (reply) => reply.integer(0));
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

const FLAGS: readonly ShutdownFlag[] = ['nosave', 'save', 'now', 'force', 'safe', 'failover'];

function shutdown(call: Call): void {
  const { args, client, services, reply } = call;
  const flags: ShutdownFlag[] = [];
  let isAbort = false;
  for (let i = 1; i < args.count; i++) {
    const flag = FLAGS.find((name) => args.is(i, name));
    if (flag !== undefined) flags.push(flag);
    else if (args.is(i, 'abort')) isAbort = true;
    else throw SYNTAX_ERROR;
  }
  const contradicts = flags.includes('save') && flags.includes('nosave');
  if (contradicts || (isAbort && flags.length > 0)) throw SYNTAX_ERROR;
  if (flags.includes('failover')) throw new CommandError('ERR SHUTDOWN FAILOVER is only supported in cluster mode.');
  if (isAbort) {
    if (!services.shutdown.abort()) throw new CommandError('ERR No shutdown in progress.');
    return reply.ok();
  }
  if (!flags.includes('now') && call.denyBlocking) {
    throw new CommandError("ERR SHUTDOWN without NOW or ABORT isn't allowed for DENY BLOCKING client");
  }
  const { busyRefusal } = services.scripting;
  if (busyRefusal !== undefined) {
    if (!flags.includes('nosave')) throw new CommandError(busyRefusal);
    // Nothing else can run, the end neither, before the script has ended.
    services.scripting.abandon();
  }
  services.shutdown.request(client, flags);
}
