// Arguments of stream commands: ids in their forms, counts, names. Errors are Valkey's.
import { parseBigInteger, parseInteger } from '../encodings/integer-text.ts';
import { STREAM } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { ExactInteger } from '../types/stream/exact-integer.ts';
import { parseStreamBound, parseStreamId, type StreamId } from '../types/stream/stream-id.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_AN_INTEGER } from './command-error.ts';

export const INVALID_ID = new CommandError('ERR Invalid stream ID specified as stream command argument');
const INVALID_START = new CommandError('ERR invalid start ID for the interval');
const INVALID_END = new CommandError('ERR invalid end ID for the interval');
const OPEN = 40;

/** A 64-bit integer; beyond 2^53 the nearest double, which is near enough for counts and limits. */
export function longArgument(call: Call, index: number, error: CommandError = NOT_AN_INTEGER): number {
  return Number(exactArgument(call, index, error));
}

/** A 64-bit integer as it is. */
export function exactArgument(call: Call, index: number, error: CommandError = NOT_AN_INTEGER): ExactInteger {
  const { args } = call;
  const bytes = args.bytesOf(index);
  const value = parseInteger(bytes, args.starts[index], args.lengths[index]);
  if (!Number.isNaN(value)) return value;
  const exact = parseBigInteger(bytes, args.starts[index], args.lengths[index]);
  if (exact === undefined) throw error;
  return exact;
}

/** An id that an entry can have: `ms-seq`, or `ms`, whose sequence is 0 or (`end`) the largest. */
export function strictId(call: Call, index: number, id: StreamId, isEnd = false): void {
  readId(call, index, 0, id, isEnd);
}

/** Whether the argument is an id that `strictId` takes; sets `id` then. */
export function isStrictId(call: Call, index: number, id: StreamId): boolean {
  const { args } = call;
  const parsed = parseStreamId(args.bytesOf(index), args.starts[index], args.lengths[index], id);
  return parsed !== 'invalid' && parsed !== 'any sequence';
}

/** As `strictId`, and `-` and `+`. */
export function looseId(call: Call, index: number, id: StreamId, isEnd = false): void {
  const { args } = call;
  if (!parseStreamBound(args.bytesOf(index), args.starts[index], args.lengths[index], id)) {
    readId(call, index, 0, id, isEnd);
  }
}

/** The first id of an interval: `(` in front leaves the id itself out. */
export function intervalStart(call: Call, index: number, id: StreamId): void {
  if (!isOpen(call, index)) return looseId(call, index, id);
  readId(call, index, 1, id, false);
  if (!id.increment()) throw INVALID_START;
}

/** The last id of an interval. */
export function intervalEnd(call: Call, index: number, id: StreamId): void {
  if (!isOpen(call, index)) return looseId(call, index, id, true);
  readId(call, index, 1, id, true);
  if (!id.decrement()) throw INVALID_END;
}

/** The stream of the key in argument `index`, for reading; 0 where there is none. */
export function readStream(call: Call, index: number): Handle {
  const entry = call.read(index, STREAM);
  return entry === 0 ? 0 : call.entries.value(entry);
}

/** The stream of the key in argument `index`, whose root may be changed; 0 where there is none. */
export function writeStream(call: Call, index: number): Handle {
  const entry = call.write(index, STREAM);
  return entry === 0 ? 0 : writableRoot(call, entry);
}

/** The root of a writable entry's stream, itself writable. */
export function writableRoot(call: Call, entry: Handle): Handle {
  const root = call.entries.value(entry);
  const writable = call.keyspace.arena.writable(root);
  if (writable !== root) call.entries.setValue(entry, writable);
  return writable;
}

function isOpen(call: Call, index: number): boolean {
  const { args } = call;
  return args.lengths[index] > 1 && args.bytesOf(index)[args.starts[index]] === OPEN;
}

function readId(call: Call, index: number, skip: number, id: StreamId, isEnd: boolean): void {
  const { args } = call;
  const parsed = parseStreamId(args.bytesOf(index), args.starts[index] + skip, args.lengths[index] - skip, id);
  if (parsed === 'invalid' || parsed === 'any sequence') throw INVALID_ID;
  if (parsed === 'without sequence' && isEnd) id.setMaxSequence();
}
