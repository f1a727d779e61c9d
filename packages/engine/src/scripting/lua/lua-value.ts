/**
 * The Lua values as JavaScript sees them: nil is undefined, booleans, numbers and strings are themselves
 * (a string is a latin1 binary string, one char per byte), tables, functions, coroutines and userdata are classes.
 * A function returns one value as it is, and none or several as an array: consumers never change that array.
 * Nothing here knows the runtime; scripts reach only what these classes put into tables.
 */
import type { FunctionProto } from './ast.ts';
import type { LuaTable } from './lua-table.ts';

export type LuaValue = undefined | boolean | number | string | LuaTable | LuaFunction | LuaCoroutine | LuaUserdata;
export type LuaReturn = LuaValue | readonly LuaValue[];
export type LuaCode = (self: LuaFunction, ...args: LuaValue[]) => LuaReturn;

/** A captured variable: shared by every closure that sees it. */
export class Cell {
  value: LuaValue;
  constructor(value: LuaValue) {
    this.value = value;
  }
}

export const NO_CELLS: readonly Cell[] = [];

export class LuaFunction {
  code: LuaCode;
  /** undefined for a function of the host. */
  readonly proto: FunctionProto | undefined;
  readonly cells: readonly Cell[];
  environment: LuaTable;
  constructor(code: LuaCode, proto: FunctionProto | undefined, cells: readonly Cell[], environment: LuaTable) {
    this.code = code;
    this.proto = proto;
    this.cells = cells;
    this.environment = environment;
  }
}

export type CoroutineStatus = 'suspended' | 'running' | 'normal' | 'dead';

/** What a suspended coroutine receives when resumed, and what it hands over when it yields. */
export type CoroutineBody = Generator<readonly LuaValue[], LuaReturn, readonly LuaValue[]>;

export type ResumableCode = (self: LuaFunction, ...args: readonly LuaValue[]) => CoroutineBody;

export class LuaCoroutine {
  status: CoroutineStatus = 'suspended';
  readonly main: LuaFunction;
  body: CoroutineBody | undefined = undefined;
  /** Stack cost held by the suspended activations. */
  depth = 0;
  /** Calls of the host between the coroutine's Lua code and here: while above zero it cannot yield. */
  hostCalls = 0;
  constructor(main: LuaFunction) {
    this.main = main;
  }
}

/** An opaque value of the host, for example cjson.null. */
export class LuaUserdata {
  readonly label: string;
  metatable: LuaTable | undefined = undefined;
  readonly light: boolean;
  constructor(label: string, light: boolean) {
    this.label = label;
    this.light = light;
  }
}

export const NO_VALUES: readonly LuaValue[] = [];

/**
 * A tail call that was put off because the stack is half full: it is returned in place of a result, through all the
 * activations that only pass results on, and made by the first one that wants a value. The list holds its arguments.
 */
export class PendingCall extends Array<LuaValue> {
  readonly callee: LuaFunction;
  constructor(callee: LuaFunction, args: readonly LuaValue[]) {
    super();
    this.callee = callee;
    this.push(...args);
  }
}

/** What a call returned, after the tail calls it may have left. */
export function finish(result: LuaReturn): LuaReturn {
  let finished = result;
  while (finished instanceof PendingCall) finished = finished.callee.code(finished.callee, ...finished);
  return finished;
}

/** The first of the values a call returned, nil when there is none. */
export function firstOf(result: LuaReturn): LuaValue {
  // biome-ignore lint/suspicious/useIsArray: Array.isArray does not tell a readonly array from a value
  if (!(result instanceof Array)) return result;
  return result instanceof PendingCall ? firstOf(finish(result)) : result[0];
}

/** Everything a call returned, as a list that must not be changed. */
export function listOf(result: LuaReturn): readonly LuaValue[] {
  // biome-ignore lint/suspicious/useIsArray: Array.isArray does not tell a readonly array from a value
  if (!(result instanceof Array)) return [result];
  return result instanceof PendingCall ? listOf(finish(result)) : result;
}

export function typeName(value: LuaValue): string {
  switch (typeof value) {
    case 'undefined':
      return 'nil';
    case 'boolean':
      return 'boolean';
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    default:
      if (value instanceof LuaFunction) return 'function';
      if (value instanceof LuaCoroutine) return 'thread';
      if (value instanceof LuaUserdata) return 'userdata';
      return 'table';
  }
}
