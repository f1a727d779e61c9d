// What commands are made of: few keys, so that commands meet each other's data; values at the borders of encodings and of
// numbers. Absolute times lie in the past or far away, so that the two servers' clocks cannot tell them apart; `$brief` is
// over before the next command (the episode waits).
import type { SeededRandom } from '@valkeep/testing';
import type { Vocabulary } from './template.ts';

/** Keys whose content depends on chance or on the clock: only the shape of what concerns them is compared. */
export const WILD_PREFIX = 'wild:';
/** Milliseconds after which a `$brief` time to live is over. */
const BRIEF_MS = 3;

const FAR_FUTURE_SECONDS = 4_102_444_800;
const kinds = ['s', 'h', 'l', 't', 'z', 'x'] as const;
type Kind = (typeof kinds)[number];

const oddKeys = ['none', '', '\0\xff', 'b1', 'k with space', '{tag}1', 'weight_1', 'x*y'];
const words = ['a', 'b', 'c', 'd', 'hello', 'Hello', 'foobar', ''];
const integers = [
  '0',
  '1',
  '-1',
  '2',
  '7',
  '10',
  '100',
  '127',
  '128',
  '-129',
  '4096',
  '32767',
  '-32769',
  '65536',
  '8388607',
];
const hugeIntegers = [
  '2147483648',
  '-2147483649',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775806',
];
const floats = [
  '0.1',
  '0.2',
  '-1.5',
  '3.14',
  '1e3',
  '1.0e-5',
  '3.0',
  '5e-324',
  '1.7976931348623157e308',
  '0.30000000000000004',
];
const infinities = ['inf', '-inf', '+inf', 'Infinity', '-0', '0.0'];
/** No number at all, or not one that a command takes. */
export const junk = [
  'abc',
  '',
  ' 1',
  '1 ',
  '+1',
  '01',
  '1.5',
  '0x10',
  '1e400',
  '-1e400',
  'nan',
  'NaN',
  '--1',
  '1,5',
  '\0',
  'inf',
  '-1',
  '-5',
  '0',
  '9223372036854775808',
  '-9223372036854775809',
  '18446744073709551615',
  '18446744073709551616',
  '99999999999999999999999',
  '2147483648',
  '4294967296',
  '1e17',
  '(1',
  '[a',
  '*',
  '$',
  '-',
  '+',
  '>',
  '5-',
  '-5-1',
  '1-2-3',
  '\xff\xfe',
];

function key(random: SeededRandom, kind: Kind): string {
  const own = `${kind}${random.integer(1, 3)}`;
  return random.pickWeighted([
    [88, () => own],
    [8, () => `${random.pick(kinds)}${random.integer(1, 3)}`],
    [4, () => random.pick(oddKeys)],
  ])();
}

function anyKey(random: SeededRandom): string {
  return key(random, random.pick(kinds));
}

function value(random: SeededRandom): string {
  return random.pickWeighted([
    [30, () => random.pick(words)],
    [25, () => random.pick(integers)],
    [8, () => random.pick(hugeIntegers)],
    [10, () => random.pick(floats)],
    [10, () => random.pick(['x', 'y', 'ab']).repeat(random.integer(10, 40))],
    [3, () => 'long'.repeat(random.integer(100, 400))],
    [10, () => `value:${random.integer(0, 50)}`],
    [4, () => random.binaryString(random.integer(1, 30))],
  ])();
}

function member(random: SeededRandom): string {
  return random.pickWeighted([
    [55, () => `m${random.integer(0, 24)}`],
    [25, () => String(random.integer(-5, 30))],
    [20, () => value(random)],
  ])();
}

function score(random: SeededRandom): string {
  return random.pickWeighted([
    [60, () => String(random.integer(-5, 12))],
    [25, () => random.pick(floats)],
    [10, () => random.pick(infinities)],
    [5, () => random.pick(hugeIntegers)],
  ])();
}

function index(random: SeededRandom): string {
  return String(
    random.pickWeighted([
      [80, random.integer(-8, 12)],
      [10, random.pick([-1, 0, 1])],
      [10, random.pick([1000, -1000, 2147483647])],
    ]),
  );
}

function streamId(random: SeededRandom): string {
  const ms = random.integer(0, 40);
  return random.pickWeighted([
    [50, `${ms}-${random.integer(0, 4)}`],
    [25, String(ms)],
    [8, '18446744073709551615-18446744073709551615'],
    [8, '0-1'],
    [9, '0'],
  ]);
}

function future(random: SeededRandom): number {
  return FAR_FUTURE_SECONDS + random.integer(0, 5) * 1000;
}

