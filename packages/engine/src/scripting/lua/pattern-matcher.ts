/**
 * Lua patterns over binary strings: one matcher per (subject, pattern), used again for each start position.
 * Backtracking burns fuel, so a pathological pattern can be stopped; nesting is limited because it takes JavaScript stack.
 */
import { LuaError } from './lua-error.ts';
import type { LuaValue } from './lua-value.ts';
import type { LuaRuntime } from './runtime.ts';

const CAPTURES_MAX = 32;
const NESTING_MAX = 400;
const UNFINISHED = -1;
const POSITION = -2;
/** What takes about as long as a step: looking for a closing bracket, or comparing with a capture. */
const BALANCED_CHARS_PER_STEP_BITS = 3;
const COMPARED_CHARS_PER_STEP_BITS = 6;

const ESCAPE = 37;
const CARET = 94;
const DASH = 45;

/** Bits of a char for the classes %a %c %d %l %p %s %u %w %x. */
const CLASSES = new Map<number, number>();
const BITS_OF = new Uint16Array(256);

function defineClass(letter: string, members: RegExp): void {
  const bit = 1 << CLASSES.size;
  CLASSES.set(letter.charCodeAt(0), bit);
  for (let code = 0; code < 128; code++) {
    if (members.test(String.fromCharCode(code))) BITS_OF[code] |= bit;
  }
}

