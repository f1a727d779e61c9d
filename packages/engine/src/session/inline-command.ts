// Inline commands: words separated by blanks, with double quotes (escapes \n \r \t \b \a \xHH \" \\) and single quotes
// (escape \'). Quoted and unquoted parts that touch form one word, as in configuration files. Words are unquoted in
// place: the text only gets shorter.
import type { Args } from './args.ts';

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 };
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const BACKSLASH = 92;

/** Appends the words of `args.bytes[start..end)` to `args`; false where quotes are not balanced. */
export function splitInline(args: Args, start: number, end: number): boolean {
  const { bytes } = args;
  let at = start;
  for (;;) {
    while (at < end && isBlank(bytes[at])) at++;
    if (at >= end) return true;
    const word = at;
    let write = at;
    while (at < end && !endsWord(bytes[at])) {
      const byte = bytes[at];
      if (byte !== DOUBLE_QUOTE && byte !== SINGLE_QUOTE) {
        bytes[write++] = byte;
        at++;
        continue;
      }
      const unquote = byte === DOUBLE_QUOTE ? unquoteDouble : unquoteSingle;
      const closed = unquote(bytes, at + 1, end, write);
      if (closed === undefined) return false;
      at = closed.at;
      write = closed.write;
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
  while (at < end && bytes[at] !== DOUBLE_QUOTE) {
    if (bytes[at] !== BACKSLASH || at + 1 >= end) {
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
  while (at < end && bytes[at] !== SINGLE_QUOTE) {
    if (bytes[at] === BACKSLASH && at + 1 < end && bytes[at + 1] === SINGLE_QUOTE) at++;
    bytes[write++] = bytes[at++];
  }
  return at < end ? { at: at + 1, write } : undefined;
}

/** What may stand between words. */
function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

/** Fewer bytes end a word: the original takes vertical tabs and form feeds for a part of it. */
function endsWord(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13;
}