export const vocabulary: Vocabulary = {
  key: anyKey,
  skey: (random) => key(random, 's'),
  hkey: (random) => key(random, 'h'),
  lkey: (random) => key(random, 'l'),
  tkey: (random) => key(random, 't'),
  zkey: (random) => key(random, 'z'),
  xkey: (random) => key(random, 'x'),
  tzkey: (random) => key(random, random.pick(['t', 'z', 'z'])),
  ltzkey: (random) => key(random, random.pick(['l', 't', 'z'])),
  wild: (random) => `${WILD_PREFIX}${random.integer(1, 2)}`,
  db: (random) =>
    String(
      random.pickWeighted([
        [90, random.integer(0, 2)],
        [10, random.pick([15, 16, -1])],
      ]),
    ),
  value,
  member,
  field: (random) =>
    random.pickWeighted([
      [75, `f${random.integer(0, 24)}`],
      [25, value(random)],
    ]),
  score,
  int: (random) =>
    random.pickWeighted([
      [80, random.pick(integers)],
      [20, random.pick(hugeIntegers)],
    ]),
  float: (random) => random.pick([...floats, ...integers, ...infinities]),
  index,
  count: (random) =>
    String(
      random.pickWeighted([
        [85, random.integer(0, 6)],
        [15, random.pick([-1, -3, 100, 1000000])],
      ]),
    ),
  positive: (random) => String(random.integer(1, 6)),
  offset: (random) =>
    String(
      random.pickWeighted([
        [70, random.integer(0, 20)],
        [25, random.integer(20, 300)],
        [5, -1],
      ]),
    ),
  bound: (random) =>
    random.pickWeighted([
      [50, score(random)],
      [25, `(${score(random)}`],
      [25, random.pick(['-inf', '+inf'])],
    ]),
  lexbound: (random) =>
    random.pickWeighted([
      [40, `[${member(random)}`],
      [25, `(${member(random)}`],
      [35, random.pick(['-', '+'])],
    ]),
  // Times to live: long, over at once, or in the past.
  seconds: (random) =>
    String(
      random.pickWeighted([
        [90, random.integer(1, 9) * 1000],
        [10, random.pick([0, -1, 4611686018427387])],
      ]),
    ),
  milliseconds: (random) =>
    String(
      random.pickWeighted([
        [92, random.integer(1, 9) * 1_000_000],
        [8, random.pick([0, -1])],
      ]),
    ),
  brief: (random) => String(random.integer(1, BRIEF_MS)),
  at: (random) =>
    String(
      random.pickWeighted([
        [85, future(random)],
        [15, random.pick([1, 1_000_000, 0, -1])],
      ]),
    ),
  atms: (random) =>
    String(
      random.pickWeighted([
        [85, future(random) * 1000],
        [15, random.pick([1, 1_000_000, 0, -1])],
      ]),
    ),
  bit: (random) => random.pick(['0', '1']),
  bittype: (random) => `${random.pick(['i', 'u'])}${random.pick([1, 2, 4, 5, 8, 16, 31, 32, 63, 64])}`,
  bitoffset: (random) => `${random.pick(['', '', '#'])}${random.integer(0, 40)}`,
  pattern: (random) =>
    random.pick(['*', '?1', 's*', '[hl]*', '*[^1]', 'm*', 'm1?', 'f[0-5]', '\\*', '[', 'x\\*y', '', '*a*b*']),
  type: (random) => random.pick(['string', 'hash', 'list', 'set', 'zset', 'stream', 'nothing', 'ZSET']),
  sortby: (random) => random.pick(['s*', 'weight_*', 'h*->f1', 'nosort', 'none', '*', 'h1->*']),
  sortget: (random) => random.pick(['#', 's*', 'h*->f2', 'h*->', '*', 'none*']),
  id: streamId,
  newid: (random) =>
    random.pickWeighted([
      [60, `${random.integer(1, 60)}-*`],
      [40, streamId(random)],
    ]),
  rangeid: (random) =>
    random.pickWeighted([
      [60, streamId(random)],
      [15, `(${streamId(random)}`],
      [25, random.pick(['-', '+'])],
    ]),
  group: (random) => random.pick(['g1', 'g1', 'g2', 'nogroup']),
  consumer: (random) => random.pick(['c1', 'c2', 'c3']),
  option: (random) =>
    random.pick(['NX', 'XX', 'GT', 'LT', 'COUNT', 'LIMIT', 'EX', 'KEEPTTL', 'WITHSCORES', 'REPLACE', 'BOGUS', 'get']),
};
