/**
 * Splits a Lua 5.1 chunk (a binary string) into tokens, one ahead on demand.
 * A token is a string: keywords and operators are themselves, the others are `<name>`, `<string>`, `<number>`, `<eof>`.
 * Errors carry Lua's words: "chunk:line: message near 'token'".
 */
import { LuaSyntaxError } from './lua-error.ts';
import { textToNumber } from './number-text.ts';

const KEYWORDS = new Set(
  'and break do else elseif end false for function if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);

/** By first letter the lengths of keywords as bits: most names need no look-up. */
const KEYWORD_LENGTHS = new Uint16Array(256);
for (const keyword of KEYWORDS) KEYWORD_LENGTHS[keyword.charCodeAt(0)] |= 1 << keyword.length;

const LETTER = 1;
const DIGIT = 2;
const SPACE = 4;

const CLASS_OF = new Uint8Array(256);
for (let code = 0; code < 256; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(char)) CLASS_OF[code] = LETTER;
  else if (/[0-9]/.test(char)) CLASS_OF[code] = DIGIT;
  else if (/[ \t\v\f]/.test(char)) CLASS_OF[code] = SPACE;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Integers of so many digits are exact when read digit by digit. */
const INTEGER_DIGITS_MAX = 15;
const NEWLINE = 10;
const RETURN = 13;
/** Chunk names are cut: to LUA_IDSIZE in errors of running code, to MAXSRC in syntax errors. */
const NAME_LENGTH_MAX = 60;
const NAME_LENGTH_MAX_OF_SYNTAX = 80;

/** How messages name a chunk: "=name" and "@name" as they stand, source text as [string "first line..."]. */
export function chunkDisplayName(chunkName: string, lengthMax = NAME_LENGTH_MAX): string {
  const rest = chunkName.slice(1);
  if (chunkName.startsWith('=')) return rest.slice(0, lengthMax - 1);
  if (chunkName.startsWith('@')) {
    const kept = lengthMax - 8;
    return rest.length > kept ? `...${rest.slice(rest.length - kept)}` : rest;
  }
  const firstLine = /^[^\r\n]*/.exec(chunkName)?.[0] ?? '';
  const kept = lengthMax - 17;
  const cut = firstLine.length > kept ? firstLine.slice(0, kept) : firstLine;
  return cut.length < chunkName.length ? `[string "${cut}..."]` : `[string "${cut}"]`;
}

export class Lexer {
  readonly #source: string;
  readonly #displayName: string;
  #position = 0;
  #tokenStart = 0;
  /** The current token, and the text or number it stands for. */
  token = '';
  text = '';
  number = 0;
  line = 1;
  /** Line of the token before the current one. */
  lastLine = 1;
  #ahead: { token: string; text: string; number: number; line: number; start: number; end: number } | undefined;

  constructor(source: string, chunkName: string) {
    this.#source = source;
    this.#displayName = chunkDisplayName(chunkName, NAME_LENGTH_MAX_OF_SYNTAX);
    if (source.startsWith('#')) {
      while (this.#position < source.length && source.charCodeAt(this.#position) !== NEWLINE) this.#position++;
    }
  }

  next(): void {
    this.lastLine = this.line;
    const ahead = this.#ahead;
    if (ahead === undefined) {
      this.token = this.#scan();
      return;
    }
    this.#ahead = undefined;
    this.token = ahead.token;
    this.text = ahead.text;
    this.number = ahead.number;
    this.line = ahead.line;
    this.#tokenStart = ahead.start;
    this.#position = ahead.end;
  }

  /** The token after the current one, without moving. */
  peek(): string {
    const { token, text, number, line } = this;
    const start = this.#tokenStart;
    const end = this.#position;
    const next = this.#scan();
    this.#ahead = {
      token: next,
      text: this.text,
      number: this.number,
      line: this.line,
      start: this.#tokenStart,
      end: this.#position,
    };
    this.token = token;
    this.text = text;
    this.number = number;
    this.line = line;
    this.#tokenStart = start;
    this.#position = end;
    return next;
  }

  /** An error at the current token. */
  fail(message: string): never {
    const { token } = this;
    const isText = token === '<name>' || token === '<string>' || token === '<number>';
    this.failNear(message, isText ? this.#source.slice(this.#tokenStart, this.#position) : token);
  }

  failNear(message: string, near: string | undefined): never {
    // C strings end at the first zero byte.
    const shown = near === undefined ? '' : ` near '${near.split('\0', 1)[0] ?? ''}'`;
    throw new LuaSyntaxError(`${this.#displayName}:${this.line}: ${message}${shown}`);
  }

  #scan(): string {
    const source = this.#source;
    for (;;) {
      const start = this.#position;
      if (start >= source.length) {
        this.#tokenStart = start;
        return '<eof>';
      }
      const code = source.charCodeAt(start);
      const kind = CLASS_OF[code];
      if (kind === LETTER) return this.#scanName(start);
      if (kind === SPACE) {
        this.#position++;
      } else if (code === NEWLINE || code === RETURN) {
        this.#skipNewline();
      } else if (code === 45 && source.charCodeAt(start + 1) === 45) {
        this.#skipComment();
      } else {
        this.#tokenStart = start;
        return kind === DIGIT ? this.#scanNumber() : this.#scanSymbol(code);
      }
    }
  }

  #scanName(start: number): string {
    const source = this.#source;
    let end = start + 1;
    while (end < source.length && (CLASS_OF[source.charCodeAt(end)] & (LETTER | DIGIT)) !== 0) end++;
    this.#tokenStart = start;
    this.#position = end;
    const name = source.slice(start, end);
    if ((KEYWORD_LENGTHS[source.charCodeAt(start)] & (1 << name.length)) !== 0 && KEYWORDS.has(name)) return name;
    this.text = name;
    return '<name>';
  }

  #scanNumber(): string {
    const source = this.#source;
    const start = this.#tokenStart;
    let end = start;
    let integer = 0;
    while (CLASS_OF[source.charCodeAt(end)] === DIGIT) integer = integer * 10 + source.charCodeAt(end++) - 48;
    if (end - start <= INTEGER_DIGITS_MAX && !this.#continuesNumber(source.charCodeAt(end))) {
      this.#position = end;
      this.number = integer;
      return '<number>';
    }
    while (CLASS_OF[source.charCodeAt(end)] === DIGIT || source.charCodeAt(end) === 46) end++;
    if (/[eE]/.test(source.charAt(end))) {
      end++;
      if (/[+-]/.test(source.charAt(end))) end++;
    }
    while (end < source.length && (CLASS_OF[source.charCodeAt(end)] & (LETTER | DIGIT)) !== 0) end++;
    this.#position = end;
    const text = source.slice(start, end);
    const value = textToNumber(text);
    if (value === undefined) this.failNear('malformed number', text);
    this.number = value;
    return '<number>';
  }

  #continuesNumber(code: number): boolean {
    return code === 46 || (CLASS_OF[code] & (LETTER | DIGIT)) !== 0;
  }

  #scanSymbol(code: number): string {
    const source = this.#source;
    const start = this.#position;
    const following = source.charCodeAt(start + 1);
    switch (code) {
      case 34:
      case 39:
        return this.#scanString(code);
      case 91: {
        if (following === 91 || following === 61) return this.#scanBracket();
        break;
      }
      case 61:
      case 60:
      case 62:
      case 126:
        if (following === 61) {
          this.#position = start + 2;
          return source.slice(start, start + 2);
        }
        break;
      case 46:
        if (following === 46) {
          this.#position = start + (source.charCodeAt(start + 2) === 46 ? 3 : 2);
          return source.slice(start, this.#position);
        }
        if (CLASS_OF[following] === DIGIT) return this.#scanNumber();
        break;
    }
    this.#position = start + 1;
    return code < 32 || code === 127 ? `char(${code})` : source.charAt(start);
  }

  #scanBracket(): string {
    const level = this.#longBracketLevel();
    if (level >= 0) {
      this.text = this.#readLong(level, 'unfinished long string');
      return '<string>';
    }
    this.failNear('invalid long string delimiter', this.#source.slice(this.#tokenStart, this.#position));
  }

  #skipNewline(): void {
    const first = this.#source.charCodeAt(this.#position++);
    const second = this.#source.charCodeAt(this.#position);
    if ((second === NEWLINE || second === RETURN) && second !== first) this.#position++;
    this.line++;
  }

  #skipComment(): void {
    const source = this.#source;
    this.#tokenStart = this.#position;
    this.#position += 2;
    if (source.charCodeAt(this.#position) === 91) {
      const level = this.#longBracketLevel();
      if (level >= 0) {
        this.#readLong(level, 'unfinished long comment');
        return;
      }
    }
    while (this.#position < source.length) {
      const code = source.charCodeAt(this.#position);
      if (code === NEWLINE || code === RETURN) return;
      this.#position++;
    }
  }

  /** At '[': the number of '=' of a long bracket, moving after its second '['; otherwise -1, moving after the '='. */
  #longBracketLevel(): number {
    const source = this.#source;
    let end = this.#position + 1;
    while (source.charCodeAt(end) === 61) end++;
    const level = end - this.#position - 1;
    if (source.charCodeAt(end) !== 91) {
      this.#position = end;
      return -1;
    }
    this.#position = end + 1;
    return level;
  }

  #readLong(level: number, unfinished: string): string {
    const source = this.#source;
    const closing = `]${'='.repeat(level)}]`;
    const end = source.indexOf(closing, this.#position);
    const first = source.charCodeAt(this.#position);
    if (first === NEWLINE || first === RETURN) this.#skipNewline();
    const contentEnd = end < 0 ? source.length : end;
    const start = this.#position;
    let hasReturn = false;
    for (let at = start; at < contentEnd; at++) {
      const code = source.charCodeAt(at);
      if (code !== NEWLINE && code !== RETURN) continue;
      const second = source.charCodeAt(at + 1);
      if (at + 1 < contentEnd && (second === NEWLINE || second === RETURN) && second !== code) at++;
      if (code === RETURN || second === RETURN) hasReturn = true;
      this.line++;
    }
    this.#position = contentEnd + (end < 0 ? 0 : closing.length);
    if (end < 0) this.failNear(unfinished, '<eof>');
    const content = source.slice(start, contentEnd);
    return hasReturn ? content.replaceAll(/\r\n|\n\r|\r/g, '\n') : content;
  }

  #scanString(quote: number): string {
    const source = this.#source;
    this.#position++;
    let text = '';
    let start = this.#position;
    for (;;) {
      const code = source.charCodeAt(this.#position);
      if (code === quote) break;
      if (this.#position >= source.length) this.failNear('unfinished string', '<eof>');
      if (code === NEWLINE || code === RETURN) {
        this.failNear('unfinished string', String.fromCharCode(quote) + text + source.slice(start, this.#position));
      }
      if (code !== 92) {
        this.#position++;
        continue;
      }
      text += source.slice(start, this.#position);
      text += this.#readEscape(String.fromCharCode(quote) + text);
      start = this.#position;
    }
    this.text = text + source.slice(start, this.#position);
    this.#position++;
    return '<string>';
  }

  #readEscape(read: string): string {
    const source = this.#source;
    this.#position++;
    const char = source.charAt(this.#position);
    if (char === '\n' || char === '\r') {
      this.#skipNewline();
      return '\n';
    }
    if (char === '') return '';
    if (CLASS_OF[char.charCodeAt(0)] === DIGIT) {
      const digits = /^\d{1,3}/.exec(source.slice(this.#position, this.#position + 3))?.[0] ?? '';
      this.#position += digits.length;
      const code = Number(digits);
      if (code > 255) this.failNear('escape sequence too large', read);
      return String.fromCharCode(code);
    }
    this.#position++;
    return SIMPLE_ESCAPES[char] ?? char;
  }
}
