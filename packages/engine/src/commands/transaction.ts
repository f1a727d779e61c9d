// Transactions: MULTI, EXEC, DISCARD, WATCH, UNWATCH. Queueing itself is done before a command runs (transaction-queue).
import { discardTransaction } from '../session/transaction-queue.ts';
import { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { type CommandSpec, keysFrom } from './command-spec.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const transactionCommands: readonly CommandSpec[] = [
  {
    name: 'multi', arity: 1, flags: 'noscript loading stale fast allow_busy no_multi', acl: 'transaction', since: '1.2.0',
    group: 'transactions', complexity: 'O(1)', about: 'Starts a transaction.', run: multi,
  },
  {
    name: 'exec', arity: 1, flags: 'noscript loading stale skip_commandlog', acl: 'transaction', since: '1.2.0',
    group: 'transactions', complexity: 'Depends on the commands', about: 'Runs the queued commands.', run: exec,
  },
  {
    name: 'discard', arity: 1, flags: 'noscript loading stale fast allow_busy', acl: 'transaction', since: '2.0.0',
    group: 'transactions', complexity: 'O(N), N queued commands', about: 'Drops a transaction.', run: discard,
  },
  {
    name: 'watch', arity: -2, flags: 'noscript loading stale fast allow_busy no_multi', acl: 'transaction', since: '2.2.0',
    keys: [keysFrom(1, 'RO')], group: 'transactions', complexity: 'O(1) a key',
    about: 'Makes the next EXEC depend on keys staying as they are.', run: watch,
  },
  {
    name: 'unwatch', arity: 1, flags: 'noscript loading stale fast allow_busy', acl: 'transaction', since: '2.2.0',
    group: 'transactions', complexity: 'O(1)', about: 'Forgets all watched keys.', run: unwatch,
  },
];

function multi(call: Call): void {
  call.client.transaction = { queue: [], failed: false, flags: 0, bytes: 0 };
  call.reply.ok();
}

function discard(call: Call): void {
  if (call.client.transaction === undefined) throw new CommandError('ERR DISCARD without MULTI');
  discardTransaction(call.services, call.client);
  call.reply.ok();
}

function exec(call: Call): void {
  const { client, reply, services } = call;
  const { transaction } = client;
  if (transaction === undefined) throw new CommandError('ERR EXEC without MULTI');
  const expired = client.watched.some((watched) => !watched.isStale && isExpired(call, watched.db, watched.key));
  if (transaction.failed || client.watchBroken || expired) {
    const { failed } = transaction;
    discardTransaction(services, client);
    if (failed) throw new CommandError('EXECABORT Transaction discarded because of previous errors.');
    return reply.nilArray();
  }
  services.watching.unwatchAll(client);
  client.transaction = undefined;
  reply.array(transaction.queue.length);
  services.clock.hold();
  for (const queued of transaction.queue) {
    const inner = new Call(services, client, queued.command, queued.args, reply);
    inner.denyBlocking = true;
    const refusal = services.checks.execRefusal(client, queued.command, queued.args);
    if (refusal === undefined) services.dispatcher.run(inner);
    else reply.error(refusal);
    services.arena.free(queued.block);
  }
  services.clock.letGo();
  call.propagateNothing();
}

function watch(call: Call): void {
  const { client, args, services } = call;
  if (!client.watchBroken) {
    for (let i = 1; i < args.count; i++) {
      const key = args.text(i);
      services.watching.watch(client, key, isExpired(call, client.db, key));
    }
  }
  call.reply.ok();
}

function unwatch(call: Call): void {
  call.services.watching.unwatchAll(call.client);
  call.reply.ok();
}

/** A key whose deadline has passed but which is still there. */
function isExpired(call: Call, db: Call['db'], key: string): boolean {
  const bytes = Buffer.from(key, 'latin1');
  const entry = db.peek(bytes, 0, bytes.length);
  return entry !== 0 && call.keyspace.isPast(call.entries.deadline(entry));
}
