/**
 * Numbers as text and back, as C's printf and strtod do it for Lua: "%.14g" for tostring, decimal and hexadecimal
 * for tonumber. NaN prints as "-nan": that is the sign the arithmetic of x86 gives it, and JavaScript hides signs.
 */

const DIGITS_OF_TOSTRING = 14;
const PLAIN_INTEGER_MAX = 1e14;

export function nonFiniteText(value: number): string {
  if (Number.isNaN(value)) return '-nan';
  return value > 0 ? 'inf' : '-inf';
}

/** The text of tostring(number). */
export function numberToText(value: number): string {
  if (Number.isInteger(value) && value < PLAIN_INTEGER_MAX && value > -PLAIN_INTEGER_MAX) {
    return value === 0 && 1 / value < 0 ? '-0' : String(value);
  }
  return formatGeneral(value, DIGITS_OF_TOSTRING, false);
}

function exponentText(exponent: number): string {
  const digits = String(Math.abs(exponent));
  return `e${exponent < 0 ? '-' : '+'}${digits.length < 2 ? '0' : ''}${digits}`;
}

function withoutTrailingZeros(text: string): string {
  if (!text.includes('.')) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  if (text.charCodeAt(end - 1) === 46) end--;
  return text.slice(0, end);
}

/** printf's %g without width: `keepZeros` is the flag '#'. Digits from 0 to 100. */
export function formatGeneral(value: number, digits: number, keepZeros: boolean): string {
  if (!Number.isFinite(value)) return nonFiniteText(value);
  const precision = digits === 0 ? 1 : digits;
  if (value === 0) {
    const zero = keepZeros && precision > 1 ? `0.${'0'.repeat(precision - 1)}` : '0';
    return 1 / value < 0 ? `-${zero}` : zero;
  }
  const scientific = exponentialText(value, precision - 1);
  const mark = scientific.indexOf('e');
  const exponent = Number(scientific.slice(mark + 1));
  if (exponent < -4 || exponent >= precision) {
    const mantissa = scientific.slice(0, mark);
    return (keepZeros ? mantissa : withoutTrailingZeros(mantissa)) + exponentText(exponent);
  }
  const fixed = fixedText(value, precision - 1 - exponent);
  return keepZeros ? fixed : withoutTrailingZeros(fixed);
}

/** The digits of a value that lies exactly between two texts of this many decimals, else undefined. */
function tieDigits(value: number, digits: number): string | undefined {
  const shortest = value.toExponential();
  const mark = shortest.indexOf('e');
  if (shortest.charCodeAt(mark - 1) !== 53) return undefined;
  const exact = digits < 100 ? value.toExponential(100) : '';
  const decimals = exact.slice(exact.indexOf('.') + 1, exact.indexOf('e'));
  return decimals.charCodeAt(digits) === 53 && /^0*$/.test(decimals.slice(digits + 1)) ? decimals : undefined;
}

/** toExponential, but ties go to the even digit as in C, where JavaScript rounds them up. */
function exponentialText(value: number, digits: number): string {
  const rounded = value.toExponential(digits);
  const decimals = tieDigits(value, digits);
  if (decimals === undefined) return rounded;
  const longer = value.toExponential(digits + 1);
  const mark = longer.indexOf('e');
  const last = longer.charCodeAt(digits === 0 ? mark - 3 : mark - 2);
  if (last % 2 !== 0) return rounded;
  return longer.slice(0, digits === 0 ? mark - 2 : mark - 1) + longer.slice(mark);
}

/** toFixed with the same rounding of ties. Not for negative values. */
function fixedDigits(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  if (digits >= 100) return rounded;
  const longer = value.toFixed(digits + 1);
  if (!longer.endsWith('5') || !/^0*$/.test(value.toFixed(100).slice(longer.length))) return rounded;
  const truncated = longer.slice(0, digits === 0 ? -2 : -1);
  return truncated.charCodeAt(truncated.length - 1) % 2 === 0 ? truncated : rounded;
}

/** printf's %e. */
export function formatExponential(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFiniteText(value);
  const scientific = (1 / value < 0 && value === 0 ? '-' : '') + exponentialText(value, digits);
  const mark = scientific.indexOf('e');
  return scientific.slice(0, mark) + exponentText(Number(scientific.slice(mark + 1)));
}

/** printf's %f: all digits of large numbers, which toFixed would give as 1e+21. */
export function fixedText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFiniteText(value);
  const sign = value < 0 || (value === 0 && 1 / value < 0) ? '-' : '';
  const magnitude = Math.abs(value);
  if (magnitude < 1e21) return sign + fixedDigits(magnitude, digits);
  const whole = BigInt(magnitude).toString();
  return sign + (digits > 0 ? `${whole}.${'0'.repeat(digits)}` : whole);
}

const DECIMAL = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[ \t\n\v\f\r]*$/;
const HEXADECIMAL = /^[ \t\n\v\f\r]*([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([+-]?\d+))?[ \t\n\v\f\r]*$/;
const NAMED = /^[ \t\n\v\f\r]*([+-]?)(inf|infinity|nan)[ \t\n\v\f\r]*$/i;

/** A number's value, or undefined when the whole text is not one number. */
export function textToNumber(text: string): number | undefined {
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) return Number(decimal[1]);
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal !== null) return hexadecimalValue(hexadecimal);
  const named = NAMED.exec(text);
  if (named === null) return undefined;
  if ((named[2] ?? '').toLowerCase() === 'nan') return Number.NaN;
  return named[1] === '-' ? -Infinity : Infinity;
}

function hexadecimalValue(match: RegExpExecArray): number | undefined {
  const whole = match[2] ?? '';
  const fraction = match[3] ?? '';
  if (whole === '' && fraction === '') return undefined;
  let value = 0;
  for (const digit of whole + fraction) value = value * 16 + Number.parseInt(digit, 16);
  value *= 2 ** (Number(match[4] ?? 0) - 4 * fraction.length);
  return match[1] === '-' ? -value : value;
}
