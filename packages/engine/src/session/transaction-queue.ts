// Queueing of MULTI: commands wait with arguments copied into a block of their own, because the input is reused.

import type { Command } from '../commands/command-table.ts';
import type { Services } from '../commands/services.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import { SESSION_BYTES } from '../memory/block-types.ts';
import { Args } from './args.ts';
import type { Client } from './client.ts';

const DATA = 16;

export interface KeptArgs {
  readonly args: Args;
  readonly block: Handle;
  /** Of all arguments together. */
  readonly byteLength: number;
}

const NONE: ReadonlyMap<number, string> = new Map();

/** A copy of the arguments, some `replaced` by binary strings, that lives until its block is freed. */
export function keepArgs(arena: Arena, args: Args, replaced = NONE): KeptArgs {
  let size = DATA;
  for (let i = 0; i < args.count; i++) size += replaced.get(i)?.length ?? args.lengths[i];
  const block = arena.allocate(size, SESSION_BYTES);
  const bytes = arena.bytes[block >>> SEGMENT_SHIFT];
  const copy = new Args(arena, bytes);
  let at = ((block & GRANULE_MASK) << 4) + DATA;
  for (let i = 0; i < args.count; i++) {
    const start = args.starts[i];
    const text = replaced.get(i);
    const length = text?.length ?? args.lengths[i];
    if (text !== undefined) bytes.set(Buffer.from(text, 'latin1'), at);
    else bytes.set(args.bytesOf(i).subarray(start, start + length), at);
    copy.push(at, length);
    at += length;
  }
  return { args: copy, block, byteLength: size - DATA };
}

export function queueCommand(services: Services, client: Client, command: Command, args: Args): void {
  const { transaction } = client;
  // Once a command was refused EXEC fails anyway: what comes after is not kept.
  if (transaction === undefined || transaction.failed || client.watchBroken) return;
  const kept = keepArgs(services.arena, args);
  transaction.queue.push({ command, ...kept });
  transaction.bytes += kept.byteLength;
  transaction.flags |= services.checks.flagsOf(client, command, args);
}

/** The error for a command that must not be queued. */
export function transactionRefusal(client: Client, command: Command): string | undefined {
  if (client.transaction === undefined || !command.has('no_multi')) return undefined;
  return `ERR Command '${command.fullName}' not allowed inside a transaction`;
}

/** Ends a transaction: frees the queue and forgets the watched keys. */
export function discardTransaction(services: Services, client: Client): void {
  for (const queued of client.transaction?.queue ?? []) services.arena.free(queued.block);
  client.transaction = undefined;
  services.watching.unwatchAll(client);
}
