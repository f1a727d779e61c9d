// How scripts reach commands: the session side gives the running script arguments to fill, runs the command they name
// and leaves the reply's bytes. The scripting side knows nothing of dispatching, and commands nothing of Lua.
import type { ScriptRun } from './script-run.ts';

export interface CommandPort {
  /** Where `run` leaves the reply, from 0 to `replyEnd`. Overwritten by the next command. */
  readonly replyBytes: Uint8Array;
  readonly replyEnd: number;
  /** A run starts: its commands are its caller's, in the caller's database. */
  begin(run: ScriptRun): void;
  /** The run has ended; effects recorded meanwhile stay, unless it was abandoned. */
  end(run: ScriptRun): void;
  /** Starts a new list of arguments. */
  clear(): void;
  /** Appends an argument, a binary string; false where all arguments together are too long. */
  add(text: string): boolean;
  /** Runs the command; gives the error line (`CODE message`) where it may not run, already counted. */
  run(run: ScriptRun): string | undefined;
  /** Whether the caller may run the command that the arguments make; undefined for a command that does not exist. */
  mayRun(): boolean | undefined;
}
