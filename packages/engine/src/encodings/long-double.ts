// The 80-bit long double of x86 for INCRBYFLOAT and HINCRBYFLOAT, exactly: 64 bits of significand, exponents of 15 bits,
// round to nearest, ties to even. With it 0.1 + 0.2 is 0.3, as it is in the original. Numbers are kept as
// mantissa * 2^exponent with a signed BigInt; a zero has no sign, because the printed form drops it.

/** mantissa * 2^exponent; infinite (mantissa 1n or -1n) when the exponent is. */
export interface LongDouble {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const PRECISION_BITS = 64;
/** Exponent of the last bit of the smallest denormal. */
const EXPONENT_MIN = -16445;
/** Exponent of the last of 64 bits in the largest number. */
const EXPONENT_MAX = 16320;
/** Texts of this length and more are refused (the original's buffer). */
const TEXT_LENGTH_MAX = 5 * 1024;
/** Outside of these powers of ten of the first digit nothing is finite, or not zero. */
const DECIMAL_EXPONENT_MAX = 4940;
const DECIMAL_EXPONENT_MIN = -4980;
const FRACTION_DIGITS = 17;
const SCALE = 10n ** BigInt(FRACTION_DIGITS);

const DECIMAL = /^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?[0-9]+))?$/;
const INFINITE = /^[+-]?inf(?:inity)?$/i;

/**
 * The number that C's strtold makes of the whole text, or undefined: no number, blanks, NaN, overflow, or a number that
 * vanishes. Hexadecimal and infinite ones are numbers.
 */
export function parseLongDouble(text: string): LongDouble | undefined {
  if (text.length >= TEXT_LENGTH_MAX) return undefined;
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) return finite(parseDecimal(decimal));
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal !== null) return finite(parseHexadecimal(hexadecimal));
  if (!INFINITE.test(text)) return undefined;
  return { mantissa: text.startsWith('-') ? -1n : 1n, exponent: Number.POSITIVE_INFINITY };
}

/** The rounded sum, or undefined when it is infinite or not a number. */
export function addLongDoubles(left: LongDouble, right: LongDouble): LongDouble | undefined {
  if (!Number.isFinite(left.exponent) || !Number.isFinite(right.exponent)) return undefined;
  const exponent = Math.min(left.exponent, right.exponent);
  const sum =
    (left.mantissa << BigInt(left.exponent - exponent)) + (right.mantissa << BigInt(right.exponent - exponent));
  return finite(roundToPrecision(sum, exponent, false));
}

/**
 * Seconds as whole milliseconds, rounded up as the original does for timeouts: the product is a long double first, so
 * that 0.001 s is 1 ms. Infinite for infinite numbers and large overflows; beyond 2^53 to the nearest double.
 */
export function secondsToMilliseconds(seconds: LongDouble): number {
  if (!Number.isFinite(seconds.exponent))
    return seconds.mantissa > 0n ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const { mantissa, exponent } = roundToPrecision(seconds.mantissa * 1000n, seconds.exponent, false);
  if (!Number.isFinite(exponent)) return mantissa > 0n ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (exponent >= 0) return Number(mantissa << BigInt(exponent));
  // A shift rounds down, so the negative number is shifted to round up.
  return Number(-(-mantissa >> BigInt(-exponent)));
}

