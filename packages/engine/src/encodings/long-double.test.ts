import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLongDoubles, formatLongDouble, parseLongDouble, secondsToMilliseconds } from './long-double.ts';
import { type RealValkey, startRealValkey } from './testing/real-valkey.ts';
import { type ByteRandom, makeRandom } from './testing/seeded-random.ts';

function add(left: string, right: string): string | undefined {
  const a = parseLongDouble(left);
  const b = parseLongDouble(right);
  const sum = a === undefined || b === undefined ? undefined : addLongDoubles(a, b);
  return sum === undefined ? undefined : formatLongDouble(sum);
}

const SUMS: readonly (readonly [left: string, right: string, sum: string | undefined])[] = [
  ['0.1', '0.2', '0.3'],
  ['3', '1.1', '4.1'],
  ['10.50', '0.1', '10.6'],
  ['5.0e3', '2.0e2', '5200'],
  ['1', '-1', '0'],
  ['-0', '-0', '0'],
  ['0', '-1e-20', '0'],
  ['17179869184', '1.5', '17179869185.5'],
  ['9223372036854775807', '1', '9223372036854775808'],
  ['0x10', '0x.8p1', '17'],
  ['inf', '1', undefined],
  ['inf', '-inf', undefined],
  ['nan', '1', undefined],
  ['', '1', undefined],
  ['1 ', '1', undefined],
  [' 1', '1', undefined],
  ['1e', '1', undefined],
  ['1e5000', '1', undefined],
  ['1e-5000', '1', undefined],
  ['0e5000', '1', '1'],
  ['1.18973149535723176502e4932', '1.18973149535723176502e4932', undefined],
];

for (const [left, right, sum] of SUMS) {
  test(`${left || '(empty)'} and ${right} make ${sum ?? 'an error'}`, () => assert.equal(add(left, right), sum));
}

const TEXTS = [
  ...[
    '',
    '+',
    '-',
    '.',
    '+.',
    'e5',
    '.e5',
    '1.',
    '.1',
    '+1',
    '-.5e1',
    '1.5.',
    '1e+',
    '1e-',
    '1e5.0',
    '1E+05',
    '00012',
    '0x',
    '0x.',
    '0xg',
    '0x1p',
    '0x1p+',
    '0X1.8P-3',
    '-0xabc.def',
    '0x1p16383',
    '0x1p16384',
    '0x1.fffffffffffffffep16383',
    '0x1.ffffffffffffffffp16383',
    '0x1p-16445',
    '0x1p-16446',
    '0x1.8p-16446',
    '0x0p99999999',
    '0x1p99999999999',
    'INF',
    '-Infinity',
    'infinit',
    'nan',
    'NAN(1)',
    '-nan',
    '\t1',
    '1\n',
    '1\x00',
    '\x001',
    '1,5',
    '1_0',
  ],
  ...[
    '3.6451995318824746025e-4951',
    '1.8225997659412373012e-4951',
    '1.8e-4951',
    '1.189731495357231765e4932',
    '1.189731495357231766e4932',
    '1e4932',
    '-1e4932',
  ],
  ...[
    '18446744073709551615',
    '18446744073709551616',
    '18446744073709551617',
    '36893488147419103233',
    '0.000000000000000005',
    '0.000000000000000015',
    '0.00000000000000001',
  ],
  `1${'0'.repeat(4931)}`,
  `1${'0'.repeat(4940)}`,
  `0.${'0'.repeat(4900)}1`,
  `${'0'.repeat(5118)}1`,
  `${'0'.repeat(5119)}1`,
  `${'0'.repeat(5120)}1`,
  `1.${'3'.repeat(5000)}`,
  '1e-4932',
  '1e-4960',
  `${'9'.repeat(30)}.${'9'.repeat(30)}`,
];

function randomText(random: ByteRandom): string {
  const sign = ['', '-', '+'][random.below(5)] ?? '';
  const digits = (most: number) => String(random.bits64() * random.bits64()).slice(0, random.below(most));
  const kind = random.below(8);
  if (kind === 0) return TEXTS[random.below(TEXTS.length)] ?? '';
  if (kind === 1)
    return `${sign}0x${random.bits64().toString(16)}.${random.bits64().toString(16)}p${random.below(300) - 150}`;
  if (kind === 2) return `${sign}${digits(38)}.${digits(30)}e${random.below(200) - 100}`;
  if (kind === 3) return `${sign}${digits(20)}.5e${random.below(9900) - 4950}`;
  // Halves of the last place: ties.
  if (kind === 4) return `${sign}${(2n ** 63n + (random.bits64() >> 2n)) * 2n + 1n}`;
  return `${sign}${digits(12) || '0'}.${digits(12)}`;
}

async function compare(server: RealValkey, pairs: readonly (readonly [string, string])[], seed: number): Promise<void> {
  const commands = pairs.flatMap(([left, right]) => [
    ['SET', 'k', left],
    ['INCRBYFLOAT', 'k', right],
    ['DEL', 'h'],
    ['HSET', 'h', 'f', left],
    ['HINCRBYFLOAT', 'h', 'f', right],
  ]);
  const replies = await server.pipeline(commands);
  pairs.forEach(([left, right], i) => {
    for (const reply of [replies[i * 5 + 1], replies[i * 5 + 4]]) {
      const expected = reply instanceof Error ? undefined : reply;
      assert.equal(add(left, right), expected, `${left} + ${right}, seed ${seed}`);
    }
  });
}

test('texts are taken, refused and printed as a real server does for INCRBYFLOAT', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  await compare(
    server,
    TEXTS.map((text) => [text, '0'] as const),
    0,
  );
});

test('random sums are those of a real server', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  const random = makeRandom();
  for (let batch = 0; batch < 3; batch++) {
    const pairs = Array.from({ length: 1000 }, () => [randomText(random), randomText(random)] as const);
    await compare(server, pairs, random.seed);
  }
});

test('seconds become milliseconds, rounded up after the product is rounded', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['0', 0],
    ['0.001', 1],
    ['0.1', 100],
    // The product is just above 253, in C as well.
    ['0.253', 254],
    ['0.0010001', 2],
    ['1.5', 1500],
    ['-0.0001', 0],
    ['-1.0005', -1000],
    ['1e-4000', 1],
    ['9223372036854775', 9223372036854775000],
    ['1e4932', Number.POSITIVE_INFINITY],
    ['inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
  ];
  for (const [text, ms] of cases) assert.equal(milliseconds(text), ms, text);
});

function milliseconds(text: string): number {
  const seconds = parseLongDouble(text);
  assert.ok(seconds !== undefined);
  return secondsToMilliseconds(seconds) + 0;
}
