// Which arguments of a command are keys: from its key specs, or from its own function where the specs do not tell all
// (a spec that is unknown, incomplete, of variable flags, or does not fit the arguments). ACL, COMMAND GETKEYS and the
// cluster ask here. A command with arguments that fit no spec has no keys: it will refuse them itself.
import { parseInteger } from '../encodings/integer-text.ts';
import type { Args } from '../session/args.ts';
import type { FoundKey, KeySpec } from './command-spec.ts';
import type { Command } from './command-table.ts';

const NO_KEYS: readonly FoundKey[] = [];

/** Whether the command can name keys at all. */
export function mayHaveKeys(command: Command): boolean {
  return command.spec.findKeys !== undefined || command.keys.some(isKey);
}

/** The keys of one execution, in the order of the specs. */
export function findKeys(command: Command, args: Args): readonly FoundKey[] {
  const { keys, spec } = command;
  const isReliable = keys.some(isKey) && !keys.some(({ flags }) => hasFlag(flags, 'VARIABLE_FLAGS'));
  // Where nothing better is known, flags that may be too strict still protect the keys.
  if (!isReliable && spec.findKeys !== undefined) return spec.findKeys(args);
  return keysOfSpecs(keys, args) ?? spec.findKeys?.(args) ?? NO_KEYS;
}

/** Whether a key's flags hold this word. */
export function hasFlag(flags: string, word: string): boolean {
  return flags.split(' ').includes(word);
}

function isKey(spec: KeySpec): boolean {
  return !hasFlag(spec.flags, 'NOT_KEY');
}

/** Undefined where a spec does not fit the arguments or says that it is incomplete. */
function keysOfSpecs(specs: readonly KeySpec[], args: Args): FoundKey[] | undefined {
  const found: FoundKey[] = [];
  for (const spec of specs) {
    if (!isKey(spec)) continue;
    const first = beginOf(spec, args);
    if (first === 'absent') continue;
    const range = first === undefined ? undefined : rangeFrom(spec, first, args);
    if (range === undefined || range.last >= args.count || range.last < range.first) return undefined;
    for (let position = range.first; position <= range.last; position += range.step) {
      found.push({ position, flags: spec.flags });
    }
    if (hasFlag(spec.flags, 'INCOMPLETE')) return undefined;
  }
  return found;
}

/** Where the search begins; `absent` where its keyword is not there, undefined where nobody knows. */
function beginOf(spec: KeySpec, args: Args): number | 'absent' | undefined {
  const { begin } = spec;
  if (begin === 'unknown') return undefined;
  if ('index' in begin) return begin.index;
  const { from } = begin;
  const keyword = begin.keyword.toLowerCase();
  const step = from > 0 ? 1 : -1;
  // Neither the last argument (going up) nor the first (going down) is looked at.
  const end = from > 0 ? args.count - 1 : 1;
  for (let at = from > 0 ? from : args.count + from; at !== end && at >= 1 && at < args.count; at += step) {
    if (args.is(at, keyword)) return at + 1;
  }
  return 'absent';
}

interface Range {
  readonly first: number;
  /** Inclusive. */
  readonly last: number;
  readonly step: number;
}

function rangeFrom(spec: KeySpec, first: number, args: Args): Range | undefined {
  const { find } = spec;
  if (find === 'unknown') return undefined;
  if ('last' in find) return { first, last: lastOf(find, first, args.count), step: find.step };
  const countAt = first + find.countAt;
  if (countAt >= args.count) return undefined;
  const count = parseInteger(args.bytesOf(countAt), args.starts[countAt], args.lengths[countAt]);
  if (Number.isNaN(count) || count < 0) return undefined;
  const firstKey = first + find.firstKey;
  return { first: firstKey, last: firstKey + (count - 1) * find.step, step: find.step };
}

/** `last` counts from the first key, or from the end where it is negative; a limit takes a part of the arguments. */
function lastOf(find: { readonly last: number; readonly limit: number }, first: number, count: number): number {
  if (find.last >= 0) return first + find.last;
  if (find.limit === 0) return count + find.last;
  return first + Math.trunc((count - first) / find.limit) + find.last;
}
