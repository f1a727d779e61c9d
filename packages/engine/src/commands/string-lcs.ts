// LCS: the longest common subsequence of two strings, by a table of the lengths for every pair of prefixes.
import { STRING, typeOfKind } from '../keyspace/value-kind.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keysFrom } from './command-spec.ts';
import { placeArgument } from './string-values.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const lcsCommands: readonly CommandSpec[] = [
  {
    name: 'lcs', arity: -3, flags: 'readonly', acl: 'string', keys: [keysFrom(1, 'RO ACCESS', 1, 1)], since: '7.0.0',
    group: 'string', complexity: 'O(N*M), the lengths of the strings',
    about: 'Finds the longest common subsequence of two strings.', run: lcs,
  },
];

const NOT_STRINGS = new CommandError('ERR The specified keys must contain string values');
const LENGTH_AND_INDEXES = new CommandError('ERR If you want both the length and indexes, please just use IDX.');
const TOO_LARGE = new CommandError('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len');
const CELL_BYTES = 4;

interface Options {
  readonly wantsLength: boolean;
  readonly wantsRanges: boolean;
  readonly withMatchLength: boolean;
  readonly minimum: number;
}

/** A run of equal bytes: where it starts in both strings. */
interface Match {
  readonly left: number;
  readonly right: number;
  readonly length: number;
}

function lcs(call: Call): void {
  const left = stringOf(call, 1);
  const right = stringOf(call, 2);
  const options = parseOptions(call);
  const cells = (left.length + 1) * (right.length + 1);
  if (cells * CELL_BYTES > call.services.config.number('proto-max-bulk-len')) throw TOO_LARGE;
  const table = prefixLengths(left, right);
  const length = table[cells - 1];
  if (options.wantsLength) return call.reply.integer(length);
  const matches = matchesBackwards(left, right, table);
  if (options.wantsRanges) replyRanges(call, matches, length, options);
  else replySubsequence(call, left, matches);
}

function stringOf(call: Call, index: number): Uint8Array {
  const { entries } = call;
  const entry = call.readAny(index);
  if (entry === 0) return new Uint8Array(0);
  if (typeOfKind(entries.kind(entry)) !== STRING) throw NOT_STRINGS;
  const start = entries.stringStart(entry);
  // A copy: looking the second key up may move the first entry.
  return entries.stringBytes(entry).slice(start, start + entries.stringLength(entry));
}

function parseOptions(call: Call): Options {
  const { args } = call;
  const found = new Set<string>();
  let minimum = 0;
  for (let i = 3; i < args.count; i++) {
    const word = args.text(i).toLowerCase();
    if (word === 'minmatchlen' && i + 1 < args.count) minimum = Math.max(0, placeArgument(call, ++i));
    else if (['idx', 'len', 'withmatchlen'].includes(word)) found.add(word);
    else throw SYNTAX_ERROR;
  }
  if (found.has('idx') && found.has('len')) throw LENGTH_AND_INDEXES;
  return {
    wantsLength: found.has('len'),
    wantsRanges: found.has('idx'),
    withMatchLength: found.has('withmatchlen'),
    minimum,
  };
}

/** Row i, column j: the length for the first i bytes of `left` and the first j of `right`. */
function prefixLengths(left: Uint8Array, right: Uint8Array): Uint32Array {
  const width = right.length + 1;
  const table = new Uint32Array((left.length + 1) * width);
  for (let i = 1; i <= left.length; i++) {
    const row = i * width;
    const above = row - width;
    for (let j = 1; j < width; j++) {
      table[row + j] =
        left[i - 1] === right[j - 1] ? table[above + j - 1] + 1 : Math.max(table[above + j], table[row + j - 1]);
    }
  }
  return table;
}

/** The runs of one longest subsequence, last one first. Where two ways are as long, the right string is shortened. */
function matchesBackwards(left: Uint8Array, right: Uint8Array, table: Uint32Array): Match[] {
  const width = right.length + 1;
  const matches: Match[] = [];
  let run = 0;
  let i = left.length;
  let j = right.length;
  const endRun = (): void => {
    if (run > 0) matches.push({ left: i, right: j, length: run });
    run = 0;
  };
  while (i > 0 && j > 0) {
    if (left[i - 1] === right[j - 1]) {
      i--;
      j--;
      run++;
      continue;
    }
    endRun();
    if (table[(i - 1) * width + j] > table[i * width + j - 1]) i--;
    else j--;
  }
  endRun();
  return matches;
}

function replySubsequence(call: Call, left: Uint8Array, matches: readonly Match[]): void {
  const runs = matches.toReversed().map((match) => left.subarray(match.left, match.left + match.length));
  const bytes = Buffer.concat(runs);
  call.reply.bulk(bytes, 0, bytes.length);
}

function replyRanges(call: Call, matches: readonly Match[], length: number, options: Options): void {
  const { reply } = call;
  const shown = matches.filter((match) => match.length >= options.minimum);
  reply.map(2);
  reply.bulkText('matches');
  reply.array(shown.length);
  for (const match of shown) {
    reply.array(options.withMatchLength ? 3 : 2);
    for (const start of [match.left, match.right]) {
      reply.array(2);
      reply.integer(start);
      reply.integer(start + match.length - 1);
    }
    if (options.withMatchLength) reply.integer(match.length);
  }
  reply.bulkText('len');
  reply.integer(length);
}
