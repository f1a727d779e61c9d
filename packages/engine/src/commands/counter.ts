// Counters: INCR, DECR, INCRBY, DECRBY on strings that are 64-bit integers, INCRBYFLOAT on those that are numbers. Sums
// that a double holds exactly are made with doubles, all others with BigInt; the result is exact either way.
import { binaryString, copyBytes } from '../encodings/bytes-compare.ts';
import { isInt64, parseBigInteger, parseInteger, writeBigInteger, writeInteger } from '../encodings/integer-text.ts';
import { addLongDoubles, formatLongDouble, type LongDouble, parseLongDouble } from '../encodings/long-double.ts';
import { NO_DEADLINE } from '../keyspace/database.ts';
import { EVENT_STRING } from '../keyspace/keyspace.ts';
import { KIND_STRING_BLOCK, KIND_STRING_EMBEDDED, KIND_STRING_INTEGER, STRING } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_A_FLOAT, NOT_AN_INTEGER } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';

const OVERFLOW = new CommandError('ERR increment or decrement would overflow');
const NOT_FINITE = new CommandError('ERR increment would produce NaN or Infinity');
const NEGATION_OVERFLOW = new CommandError('ERR decrement would overflow');
const INT64_MIN = -(2n ** 63n);

// biome-ignore format: a row stays together; one property a line would hide the table
export const counterCommands: readonly CommandSpec[] = [
  {
    name: 'incr', arity: 2, flags: 'write denyoom fast', acl: 'string', keys: [keyAt(1, 'RW ACCESS UPDATE')],
    since: '1.0.0', group: 'string', complexity: 'O(1)', about: 'Adds one to a counter.', run: (call) => add(call, 1),
  },
  {
    name: 'decr', arity: 2, flags: 'write denyoom fast', acl: 'string', keys: [keyAt(1, 'RW ACCESS UPDATE')],
    since: '1.0.0', group: 'string', complexity: 'O(1)', about: 'Takes one off a counter.', run: (call) => add(call, -1),
  },
  {
    name: 'incrby', arity: 3, flags: 'write denyoom fast', acl: 'string', keys: [keyAt(1, 'RW ACCESS UPDATE')],
    since: '1.0.0', group: 'string', complexity: 'O(1)', about: 'Adds a number to a counter.',
    run: (call) => addExactly(call, exactArgument(call)),
  },
  {
    name: 'incrbyfloat', arity: 3, flags: 'write denyoom fast', acl: 'string', keys: [keyAt(1, 'RW ACCESS UPDATE')],
    since: '2.6.0', group: 'string', complexity: 'O(1)', about: 'Adds a number with a fraction to a counter.',
    run: incrbyfloat,
  },
  {
    name: 'decrby', arity: 3, flags: 'write denyoom fast', acl: 'string', keys: [keyAt(1, 'RW ACCESS UPDATE')],
    since: '1.0.0', group: 'string', complexity: 'O(1)', about: 'Takes a number off a counter.', run: decrby,
  },
];

/** The text of a sum, before it is stored. */
const scratch = new Uint8Array(24);

function add(call: Call, increment: number): void {
  const entry = call.write(1, STRING);
  const { entries } = call;
  const current =
    entry === 0 ? 0 : parseInteger(entries.stringBytes(entry), entries.stringStart(entry), entries.stringLength(entry));
  const sum = current + increment;
  if (!Number.isSafeInteger(sum)) return addExactly(call, BigInt(increment));
  const length = writeInteger(scratch, 0, sum);
  store(call, entry, length);
  call.reply.integer(sum);
}

function decrby(call: Call): void {
  const decrement = exactArgument(call);
  if (decrement === INT64_MIN) throw NEGATION_OVERFLOW;
  addExactly(call, -decrement);
}

function exactArgument(call: Call): bigint {
  const { args } = call;
  const value = parseBigInteger(args.bytesOf(2), args.starts[2], args.lengths[2]);
  if (value === undefined) throw NOT_AN_INTEGER;
  return value;
}

function addExactly(call: Call, increment: bigint): void {
  const entry = call.write(1, STRING);
  const current = entry === 0 ? 0n : parseBigInteger(...textOf(call, entry));
  if (current === undefined) throw NOT_AN_INTEGER;
  const sum = current + increment;
  if (!isInt64(sum)) throw OVERFLOW;
  store(call, entry, writeBigInteger(scratch, 0, sum));
  call.reply.bigInteger(sum);
}

function textOf(call: Call, entry: Handle): [bytes: Uint8Array, start: number, length: number] {
  const { entries } = call;
  return [entries.stringBytes(entry), entries.stringStart(entry), entries.stringLength(entry)];
}

const ZERO: LongDouble = { mantissa: 0n, exponent: 0 };

function incrbyfloat(call: Call): void {
  const { args, db } = call;
  const entry = call.write(1, STRING);
  const current = entry === 0 ? ZERO : parseLongDouble(binaryString(...textOf(call, entry)));
  const increment = parseLongDouble(args.text(2));
  if (current === undefined || increment === undefined) throw NOT_A_FLOAT;
  const sum = addLongDoubles(current, increment);
  if (sum === undefined) throw NOT_FINITE;
  const text = formatLongDouble(sum);
  const deadline = entry === 0 ? NO_DEADLINE : call.entries.deadline(entry);
  const bytes = Buffer.from(text, 'latin1');
  const key = args.bytesOf(1);
  db.setString(key, args.starts[1], args.lengths[1], bytes, 0, bytes.length, KIND_STRING_EMBEDDED, deadline);
  call.changed(1, EVENT_STRING, 'incrbyfloat');
  // The result, so that no follower has to round as we do.
  call.propagateRewritten('SET', 1, text, 'KEEPTTL');
  call.reply.bulkText(text);
}

/** Stores the first `length` bytes of the scratch text; a deadline stays. `entry` is what `Call.write` gave. */
function store(call: Call, entry: Handle, length: number): void {
  if (entry === 0 || !overwrite(call, entry, length)) replace(call, entry, length);
  call.changed(1, EVENT_STRING, 'incrby');
}

/** Writes over a text that is not shorter: the usual case, without another look-up. */
function overwrite(call: Call, entry: Handle, length: number): boolean {
  const { entries } = call;
  if (entries.kind(entry) === KIND_STRING_BLOCK || length > entries.stringLength(entry)) return false;
  copyBytes(scratch, 0, entries.bytes(entry), entries.stringStart(entry), length);
  entries.setStringLength(entry, length);
  entries.setKind(entry, KIND_STRING_INTEGER);
  return true;
}

function replace(call: Call, entry: Handle, length: number): void {
  const { args, db } = call;
  const deadline = entry === 0 ? NO_DEADLINE : call.entries.deadline(entry);
  db.setString(args.bytesOf(1), args.starts[1], args.lengths[1], scratch, 0, length, KIND_STRING_INTEGER, deadline);
}
