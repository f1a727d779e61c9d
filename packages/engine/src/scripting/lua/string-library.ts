/** Lua's string library over binary strings, also reached as methods of strings. */
import { checkInt, checkInteger, checkString, optionalInt, optionalInteger } from './arguments.ts';
import { badArgument, LuaError } from './lua-error.ts';
import { LuaTable } from './lua-table.ts';
import { firstOf, LuaFunction, type LuaReturn, type LuaValue, NO_VALUES, typeName } from './lua-value.ts';
import { PatternMatcher } from './pattern-matcher.ts';
import { addLibrary } from './register-library.ts';
import { isText, isTrue, type LuaRuntime, textOf } from './runtime.ts';
import { formatString } from './string-format.ts';

/** Byte code cannot be loaded again, so what string.dump gives is only its beginning. */
const BYTECODE_SIGNATURE = '\x1bLuaQ';
const SPECIALS = /[\^$*+?.([%-]/;
/** Bytes that a single string may have: JavaScript's limit. */
const STRING_LENGTH_MAX = 536_870_888;
/** Values that byte may put on Lua's stack. */
const BYTES_ON_STACK_MAX = 7997;

export function openStringLibrary(runtime: LuaRuntime): void {
  const table = addLibrary(runtime, 'string', {
    byte: (args) => bytes(args),
    char: (args) => chars(args),
    dump: (args) => {
      if (!(args[0] instanceof LuaFunction)) throw badArgument(1, `function expected, got ${typeName(args[0])}`);
      if (args[0].proto === undefined) throw new LuaError('unable to dump given function', 1);
      return BYTECODE_SIGNATURE;
    },
    find: (args) => find(runtime, args, true),
    format: (args) => charged(runtime, formatString(args)),
    gmatch: (args) => gmatch(runtime, args),
    gsub: (args) => gsub(runtime, args),
    len: (args) => checkString(args, 0).length,
    lower: (args) => charged(runtime, lowerCase(checkString(args, 0))),
    match: (args) => find(runtime, args, false),
    rep: (args) => repeat(runtime, args),
    reverse: (args) => charged(runtime, reverse(checkString(args, 0))),
    sub: (args) => substring(args),
    upper: (args) => charged(runtime, upperCase(checkString(args, 0))),
  });
  table.setString('gfind', table.getString('gmatch'));
  const metatable = new LuaTable();
  metatable.setString('__index', table);
  runtime.stringMetatable = metatable;
}

function charged(runtime: LuaRuntime, text: string): string {
  runtime.charge(text.length);
  return runtime.flat(text);
}

/** ASCII only: bytes above 127 are not letters. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function upperCase(text: string): string {
  return text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function reverse(text: string): string {
  let reversed = '';
  for (let at = text.length - 1; at >= 0; at--) reversed += text.charAt(at);
  return reversed;
}

/** A position counted from the end when it is negative. */
function relativePosition(position: number, length: number): number {
  const from = position < 0 ? position + length + 1 : position;
  return Math.max(0, from);
}

function substring(args: readonly LuaValue[]): string {
  const text = checkString(args, 0);
  const from = Math.max(1, relativePosition(checkInteger(args, 1), text.length));
  const to = Math.min(text.length, relativePosition(optionalInteger(args, 2, -1), text.length));
  return from <= to ? text.slice(from - 1, to) : '';
}

function bytes(args: readonly LuaValue[]): LuaReturn {
  const text = checkString(args, 0);
  const first = relativePosition(optionalInteger(args, 1, 1), text.length);
  const last = relativePosition(optionalInteger(args, 2, first), text.length);
  const from = Math.max(1, first);
  const to = Math.min(text.length, last);
  if (from > to) return NO_VALUES;
  if (from === to) return text.charCodeAt(from - 1);
  if (to - from >= BYTES_ON_STACK_MAX) throw new LuaError('stack overflow (string slice too long)', 1);
  const codes: LuaValue[] = [];
  for (let at = from; at <= to; at++) codes.push(text.charCodeAt(at - 1));
  return codes;
}

function chars(args: readonly LuaValue[]): string {
  let text = '';
  for (let at = 0; at < args.length; at++) {
    const code = checkInt(args, at);
    if (code < 0 || code > 255) throw badArgument(at + 1, 'invalid value');
    text += String.fromCharCode(code);
  }
  return text;
}

function repeat(runtime: LuaRuntime, args: readonly LuaValue[]): string {
  const text = checkString(args, 0);
  const count = checkInt(args, 1);
  if (count <= 0 || text === '') return '';
  const length = text.length * count;
  runtime.charge(length);
  if (length > STRING_LENGTH_MAX) throw new LuaError('not enough memory', 0);
  return runtime.flat(text.repeat(count));
}

function find(runtime: LuaRuntime, args: readonly LuaValue[], wantsPlace: boolean): LuaReturn {
  const subject = checkString(args, 0);
  const pattern = checkString(args, 1);
  const start = Math.min(
    subject.length,
    Math.max(0, relativePosition(optionalInteger(args, 2, 1), subject.length) - 1),
  );
  if (wantsPlace && (isTrue(args[3]) || !SPECIALS.test(pattern.split('\0', 1)[0] ?? ''))) {
    const place = subject.indexOf(pattern, start);
    return place < 0 ? undefined : [place + 1, place + pattern.length];
  }
  const isAnchored = pattern.startsWith('^');
  const matcher = new PatternMatcher(runtime, subject, isAnchored ? pattern.slice(1) : pattern);
  for (let at = start; at <= subject.length; at++) {
    const end = matcher.matchAt(at);
    if (end >= 0) {
      if (!wantsPlace) return matcher.captures(at, end, true);
      return [at + 1, end, ...matcher.captures(at, end, false)];
    }
    if (isAnchored) break;
  }
  return undefined;
}

function gmatch(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const subject = checkString(args, 0);
  const matcher = new PatternMatcher(runtime, subject, checkString(args, 1));
  let next = 0;
  return runtime.hostFunction(() => {
    for (let at = next; at <= subject.length; at++) {
      const end = matcher.matchAt(at);
      if (end < 0) continue;
      next = end === at ? end + 1 : end;
      return matcher.captures(at, end, true);
    }
    return NO_VALUES;
  });
}

type Replace = (matcher: PatternMatcher, start: number, end: number) => string;

function gsub(runtime: LuaRuntime, args: readonly LuaValue[]): LuaReturn {
  const subject = checkString(args, 0);
  const pattern = checkString(args, 1);
  const countMax = optionalInt(args, 3, subject.length + 1);
  const replace = replacement(runtime, subject, args[2]);
  const isAnchored = pattern.startsWith('^');
  const matcher = new PatternMatcher(runtime, subject, isAnchored ? pattern.slice(1) : pattern);
  let result = '';
  let copied = 0;
  let at = 0;
  let count = 0;
  while (count < countMax) {
    const end = matcher.matchAt(at);
    if (end >= 0) {
      count++;
      const text = replace(matcher, at, end);
      runtime.charge(text.length + 16);
      result += subject.slice(copied, at) + text;
      copied = end;
    }
    if (end > at) at = end;
    else if (at < subject.length) at++;
    else break;
    if (isAnchored) break;
  }
  runtime.charge(subject.length);
  return [runtime.flat(result + subject.slice(copied)), count];
}

function replacement(runtime: LuaRuntime, subject: string, by: LuaValue): Replace {
  if (isText(by)) {
    const template = textOf(by);
    if (!template.includes('%')) return () => template;
    return (matcher, start, end) => expandTemplate(template, matcher, start, end);
  }
  if (by instanceof LuaTable) {
    return (matcher, start, end) => {
      const value = runtime.indexSlow(by, matcher.capture(0, start, end), undefined);
      return replacementText(value, subject, start, end);
    };
  }
  if (by instanceof LuaFunction) {
    return (matcher, start, end) => {
      const value = firstOf(runtime.call(by, matcher.captures(start, end, true)));
      return replacementText(value, subject, start, end);
    };
  }
  throw badArgument(3, 'string/function/table expected');
}

function replacementText(value: LuaValue, subject: string, start: number, end: number): string {
  if (!isTrue(value)) return subject.slice(start, end);
  if (!isText(value)) throw new LuaError(`invalid replacement value (a ${typeName(value)})`, 1);
  return textOf(value);
}

function expandTemplate(template: string, matcher: PatternMatcher, start: number, end: number): string {
  return template.replaceAll(/%([\s\S]?)/g, (_all, char: string) => {
    if (char === '') return '\0';
    if (char < '0' || char > '9') return char;
    if (char === '0') return matcher.whole(start, end);
    const value = matcher.capture(Number(char) - 1, start, end);
    return isText(value) ? textOf(value) : '';
  });
}
