/** Lua's basic functions, as far as a script of Valkey sees them. pcall is Valkey's: it unwraps error tables. */
import {
  checkAny,
  checkFunction,
  checkInt,
  checkOption,
  checkString,
  checkTable,
  optionalInt,
  optionalInteger,
  optionalString,
} from './arguments.ts';
import { badArgument, LuaError, LuaSyntaxError } from './lua-error.ts';
import { LuaTable } from './lua-table.ts';
import {
  firstOf,
  LuaFunction,
  type LuaReturn,
  LuaUserdata,
  type LuaValue,
  listOf,
  NO_VALUES,
  typeName,
} from './lua-value.ts';
import { numberToText } from './number-text.ts';
import { parseChunk } from './parser.ts';
import { addFunctions, type HostFunction } from './register-library.ts';
import { isText, isTrue, type LuaRuntime, luaErrorOf, textOf } from './runtime.ts';

/** Values that unpack may put on Lua's stack. */
const UNPACKED_MAX = 8000;
/** What the syntax tree and the code of a chunk take, roughly. */
const TREE_BYTES_PER_CHAR = 64;

export function openBaseLibrary(runtime: LuaRuntime): void {
  const { globals } = runtime;
  globals.setString('_G', globals);
  globals.setString('_VERSION', 'Lua 5.1');
  addFunctions(runtime, globals, { ...tableFunctions(runtime), ...callFunctions(runtime), ...loadFunctions(runtime) });
  addFunctions(runtime, globals, {
    type: (args) => typeName(checkAny(args, 0)),
    tostring: (args) => toText(runtime, checkAny(args, 0)),
    tonumber: (args) => toNumber(runtime, args),
    rawequal: (args) => checkAny(args, 0) === checkAny(args, 1),
    collectgarbage: (args) => collectgarbage(runtime, args),
    gcinfo: () => heapKilobytes(runtime),
  });
  const next = globals.getString('next');
  runtime.nextFunction = next instanceof LuaFunction ? next : undefined;
}

/** Functions that Valkey has only with lua-enable-insecure-api. */
export function openInsecureFunctions(runtime: LuaRuntime): void {
  addFunctions(runtime, runtime.globals, {
    newproxy: (args) => newProxy(args),
    getfenv: (args) => {
      const target = args[0];
      if (target instanceof LuaFunction) return target.environment;
      checkLevel(optionalInt(args, 0, 1));
      return runtime.globals;
    },
    setfenv: (args) => {
      const environment = checkTable(args, 1);
      const target = args[0];
      if (!(target instanceof LuaFunction)) {
        checkLevel(checkInt(args, 0));
        throw new LuaError("'setfenv' cannot change environment of given object", 1);
      }
      if (target.proto === undefined) {
        throw new LuaError("'setfenv' cannot change environment of given object", 1);
      }
      target.environment = environment;
      return target;
    },
  });
}

function checkLevel(level: number): void {
  if (level < 0) throw badArgument(1, 'level must be non-negative');
}

function newProxy(args: readonly LuaValue[]): LuaValue {
  const proxy = new LuaUserdata('proxy', false);
  const [model] = args;
  if (model === true) proxy.metatable = new LuaTable();
  else if (model instanceof LuaUserdata) proxy.metatable = model.metatable;
  else if (isTrue(model)) throw badArgument(1, 'boolean or proxy expected');
  return proxy;
}

