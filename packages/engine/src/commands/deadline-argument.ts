// Deadlines as commands give them: an amount in seconds or milliseconds, from now on or from the start of 1970.
import { isInt64, parseBigInteger, parseInteger } from '../encodings/integer-text.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_AN_INTEGER } from './command-error.ts';

/**
 * The deadline in argument `index`, in Unix milliseconds. Throws for what is no integer, and for what does not fit 64
 * bits of milliseconds. Deadlines more than 285,000 years away are rounded to the next double.
 */
export function deadlineArgument(call: Call, index: number, unitMs: number, baseMs: number): number {
  const { args } = call;
  const bytes = args.bytesOf(index);
  const deadline = parseInteger(bytes, args.starts[index], args.lengths[index]) * unitMs + baseMs;
  if (Number.isSafeInteger(deadline)) return deadline;
  const amount = parseBigInteger(bytes, args.starts[index], args.lengths[index]);
  if (amount === undefined) throw NOT_AN_INTEGER;
  const exact = amount * BigInt(unitMs);
  if (!isInt64(exact) || !isInt64(exact + BigInt(baseMs))) throw invalidExpireTime(call);
  return Number(exact + BigInt(baseMs));
}

/** As `deadlineArgument`, for commands that refuse amounts that are not positive. */
export function positiveDeadlineArgument(call: Call, index: number, unitMs: number, baseMs: number): number {
  const deadline = deadlineArgument(call, index, unitMs, baseMs);
  if (deadline <= baseMs) throw invalidExpireTime(call);
  return deadline;
}

export function invalidExpireTime(call: Call): CommandError {
  return new CommandError(`ERR invalid expire time in '${call.command.fullName}' command`);
}
