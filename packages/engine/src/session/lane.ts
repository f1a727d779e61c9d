// What one level of serving clients needs: an input region, a parser with its arguments, and an output region. Level 0
// serves clients in turn; a script that polls the transport serves them on a level of its own, so that nothing of the
// running command is overwritten. Another lane writes for clients that are not being served (waiters, subscribers).
import type { Arena } from '../memory/arena.ts';
import { type NativeRegion, reserveRegion } from '../memory/native-memory.ts';
import { Args } from './args.ts';
import type { Client } from './client.ts';
import { Reply, type ReplySink } from './reply.ts';
import { RequestParser } from './request-parser.ts';

/** Bytes read from a connection at once. */
export const INPUT_BYTES = 64 * 1024;
/** Address space of an output region: a held reply may grow up to it. Pages are used as they are touched. */
const OUTPUT_BYTES = 2 ** 30;

export const NO_SINK: ReplySink = { append: () => undefined };

export class Lane {
  readonly input: NativeRegion = reserveRegion(INPUT_BYTES);
  readonly reply: Reply;
  parser: RequestParser;
  /** Whose output is written. */
  client: Client | undefined;
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.reply = new Reply(reserveRegion(OUTPUT_BYTES), NO_SINK);
    this.parser = this.newParser();
  }

  newParser(): RequestParser {
    return new RequestParser(new Args(this.#arena, this.input.bytes));
  }
}
