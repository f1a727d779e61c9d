// What commands on strings share: a string as a reply, as an argument to set, compared.
import { bytesEqual } from '../encodings/bytes-compare.ts';
import { isInteger64, parseInteger } from '../encodings/integer-text.ts';
import { NO_DEADLINE } from '../keyspace/database.ts';
import {
  KIND_STRING_EMBEDDED,
  KIND_STRING_INTEGER,
  KIND_STRING_RAW,
  STRING,
  typeOfKind,
} from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Call } from './call.ts';
import { NOT_AN_INTEGER, WRONG_TYPE } from './command-error.ts';

/** Sends the string value of an entry. */
export function replyString(call: Call, entry: Handle): void {
  const { entries } = call;
  call.reply.bulk(entries.stringBytes(entry), entries.stringStart(entry), entries.stringLength(entry));
}

/** Sets the key in argument `keyIndex` to the string in argument `valueIndex`. */
export function setFromArgument(call: Call, keyIndex: number, valueIndex: number, deadline: number): void {
  const { args, db } = call;
  const key = args.bytesOf(keyIndex);
  const keyStart = args.starts[keyIndex];
  const keyLength = args.lengths[keyIndex];
  const block = args.takeBlock(valueIndex);
  if (block !== 0) return db.setStringBlock(key, keyStart, keyLength, block, deadline);
  const value = args.bytesOf(valueIndex);
  const start = args.starts[valueIndex];
  const length = args.lengths[valueIndex];
  // Valkey does not look for integers in what scripts set; OBJECT ENCODING tells.
  const isInteger = !call.client.isScript && isInteger64(value, start, length);
  const kind = isInteger ? KIND_STRING_INTEGER : KIND_STRING_EMBEDDED;
  db.setString(key, keyStart, keyLength, value, start, length, kind, deadline);
}

/** Whether the string of an entry equals argument `index`. Throws WRONGTYPE. */
export function equalsArgument(call: Call, entry: Handle, index: number): boolean {
  const { args, entries } = call;
  if (typeOfKind(entries.kind(entry)) !== STRING) throw WRONG_TYPE;
  const length = entries.stringLength(entry);
  if (length !== args.lengths[index]) return false;
  const bytes = entries.stringBytes(entry);
  return bytesEqual(bytes, entries.stringStart(entry), args.bytesOf(index), args.starts[index], length);
}

/** Argument `index` as a 64-bit integer, for places in strings and lists: what a double cannot hold is rounded. */
export function placeArgument(call: Call, index: number): number {
  const { args } = call;
  const bytes = args.bytesOf(index);
  const value = parseInteger(bytes, args.starts[index], args.lengths[index]);
  if (!Number.isNaN(value)) return value;
  if (!isInteger64(bytes, args.starts[index], args.lengths[index])) throw NOT_AN_INTEGER;
  return Number(args.text(index));
}

const NOTHING = new Uint8Array(0);

/**
 * Makes the string of the key in argument 1 `length` bytes long, new bytes zero, to be changed in place. `entry` is what
 * `Call.write` gave: 0 makes the key.
 */
export function growString(call: Call, entry: Handle, length: number): Handle {
  const { args, db, entries } = call;
  const [key, keyStart, keyLength] = [args.bytesOf(1), args.starts[1], args.lengths[1]];
  if (entry === 0) db.setString(key, keyStart, keyLength, NOTHING, 0, 0, KIND_STRING_RAW, NO_DEADLINE);
  const present = entry === 0 ? call.writeAny(1) : entry;
  const oldLength = entries.stringLength(present);
  const grown = db.resizeString(present, key, keyStart, keyLength, length, KIND_STRING_RAW);
  const start = entries.stringStart(grown);
  entries.stringBytes(grown).fill(0, start + oldLength, start + length);
  return grown;
}
