// CLIENT LIST, INFO, KILL and UNBLOCK: looking at connections and ending them or their waiting.
import type { Client } from '../session/client.ts';
import type { Call } from './call.ts';
import { type ClientTest, parseClientFilter } from './client-filter.ts';
import { clientLine } from './client-line.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';

export function listClients(call: Call): void {
  const { args, reply } = call;
  if (args.count === 3) throw SYNTAX_ERROR;
  const lines = findClients(call, parseClientFilter(call, 2, false)).map((client) => `${lineOf(call, client)}\n`);
  reply.verbatim('txt', lines.join(''));
}

export function showClient(call: Call): void {
  call.reply.verbatim('txt', `${lineOf(call, call.client)}\n`);
}

export function killClients(call: Call): void {
  const { args, reply } = call;
  if (args.count > 3) return reply.integer(closeAll(call, parseClientFilter(call, 2, true)));
  const address = args.text(2);
  if (closeAll(call, ({ connection }) => connection?.remoteAddress === address) === 0) {
    throw new CommandError('ERR No such client');
  }
  reply.ok();
}

export function unblockClient(call: Call): void {
  const { args, reply, services } = call;
  // More arguments than that are not looked at.
  const reason = args.count === 4 && args.is(3, 'error') ? 'error' : 'timeout';
  if (args.count === 4 && reason === 'timeout' && !args.is(3, 'timeout')) {
    throw new CommandError('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR');
  }
  const target = services.clients.find(call.integer(2));
  reply.integer(target !== undefined && services.unblocking.force(target, reason) ? 1 : 0);
}

function lineOf(call: Call, client: Client): string {
  const { services, nowMs, args } = call;
  return clientLine(client, { arena: services.arena, nowMs, current: { client: call.client, args } });
}

/** Those that are about to be closed are gone for everybody else. */
function findClients({ services }: Call, test: ClientTest): Client[] {
  return [...services.clients].filter((client) => (!client.closing || client.isProtected) && test(client));
}

function closeAll(call: Call, test: ClientTest): number {
  const found = findClients(call, test);
  for (const client of found) {
    if (client === call.client) client.closeAfterReply = true;
    else call.services.clientSet.closeSoon(client, 'Client closed by CLIENT KILL');
  }
  return found.length;
}
