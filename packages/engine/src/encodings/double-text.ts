// Doubles as text: printed as Valkey prints scores and RESP doubles (shortest form that reads back the same), parsed as
// strictly as it parses them.

/** The shortest text that reads back as `value`: digits, or d.ddde+xx outside of 1e-7 to 1e21, inf, -inf, nan. */
export function formatDouble(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return Object.is(value, -0) ? '-0' : String(value);
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return shortest(value);
}

/** Writes `formatDouble` at `offset`; returns the place behind it. */
export function writeDouble(bytes: Uint8Array, offset: number, value: number): number {
  const text = formatDouble(value);
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
  return offset + text.length;
}

const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INFINITE = /^[+-]?inf(?:inity)?$/i;

/** The double that a binary string is, or undefined; `nan` is refused. */
export function parseDouble(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  if (!INFINITE.test(text)) return undefined;
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** JavaScript finds the shortest digits; Valkey lays them out in its own way. */
function shortest(value: number): string {
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const negative = mantissa.startsWith('-');
  const digits = mantissa.replace('-', '').replace('.', '');
  const exponent = Number(exponentText);
  const sign = negative ? '-' : '';
  const point = exponent + 1;
  if (point >= digits.length && exponent < 21) return sign + digits + '0'.repeat(point - digits.length);
  if (point > 0 && exponent < 21) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  if (point <= 0 && exponent > -7) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign}${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}
