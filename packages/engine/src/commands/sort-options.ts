// The options of SORT, and which of its arguments are keys.
import type { Args } from '../session/args.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import type { FoundKey } from './command-spec.ts';
import { placeArgument } from './string-values.ts';

export interface SortOptions {
  readonly descending: boolean;
  readonly alphabetic: boolean;
  /** Elements to skip, and to give; -1 gives all. */
  readonly offset: number;
  readonly count: number;
  /** The pattern of BY; undefined where elements are compared themselves. */
  readonly by: string | undefined;
  readonly gets: readonly string[];
  /** Position of the key to store the result at, 0 where it is replied. */
  readonly storeAt: number;
}

const NO_BY = new CommandError('ERR BY option of SORT denied due to insufficient ACL permissions.');
const NO_GET = new CommandError('ERR GET option of SORT denied due to insufficient ACL permissions.');

/** The options from argument 2 on. */
export function parseSortOptions(call: Call, mayStore: boolean): SortOptions {
  const { args } = call;
  const flags = { descending: false, alphabetic: false };
  let [offset, count, storeAt] = [0, -1, 0];
  let by: string | undefined;
  const gets: string[] = [];
  for (let i = 2; i < args.count; i++) {
    const left = args.count - i - 1;
    if (args.is(i, 'asc')) {
      flags.descending = false;
    } else if (args.is(i, 'desc')) {
      flags.descending = true;
    } else if (args.is(i, 'alpha')) {
      flags.alphabetic = true;
    } else if (left >= 2 && args.is(i, 'limit')) {
      offset = placeArgument(call, ++i);
      count = placeArgument(call, ++i);
    } else if (left >= 1 && mayStore && args.is(i, 'store')) {
      storeAt = ++i;
    } else if (left >= 1 && args.is(i, 'by')) {
      by = args.text(++i);
      if (by.includes('*') && !mayReadAnyKey(call)) throw NO_BY;
    } else if (left >= 1 && args.is(i, 'get')) {
      if (!mayReadAnyKey(call)) throw NO_GET;
      gets.push(args.text(++i));
    } else {
      throw SYNTAX_ERROR;
    }
  }
  return { ...flags, offset, count, by, gets, storeAt };
}

function mayReadAnyKey(call: Call): boolean {
  return call.services.access.mayReadAllKeys(call.client, call.command, call.args);
}

/** The key that is sorted, and the last one that STORE names. Options with arguments are skipped with them. */
export function keysOfSort(args: Args): readonly FoundKey[] {
  let store = 0;
  for (let i = 2; i < args.count; i++) {
    if (args.is(i, 'limit')) i += 2;
    else if (args.is(i, 'get') || args.is(i, 'by')) i++;
    else if (args.is(i, 'store') && i + 1 < args.count) store = i + 1;
  }
  const sorted = { position: 1, flags: 'RO ACCESS' };
  return store === 0 ? [sorted] : [sorted, { position: store, flags: 'OW UPDATE' }];
}
