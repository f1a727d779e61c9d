/**
 * Lua's math library. random and randomseed are Valkey's: the 48-bit linear congruential generator of drand48
 * (x' = 0x5DEECE66D x + 0xB mod 2^48), so that a seed gives the same sequence everywhere.
 */
import { checkInt, checkNumber } from './arguments.ts';
import { badArgument, LuaError } from './lua-error.ts';
import type { LuaValue } from './lua-value.ts';
import { addLibrary } from './register-library.ts';
import { type LuaRuntime, power } from './runtime.ts';

const RANDOM_MAX = 0x7fffffff;
const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const STATE_AT_START = 0x1234_abcd_330en;
const SEED_LOW = 0x330en;

export class Random48 {
  #state = STATE_AT_START;

  seed(value: number): void {
    this.#state = (BigInt.asUintN(32, BigInt(value)) << 16n) | SEED_LOW;
  }

  /** 31 random bits. */
  next(): number {
    this.#state = BigInt.asUintN(48, this.#state * MULTIPLIER + INCREMENT);
    return Number(this.#state >> 17n);
  }
}

export function openMathLibrary(runtime: LuaRuntime): void {
  const generator = new Random48();
  const one =
    (compute: (value: number) => number) =>
    (args: readonly LuaValue[]): number =>
      compute(checkNumber(args, 0));
  const two =
    (compute: (a: number, b: number) => number) =>
    (args: readonly LuaValue[]): number =>
      compute(checkNumber(args, 0), checkNumber(args, 1));
  // C's fmod has the sign of the dividend, as JavaScript's operator has.
  const remainder = two((a, b) => a % b);
  const table = addLibrary(runtime, 'math', {
    abs: one(Math.abs),
    acos: one(Math.acos),
    asin: one(Math.asin),
    atan: one(Math.atan),
    atan2: two(Math.atan2),
    ceil: one(Math.ceil),
    cos: one(Math.cos),
    cosh: one(Math.cosh),
    deg: one((value) => value / (Math.PI / 180)),
    exp: one(Math.exp),
    floor: one(Math.floor),
    fmod: remainder,
    mod: remainder,
    frexp: (args) => splitExponent(checkNumber(args, 0)),
    ldexp: (args) => scaleByPower(checkNumber(args, 0), checkInt(args, 1)),
    log: one(Math.log),
    log10: one(Math.log10),
    max: (args) => extreme(args, (a, b) => b > a),
    min: (args) => extreme(args, (a, b) => b < a),
    modf: (args) => splitFraction(checkNumber(args, 0)),
    pow: two(power),
    rad: one((value) => value * (Math.PI / 180)),
    random: (args) => random(generator, args),
    randomseed: (args) => {
      generator.seed(checkInt(args, 0));
      return [];
    },
    sin: one(Math.sin),
    sinh: one(Math.sinh),
    sqrt: one(Math.sqrt),
    tan: one(Math.tan),
    tanh: one(Math.tanh),
  });
  table.setString('pi', Math.PI);
  table.setString('huge', Infinity);
}

function random(generator: Random48, args: readonly LuaValue[]): number {
  const fraction = (generator.next() % RANDOM_MAX) / RANDOM_MAX;
  if (args.length === 0) return fraction;
  if (args.length > 2) throw new LuaError('wrong number of arguments', 1);
  const low = args.length === 1 ? 1 : checkInt(args, 0);
  const high = checkInt(args, args.length - 1);
  if (low > high) throw badArgument(args.length, 'interval is empty');
  return Math.floor(fraction * (high - low + 1)) + low;
}

function extreme(args: readonly LuaValue[], isBetter: (best: number, value: number) => boolean): number {
  let best = checkNumber(args, 0);
  for (let at = 1; at < args.length; at++) {
    const value = checkNumber(args, at);
    if (isBetter(best, value)) best = value;
  }
  return best;
}

function splitFraction(value: number): LuaValue[] {
  if (!Number.isFinite(value)) return [value, Number.isNaN(value) ? value : 0];
  const whole = Math.trunc(value);
  return [whole, value - whole];
}

function splitExponent(value: number): LuaValue[] {
  if (value === 0 || !Number.isFinite(value)) return [value, 0];
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1);
  let mantissa = scaleByPower(value, -exponent);
  while (Math.abs(mantissa) < 0.5) {
    mantissa *= 2;
    exponent--;
  }
  while (Math.abs(mantissa) >= 1) {
    mantissa /= 2;
    exponent++;
  }
  return [mantissa, exponent];
}

/** value * 2^exponent without an intermediate overflow. */
function scaleByPower(value: number, exponent: number): number {
  const half = Math.trunc(Math.max(-2200, Math.min(2200, exponent)) / 3);
  const rest = Math.max(-2200, Math.min(2200, exponent)) - 2 * half;
  return value * 2 ** half * 2 ** half * 2 ** rest;
}
