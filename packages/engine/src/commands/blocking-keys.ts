// How a blocking command is written:
//
//   const deadline = parseTimeout(call, last);              // first of all, its errors come first
//   for each key: entry = call.write(i, LIST); serve from the first that has elements, propagate the plain command
//     (call.propagateRewritten('LPOP', i)) and return
//   if (!blockOnKeys(call, { type: LIST, first: 1, count, deadline })) call.reply.nilArray();
//
// The handler is run again, with the same arguments, whenever one of the keys holds a value of `type` (added, renamed
// to, restored, swapped in ...); it then serves the client or calls blockOnKeys again. Streams, which can serve again
// without being added, call `call.services.blocking.signal(db, key)` when they grow. A time-out answers a null array.
// Inside of EXEC and scripts nothing blocks: blockOnKeys returns false and the handler replies as if time were up.
import { parseBigInteger } from '../encodings/integer-text.ts';
import { parseLongDouble, secondsToMilliseconds } from '../encodings/long-double.ts';
import { NO_DEADLINE } from '../keyspace/database.ts';
import type { ValueType } from '../keyspace/value-kind.ts';
import { keepArgs } from '../session/transaction-queue.ts';
import type { Call } from './call.ts';
import { CommandError, TIMEOUT_NEGATIVE, TIMEOUT_NOT_FLOAT } from './command-error.ts';

const TIMEOUT_TOO_LARGE = new CommandError('ERR timeout is out of range');
const TIMEOUT_NOT_INTEGER = new CommandError('ERR timeout is not an integer or out of range');
const MILLISECONDS_MAX = 2 ** 63;

export interface BlockOptions {
  /** The type of value that may serve the client. */
  readonly type: ValueType;
  /** Index of the first key among the arguments, and how many follow one another. */
  readonly first: number;
  readonly count: number;
  /** From parseTimeout or parseTimeoutMilliseconds. */
  readonly deadline: number;
  /** Also runs the command again when a key is deleted or gets another type. */
  readonly wakesWhenGone?: boolean;
  /** Arguments that the kept command has in place of its own, by position (XREAD's `$`). */
  readonly replaced?: ReadonlyMap<number, string>;
}

/** The deadline (Unix ms, Infinity for none) that follows from argument `index`, a timeout in seconds. */
export function parseTimeout(call: Call, index: number): number {
  const seconds = parseLongDouble(call.args.text(index));
  if (seconds === undefined) throw TIMEOUT_NOT_FLOAT;
  return deadlineAfter(call, secondsToMilliseconds(seconds));
}

/** The deadline (Unix ms, Infinity for none) that follows from argument `index`, a timeout in milliseconds. */
export function parseTimeoutMilliseconds(call: Call, index: number): number {
  const { args } = call;
  const timeout = parseBigInteger(args.bytesOf(index), args.starts[index], args.lengths[index]);
  if (timeout === undefined) throw TIMEOUT_NOT_INTEGER;
  // So far away the deadline needs no exactness, but it must not be beyond all times.
  return deadlineAfter(call, Number(timeout));
}

/** Makes the client wait for keys; false where it must not, then the handler replies at once. */
export function blockOnKeys(call: Call, options: BlockOptions): boolean {
  const { client, services, args } = call;
  if (call.denyBlocking || client.isScript || client.isAofLoader) return false;
  call.isBlocked = true;
  if (call.retried !== undefined) {
    services.blocking.add(client, call.retried);
    return true;
  }
  const keys = new Set<string>();
  for (let i = 0; i < options.count; i++) keys.add(args.text(options.first + i));
  services.blocking.add(client, {
    kind: 'keys',
    command: call.command,
    ...keepArgs(services.arena, args, options.replaced),
    db: call.db,
    keys: [...keys],
    type: options.type,
    wakesWhenGone: options.wakesWhenGone ?? false,
    deadlineMs: options.deadline,
    sinceMs: call.nowMs,
    microseconds: 0,
  });
  return true;
}

function deadlineAfter(call: Call, milliseconds: number): number {
  if (milliseconds < 0) throw TIMEOUT_NEGATIVE;
  if (milliseconds >= MILLISECONDS_MAX - call.nowMs) throw TIMEOUT_TOO_LARGE;
  return milliseconds === 0 ? NO_DEADLINE : call.nowMs + milliseconds;
}
