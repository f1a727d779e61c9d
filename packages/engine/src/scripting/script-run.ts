// One running script: what it may do and what happened so far. Only one runs at a time: while it lets others be served
// they may not start another.
import type { Audience } from '../keyspace/effects.ts';
import type { Client } from '../session/client.ts';

export interface ScriptRunOptions {
  readonly caller: Client;
  readonly kind: 'eval' | 'function';
  /** The script or function that runs. */
  readonly subject: { readonly name: string };
  /** As the client sent it, for FUNCTION STATS. */
  readonly command: () => readonly string[];
  readonly isReadOnly: boolean;
  readonly allowsOutOfMemory: boolean;
  readonly startMs: number;
}

export class ScriptRun {
  readonly caller: Client;
  readonly kind: 'eval' | 'function';
  /** Its name is the digest of a script or the name of a function. */
  readonly subject: { readonly name: string };
  readonly command: () => readonly string[];
  /** Commands that write, or may be propagated, are refused. */
  readonly isReadOnly: boolean;
  readonly allowsOutOfMemory: boolean;
  /** Monotonic milliseconds. */
  readonly startMs: number;
  /** The protocol in which replies come to the script: 2 or 3. */
  protocol = 2;
  /** Who hears of what its commands do (`server.set_repl`). */
  audience: Audience | 'nobody' = 'all';
  /** A command that writes has run: the script cannot be killed any more, nor fail for want of memory. */
  hasWritten = false;
  /** Runs longer than `busy-reply-threshold`: others are served meanwhile. */
  isTimedOut = false;
  isKilled = false;
  /** The process is about to end: what the script did so far must not be kept as if it were complete. */
  isAbandoned = false;

  constructor(options: ScriptRunOptions) {
    this.caller = options.caller;
    this.kind = options.kind;
    this.subject = options.subject;
    this.command = options.command;
    this.isReadOnly = options.isReadOnly;
    this.allowsOutOfMemory = options.allowsOutOfMemory;
    this.startMs = options.startMs;
  }
}
