// Arguments of the sorted set commands that no other family has: scores, ends of ranges, the limits of packed sorted
// sets, and positions, which may be any 64-bit integer.
import type { ServerConfig } from '../config/index.ts';
import { parseDoubleBytes } from '../encodings/double-text.ts';
import { parseBigInteger, parseInteger } from '../encodings/integer-text.ts';
import type { PackedLimits, SortedSets } from '../types/sorted-set/sorted-sets.ts';
import { sortedSetsOf } from '../types/sorted-set/sorted-sets.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_A_FLOAT, NOT_AN_INTEGER } from './command-error.ts';

const BAD_SCORE_RANGE = new CommandError('ERR min or max is not a float');
const BAD_MEMBER_RANGE = new CommandError('ERR min or max not valid string range item');
const DECIMAL = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const OPEN_PARENTHESIS = 40;
const OPEN_BRACKET = 91;
const PLUS = 43;
const MINUS = 45;

/** The sorted sets of the keyspace that a command works on. */
export function setsOf(call: Call): SortedSets {
  return sortedSetsOf(call.keyspace);
}

class ConfiguredLimits implements PackedLimits {
  readonly config: ServerConfig;

  constructor(config: ServerConfig) {
    this.config = config;
  }

  get entriesMax(): number {
    return this.config.number('zset-max-listpack-entries');
  }

  get memberBytesMax(): number {
    return this.config.number('zset-max-listpack-value');
  }
}

let lastLimits: ConfiguredLimits | undefined;

/** Up to where sorted sets are packed, as configured at any time. */
export function packedLimits(call: Call): PackedLimits {
  const { config } = call.services;
  if (lastLimits?.config !== config) lastLimits = new ConfiguredLimits(config);
  return lastLimits;
}

/** Argument `index` as a score; throws `error` for anything that is no double. */
export function scoreArgument(call: Call, index: number, error: CommandError = NOT_A_FLOAT): number {
  const { args } = call;
  const score = parseDoubleBytes(args.bytesOf(index), args.starts[index], args.lengths[index]);
  if (Number.isNaN(score)) throw error;
  return score;
}

/** Argument `index` as a 64-bit integer; beyond 2^53 only about right, which is enough for positions and counts. */
export function positionArgument(call: Call, index: number, error: CommandError = NOT_AN_INTEGER): number {
  const { args } = call;
  const value = parseInteger(args.bytesOf(index), args.starts[index], args.lengths[index]);
  if (!Number.isNaN(value)) return value;
  const exact = parseBigInteger(args.bytesOf(index), args.starts[index], args.lengths[index]);
  if (exact === undefined) throw error;
  return Number(exact);
}

/** One end of a range of scores. */
export interface ScoreBound {
  readonly score: number;
  readonly isExclusive: boolean;
}

/** `1.5`, `(1.5`, `-inf` ... */
export function scoreBound(call: Call, index: number): ScoreBound {
  const { args } = call;
  const bytes = args.bytesOf(index);
  const start = args.starts[index];
  const isExclusive = args.lengths[index] > 0 && bytes[start] === OPEN_PARENTHESIS;
  const skip = isExclusive ? 1 : 0;
  const score = parseDoubleBytes(bytes, start + skip, args.lengths[index] - skip);
  return { score: Number.isNaN(score) ? lenientScore(args.text(index).slice(skip)) : score, isExclusive };
}

/** Ends of ranges, other than scores, may be empty (0), too large (infinite) or too small (0). */
function lenientScore(text: string): number {
  if (text !== '' && !DECIMAL.test(text)) throw BAD_SCORE_RANGE;
  return Number(text);
}

/** One end of a range of members: before all, behind all, or at the bytes of argument `index` from `start` on. */
export interface MemberBound {
  readonly side: 'first' | 'last' | 'member';
  readonly isExclusive: boolean;
  readonly index: number;
}

/** `-`, `+`, `[member`, `(member`. */
export function memberBound(call: Call, index: number): MemberBound {
  const { args } = call;
  const length = args.lengths[index];
  const head = length > 0 ? args.bytesOf(index)[args.starts[index]] : 0;
  if (head === PLUS && length === 1) return { side: 'last', isExclusive: true, index };
  if (head === MINUS && length === 1) return { side: 'first', isExclusive: true, index };
  if (head !== OPEN_PARENTHESIS && head !== OPEN_BRACKET) throw BAD_MEMBER_RANGE;
  return { side: 'member', isExclusive: head === OPEN_PARENTHESIS, index };
}
