// Runs the walk through a snapshot in slices between commands, as fast as its sink takes the bytes. The walk reads
// frozen blocks only, so whatever is written, renamed or flushed meanwhile, what comes out is the state of the moment in
// which the snapshot was begun, each key once. Nothing runs within a command, a transaction or a script.
//
// Who uses it: a background save (the sink is a file, see rdb/rdb-file), and the rewrite of the append-only file, whose
// base is the same file under another name (`save` in rdb-files.ts: the snapshot is begun and ended by the rewrite,
// in the moment in which it starts the new increment). A replica's sink is its connection. One walk may serve several
// readers of the same moment: a sink that hands the bytes on to several is full when one of them is, and drops one that
// failed; readers that start later need a snapshot of their own.
import type { ByteSink } from './rdb/rdb-writer.ts';

/** Takes a snapshot's bytes beside the loop. */
export interface SnapshotSink extends ByteSink {
  /** It should be given no more for now; what is given anyway is kept. */
  readonly isFull: boolean;
  /** What went wrong, for good. */
  readonly failure: Error | undefined;
  /** Resolves when there is room again, or something went wrong. */
  drained(): Promise<void>;
}

export interface SliceOptions {
  /** Resolves between commands, when the next slice may run. */
  turn(): Promise<void>;
  /** Milliseconds that the next slice may take. */
  sliceMs(): number;
  /** Milliseconds to wait after a step: `rdb-key-save-delay`. */
  delayMs(): number;
  /** Gives the walk up. */
  readonly signal: AbortSignal;
}

/** The snapshot was given up on request. */
export class SnapshotCancelled extends Error {
  override readonly name = 'SnapshotCancelled';
}

/** Goes through the walk; rejects with the failure of the sink, or with a SnapshotCancelled. */
export async function runInSlices(
  walk: Iterator<void, void, void>,
  sink: SnapshotSink,
  options: SliceOptions,
): Promise<void> {
  for (;;) {
    await options.turn();
    if (options.signal.aborted) throw new SnapshotCancelled();
    if (sink.failure !== undefined) throw sink.failure;
    const end = performance.now() + options.sliceMs();
    do {
      if (walk.next().done === true) return;
      const delayMs = options.delayMs();
      if (delayMs > 0) await pause(delayMs, options.signal);
    } while (performance.now() < end && !sink.isFull);
    if (sink.isFull) await sink.drained();
  }
}

/** Waits; ends early when the walk is given up. */
function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
