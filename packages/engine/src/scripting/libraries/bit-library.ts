/** LuaBitOp's `bit`: operations on 32-bit integers, numbers being wrapped into them by rounding. */
import { typeErrorAt } from '../lua/arguments.ts';
import type { LuaValue } from '../lua/lua-value.ts';
import { addLibrary } from '../lua/register-library.ts';
import type { LuaRuntime } from '../lua/runtime.ts';

/** 2^52 + 2^51: adding it leaves the rounded integer in the low bits of a double. */
const ROUNDING = 6755399441055744;
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const LOWEST = -0x80000000;

export function openBitLibrary(runtime: LuaRuntime): void {
  const bits = (args: readonly LuaValue[], at: number): number => {
    const number = runtime.toNumber(args[at]);
    if (number === undefined) return typeErrorAt(args, at, 'number');
    double[0] = number + ROUNDING;
    return words[0];
  };
  const fold =
    (combine: (a: number, b: number) => number) =>
    (args: readonly LuaValue[]): number => {
      let result = bits(args, 0);
      for (let at = args.length - 1; at > 0; at--) result = combine(result, bits(args, at));
      return result;
    };
  const shift =
    (move: (value: number, by: number) => number) =>
    (args: readonly LuaValue[]): number =>
      move(bits(args, 0), bits(args, 1) & 31) | 0;
  addLibrary(runtime, 'bit', {
    tobit: (args) => bits(args, 0),
    bnot: (args) => ~bits(args, 0),
    band: fold((a, b) => a & b),
    bor: fold((a, b) => a | b),
    bxor: fold((a, b) => a ^ b),
    lshift: shift((value, by) => value << by),
    rshift: shift((value, by) => value >>> by),
    arshift: shift((value, by) => value >> by),
    rol: shift((value, by) => (value << by) | (value >>> (32 - by))),
    ror: shift((value, by) => (value << (32 - by)) | (value >>> by)),
    bswap: (args) => swapBytes(bits(args, 0)),
    tohex: (args) => toHex(bits(args, 0), args.length < 2 ? 8 : bits(args, 1)),
  });
}

function swapBytes(value: number): number {
  return (value >>> 24) | ((value >>> 8) & 0xff00) | ((value & 0xff00) << 8) | (value << 24);
}

/** The lowest digits; a negative count asks for capitals. */
function toHex(value: number, count: number): string {
  const digits = Math.min(8, Math.abs(count === LOWEST ? LOWEST + 1 : count));
  const text = (value >>> 0)
    .toString(16)
    .padStart(8, '0')
    .slice(8 - digits);
  return count < 0 ? text.toUpperCase() : text;
}
