// What SCAN, HSCAN, SSCAN and ZSCAN share: the cursor, the options, and the frame of the reply.
//
// A cursor is a place in the order of hashes. It stays right while the structure grows and shrinks, and any number is
// a valid one.
import { untilNul } from '../config/parse-number.ts';
import { globMatchBytes } from '../encodings/glob-match.ts';
import { isInteger64, parseInteger } from '../encodings/integer-text.ts';
import type { Call } from './call.ts';
import { CommandError, INVALID_CURSOR, NOT_AN_INTEGER, SYNTAX_ERROR } from './command-error.ts';

const COUNT_DEFAULT = 10;
/** As strtoull(3) reads a whole string: blanks and a sign may precede, a negative number wraps. */
const CURSOR = /^[\t-\r ]*([+-]?)(\d{1,100})$/;
const NEGATIVE = /^-[1-9]\d*$/;
const CURSOR_MIN = -(2n ** 63n);
const CURSOR_MAX = 2n ** 64n - 1n;
const NO_VALUES = new CommandError('ERR NOVALUES option can only be used in HSCAN');
const NO_SCORES = new CommandError('ERR NOSCORES option can only be used in ZSCAN');

const TYPE_NAMES: ReadonlySet<string> = new Set(['string', 'list', 'set', 'zset', 'hash', 'stream']);

/** What is scanned: it decides which options there are. */
export type Scanned = 'keys' | 'hash' | 'set' | 'sorted set';

export interface ScanOptions {
  /** Elements to look at, at least one. */
  readonly count: number;
  /** A glob pattern; undefined where everything matches. */
  readonly pattern: string | undefined;
  /** Name of the type that is wanted; undefined where any is. */
  readonly type: string | undefined;
  /** Leave out the values of fields, the scores of members. */
  readonly onlyKeys: boolean;
}

/** The cursor in argument `index`, a place in 32 bits of hash. Throws for what is no unsigned 64-bit number. */
export function parseCursor(call: Call, index: number): number {
  const text = call.args.text(index);
  const match = CURSOR.exec(untilNul(text));
  if (match === null) throw INVALID_CURSOR;
  const magnitude = BigInt(match[2]);
  // Only what is a signed number in its usual form is seen to be negative.
  const isNegative = NEGATIVE.test(text) && -magnitude >= CURSOR_MIN;
  if (magnitude > CURSOR_MAX || isNegative) throw INVALID_CURSOR;
  return Number(BigInt.asUintN(32, match[1] === '-' ? -magnitude : magnitude));
}

/** The options from argument `from` on. */
export function parseScanOptions(call: Call, from: number, scanned: Scanned): ScanOptions {
  const { args } = call;
  let count = COUNT_DEFAULT;
  let pattern: string | undefined;
  let type: string | undefined;
  let onlyKeys = false;
  for (let i = from; i < args.count; i++) {
    const hasNext = i + 1 < args.count;
    if (hasNext && args.is(i, 'count')) {
      count = countArgument(call, ++i);
    } else if (hasNext && args.is(i, 'match')) {
      pattern = args.text(++i);
    } else if (hasNext && args.is(i, 'type') && scanned === 'keys') {
      type = typeArgument(call, ++i);
    } else if (args.is(i, 'novalues')) {
      if (scanned !== 'hash') throw NO_VALUES;
      onlyKeys = true;
    } else if (args.is(i, 'noscores')) {
      if (scanned !== 'sorted set') throw NO_SCORES;
      onlyKeys = true;
    } else {
      throw SYNTAX_ERROR;
    }
  }
  return { count, pattern: pattern === '*' ? undefined : pattern, type, onlyKeys };
}

function typeArgument(call: Call, index: number): string {
  const name = call.args.text(index);
  if (TYPE_NAMES.has(name.toLowerCase())) return name.toLowerCase();
  throw new CommandError(`ERR unknown type name '${name}'`);
}

function countArgument(call: Call, index: number): number {
  const { args } = call;
  const bytes = args.bytesOf(index);
  if (!isInteger64(bytes, args.starts[index], args.lengths[index])) throw NOT_AN_INTEGER;
  const count = parseInteger(bytes, args.starts[index], args.lengths[index]);
  if (Number.isNaN(count)) return args.text(index).startsWith('-') ? raiseSyntax() : Number.MAX_SAFE_INTEGER;
  return count < 1 ? raiseSyntax() : count;
}

function raiseSyntax(): never {
  throw SYNTAX_ERROR;
}

/** Whether an element passes the pattern. */
export function passesPattern(options: ScanOptions, bytes: Uint8Array, start: number, length: number): boolean {
  return options.pattern === undefined || globMatchBytes(options.pattern, bytes, start, length);
}

/**
 * Steps a scan until enough was looked at: `step` visits the bucket at a cursor, returns the next cursor (0 ends the
 * scan) and adds to what it saw; sparse structures end a call after ten times `count` buckets.
 */
export function stepScan(
  cursor: number,
  count: number,
  step: (cursor: number) => { next: number; seen: number },
): number {
  let at = cursor;
  let seen = 0;
  for (let buckets = 0; buckets <= count * 10; buckets++) {
    const result = step(at);
    at = result.next;
    seen += result.seen;
    if (at === 0 || seen >= count) break;
  }
  return at;
}
