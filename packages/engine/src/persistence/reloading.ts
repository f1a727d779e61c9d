// What DEBUG asks of persistence. Everything happens at once, within the command; an error is the sentence for the
// client, undefined stands for success.
import type { Handle } from '../memory/arena.ts';

export interface ReloadOptions {
  /** Writes the RDB file first; otherwise what is on disk is loaded. */
  readonly save: boolean;
  /** Empties all databases before loading. */
  readonly flush: boolean;
  /** Keys of the file replace those that are there, where nothing was flushed. */
  readonly merge: boolean;
}

export interface Reloading {
  /** DEBUG RELOAD: through the RDB file and back. */
  reloadRdb(options: ReloadOptions): string | undefined;
  /** DEBUG LOADAOF: writes out what waits, empties all databases and runs the append-only file. */
  reloadAof(): string | undefined;
  /** The whole data set as an RDB file. */
  dump(): Uint8Array;
  /** Bytes of the value of an entry in an RDB file. */
  serializedLength(entry: Handle): number;
}