defineClass('a', /[A-Za-z]/);
defineClass('c', /[^\x20-\x7e]/);
defineClass('d', /[0-9]/);
defineClass('l', /[a-z]/);
defineClass('p', /[!-/:-@[-`{-~]/);
defineClass('s', /[\t-\r ]/);
defineClass('u', /[A-Z]/);
defineClass('w', /[0-9A-Za-z]/);
defineClass('x', /[0-9A-Fa-f]/);
const LETTER_Z = 122;

function matchesClass(code: number, letter: number): boolean {
  const lower = letter | 32;
  const isLetter = lower >= 97 && lower <= 122;
  const bit = isLetter ? CLASSES.get(lower) : undefined;
  let matches: boolean;
  if (bit !== undefined) matches = (BITS_OF[code] & bit) !== 0;
  else if (isLetter && lower === LETTER_Z) matches = code === 0;
  else return letter === code;
  return letter === lower ? matches : !matches;
}

export class PatternMatcher {
  readonly #runtime: LuaRuntime;
  readonly #subject: string;
  readonly #pattern: string;
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  #level = 0;
  #nesting = 0;

  /** The pattern is without its anchor. It ends at its first zero byte, as C strings do. */
  constructor(runtime: LuaRuntime, subject: string, pattern: string) {
    this.#runtime = runtime;
    this.#subject = subject;
    const end = pattern.indexOf('\0');
    this.#pattern = end < 0 ? pattern : pattern.slice(0, end);
  }

  /** The end of the match that begins at a place, or -1. */
  matchAt(start: number): number {
    this.#level = 0;
    this.#nesting = 0;
    return this.#match(start, 0);
  }

  /** The captures of the last match; the whole match when the pattern has none and it is wanted. */
  captures(start: number, end: number, wantsWhole: boolean): LuaValue[] {
    if (this.#level === 0) return wantsWhole ? [this.#subject.slice(start, end)] : [];
    const values: LuaValue[] = [];
    for (let at = 0; at < this.#level; at++) values.push(this.capture(at, start, end));
    return values;
  }

  whole(start: number, end: number): string {
    return this.#subject.slice(start, end);
  }

  capture(at: number, start: number, end: number): LuaValue {
    if (at >= this.#level) {
      if (at === 0) return this.#subject.slice(start, end);
      throw new LuaError('invalid capture index', 1);
    }
    const length = this.#lengths[at];
    const from = this.#starts[at];
    if (length === UNFINISHED) throw new LuaError('unfinished capture', 1);
    return length === POSITION ? from + 1 : this.#subject.slice(from, from + length);
  }

  #match(start: number, patternStart: number): number {
    if (++this.#nesting > NESTING_MAX) throw new LuaError('pattern too complex', 1);
    if (--this.#runtime.fuel < 0) this.#runtime.pause();
    const end = this.#matchItems(start, patternStart);
    this.#nesting--;
    return end;
  }

  #matchItems(start: number, patternStart: number): number {
    const pattern = this.#pattern;
    let at = start;
    let p = patternStart;
    for (;;) {
      if (p >= pattern.length) return at;
      const code = pattern.charCodeAt(p);
      if (code === 40) {
        const isPosition = pattern.charCodeAt(p + 1) === 41;
        return this.#startCapture(at, isPosition ? p + 2 : p + 1, isPosition ? POSITION : UNFINISHED);
      }
      if (code === 41) return this.#endCapture(at, p + 1);
      if (code === 36 && p + 1 === pattern.length) return at === this.#subject.length ? at : -1;
      if (code === ESCAPE) {
        const next = pattern.charCodeAt(p + 1);
        if (next === 98) {
          at = this.#matchBalance(at, p + 2);
          if (at < 0) return -1;
          p += 4;
          continue;
        }
        if (next === 102) {
          p = this.#matchFrontier(at, p + 2);
          if (p < 0) return -1;
          continue;
        }
        if (next >= 48 && next <= 57) {
          at = this.#matchCapture(at, next);
          if (at < 0) return -1;
          p += 2;
          continue;
        }
      }
      const itemEnd = this.#classEnd(p);
      const suffix = pattern.charCodeAt(itemEnd);
      if (suffix === 42) return this.#expandMost(at, p, itemEnd);
      if (suffix === 43) return this.#matchesOne(at, p, itemEnd) ? this.#expandMost(at + 1, p, itemEnd) : -1;
      if (suffix === DASH) return this.#expandLeast(at, p, itemEnd);
      const matches = this.#matchesOne(at, p, itemEnd);
      if (suffix === 63) {
        if (matches) {
          const end = this.#match(at + 1, itemEnd + 1);
          if (end >= 0) return end;
        }
        p = itemEnd + 1;
        continue;
      }
      if (!matches) return -1;
      at++;
      p = itemEnd;
    }
  }

  #matchesOne(at: number, p: number, itemEnd: number): boolean {
    if (at >= this.#subject.length) return false;
    const code = this.#subject.charCodeAt(at);
    const item = this.#pattern.charCodeAt(p);
    if (item === 46) return true;
    if (item === ESCAPE) return matchesClass(code, this.#pattern.charCodeAt(p + 1));
    if (item === 91) return this.#matchesSet(code, p, itemEnd - 1);
    return item === code;
  }

  /** p is at '[' and end at the closing ']'. */
  #matchesSet(code: number, p: number, end: number): boolean {
    const pattern = this.#pattern;
    const isNegated = pattern.charCodeAt(p + 1) === CARET;
    let at = isNegated ? p + 2 : p + 1;
    for (; at < end; at++) {
      const item = pattern.charCodeAt(at);
      if (item === ESCAPE) {
        at++;
        if (matchesClass(code, pattern.charCodeAt(at))) return !isNegated;
      } else if (pattern.charCodeAt(at + 1) === DASH && at + 2 < end) {
        at += 2;
        if (item <= code && code <= pattern.charCodeAt(at)) return !isNegated;
      } else if (item === code) {
        return !isNegated;
      }
    }
    return isNegated;
  }

  #classEnd(start: number): number {
    const pattern = this.#pattern;
    const code = pattern.charCodeAt(start);
    let p = start + 1;
    if (code === ESCAPE) {
      if (p >= pattern.length) throw new LuaError("malformed pattern (ends with '%')", 1);
      return p + 1;
    }
    if (code !== 91) return p;
    if (pattern.charCodeAt(p) === CARET) p++;
    do {
      if (p >= pattern.length) throw new LuaError("malformed pattern (missing ']')", 1);
      if (pattern.charCodeAt(p++) === ESCAPE && p < pattern.length) p++;
    } while (pattern.charCodeAt(p) !== 93);
    return p + 1;
  }

  #expandMost(start: number, p: number, itemEnd: number): number {
    let at = start;
    while (this.#matchesOne(at, p, itemEnd)) at++;
    // At the pattern's end nothing can fail.
    if (itemEnd + 1 >= this.#pattern.length) return at;
    for (; at >= start; at--) {
      const end = this.#match(at, itemEnd + 1);
      if (end >= 0) return end;
    }
    return -1;
  }

  #expandLeast(start: number, p: number, itemEnd: number): number {
    for (let at = start; ; at++) {
      const end = this.#match(at, itemEnd + 1);
      if (end >= 0) return end;
      if (!this.#matchesOne(at, p, itemEnd)) return -1;
    }
  }

  #startCapture(at: number, p: number, kind: number): number {
    if (this.#level >= CAPTURES_MAX) throw new LuaError('too many captures', 1);
    this.#starts[this.#level] = at;
    this.#lengths[this.#level] = kind;
    this.#level++;
    const end = this.#match(at, p);
    if (end < 0) this.#level--;
    return end;
  }

  #endCapture(at: number, p: number): number {
    let open = this.#level - 1;
    while (open >= 0 && this.#lengths[open] !== UNFINISHED) open--;
    if (open < 0) throw new LuaError('invalid pattern capture', 1);
    this.#lengths[open] = at - this.#starts[open];
    const end = this.#match(at, p);
    if (end < 0) this.#lengths[open] = UNFINISHED;
    return end;
  }

  #matchBalance(start: number, p: number): number {
    const subject = this.#subject;
    if (p + 1 >= this.#pattern.length) throw new LuaError('unbalanced pattern', 1);
    const opening = this.#pattern.charCodeAt(p);
    const closing = this.#pattern.charCodeAt(p + 1);
    if (subject.charCodeAt(start) !== opening) return -1;
    let depth = 1;
    let at = start + 1;
    for (; at < subject.length && depth > 0; at++) {
      const code = subject.charCodeAt(at);
      if (code === closing) depth--;
      else if (code === opening) depth++;
    }
    this.#runtime.burn((at - start) >> BALANCED_CHARS_PER_STEP_BITS);
    return depth === 0 ? at : -1;
  }

  /** Gives the place in the pattern after the set, or -1. */
  #matchFrontier(at: number, p: number): number {
    if (this.#pattern.charCodeAt(p) !== 91) throw new LuaError("missing '[' after '%f' in pattern", 1);
    const end = this.#classEnd(p);
    const before = at === 0 ? 0 : this.#subject.charCodeAt(at - 1);
    const after = at < this.#subject.length ? this.#subject.charCodeAt(at) : 0;
    return !this.#matchesSet(before, p, end - 1) && this.#matchesSet(after, p, end - 1) ? end : -1;
  }

  #matchCapture(at: number, digit: number): number {
    const index = digit - 49;
    if (index < 0 || index >= this.#level || this.#lengths[index] === UNFINISHED) {
      throw new LuaError('invalid capture index', 1);
    }
    const start = this.#starts[index];
    const length = Math.max(0, this.#lengths[index]);
    const text = this.#subject.slice(start, start + length);
    this.#runtime.burn(length >> COMPARED_CHARS_PER_STEP_BITS);
    return this.#subject.startsWith(text, at) ? at + length : -1;
  }
}
