/** string.format: C's printf for one conversion at a time, with Lua's checks. */
import { checkNumber, checkString, toInteger, toUnsigned } from './arguments.ts';
import { badArgument, LuaError } from './lua-error.ts';
import type { LuaValue } from './lua-value.ts';
import { fixedText, formatExponential, formatGeneral } from './number-text.ts';

const UNFORMATTED_LENGTH = 100;
const DEFAULT_DIGITS = 6;

interface Conversion {
  readonly flags: string;
  readonly width: number;
  /** undefined when the format has none. */
  readonly precision: number | undefined;
}

export function formatString(args: readonly LuaValue[]): string {
  const format = checkString(args, 0);
  let result = '';
  let argument = 0;
  let at = 0;
  for (;;) {
    const mark = format.indexOf('%', at);
    if (mark < 0) return result + format.slice(at);
    result += format.slice(at, mark);
    if (format.charAt(mark + 1) === '%') {
      result += '%';
      at = mark + 2;
      continue;
    }
    if (++argument >= args.length) throw badArgument(argument + 1, 'no value');
    const { conversion, end } = scanConversion(format, mark + 1);
    result += formatOne(format.charAt(end), conversion, args, argument);
    at = end + 1;
  }
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

/** At most two digits. */
function scanNumber(format: string, start: number): number {
  let end = start;
  while (end < start + 2 && isDigit(format.charAt(end))) end++;
  return end;
}

function scanConversion(format: string, start: number): { conversion: Conversion; end: number } {
  let at = start;
  while (at < format.length && '-+ #0'.includes(format.charAt(at))) at++;
  const flags = format.slice(start, at);
  if (flags.length > 5) throw new LuaError('invalid format (repeated flags)', 1);
  const widthEnd = scanNumber(format, at);
  const width = Number(format.slice(at, widthEnd));
  at = widthEnd;
  let precision: number | undefined;
  if (format.charAt(at) === '.') {
    const end = scanNumber(format, at + 1);
    precision = Number(format.slice(at + 1, end));
    at = end;
  }
  if (isDigit(format.charAt(at))) throw new LuaError('invalid format (width or precision too long)', 1);
  return { conversion: { flags, width, precision }, end: at };
}

function formatOne(letter: string, conversion: Conversion, args: readonly LuaValue[], at: number): string {
  switch (letter) {
    case 'c': {
      const char = String.fromCharCode(toInteger(checkNumber(args, at)) & 255);
      // sprintf's result is read as a C string.
      return pad(char, '', { ...conversion, flags: conversion.flags.replace('0', '') }).split('\0', 1)[0] ?? '';
    }
    case 'd':
    case 'i':
      return formatSigned(BigInt(toInteger(checkNumber(args, at))), conversion);
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return formatUnsigned(letter, toUnsigned(checkNumber(args, at)), conversion);
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G':
      return formatFloat(letter, checkNumber(args, at), conversion);
    case 'q':
      return quote(checkString(args, at));
    case 's':
      return formatText(checkString(args, at), conversion);
    default:
      throw new LuaError(`invalid option '%${letter}' to 'format'`, 1);
  }
}

function pad(text: string, sign: string, { flags, width }: Conversion): string {
  const missing = width - text.length - sign.length;
  if (missing <= 0) return sign + text;
  if (flags.includes('-')) return sign + text + ' '.repeat(missing);
  if (flags.includes('0')) return sign + '0'.repeat(missing) + text;
  return ' '.repeat(missing) + sign + text;
}

function signOf(isNegative: boolean, flags: string): string {
  if (isNegative) return '-';
  if (flags.includes('+')) return '+';
  return flags.includes(' ') ? ' ' : '';
}

/** A precision gives the least number of digits and turns the flag '0' off. */
function padInteger(digits: string, sign: string, conversion: Conversion): string {
  const { precision } = conversion;
  if (precision === undefined) return pad(digits, sign, conversion);
  const shown = precision === 0 && digits === '0' ? '' : digits.padStart(precision, '0');
  return pad(shown, sign, { ...conversion, flags: conversion.flags.replaceAll('0', '') });
}

function formatSigned(value: bigint, conversion: Conversion): string {
  const digits = (value < 0n ? -value : value).toString();
  return padInteger(digits, signOf(value < 0n, conversion.flags), conversion);
}

function formatUnsigned(letter: string, value: bigint, conversion: Conversion): string {
  const isAlternate = conversion.flags.includes('#') && value !== 0n;
  if (letter === 'u') return padInteger(value.toString(), '', conversion);
  if (letter === 'o') return padInteger((isAlternate ? '0' : '') + value.toString(8), '', conversion);
  const text = padInteger(value.toString(16), isAlternate ? '0x' : '', conversion);
  return letter === 'X' ? text.toUpperCase() : text;
}

function formatFloat(letter: string, value: number, conversion: Conversion): string {
  const digits = conversion.precision ?? DEFAULT_DIGITS;
  const isNegative = value < 0 || Object.is(value, -0) || Number.isNaN(value);
  const magnitude = Math.abs(value);
  const sign = signOf(isNegative, conversion.flags);
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'nan' : 'inf';
    const shown = pad(name, sign, { ...conversion, flags: conversion.flags.replaceAll('0', '') });
    return letter === 'E' || letter === 'G' ? shown.toUpperCase() : shown;
  }
  const isAlternate = conversion.flags.includes('#');
  let text: string;
  if (letter === 'f') text = fixedText(magnitude, digits) + (isAlternate && digits === 0 ? '.' : '');
  else if (letter === 'e' || letter === 'E') text = formatExponential(magnitude, digits);
  else text = formatGeneral(magnitude, digits, isAlternate);
  const padded = pad(text, sign, conversion);
  return letter === 'E' || letter === 'G' ? padded.toUpperCase() : padded;
}

function formatText(text: string, conversion: Conversion): string {
  if (conversion.precision === undefined && text.length >= UNFORMATTED_LENGTH) return text;
  const shown = text.split('\0', 1)[0] ?? '';
  const cut = conversion.precision === undefined ? shown : shown.slice(0, conversion.precision);
  return pad(cut, '', { ...conversion, flags: conversion.flags.replaceAll('0', '') });
}

function quote(text: string): string {
  const escaped = text.replaceAll(/["\\\n\r\0]/g, (char) => {
    if (char === '\r') return '\\r';
    return char === '\0' ? '\\000' : `\\${char}`;
  });
  return `"${escaped}"`;
}
