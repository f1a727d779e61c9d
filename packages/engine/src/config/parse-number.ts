// Numbers as the configuration reads and prints them: strict decimal integers, C's lenient prefixes, and byte amounts
// with a unit. All values are 64-bit and therefore bigint; C strings end at NUL, so does every text here.

const MEMORY_UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 1000n,
  kb: 1024n,
  m: 1000n * 1000n,
  mb: 1024n * 1024n,
  g: 1000n * 1000n * 1000n,
  gb: 1024n * 1024n * 1024n,
};
const MEMORY_DIGITS_MAX = 127;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** The part of a binary string that C would see: everything before the first NUL. */
export function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/** A decimal integer without sign `+`, blanks or leading zeros, within 64 signed bits; undefined otherwise. */
export function parseInteger(text: string): bigint | undefined {
  if (!/^(0|-?[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= INT64_MIN && value <= INT64_MAX ? value : undefined;
}

/**
 * The longest integer at the start of `text`, as strtoll(3) reads it: blanks and a sign may precede, the value is held
 * within 64 signed bits. `rest` is what follows; a text without digits is 0 with everything left over.
 */
export function parseIntegerPrefix(
  text: string,
  base: 8 | 10 = 10,
): { value: bigint; rest: string; overflow: boolean } {
  const seen = untilNul(text);
  const match = (base === 8 ? /^[\t-\r ]*([+-]?)([0-7]+)/ : /^[\t-\r ]*([+-]?)([0-9]+)/).exec(seen);
  if (match === null) return { value: 0n, rest: seen, overflow: false };
  const magnitude = BigInt(base === 8 ? `0o${match[2]}` : match[2]);
  const value = match[1] === '-' ? -magnitude : magnitude;
  const held = value < INT64_MIN ? INT64_MIN : value > INT64_MAX ? INT64_MAX : value;
  return { value: held, rest: seen.slice(match[0].length), overflow: held !== value };
}

/**
 * An amount of bytes: digits with an optional unit (`k` is 1000, `kb` 1024, and so on, in any case). The product wraps
 * at 64 bits as it does in the original; undefined when the text is no amount.
 */
export function parseMemory(text: string): bigint | undefined {
  const match = /^([0-9]*)([a-z]*)$/i.exec(untilNul(text));
  if (match === null || match[1].length > MEMORY_DIGITS_MAX) return undefined;
  const unit = MEMORY_UNITS[match[2].toLowerCase()];
  const digits = BigInt(match[1] === '' ? '0' : match[1]);
  if (unit === undefined || digits > UINT64_MAX) return undefined;
  return BigInt.asUintN(64, digits * unit);
}

/** Bytes in the largest unit that divides them, as CONFIG REWRITE writes them. */
export function formatMemory(bytes: bigint): string {
  for (const unit of ['gb', 'mb', 'kb']) {
    if (bytes !== 0n && bytes % MEMORY_UNITS[unit] === 0n) return `${bytes / MEMORY_UNITS[unit]}${unit}`;
  }
  return `${bytes}`;
}
