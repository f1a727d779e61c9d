// Glob patterns as the server knows them: `*`, `?`, `[abc]`, `[^a-c]` and `\` before a literal, on bytes. Used by KEYS,
// SCAN, PSUBSCRIBE, ACL, CONFIG GET and others, so its oddities are protocol: a class need not be closed, its range may
// run backwards, and nothing but the empty pattern matches the empty text.
// A hostile pattern costs O(pattern * text) at most: once the rest after a `*` is found nowhere, no earlier `*` tries on.

const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const CARET = 0x5e;
const DASH = 0x2d;
const BACKSLASH = 0x5c;
const STARS_MAX = 1000;
const SCRATCH_BYTES = 1024;

const scratch = new Uint8Array(SCRATCH_BYTES);

/** Set when no longer match of an earlier star can help. Valid within one match only. */
let isHopeless = false;

/** Whether `pattern` matches all of `text`, both binary strings. `ignoreCase` folds ASCII letters. */
export function globMatch(pattern: string, text: string, ignoreCase = false): boolean {
  const bytes = text.length <= SCRATCH_BYTES ? scratch : new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return globMatchBytes(pattern, bytes, 0, text.length, ignoreCase);
}

/** Whether `pattern`, a binary string, matches all of the `length` bytes at `start`. */
export function globMatchBytes(
  pattern: string,
  bytes: Uint8Array,
  start: number,
  length: number,
  ignoreCase = false,
): boolean {
  isHopeless = false;
  return matchFrom(pattern, 0, bytes, start, start + length, ignoreCase, 0);
}

function matchFrom(
  pattern: string,
  patternAt: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  ignoreCase: boolean,
  stars: number,
): boolean {
  if (stars > STARS_MAX) return false;
  let at = patternAt;
  let position = start;
  while (at < pattern.length && position < end) {
    const code = pattern.charCodeAt(at);
    if (code === STAR) return matchStar(pattern, at, bytes, position, end, ignoreCase, stars);
    if (code === OPEN) {
      at = matchClass(pattern, at + 1, bytes[position], ignoreCase);
      if (at === -1) return false;
    } else {
      if (code === BACKSLASH && at + 1 < pattern.length) at++;
      const isAny = code === QUESTION;
      if (!isAny && !equals(pattern.charCodeAt(at), bytes[position], ignoreCase)) return false;
      at++;
    }
    position++;
    if (position === end) while (pattern.charCodeAt(at) === STAR) at++;
  }
  return at === pattern.length && position === end;
}

function matchStar(
  pattern: string,
  starAt: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  ignoreCase: boolean,
  stars: number,
): boolean {
  let at = starAt + 1;
  while (pattern.charCodeAt(at) === STAR) at++;
  if (at === pattern.length) return true;
  const next = pattern.charCodeAt(at);
  const isLiteral = !ignoreCase && next !== QUESTION && next !== OPEN && next !== BACKSLASH;
  for (let position = start; position < end; position++) {
    if (isLiteral && bytes[position] !== next) continue;
    if (matchFrom(pattern, at, bytes, position, end, ignoreCase, stars + 1)) return true;
    if (isHopeless) return false;
  }
  isHopeless = true;
  return false;
}

/** Where the pattern goes on behind the class that starts at `start`, or -1 when `code` is not in it. */
function matchClass(pattern: string, start: number, code: number, ignoreCase: boolean): number {
  const end = pattern.length;
  const isInverted = pattern.charCodeAt(start) === CARET;
  let at = isInverted ? start + 1 : start;
  let found = false;
  while (at < end && pattern.charCodeAt(at) !== CLOSE) {
    const first = pattern.charCodeAt(at);
    if (first === BACKSLASH && at + 1 < end) {
      // An escaped byte is compared as it is, whatever the case.
      found ||= pattern.charCodeAt(at + 1) === code;
      at += 2;
    } else if (at + 2 < end && pattern.charCodeAt(at + 1) === DASH) {
      found ||= isWithin(code, first, pattern.charCodeAt(at + 2), ignoreCase);
      at += 3;
    } else {
      found ||= equals(first, code, ignoreCase);
      at++;
    }
  }
  if (found === isInverted) return -1;
  return Math.min(at + 1, end);
}

/** Ranges compare signed bytes, as the original's `char` does. */
function isWithin(code: number, first: number, last: number, ignoreCase: boolean): boolean {
  let low = Math.min(signed(first), signed(last));
  let high = Math.max(signed(first), signed(last));
  let value = signed(code);
  if (ignoreCase) {
    low = fold(low);
    high = fold(high);
    value = fold(value);
  }
  return value >= low && value <= high;
}

function equals(left: number, right: number, ignoreCase: boolean): boolean {
  return left === right || (ignoreCase && fold(left) === fold(right));
}

function fold(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function signed(byte: number): number {
  return (byte << 24) >> 24;
}
