/** Lua's table library. sort is Lua's own quicksort, so that invalid order functions are noticed as there. */
import { checkFunction, checkInt, checkTable, optionalInt, optionalString, typeErrorAt } from './arguments.ts';
import { LuaError } from './lua-error.ts';
import type { LuaTable } from './lua-table.ts';
import { firstOf, LuaFunction, type LuaReturn, type LuaValue, NO_VALUES, typeName } from './lua-value.ts';
import { addLibrary } from './register-library.ts';
import { isText, isTrue, type LuaRuntime, textOf } from './runtime.ts';

/** Items that V8 moves in the time of one step of a script. */
const ITEMS_MOVED_PER_STEP = 64;

export function openTableLibrary(runtime: LuaRuntime): void {
  addLibrary(runtime, 'table', {
    concat: (args) => concat(runtime, args),
    foreach: (args) => forEach(runtime, args),
    foreachi: (args) => forEachIndex(runtime, args),
    getn: (args) => checkTable(args, 0).length(),
    insert: (args) => insert(runtime, args),
    maxn: (args) => largestKey(checkTable(args, 0)),
    remove: (args) => remove(runtime, args),
    setn: (args) => {
      checkTable(args, 0);
      throw new LuaError("'setn' is obsolete", 1);
    },
    sort: (args) => sort(runtime, args),
  });
}

function concat(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const separator = optionalString(args, 1, '');
  const table = checkTable(args, 0);
  const from = optionalInt(args, 2, 1);
  const to = args[3] === undefined ? table.length() : checkInt(args, 3);
  const parts: string[] = [];
  let length = 0;
  for (let at = from; at <= to; at++) {
    const value = table.get(at);
    if (!isText(value)) {
      throw new LuaError(`invalid value (${typeName(value)}) at index ${at} in table for 'concat'`, 1);
    }
    const part = textOf(value);
    length += part.length + separator.length;
    parts.push(part);
    runtime.burn(1);
  }
  runtime.charge(length + 8 * parts.length);
  return parts.join(separator);
}

function forEach(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const table = checkTable(args, 0);
  const action = checkFunction(args, 1);
  let place = table.nextPlace(0);
  while (place >= 0) {
    const key = table.keyAt(place);
    const result = firstOf(runtime.call(action, [key, table.valueAt(place)]));
    if (result !== undefined) return result;
    place = table.nextPlace(table.placeAfter(key));
  }
  return NO_VALUES;
}

function forEachIndex(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const table = checkTable(args, 0);
  const action = checkFunction(args, 1);
  const length = table.length();
  for (let at = 1; at <= length; at++) {
    const result = firstOf(runtime.call(action, [at, table.get(at)]));
    if (result !== undefined) return result;
  }
  return NO_VALUES;
}

function insert(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const table = checkTable(args, 0);
  const end = table.length() + 1;
  if (args.length === 2) {
    runtime.rawSet(table, end, args[1]);
    return NO_VALUES;
  }
  if (args.length !== 3) throw new LuaError("wrong number of arguments to 'insert'", 1);
  const position = checkInt(args, 1);
  const { array } = table;
  if (!table.readonly && position >= 1 && position < end && end === array.length + 1 && table.hash === undefined) {
    runtime.charge(8);
    runtime.burn((end - position) / ITEMS_MOVED_PER_STEP);
    array.splice(position - 1, 0, args[2]);
    return NO_VALUES;
  }
  for (let at = Math.max(end, position); at > position; at--) runtime.rawSet(table, at, table.get(at - 1));
  runtime.rawSet(table, position, args[2]);
  return NO_VALUES;
}

function remove(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const table = checkTable(args, 0);
  const end = table.length();
  const position = optionalInt(args, 1, end);
  if (position < 1 || position > end) return NO_VALUES;
  const removed = table.get(position);
  const { array } = table;
  if (!table.readonly && end === array.length && table.hash === undefined) {
    runtime.burn((end - position) / ITEMS_MOVED_PER_STEP);
    array.splice(position - 1, 1);
    return removed;
  }
  for (let at = position; at < end; at++) runtime.rawSet(table, at, table.get(at + 1));
  runtime.rawSet(table, end, undefined);
  return removed;
}

function largestKey(table: LuaTable): number {
  let largest = 0;
  for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) {
    const key = table.keyAt(place);
    if (typeof key === 'number' && key > largest) largest = key;
  }
  return largest;
}

type IsLess = (a: LuaValue, b: LuaValue) => boolean;

function sort(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const table = checkTable(args, 0);
  const length = table.length();
  const order = args[1];
  if (order !== undefined && !(order instanceof LuaFunction)) typeErrorAt(args, 1, 'function');
  const isLess: IsLess =
    order === undefined
      ? (a, b) => {
          if (--runtime.fuel < 0) runtime.pause();
          return runtime.lessThan(a, b, undefined);
        }
      : (a, b) => isTrue(firstOf(runtime.call(order, [a, b])));
  sortRange(new Sortable(runtime, table), isLess, 1, length);
  return NO_VALUES;
}

class Sortable {
  readonly #runtime: LuaRuntime;
  readonly #table: LuaTable;
  constructor(runtime: LuaRuntime, table: LuaTable) {
    this.#runtime = runtime;
    this.#table = table;
  }
  get(at: number): LuaValue {
    return this.#table.get(at);
  }
  set(at: number, value: LuaValue): void {
    this.#runtime.rawSet(this.#table, at, value);
  }
  swap(a: number, b: number): void {
    const value = this.get(a);
    this.set(a, this.get(b));
    this.set(b, value);
  }
}

function sortRange(list: Sortable, isLess: IsLess, from: number, to: number): void {
  let low = from;
  let high = to;
  while (low < high) {
    if (isLess(list.get(high), list.get(low))) list.swap(low, high);
    if (high - low === 1) return;
    const middle = Math.floor((low + high) / 2);
    if (isLess(list.get(middle), list.get(low))) list.swap(middle, low);
    else if (isLess(list.get(high), list.get(middle))) list.swap(middle, high);
    if (high - low === 2) return;
    const split = partition(list, isLess, low, high, middle);
    // The smaller half recursively, the larger one in this loop.
    if (split - low < high - split) {
      sortRange(list, isLess, low, split - 1);
      low = split + 1;
    } else {
      sortRange(list, isLess, split + 1, high);
      high = split - 1;
    }
  }
}

function partition(list: Sortable, isLess: IsLess, low: number, high: number, middle: number): number {
  const pivot = list.get(middle);
  list.swap(middle, high - 1);
  let left = low;
  let right = high - 1;
  for (;;) {
    for (left++; isLess(list.get(left), pivot); left++) {
      if (left > high) throw new LuaError('invalid order function for sorting', 1);
    }
    for (right--; isLess(pivot, list.get(right)); right--) {
      if (right < low) throw new LuaError('invalid order function for sorting', 1);
    }
    if (right < left) break;
    list.swap(left, right);
  }
  list.swap(high - 1, left);
  return left;
}