function tableFunctions(runtime: LuaRuntime): Record<string, HostFunction> {
  const next: HostFunction = (args) => {
    const table = checkTable(args, 0);
    const place = table.nextPlace(table.placeAfter(args[1]));
    return place < 0 ? undefined : [table.keyAt(place), table.valueAt(place)];
  };
  const advance: HostFunction = (args) => {
    const at = checkInt(args, 1) + 1;
    const value = checkTable(args, 0).get(at);
    return value === undefined ? NO_VALUES : [at, value];
  };
  const ipairsIterator = runtime.hostFunction((_self, ...args) => advance(args));
  runtime.ipairsIterator = ipairsIterator;
  return {
    next,
    pairs: (args) => [runtime.nextFunction, checkTable(args, 0), undefined],
    ipairs: (args) => [ipairsIterator, checkTable(args, 0), 0],
    rawget: (args) => checkTable(args, 0).get(checkAny(args, 1)),
    rawset: (args) => {
      const table = checkTable(args, 0);
      checkAny(args, 1);
      runtime.rawSet(table, args[1], checkAny(args, 2));
      return table;
    },
    getmetatable: (args) => {
      const metatable = runtime.metatableOf(checkAny(args, 0));
      return metatable?.getString('__metatable') ?? metatable;
    },
    setmetatable: (args) => {
      const table = checkTable(args, 0);
      const [, metatable] = args;
      if (!(metatable instanceof LuaTable) && (metatable !== undefined || args.length < 2)) {
        throw badArgument(2, 'nil or table expected');
      }
      if (table.metatable?.getString('__metatable') !== undefined) {
        throw new LuaError('cannot change a protected metatable', 1);
      }
      if (table.readonly) throw new LuaError('Attempt to modify a readonly table', 0);
      table.metatable = metatable;
      return table;
    },
    unpack: (args) => unpack(runtime, args),
  };
}

/** Also table.unpack's meaning: the values of t[from..to]. */
function unpack(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const table = checkTable(args, 0);
  const from = optionalInt(args, 1, 1);
  const to = args[2] === undefined ? table.length() : checkInt(args, 2);
  if (from > to) return NO_VALUES;
  const count = to - from + 1;
  if (count >= UNPACKED_MAX) throw new LuaError('too many results to unpack', 1);
  runtime.charge(8 * count);
  const values: LuaValue[] = [];
  for (let at = from; at <= to; at++) values.push(table.get(at));
  return values;
}

function callFunctions(runtime: LuaRuntime): Record<string, HostFunction> {
  return {
    error: (args) => {
      const level = optionalInt(args, 1, 1);
      const [value] = args;
      const text = typeof value === 'number' && level > 0 ? numberToText(value) : value;
      throw new LuaError(text, Math.max(0, level));
    },
    assert: (args) => {
      if (isTrue(checkAny(args, 0))) return args;
      throw new LuaError(optionalString(args, 1, 'assertion failed!'), 1);
    },
    pcall: (args) => {
      checkAny(args, 0);
      return protectedCall(runtime, args[0], args.slice(1), (error) => [false, unwrapErrorTable(runtime, error)]);
    },
    xpcall: (args) => {
      checkAny(args, 1);
      return protectedCall(runtime, args[0], [], (error) => [false, handledError(runtime, args[1], error)]);
    },
    select: (args) => {
      if (args[0] === '#') return args.length - 1;
      const at = checkInt(args, 0);
      const from = at < 0 ? args.length + at : at;
      if (from < 1) throw badArgument(1, 'index out of range');
      return args.slice(from);
    },
  };
}

/** What an error handler makes of an error: one value. */
function handledError(runtime: LuaRuntime, handler: LuaValue, error: LuaValue): LuaValue {
  try {
    return firstOf(runtime.call(handler, [error]));
  } catch (failure) {
    if (failure instanceof LuaError || failure instanceof RangeError) return 'error in error handling';
    throw failure;
  }
}

function unwrapErrorTable(runtime: LuaRuntime, error: LuaValue): LuaValue {
  if (!(error instanceof LuaTable)) return error;
  const message = runtime.indexSlow(error, 'err', undefined);
  return typeof message === 'string' || typeof message === 'number' ? message : error;
}

function protectedCall(
  runtime: LuaRuntime,
  callee: LuaValue,
  args: readonly LuaValue[],
  onError: (error: LuaValue) => LuaReturn,
): LuaReturn {
  const { depth, hostCalls } = runtime;
  try {
    return [true, ...listOf(runtime.call(callee, args))];
  } catch (caught) {
    const error = caught instanceof RangeError ? luaErrorOf(caught) : caught;
    if (!(error instanceof LuaError)) throw error;
    runtime.depth = depth;
    runtime.hostCalls = hostCalls;
    return onError(error.value);
  }
}

