// A client as one line of CLIENT LIST. Tools take it apart by its fields, so their names, order and formats are fixed.
import type { Arena } from '../memory/arena.ts';
import type { Args } from '../session/args.ts';
import type { Client } from '../session/client.ts';
import { clientMemory } from './client-memory.ts';

export type ClientType = 'normal' | 'replica' | 'pubsub';

/** What a line needs to know beside the client. */
export interface LineContext {
  readonly arena: Arena;
  /** Unix milliseconds. */
  readonly nowMs: number;
  /** The client whose command is running, and the command's arguments. */
  readonly current?: { readonly client: Client; readonly args: Args } | undefined;
}

/** One letter for each thing that is true of a client; N where nothing is. */
export function clientFlags(client: Client): string {
  let flags = '';
  if (client.isMonitor) flags += 'O';
  else if (client.isReplica) flags += 'S';
  if (client.subscriptionCount > 0) flags += 'P';
  if (client.transaction !== undefined) flags += 'x';
  if (client.blocked !== undefined) flags += 'b';
  const { tracking } = client;
  if (tracking !== undefined) flags += `t${tracking.isBroken ? 'R' : ''}${tracking.prefixes === undefined ? '' : 'B'}`;
  if (client.watchBroken) flags += 'd';
  if (client.closeAfterReply) flags += 'c';
  if (client.closing) flags += 'A';
  if (client.connection?.isUnixSocket === true) flags += 'U';
  if (client.isReadOnly) flags += 'r';
  if (client.noEvict) flags += 'e';
  if (client.noTouch) flags += 'T';
  if (client.importSource) flags += 'I';
  return flags === '' ? 'N' : flags;
}

export function clientType(client: Client): ClientType {
  if (client.isReplica && !client.isMonitor) return 'replica';
  return client.subscriptionCount > 0 ? 'pubsub' : 'normal';
}

export function clientCapabilities(client: Client): string {
  return client.canRedirect ? 'r' : '';
}

/** Whole seconds since it connected. */
export function clientAge(client: Client, nowMs: number): number {
  return Math.floor(nowMs / 1000) - Math.floor(client.createdMs / 1000);
}

/** Whole seconds since it last sent something. */
export function clientIdleTime(client: Client, nowMs: number): number {
  return Math.floor(nowMs / 1000) - Math.floor(client.lastInteractionMs / 1000);
}

/** The line, without a line end. */
export function clientLine(client: Client, context: LineContext): string {
  return [...identityWords(client, context.nowMs), ...stateWords(client, context), ...traceWords(client)].join(' ');
}

function identityWords(client: Client, nowMs: number): string[] {
  const { connection } = client;
  return [
    `id=${client.id}`,
    `addr=${connection?.remoteAddress ?? ''}`,
    `laddr=${connection?.localAddress ?? ''}`,
    `fd=${connection?.descriptor ?? -1}`,
    `name=${client.name}`,
    `age=${clientAge(client, nowMs)}`,
    `idle=${clientIdleTime(client, nowMs)}`,
    `flags=${clientFlags(client)}`,
    `capa=${clientCapabilities(client)}`,
  ];
}

function stateWords(client: Client, { arena, current }: LineContext): string[] {
  const { transaction, channels, patterns, shardChannels } = client;
  const memory = clientMemory(client, arena);
  return [
    `db=${client.db.id}`,
    `sub=${channels.size}`,
    `psub=${patterns.size}`,
    `ssub=${shardChannels.size}`,
    `multi=${transaction === undefined ? -1 : transaction.queue.length}`,
    `watch=${client.watched.length}`,
    `qbuf=${memory.input}`,
    `qbuf-free=${memory.inputFree}`,
    `argv-mem=${argumentBytes(current?.client === client ? current.args : client.blocked?.args)}`,
    `multi-mem=${memory.queued}`,
    // Replies are written from a region that all clients share: what is kept for one is in `oll` and `omem`.
    'rbs=0',
    'rbp=0',
    'obl=0',
    `oll=${client.output.chunkCount}`,
    `omem=${memory.output}`,
    `tot-mem=${memory.total}`,
  ];
}

function traceWords(client: Client): string[] {
  return [
    `events=${client.connection === undefined ? '' : client.wantsWrite ? 'rw' : 'r'}`,
    `cmd=${client.lastCommand?.fullName ?? 'NULL'}`,
    `user=${client.user?.name ?? '(superuser)'}`,
    `redir=${client.tracking?.redirect ?? -1}`,
    `resp=${client.protocol}`,
    `lib-name=${client.libraryName}`,
    `lib-ver=${client.libraryVersion}`,
    `tot-net-in=${client.bytesIn}`,
    `tot-net-out=${client.bytesOut}`,
    `tot-cmds=${client.commandCount}`,
  ];
}

function argumentBytes(args: Args | undefined): number {
  let total = 0;
  for (let i = 0; i < (args?.count ?? 0); i++) total += args?.lengths[i] ?? 0;
  return total;
}
