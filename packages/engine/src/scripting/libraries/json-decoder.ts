/** JSON as Lua values, accepting what lua-cjson accepts (also hexadecimal numbers and nan) and with its error texts. */
import { checkString } from '../lua/arguments.ts';
import { LuaError } from '../lua/lua-error.ts';
import type { LuaTable } from '../lua/lua-table.ts';
import type { LuaValue } from '../lua/lua-value.ts';
import { textToNumber } from '../lua/number-text.ts';
import type { LuaRuntime } from '../lua/runtime.ts';
import { JSON_NULL, type JsonSettings } from './json-settings.ts';

/** What strtod would read. */
const NUMBER =
  /[+-]?(?:0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)/iy;
const HEX4 = /^[0-9a-fA-F]{4}$/;

const SYMBOLS: Readonly<Record<string, string>> = {
  '{': 'T_OBJ_BEGIN',
  '}': 'T_OBJ_END',
  '[': 'T_ARR_BEGIN',
  ']': 'T_ARR_END',
  ',': 'T_COMMA',
  ':': 'T_COLON',
};

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
};

export function decodeJson(runtime: LuaRuntime, settings: JsonSettings, args: readonly LuaValue[]): LuaValue {
  const text = checkString(args, 0);
  if (text.length >= 2 && (text.charCodeAt(0) === 0 || text.charCodeAt(1) === 0)) {
    throw new LuaError('JSON parser does not support UTF-16 or UTF-32', 1);
  }
  return new Decoder(runtime, settings, text).decode();
}

class Decoder {
  readonly #runtime: LuaRuntime;
  readonly #settings: JsonSettings;
  readonly #text: string;
  #at = 0;
  #depth = 0;
  /** The current token: a name of the C library's, with what it stands for and where it began. */
  #token = '';
  #value: LuaValue;
  #tokenAt = 0;

  constructor(runtime: LuaRuntime, settings: JsonSettings, text: string) {
    this.#runtime = runtime;
    this.#settings = settings;
    this.#text = text;
  }

  decode(): LuaValue {
    this.#next();
    const value = this.#readValue();
    this.#next();
    if (this.#token !== 'T_END') this.#fail('the end');
    return value;
  }

  #fail(expected: string): never {
    throw new LuaError(`Expected ${expected} but found ${this.#token} at character ${this.#tokenAt + 1}`, 1);
  }