/** A finite number with at most 17 digits behind the point, trailing zeros removed. */
export function formatLongDouble(value: LongDouble): string {
  const isNegative = value.mantissa < 0n;
  const magnitude = (isNegative ? -value.mantissa : value.mantissa) * SCALE;
  const scaled =
    value.exponent >= 0 ? magnitude << BigInt(value.exponent) : divideByPowerOfTwo(magnitude, -value.exponent);
  if (scaled === 0n) return '0';
  const digits = scaled.toString().padStart(FRACTION_DIGITS + 1, '0');
  const point = digits.length - FRACTION_DIGITS;
  let end = digits.length;
  while (end > point && digits[end - 1] === '0') end--;
  const fraction = end > point ? `.${digits.slice(point, end)}` : '';
  return `${isNegative ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}

/** Undefined for what overflowed. */
function finite(value: LongDouble | undefined): LongDouble | undefined {
  return value === undefined || !Number.isFinite(value.exponent) ? undefined : value;
}

function parseDecimal(match: RegExpExecArray): LongDouble | undefined {
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return whole + fraction === '' ? undefined : { mantissa: 0n, exponent: 0 };
  const exponent = Number(power) - fraction.length;
  const magnitude = digits.length + exponent;
  if (magnitude > DECIMAL_EXPONENT_MAX || magnitude < DECIMAL_EXPONENT_MIN) return undefined;
  const mantissa = BigInt(sign === '-' ? `-${digits}` : digits);
  const value =
    exponent >= 0 ? roundToPrecision(mantissa * 10n ** BigInt(exponent), 0, false) : quotient(mantissa, -exponent);
  return value.mantissa === 0n ? undefined : value;
}

/** mantissa / 10^power with enough bits that one more rounding is right. */
function quotient(mantissa: bigint, power: number): LongDouble {
  const divisor = 10n ** BigInt(power);
  const magnitude = mantissa < 0n ? -mantissa : mantissa;
  const shift = Math.max(0, bitLength(divisor) - bitLength(magnitude) + PRECISION_BITS + 2);
  const dividend = magnitude << BigInt(shift);
  const result = dividend / divisor;
  const hasRest = result * divisor !== dividend;
  return roundToPrecision(mantissa < 0n ? -result : result, -shift, hasRest);
}

function parseHexadecimal(match: RegExpExecArray): LongDouble | undefined {
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  if (whole + fraction === '') return undefined;
  const mantissa = BigInt(`0x${whole}${fraction}`);
  if (mantissa === 0n) return { mantissa, exponent: 0 };
  // Far out of range the exponent only has to stay so.
  const exponent = Math.max(-1e6, Math.min(1e6, Number(power))) - 4 * fraction.length;
  const value = roundToPrecision(sign === '-' ? -mantissa : mantissa, exponent, false);
  return value.mantissa === 0n ? undefined : value;
}

/** Rounds to 64 bits (fewer for denormals); `hasRest` says that the exact number is a little larger in magnitude. */
function roundToPrecision(mantissa: bigint, exponent: number, hasRest: boolean): LongDouble {
  const isNegative = mantissa < 0n;
  const magnitude = isNegative ? -mantissa : mantissa;
  const surplus = Math.max(bitLength(magnitude) - PRECISION_BITS, EXPONENT_MIN - exponent);
  let rounded = magnitude;
  let power = exponent;
  if (surplus > 0) {
    rounded = divideByPowerOfTwo(hasRest ? (magnitude << 1n) | 1n : magnitude, hasRest ? surplus + 1 : surplus);
    power += surplus;
  }
  if (bitLength(rounded) + power > EXPONENT_MAX + PRECISION_BITS) {
    return { mantissa: isNegative ? -1n : 1n, exponent: Number.POSITIVE_INFINITY };
  }
  return { mantissa: isNegative ? -rounded : rounded, exponent: power };
}

/** magnitude / 2^bits, rounded to nearest, ties to even. */
function divideByPowerOfTwo(magnitude: bigint, bits: number): bigint {
  const shift = BigInt(bits);
  const whole = magnitude >> shift;
  const rest = magnitude - (whole << shift);
  const half = 1n << (shift - 1n);
  return rest > half || (rest === half && (whole & 1n) === 1n) ? whole + 1n : whole;
}

function bitLength(magnitude: bigint): number {
  const text = magnitude.toString(16);
  return magnitude === 0n ? 0 : text.length * 4 - Math.clz32(Number.parseInt(text[0] ?? '0', 16)) + 28;
}
