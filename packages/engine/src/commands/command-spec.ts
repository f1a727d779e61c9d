// The shape of a row in a family's table: everything that is known of a command without running it.
// COMMAND, ACL, cluster routing, arity checks and MULTI's checks are derived from these rows; nothing else may know
// a command by its name. Facts (arity, flags, key positions, categories) equal Valkey's, they are protocol.
import type { Args } from '../session/args.ts';
import type { Call } from './call.ts';

/** What a command does to a key: R reads, W writes; see `KeyAccess`. */
export interface KeySpec {
  /** Flags as COMMAND INFO prints them, upper case, separated by spaces: `RO ACCESS`, `RW UPDATE`, `OW INSERT` ... */
  readonly flags: string;
  readonly begin: { readonly index: number } | { readonly keyword: string; readonly from: number } | 'unknown';
  readonly find:
    | { readonly last: number; readonly step: number; readonly limit: number }
    | { readonly countAt: number; readonly firstKey: number; readonly step: number }
    | 'unknown';
}

/** A key among the arguments, and what the command does to it. */
export interface FoundKey {
  readonly position: number;
  /** As in `KeySpec`. */
  readonly flags: string;
}

/** One row. `flags` and `acl` are words separated by spaces, lower case, as Valkey names them. */
export interface CommandSpec {
  readonly name: string;
  /** Number of arguments with the name; negative: at least that many. */
  readonly arity: number;
  /** Of: write readonly denyoom admin pubsub noscript blocking loading stale skip_monitor skip_commandlog asking fast
   * no_auth may_replicate sentinel only_sentinel no_mandatory_keys protected allow_busy no_multi touches_arbitrary_keys. */
  readonly flags: string;
  /** Extra ACL categories beside those that follow from the flags: `string`, `hash`, `keyspace`, `dangerous` ... */
  readonly acl: string;
  readonly keys?: readonly KeySpec[];
  /** Finds keys that the key specs cannot express (SORT's STORE, SET with GET ...); see find-keys for when it is asked. */
  readonly findKeys?: (args: Args) => readonly FoundKey[];
  readonly since: string;
  /** What it does, in our own words: a short sentence for COMMAND DOCS. */
  readonly about: string;
  readonly complexity?: string;
  readonly group?: string;
  readonly tips?: readonly string[];
  readonly run?: (call: Call) => void;
  readonly subcommands?: readonly CommandSpec[];
}

/** A single key at `position`. */
export function keyAt(position: number, flags: string): KeySpec {
  return { flags, begin: { index: position }, find: { last: 0, step: 1, limit: 0 } };
}

/** Keys from `position` to the end (or `last`, negative counts from the end) in steps. */
export function keysFrom(position: number, flags: string, step = 1, last = -1): KeySpec {
  return { flags, begin: { index: position }, find: { last, step, limit: 0 } };
}

/** `numkeys key [key ...]` with the count at `position`. */
export function countedKeys(position: number, flags: string): KeySpec {
  return { flags, begin: { index: position }, find: { countAt: 0, firstKey: 1, step: 1 } };
}
