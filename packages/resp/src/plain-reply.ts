// Replies as plain JavaScript, for whoever wants to read a reply rather than compare it.
import { assertNever } from '@valkeep/base';
import type { RespValue } from './resp-value.ts';

/** An error that the server replied with; `message` is the whole line, with its code. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';

  /** The first word: `ERR`, `WRONGTYPE`, `NOAUTH` ... */
  get code(): string {
    return this.message.split(' ', 1)[0] ?? '';
  }
}

/** Strings are binary strings; integers beyond 2^53 are bigints; an error inside an array is a ReplyError in its place. */
export type PlainReply =
  | string
  | number
  | bigint
  | boolean
  | null
  | ReplyError
  | PlainReply[]
  | Map<string, PlainReply>;

/** Turns a value into plain JavaScript. Doubles become numbers, sets and pushes arrays, maps Maps with string keys. */
export function toPlainReply(value: RespValue): PlainReply {
  switch (value.kind) {
    case 'simple':
    case 'bulk':
    case 'verbatim':
      return value.text;
    case 'error':
    case 'bulk-error':
      return new ReplyError(value.text);
    case 'integer':
      return toInteger(value.text);
    case 'big-number':
      return BigInt(value.text);
    case 'double':
      return toDouble(value.text);
    case 'null':
      return null;
    case 'boolean':
      return value.value;
    case 'array':
    case 'set':
    case 'push':
      return value.items.map(toPlainReply);
    case 'map':
      return toMap(value.items);
    case 'attributed':
      return toPlainReply(value.value);
    default:
      return assertNever(value);
  }
}

function toInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function toDouble(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === '-inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

function toMap(items: readonly RespValue[]): Map<string, PlainReply> {
  const map = new Map<string, PlainReply>();
  for (const [index, value] of items.entries()) {
    const key = items[index - 1];
    if (index % 2 === 1 && key !== undefined) map.set(String(toPlainReply(key)), toPlainReply(value));
  }
  return map;
}
