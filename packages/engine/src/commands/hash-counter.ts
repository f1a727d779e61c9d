// Fields as numbers: HINCRBY and HINCRBYFLOAT.
import { binaryString } from '../encodings/bytes-compare.ts';
import { isInt64, parseBigInteger, parseInteger, writeBigInteger, writeInteger } from '../encodings/integer-text.ts';
import { addLongDoubles, formatLongDouble, type LongDouble, parseLongDouble } from '../encodings/long-double.ts';
import { EVENT_HASH } from '../keyspace/keyspace.ts';
import { HASH, KIND_HASH_EXPIRING } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { NO_DEADLINE } from '../types/hash/field-blocks.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_A_FLOAT, NOT_AN_INTEGER } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { hashes, hashLimits, noteExpired, saveHash } from './hash-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const hashCounterCommands: readonly CommandSpec[] = [
  {
    name: 'hincrby', arity: 4, flags: 'write denyoom fast', acl: 'hash', keys: [keyAt(1, 'RW ACCESS UPDATE')],
    since: '2.0.0', group: 'hash', complexity: 'O(1)', about: 'Adds an integer to the value of a field.', run: addInteger,
  },
  {
    name: 'hincrbyfloat', arity: 4, flags: 'write denyoom fast', acl: 'hash', keys: [keyAt(1, 'RW ACCESS UPDATE')],
    since: '2.6.0', group: 'hash', complexity: 'O(1)', about: 'Adds a number with a fraction to the value of a field.',
    run: addFloat,
  },
];

const VALUE_NOT_AN_INTEGER = new CommandError('ERR hash value is not an integer');
const VALUE_NOT_A_FLOAT = new CommandError('ERR hash value is not a float');
const NOT_FINITE = new CommandError('ERR value is NaN or Infinity');
const SUM_NOT_FINITE = new CommandError('ERR increment would produce NaN or Infinity');
const OVERFLOW = new CommandError('ERR increment or decrement would overflow');
const ZERO: LongDouble = { mantissa: 0n, exponent: 0 };

/** The text of a sum, before it is stored. */
const scratch = new Uint8Array(24);

function addInteger(call: Call): void {
  const { args, reply } = call;
  const bytes = args.bytesOf(3);
  const increment = parseInteger(bytes, args.starts[3], args.lengths[3]);
  const exact = Number.isNaN(increment) ? parseBigInteger(bytes, args.starts[3], args.lengths[3]) : 0n;
  if (exact === undefined) throw NOT_AN_INTEGER;
  const entry = call.write(1, HASH);
  const { hash } = hashes(call);
  const isThere = openField(call, entry);
  const current = isThere ? parseInteger(hash.foundBytes, hash.foundStart, hash.foundLength) : 0;
  const sum = current + increment;
  if (Number.isSafeInteger(sum)) {
    storeSum(call, entry, isThere, scratch, writeInteger(scratch, 0, sum), 'hincrby');
    return reply.integer(sum);
  }
  const exactCurrent = isThere ? parseBigInteger(hash.foundBytes, hash.foundStart, hash.foundLength) : 0n;
  if (exactCurrent === undefined) throw VALUE_NOT_AN_INTEGER;
  const exactSum = exactCurrent + (Number.isNaN(increment) ? exact : BigInt(increment));
  if (!isInt64(exactSum)) throw OVERFLOW;
  storeSum(call, entry, isThere, scratch, writeBigInteger(scratch, 0, exactSum), 'hincrby');
  reply.bigInteger(exactSum);
}

function addFloat(call: Call): void {
  const { args, reply } = call;
  const increment = parseLongDouble(args.text(3));
  if (increment === undefined) throw NOT_A_FLOAT;
  if (!Number.isFinite(increment.exponent)) throw NOT_FINITE;
  const entry = call.write(1, HASH);
  const { hash } = hashes(call);
  const isThere = openField(call, entry);
  const current = isThere ? parseLongDouble(binaryString(hash.foundBytes, hash.foundStart, hash.foundLength)) : ZERO;
  if (current === undefined) throw VALUE_NOT_A_FLOAT;
  const sum = addLongDoubles(current, increment);
  if (sum === undefined) throw SUM_NOT_FINITE;
  const text = formatLongDouble(sum);
  const bytes = Buffer.from(text, 'latin1');
  storeSum(call, entry, isThere, bytes, bytes.length, 'hincrbyfloat');
  reply.bulkText(text);
}

/** Opens the hash of an entry, a new one where there is none; whether the field in argument 2 is there. */
function openField(call: Call, entry: Handle): boolean {
  const { args } = call;
  if (entry === 0) return false;
  return hashes(call).open(entry).find(args.bytesOf(2), args.starts[2], args.lengths[2]);
}

/** Gives the field in argument 2 of the open hash a text; a field that was there keeps its deadline. */
function storeSum(
  call: Call,
  entry: Handle,
  isThere: boolean,
  text: Uint8Array,
  length: number,
  event: 'hincrby' | 'hincrbyfloat',
): void {
  const { args } = call;
  const { hash } = hashes(call);
  if (entry === 0) hash.create();
  const deadline = isThere ? hash.foundDeadline : NO_DEADLINE;
  const mayExpire = hash.kind === KIND_HASH_EXPIRING;
  hash.set(args.bytesOf(2), args.starts[2], args.lengths[2], text, 0, length, hashLimits(call), deadline);
  saveHash(call, entry);
  noteExpired(call, hash.overwroteExpired ? 1 : 0);
  call.changed(1, EVENT_HASH, event);
  // The result, so that no follower has to round as we do, or sees a field with a deadline differently.
  if (event === 'hincrby' && !mayExpire) return;
  const sum = binaryString(text, 0, length);
  if (deadline === NO_DEADLINE) call.propagateRewritten('HSET', 1, 2, sum);
  else call.propagateRewritten('HSETEX', 1, 'PXAT', String(deadline), 'FIELDS', '1', 2, sum);
}
