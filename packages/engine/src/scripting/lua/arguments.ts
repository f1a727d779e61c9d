/** What host functions ask of their arguments, with Lua's messages. Positions count from 0; messages from 1. */
import { badArgument } from './lua-error.ts';
import { LuaTable } from './lua-table.ts';
import { LuaFunction, type LuaValue, typeName } from './lua-value.ts';
import { textToNumber } from './number-text.ts';
import { textOf } from './runtime.ts';

type Arguments = readonly LuaValue[];

export function typeErrorAt(args: Arguments, at: number, expected: string): never {
  const got = at < args.length ? typeName(args[at]) : 'no value';
  throw badArgument(at + 1, `${expected} expected, got ${got}`);
}

export function checkAny(args: Arguments, at: number): LuaValue {
  if (at >= args.length) throw badArgument(at + 1, 'value expected');
  return args[at];
}

export function checkTable(args: Arguments, at: number): LuaTable {
  const value = args[at];
  return value instanceof LuaTable ? value : typeErrorAt(args, at, 'table');
}

export function checkFunction(args: Arguments, at: number): LuaFunction {
  const value = args[at];
  return value instanceof LuaFunction ? value : typeErrorAt(args, at, 'function');
}

export function checkNumber(args: Arguments, at: number): number {
  const value = args[at];
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' ? textToNumber(value) : undefined;
  return number ?? typeErrorAt(args, at, 'number');
}

export function checkString(args: Arguments, at: number): string {
  const value = args[at];
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? textOf(value) : typeErrorAt(args, at, 'string');
}

/** C's conversion of a double to a 64-bit integer, with what x86 gives for values that do not fit. */
export function toInteger(value: number): number {
  if (!(value > -(2 ** 63) && value < 2 ** 63)) return -(2 ** 63);
  return Math.trunc(value) + 0;
}

/** C's conversion to an unsigned 64-bit integer. */
export function toUnsigned(value: number): bigint {
  if (value >= 2 ** 64) return 0n;
  if (value >= 2 ** 63) return BigInt(Math.trunc(value));
  return BigInt.asUintN(64, BigInt(toInteger(value)));
}

export function checkInteger(args: Arguments, at: number): number {
  return toInteger(checkNumber(args, at));
}

/** luaL_checkint: the integer cut to 32 bits. */
export function checkInt(args: Arguments, at: number): number {
  return cutTo32Bits(checkInteger(args, at));
}

export function cutTo32Bits(value: number): number {
  if (value >= -0x80000000 && value <= 0x7fffffff) return value;
  return Number(BigInt.asIntN(32, BigInt(value)));
}

export function optionalInteger(args: Arguments, at: number, otherwise: number): number {
  return args[at] === undefined ? otherwise : checkInteger(args, at);
}

export function optionalInt(args: Arguments, at: number, otherwise: number): number {
  return args[at] === undefined ? otherwise : checkInt(args, at);
}

export function optionalString(args: Arguments, at: number, otherwise: string): string {
  return args[at] === undefined ? otherwise : checkString(args, at);
}

export function checkOption<Option extends string>(
  args: Arguments,
  at: number,
  otherwise: Option | undefined,
  options: readonly Option[],
): Option {
  const name = otherwise === undefined ? checkString(args, at) : optionalString(args, at, otherwise);
  const option = options.find((candidate) => candidate === name);
  if (option === undefined) throw badArgument(at + 1, `invalid option '${name}'`);
  return option;
}
