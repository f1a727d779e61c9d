// The options that SET, MSETEX and GETEX share: conditions, what happens to the deadline, the old value. Parsing is
// apart from doing; the rules of which words exclude which are those of the protocol.
import type { Call } from './call.ts';
import { SYNTAX_ERROR } from './command-error.ts';
import { positiveDeadlineArgument } from './deadline-argument.ts';

/** A deadline as the client wrote it. */
export interface ExpiryOption {
  readonly word: 'EX' | 'PX' | 'EXAT' | 'PXAT';
  /** Position of the number. */
  readonly at: number;
}

export interface StringOptions {
  readonly condition: 'always' | 'absent' | 'present' | 'equal';
  /** Position of the value that IFEQ compares with. */
  readonly compareAt: number;
  readonly returnsOld: boolean;
  readonly keepsDeadline: boolean;
  readonly persists: boolean;
  readonly expiry: ExpiryOption | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const CONDITIONS: Readonly<Record<string, StringOptions['condition']>> = { nx: 'absent', xx: 'present' };
const EXPIRY_WORDS = ['EX', 'PX', 'EXAT', 'PXAT'] as const;

/** Which words a command takes. */
export type OptionsFor = 'set' | 'mset' | 'get';

/** The options from argument `from` on. Throws the syntax error. */
export function parseStringOptions(call: Call, from: number, takes: OptionsFor): StringOptions {
  const { args } = call;
  const options: Mutable<StringOptions> = {
    condition: 'always',
    compareAt: 0,
    returnsOld: false,
    keepsDeadline: false,
    persists: false,
    expiry: undefined,
  };
  for (let i = from; i < args.count; ) {
    const word = args.text(i).toLowerCase();
    const taken = takeExpiry(options, word, i, args.count) || takeWord(options, word, i, args.count, takes);
    if (taken === 0) throw SYNTAX_ERROR;
    i += taken;
  }
  return options;
}

/** How many arguments the deadline at `index` takes: 0 where it is none, or clashes with another option. */
function takeExpiry(options: Mutable<StringOptions>, word: string, index: number, count: number): number {
  const name = EXPIRY_WORDS.find((candidate) => candidate.toLowerCase() === word);
  if (name === undefined || index + 1 >= count || options.keepsDeadline || options.persists) return 0;
  // The same word again replaces the earlier one.
  if (options.expiry !== undefined && options.expiry.word !== name) return 0;
  options.expiry = { word: name, at: index + 1 };
  return 2;
}

function takeWord(
  options: Mutable<StringOptions>,
  word: string,
  index: number,
  count: number,
  takes: OptionsFor,
): number {
  if (takes === 'get') {
    if (word !== 'persist' || options.expiry !== undefined) return 0;
    options.persists = true;
    return 1;
  }
  if (word === 'nx' || word === 'xx') {
    const condition = CONDITIONS[word];
    if (options.condition !== 'always' && options.condition !== condition) return 0;
    options.condition = condition;
    return 1;
  }
  if (word === 'keepttl' && options.expiry === undefined) {
    options.keepsDeadline = true;
    return 1;
  }
  if (takes === 'mset') return 0;
  if (word === 'get') {
    options.returnsOld = true;
    return 1;
  }
  if (word !== 'ifeq' || index + 1 >= count || options.condition !== 'always') return 0;
  options.condition = 'equal';
  options.compareAt = index + 1;
  return 2;
}

/** The deadline of an option in Unix milliseconds. Throws where it is no integer, not positive or does not fit. */
export function deadlineOf(call: Call, expiry: ExpiryOption): number {
  const unitMs = expiry.word.startsWith('P') ? 1 : 1000;
  return positiveDeadlineArgument(call, expiry.at, unitMs, expiry.word.endsWith('AT') ? 0 : call.nowMs);
}
