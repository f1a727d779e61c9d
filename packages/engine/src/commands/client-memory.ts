// What a client costs in memory, as CLIENT LIST and `maxmemory-clients` count it.
import type { Arena } from '../memory/arena.ts';
import type { Client } from '../session/client.ts';

/** About what the objects of a client without any data take on V8's heap. */
const CLIENT_BYTES = 1600;
/** The same of an entry in a list or set that the client has grown. */
const ITEM_BYTES = 64;

export interface ClientMemory {
  /** Bytes of input that is not processed, and room beyond them in its block. */
  readonly input: number;
  readonly inputFree: number;
  /** Commands queued by MULTI. */
  readonly queued: number;
  /** Output that waits, in blocks. */
  readonly output: number;
  readonly total: number;
}

export function clientMemory(client: Client, arena: Arena): ClientMemory {
  const { input, output, transaction, watched } = client;
  const inputBytes = input?.byteLength ?? 0;
  const inputBlocks = input?.memoryBytes ?? 0;
  const queued = (transaction?.bytes ?? 0) + (transaction?.queue.length ?? 0) * ITEM_BYTES;
  const prefixes = client.tracking?.prefixes?.size ?? 0;
  const items = (watched.length + client.subscriptionCount + prefixes) * ITEM_BYTES;
  const blocked = blockBytes(arena, client.blocked?.block);
  return {
    input: inputBytes,
    inputFree: Math.max(0, inputBlocks - inputBytes),
    queued,
    output: output.memoryBytes,
    total: CLIENT_BYTES + inputBlocks + queued + items + blocked + output.memoryBytes,
  };
}

function blockBytes(arena: Arena, block: number | undefined): number {
  return block === undefined || block === 0 ? 0 : arena.capacity(block);
}
