// How the script debugger shows Lua values and replies of commands: as Valkey's does, for people.
import { quoteArgument } from '../config/split-arguments.ts';
import { LuaTable } from './lua/lua-table.ts';
import { type LuaValue, typeName } from './lua/lua-value.ts';
import { formatGeneral } from './lua/number-text.ts';

const DEPTH_MAX = 10;

/** A value in one line. Tables that are lists show their values only. */
export function debugValueText(value: LuaValue, depth = 0): string {
  if (depth === DEPTH_MAX) return '<max recursion level reached! Nested table?>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatGeneral(value, 6, false);
  if (value === undefined) return 'nil';
  if (typeof value === 'boolean') return String(value);
  if (!(value instanceof LuaTable)) return ` "${typeName(value)}"`;
  let list = '';
  let fields = '';
  let next = 1;
  let isList = true;
  for (let place = value.nextPlace(0); place >= 0; place = value.nextPlace(place + 1)) {
    const key = value.keyAt(place);
    const text = debugValueText(value.valueAt(place), depth + 1);
    isList &&= key === next++;
    list += `${text}; `;
    fields += `[${debugValueText(key, depth + 1)}]=${text}; `;
  }
  return `{${isList ? list : fields}}`;
}

/** The reply that `reply` starts with, a binary string of RESP, in one line. */
export function debugReplyText(reply: string): string {
  return readReply(reply, 0).text;
}

interface Read {
  readonly text: string;
  readonly next: number;
}

function readReply(reply: string, at: number): Read {
  const end = reply.indexOf('\r', at);
  const line = reply.slice(at + 1, end);
  const next = end + 2;
  switch (reply[at]) {
    case '$':
      return readBulk(reply, Number(line), next);
    case '+':
    case '-':
      return { text: quoteArgument(reply.slice(at, end)), next };
    case '*':
      return line === '-1' ? { text: 'NULL', next } : readItems(reply, Number(line), next, ['[', ']']);
    case '~':
      return readItems(reply, Number(line), next, ['~(', ')']);
    case '%':
      return readMap(reply, Number(line), next);
    case '_':
      return { text: '(null)', next };
    case '#':
      return { text: line === 't' ? '#true' : '#false', next };
    case ',':
      return { text: `(double) ${line}`, next };
    default:
      return { text: line, next };
  }
}

function readBulk(reply: string, length: number, at: number): Read {
  if (length < 0) return { text: 'NULL', next: at };
  return { text: quoteArgument(reply.slice(at, at + length)), next: at + length + 2 };
}

function readItems(reply: string, count: number, at: number, [open, close]: readonly [string, string]): Read {
  const texts: string[] = [];
  let next = at;
  for (let i = 0; i < count; i++) {
    const item = readReply(reply, next);
    texts.push(item.text);
    next = item.next;
  }
  return { text: `${open}${texts.join(',')}${close}`, next };
}

function readMap(reply: string, count: number, at: number): Read {
  const texts: string[] = [];
  let next = at;
  for (let i = 0; i < count; i++) {
    const key = readReply(reply, next);
    const value = readReply(reply, key.next);
    texts.push(`${key.text} => ${value.text}`);
    next = value.next;
  }
  return { text: `{${texts.join(',')}}`, next };
}