function loadFunctions(runtime: LuaRuntime): Record<string, HostFunction> {
  const load = (source: string, chunkName: string): LuaReturn => {
    try {
      runtime.charge(source.length * TREE_BYTES_PER_CHAR);
      return runtime.closure(parseChunk(source, chunkName), [], runtime.globals);
    } catch (error) {
      if (error instanceof LuaSyntaxError) return [undefined, error.message];
      throw error;
    }
  };
  return {
    loadstring: (args) => {
      const source = checkString(args, 0);
      return load(source, optionalString(args, 1, source));
    },
    load: (args) => {
      const reader = checkFunction(args, 0);
      const chunkName = optionalString(args, 1, '=(load)');
      const source = readSource(runtime, reader);
      return typeof source === 'string' ? load(source, chunkName) : [undefined, source.failure];
    },
  };
}

/** All parts that a reader gives; load returns the reader's errors and does not raise them. */
function readSource(runtime: LuaRuntime, reader: LuaFunction): string | { readonly failure: LuaValue } {
  let source = '';
  try {
    for (;;) {
      const part = firstOf(runtime.call(reader, []));
      if (part === undefined || part === '') return source;
      if (!isText(part)) throw new LuaError('reader function must return a string', 1);
      source = runtime.joinText(source, textOf(part));
    }
  } catch (error) {
    if (error instanceof LuaError) return { failure: error.value };
    throw error;
  }
}

/** tostring: objects print as an address; ours is a serial number, given when first asked for. */
const serials = new WeakMap<object, number>();
let lastSerial = 0x5550_0000;

function addressOf(value: object): string {
  let serial = serials.get(value);
  if (serial === undefined) {
    lastSerial += 32;
    serial = lastSerial;
    serials.set(value, serial);
  }
  return `0x${serial.toString(16).padStart(12, '0')}`;
}

export function toText(runtime: LuaRuntime, value: LuaValue): LuaValue {
  const handler = runtime.metamethod(value, '__tostring');
  if (handler !== undefined) return firstOf(runtime.call(handler, [value]));
  switch (typeof value) {
    case 'undefined':
      return 'nil';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
    case 'string':
      return textOf(value);
    default:
      if (value instanceof LuaUserdata && value.light) return `userdata: ${value.label}`;
      return `${typeName(value)}: ${addressOf(value)}`;
  }
}

function toNumber(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const base = optionalInt(args, 1, 10);
  if (base === 10) return runtime.toNumber(checkAny(args, 0));
  const text = checkString(args, 0);
  if (base < 2 || base > 36) throw badArgument(2, 'base out of range');
  return parseInBase(text, base);
}

/** C's strtoul with nothing but space after it. */
function parseInBase(text: string, base: number): number | undefined {
  const match = /^[ \t\n\v\f\r]*([+-]?)(0[xX])?([0-9a-zA-Z]+)[ \t\n\v\f\r]*$/.exec(text);
  if (match === null) return undefined;
  const prefix = match[2] ?? '';
  const digits = prefix !== '' && base !== 16 ? `0x${match[3]}` : (match[3] ?? '');
  let value = 0n;
  for (const digit of digits.toLowerCase()) {
    const worth = digit <= '9' ? digit.charCodeAt(0) - 48 : digit.charCodeAt(0) - 87;
    if (worth >= base) return undefined;
    value = value * BigInt(base) + BigInt(worth);
  }
  const largest = 2n ** 64n - 1n;
  if (value > largest) value = largest;
  return Number(match[1] === '-' ? BigInt.asUintN(64, -value) : value);
}

function heapKilobytes(runtime: LuaRuntime): number {
  return Math.floor(runtime.limits.heapBytes() / 1024);
}

/** Nothing to steer: V8 collects. The answers have the right types. */
function collectgarbage(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const option = checkOption(args, 0, 'collect', [
    'stop',
    'restart',
    'collect',
    'count',
    'step',
    'setpause',
    'setstepmul',
  ]);
  optionalInteger(args, 1, 0);
  if (option === 'count') return heapKilobytes(runtime);
  return option === 'step' ? false : 0;
}
