// Inline commands: words separated by blanks, with double quotes (escapes \n \r \t \b \a \xHH \" \\) and single quotes
// (escape \'). Words are unquoted in place: the text only gets shorter.
import type { Args } from './args.ts';

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 };

/** Appends the words of `args.bytes[start..end)` to `args`; false where quotes are not balanced. */
export function splitInline(args: Args, start: number, end: number): boolean {
  const { bytes } = args;
  let at = start;
  for (;;) {
    while (at < end && isBlank(bytes[at])) at++;
    if (at >= end) return true;
    const word = at;
    let write = at;
    while (at < end && !isBlank(bytes[at])) {
      const byte = bytes[at];
      if (byte !== 34 && byte !== 39) {
        bytes[write++] = byte;
        at++;
        continue;
      }
      const closed = byte === 34 ? unquoteDouble(bytes, at + 1, end, write) : unquoteSingle(bytes, at + 1, end, write);
      if (closed === undefined) return false;
      at = closed.at;
      write = closed.write;
      // A closing quote ends the word.
      if (at < end && !isBlank(bytes[at])) return false;
    }
    args.push(word, write - word);
  }
}

interface Unquoted {
  readonly at: number;
  readonly write: number;
}

function unquoteDouble(bytes: Uint8Array, from: number, end: number, to: number): Unquoted | undefined {
  let at = from;
  let write = to;
  while (at < end && bytes[at] !== 34) {
    if (bytes[at] !== 92 || at + 1 >= end) {
      bytes[write++] = bytes[at++];
      continue;
    }
    const next = String.fromCharCode(bytes[at + 1]);
    const hex = Buffer.from(bytes.subarray(at + 2, Math.min(end, at + 4))).toString('latin1');
    if (next === 'x' && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes[write++] = Number.parseInt(hex, 16);
      at += 4;
    } else {
      bytes[write++] = ESCAPES[next] ?? bytes[at + 1];
      at += 2;
    }
  }
  return at < end ? { at: at + 1, write } : undefined;
}

function unquoteSingle(bytes: Uint8Array, from: number, end: number, to: number): Unquoted | undefined {
  let at = from;
  let write = to;
  while (at < end && bytes[at] !== 39) {
    if (bytes[at] === 92 && bytes[at + 1] === 39 && at + 1 < end) at++;
    bytes[write++] = bytes[at++];
  }
  return at < end ? { at: at + 1, write } : undefined;
}

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13) || byte === 0;
}
