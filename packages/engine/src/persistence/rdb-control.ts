// What commands ask of saving. How it went is in PersistenceStatus and in the log.
import type { Handle } from '../memory/arena.ts';

export interface RdbControl {
  /** A background save runs. */
  readonly isSaving: boolean;
  /** One is to run as soon as possible. */
  readonly isScheduled: boolean;
  /** Saves at once; false where that failed. */
  saveNow(): boolean;
  /** Begins to save in the background, from the present state; none may run. */
  startBackground(): void;
  schedule(): void;
  /** Gives up what runs or is scheduled; gives which, undefined where nothing was. */
  cancel(): 'running' | 'scheduled' | undefined;
  /** The data set was emptied: what is being saved is of no use, and an empty file is written where files are wanted. */
  onEmptied(): void;
  /** The value of an entry as a payload of DUMP. */
  dumpValue(entry: Handle): Uint8Array;
}
