// Doubles as text: printed as Valkey prints scores and RESP doubles, parsed as strictly as it parses them.
// Printing: integers up to 2^62 in full, anything else by Grisu2 in the original's layout. Parsing: decimal notation
// and inf or infinity with an optional sign, all of the text, no blanks, no hexadecimal, no nan; what would overflow, or
// vanish to zero, is refused.

import { writeInteger } from './integer-text.ts';
import { digitCount, digitExponent, digits, findShortestDigits } from './shortest-digits.ts';

/** Longest text that `writeDouble` writes. */
export const DOUBLE_TEXT_MAX = 32;

const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const LOWER_E = 101;
const INTEGER_MAX = 2 ** 62;
const SCIENTIFIC_DIGITS_MAX = 18;

const scratch = new Uint8Array(DOUBLE_TEXT_MAX);

/** The text of `value` as scores have it. */
export function formatDouble(value: number): string {
  const end = writeDouble(scratch, 0, value);
  return String.fromCharCode(...scratch.subarray(0, end));
}

/** Writes `value` at `offset`: at most DOUBLE_TEXT_MAX bytes; returns the place behind it. */
export function writeDouble(bytes: Uint8Array, offset: number, value: number): number {
  if (Number.isSafeInteger(value)) {
    if (value !== 0 || 1 / value > 0) return writeInteger(bytes, offset, value);
    return writeText(bytes, offset, '-0');
  }
  const magnitude = Math.abs(value);
  if (magnitude <= INTEGER_MAX && Math.floor(magnitude) === magnitude) {
    return writeText(bytes, offset, BigInt(value).toString());
  }
  if (magnitude < Number.POSITIVE_INFINITY) return writeShortest(bytes, offset, value < 0, magnitude);
  if (Number.isNaN(value)) return writeText(bytes, offset, 'nan');
  return writeText(bytes, offset, value > 0 ? 'inf' : '-inf');
}

/** As `writeDouble`, but large integers in the layout of all other numbers: `5e+9`. */
export function writeDoubleShortest(bytes: Uint8Array, offset: number, value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || !(magnitude < Number.POSITIVE_INFINITY)) return writeDouble(bytes, offset, value);
  return writeShortest(bytes, offset, value < 0, magnitude);
}

/** Whether scores keep `value` as an integer (in listpacks and RDB files), being one up to 2^62. */
export function isIntegerScore(value: number): boolean {
  return Math.floor(value) === value && Math.abs(value) <= INTEGER_MAX;
}

function writeShortest(bytes: Uint8Array, offset: number, isNegative: boolean, magnitude: number): number {
  findShortestDigits(magnitude);
  let at = offset;
  if (isNegative) bytes[at++] = MINUS;
  const count = digitCount;
  const power = digitExponent;
  const exponent = count + power - 1;
  if (power >= 0 && exponent < count + 7) {
    at = writeDigits(bytes, at, 0, count);
    return writeZeros(bytes, at, power);
  }
  if (power < 0 && (power > -7 || Math.abs(exponent) < 4)) {
    const whole = count + power;
    if (whole > 0) {
      at = writeDigits(bytes, at, 0, whole);
      bytes[at] = POINT;
      return writeDigits(bytes, at + 1, whole, count);
    }
    bytes[at] = ZERO;
    bytes[at + 1] = POINT;
    return writeDigits(bytes, writeZeros(bytes, at + 2, -whole), 0, count);
  }
  return writeScientific(bytes, at, Math.min(count, SCIENTIFIC_DIGITS_MAX - (isNegative ? 1 : 0)), exponent);
}

function writeScientific(bytes: Uint8Array, offset: number, count: number, exponent: number): number {
  let at = writeDigits(bytes, offset, 0, 1);
  if (count > 1) {
    bytes[at] = POINT;
    at = writeDigits(bytes, at + 1, 1, count);
  }
  bytes[at] = LOWER_E;
  bytes[at + 1] = exponent < 0 ? MINUS : 43;
  return writeInteger(bytes, at + 2, Math.abs(exponent));
}

function writeDigits(bytes: Uint8Array, offset: number, from: number, to: number): number {
  for (let i = from; i < to; i++) bytes[offset + i - from] = digits[i];
  return offset + to - from;
}

function writeZeros(bytes: Uint8Array, offset: number, count: number): number {
  for (let i = 0; i < count; i++) bytes[offset + i] = ZERO;
  return offset + count;
}

function writeText(bytes: Uint8Array, offset: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
  return offset + text.length;
}

/** The text as C's `%.17g` prints it: numbers that scripts pass to commands, scores in ZSCAN of a large sorted set. */
export function formatDouble17(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (Number.isSafeInteger(value)) return String(value);
  const [mantissa = '', exponentText = '0'] = roundHalfEven17(Math.abs(value)).split('e');
  const all = mantissa.replace('.', '').replace(/0+$/, '');
  const exponent = Number(exponentText);
  const sign = value < 0 ? '-' : '';
  if (exponent < -4 || exponent >= 17) {
    const fraction = all.length > 1 ? `.${all.slice(1)}` : '';
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${all[0]}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${all}`;
  const whole = all.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return all.length > exponent + 1 ? `${sign}${whole}.${all.slice(exponent + 1)}` : sign + whole;
}

/** 17 digits in exponential form; JavaScript rounds an exact half up, C to the even digit. */
function roundHalfEven17(value: number): string {
  const rounded = value.toExponential(16);
  const [mantissa = '', exponent = ''] = value.toExponential(60).split('e');
  const isHalf = mantissa[18] === '5' && /^0*$/.test(mantissa.slice(19));
  return isHalf && Number(mantissa[17]) % 2 === 0 ? `${mantissa.slice(0, 18)}e${exponent}` : rounded;
}

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const ZERO_MANTISSA = /^[+-]?[0.]+(?:[eE]|$)/;

/** The double that a binary string is, or undefined. */
export function parseDouble(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value) || (value === 0 && !ZERO_MANTISSA.test(text))) return undefined;
    return value;
  }
  if (!INFINITE.test(text)) return undefined;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

const TENS = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** The double that the bytes are, or NaN: not a double that is accepted (`nan` never is). */
export function parseDoubleBytes(bytes: Uint8Array, start: number, length: number): number {
  if (length <= 16) {
    const quick = parsePlainDecimal(bytes, start, length);
    if (!Number.isNaN(quick)) return quick;
  }
  if (length === 0) return Number.NaN;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1');
  return parseDouble(text) ?? Number.NaN;
}

/** Digits with at most one point, 15 of them at most: number and power of ten are exact, so the quotient is right. */
function parsePlainDecimal(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  const isNegative = bytes[start] === MINUS;
  let value = 0;
  let point = -1;
  let count = 0;
  for (let i = isNegative ? start + 1 : start; i < end; i++) {
    const digit = bytes[i] - ZERO;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      count++;
    } else if (bytes[i] === POINT && point === -1) point = i;
    else return Number.NaN;
  }
  if (count === 0 || count > 15) return Number.NaN;
  if (point !== -1) value /= TENS[end - point - 1];
  return isNegative ? -value : value;
}