  /** A token that is an error: its name is the message. */
  #setError(message: string): void {
    this.#token = message;
    this.#tokenAt = this.#at;
  }

  #next(): void {
    const text = this.#text;
    let code = text.charCodeAt(this.#at);
    while (code === 32 || code === 9 || code === 10 || code === 13) code = text.charCodeAt(++this.#at);
    this.#tokenAt = this.#at;
    const char = text.charAt(this.#at);
    if (char === '' || code === 0) {
      this.#token = 'T_END';
      return;
    }
    const symbol = SYMBOLS[char];
    if (symbol !== undefined) {
      this.#token = symbol;
      this.#at++;
    } else if (code === 34) this.#readString();
    else if (code === 45 || (code >= 48 && code <= 57)) this.#readNumber();
    else this.#readWord(char);
  }

  #readWord(char: string): void {
    const text = this.#text;
    if (text.startsWith('true', this.#at)) this.#setWord('T_BOOLEAN', true, 4);
    else if (text.startsWith('false', this.#at)) this.#setWord('T_BOOLEAN', false, 5);
    else if (text.startsWith('null', this.#at)) this.#setWord('T_NULL', JSON_NULL, 4);
    else if ('iInN+'.includes(char) && this.#settings.decodeInvalidNumbers && this.#isInvalidNumber()) {
      this.#readNumberText();
    } else this.#setError('invalid token');
  }

  #setWord(token: string, value: LuaValue, length: number): void {
    this.#token = token;
    this.#value = value;
    this.#at += length;
  }

  /** What strtod would take though JSON does not allow it. */
  #isInvalidNumber(): boolean {
    return /^(?:\+|-?(?:0[xX0-9]|inf|nan))/i.test(this.#text.slice(this.#at, this.#at + 4));
  }

  #readNumber(): void {
    if (!this.#settings.decodeInvalidNumbers && this.#isInvalidNumber()) this.#setError('invalid number');
    else this.#readNumberText();
  }

  #readNumberText(): void {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) {
      this.#setError('invalid number');
      return;
    }
    const [number] = match;
    this.#setWord('T_NUMBER', textToNumber(number), number.length);
  }

  #readString(): void {
    const text = this.#text;
    let result = '';
    let start = ++this.#at;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === 34) break;
      if (Number.isNaN(code) || code === 0) {
        this.#setError('unexpected end of string');
        return;
      }
      if (code !== 92) {
        this.#at++;
        continue;
      }
      result += text.slice(start, this.#at);
      const escaped = this.#readEscape();
      if (escaped === undefined) return;
      result += escaped;
      start = this.#at;
    }
    result += text.slice(start, this.#at);
    this.#runtime.charge(result.length + 24);
    this.#setWord('T_STRING', result, 1);
  }

  /** undefined when the token has become an error. */
  #readEscape(): string | undefined {
    const char = this.#text.charAt(this.#at + 1);
    if (char === 'u') {
      const decoded = this.#readUnicode();
      if (decoded === undefined) this.#setError('invalid unicode escape code');
      return decoded;
    }
    const decoded = ESCAPES[char];
    if (decoded === undefined) this.#setError('invalid escape code');
    else this.#at += 2;
    return decoded;
  }

  #hex4(at: number): number | undefined {
    const digits = this.#text.slice(at, at + 4);
    return HEX4.test(digits) ? Number.parseInt(digits, 16) : undefined;
  }

  #readUnicode(): string | undefined {
    let code = this.#hex4(this.#at + 2);
    if (code === undefined) return undefined;
    let length = 6;
    if ((code & 0xf800) === 0xd800) {
      if ((code & 0x400) !== 0 || !this.#text.startsWith('\\u', this.#at + 6)) return undefined;
      const low = this.#hex4(this.#at + 8);
      if (low === undefined || (low & 0xfc00) !== 0xdc00) return undefined;
      code = (((code & 0x3ff) << 10) | (low & 0x3ff)) + 0x10000;
      length = 12;
    }
    this.#at += length;
    return Buffer.from(String.fromCodePoint(code), 'utf8').toString('latin1');
  }

  #readValue(): LuaValue {
    switch (this.#token) {
      case 'T_STRING':
      case 'T_NUMBER':
      case 'T_BOOLEAN':
      case 'T_NULL':
        return this.#value;
      case 'T_OBJ_BEGIN':
        return this.#readObject();
      case 'T_ARR_BEGIN':
        return this.#readArray();
      default:
        return this.#fail('value');
    }
  }

  #descend(): void {
    this.#depth++;
    if (this.#depth > this.#settings.decodeDepthMax) {
      throw new LuaError(`Found too many nested data structures (${this.#depth}) at character ${this.#at}`, 1);
    }
    if (--this.#runtime.fuel < 0) this.#runtime.pause();
  }

  #readObject(): LuaTable {
    this.#descend();
    const table = this.#runtime.newTable();
    this.#next();
    while (this.#token !== 'T_OBJ_END') {
      if (this.#token !== 'T_STRING') this.#fail('object key string');
      const key = this.#value;
      this.#next();
      if (!this.#isAt('T_COLON')) this.#fail('colon');
      this.#next();
      this.#runtime.rawSet(table, key, this.#readValue());
      this.#next();
      if (this.#isAt('T_OBJ_END')) break;
      if (!this.#isAt('T_COMMA')) this.#fail('comma or object end');
      this.#next();
      // A comma must be followed by another field.
      if (this.#isAt('T_OBJ_END')) this.#fail('object key string');
    }
    this.#depth--;
    return table;
  }

  #isAt(token: string): boolean {
    return this.#token === token;
  }

  #readArray(): LuaTable {
    this.#descend();
    const table = this.#runtime.newTable();
    this.#next();
    if (!this.#isAt('T_ARR_END')) {
      for (let at = 1; ; at++) {
        this.#runtime.rawSet(table, at, this.#readValue());
        this.#next();
        if (this.#isAt('T_ARR_END')) break;
        if (!this.#isAt('T_COMMA')) this.#fail('comma or array end');
        this.#next();
      }
    }
    this.#depth--;
    return table;
  }
}
