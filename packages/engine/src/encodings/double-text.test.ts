import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DOUBLE_TEXT_MAX,
  formatDouble,
  formatDouble17,
  isIntegerScore,
  parseDouble,
  parseDoubleBytes,
  writeDouble,
} from './double-text.ts';
import { startRealValkey } from './testing/real-valkey.ts';
import { type ByteRandom, makeRandom } from './testing/seeded-random.ts';

const PRINTED: readonly (readonly [value: number, text: string])[] = [
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [-17, '-17'],
  [3.5, '3.5'],
  [0.1, '0.1'],
  [1e15, '1000000000000000'],
  [2 ** 53, '9007199254740992'],
  [1e17, '100000000000000000'],
  [2 ** 62, '4611686018427387904'],
  [2 ** 62 + 1024, '4611686018427389000'],
  [1e20, '1e+20'],
  [1.5e-7, '1.5e-7'],
  [1e-6, '0.000001'],
  [1e300, '1e+300'],
  [5e-324, '5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [2.2250738585072014e-308, '2.2250738585072014e-308'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
  [Number.NaN, 'nan'],
];

for (const [value, text] of PRINTED) {
  test(`${value} is printed as ${text}`, () => {
    const bytes = new Uint8Array(DOUBLE_TEXT_MAX + 2).fill(0xaa);
    const end = writeDouble(bytes, 1, value);
    assert.equal(Buffer.from(bytes.subarray(1, end)).toString(), text);
    assert.equal(formatDouble(value), text);
    assert.equal(bytes[0], 0xaa);
    assert.equal(bytes[end], 0xaa);
  });
}

function randomDouble(random: ByteRandom): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, random.bits64());
  const kind = random.below(6);
  if (kind === 0) return (random.below(2e9) - 1e9) / 10 ** random.below(12);
  if (kind === 1) return Number(BigInt.asIntN(64, random.bits64()) >> BigInt(random.below(64)));
  if (kind === 2) return random.below(1e6) * 10 ** (random.below(640) - 325);
  if (kind === 3) return 2 ** (random.below(2100) - 1080) * (random.below(2) ? 1 : -1);
  if (kind === 4) view.setUint16(0, random.below(16));
  const value = view.getFloat64(0);
  return Number.isFinite(value) ? value : 1.5;
}

/** The exact value as text that any parser reads back. */
const exactText = (value: number) => (Object.is(value, -0) ? '-0' : value.toExponential(20));

test('random doubles are printed as a real server prints scores, in RESP2 and RESP3', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  // In a listpack the score -0 is the integer 0.
  await server.call('CONFIG', 'SET', 'zset-max-listpack-entries', '0');
  const random = makeRandom();
  for (const protocol of ['2', '3']) {
    await server.call('HELLO', protocol);
    for (let batch = 0; batch < 4; batch++) {
      const values = Array.from({ length: 2000 }, () => randomDouble(random));
      const commands = values.flatMap((value) => [
        ['ZADD', 'z', exactText(value), 'm'],
        ['ZSCORE', 'z', 'm'],
      ]);
      const replies = await server.pipeline(commands);
      values.forEach((value, i) => {
        const message = `${exactText(value)} seed ${random.seed}`;
        assert.equal(formatDouble(value), replies[i * 2 + 1], message);
        assert.equal(parseDouble(formatDouble(value)), value, message);
        assert.equal(isIntegerScore(value), !/[.e]/.test(formatDouble(value)) && Math.abs(value) <= 2 ** 62, message);
      });
    }
  }
});

const NUMBERS = [
  '',
  '.',
  '+',
  '-',
  'e',
  '+.',
  '-.e1',
  '1',
  '+1',
  '-1',
  '--1',
  '+-1',
  '01',
  '00.5',
  '.5',
  '5.',
  '+.5',
  '-5.',
  '5..',
  '1.2.3',
  '1e5',
  '1E5',
  '1e+5',
  '1e-5',
  '1e',
  '1e+',
  '1.e3',
  '.e3',
  '1e5.5',
  ' 1',
  '1 ',
  '\t1',
  '1\n',
  '1_000',
  '1,5',
  '0x10',
  '0x1p3',
  '0b1',
  '1f',
  '1d',
  'inf',
  '+inf',
  '-inf',
  'INF',
  'Inf',
  'infinity',
  '+Infinity',
  '-INFINITY',
  'infinit',
  'infx',
  ' inf',
  'nan',
  '-nan',
  '+nan',
  'NaN',
  'nan(1)',
  '1e308',
  '1e309',
  '-1e309',
  '1e400',
  '1e-400',
  '-1e-400',
  '1e-323',
  '2e-324',
  '5e-324',
  '0e400',
  '0e-400',
  '-0',
  '+0',
  '-0.0',
  '0.0e-999',
  '0.00000e5',
  '1e99999999999',
  '0e99999999999',
  '1e-99999999999',
  '123456789012345678901234567890',
  '0.1234567890123456789012345678901234',
  '9007199254740993',
  '9007199254740992.5',
  '1.7976931348623157e308',
  '1.7976931348623159e308',
  '2.2250738585072011e-308',
  '4.9406564584124654e-324',
  '2.4703282292062328e-324',
  '2.4703282292062327e-324',
  '0.1\x00',
  '\x001',
  '1\xff',
  `1${'0'.repeat(400)}`,
  `0.${'0'.repeat(400)}1`,
  `${'0'.repeat(300)}1.5`,
  `1${'0'.repeat(400)}e-400`,
  '1e00005',
  '1e-00005',
  '100',
  '12.50',
  '-12.50',
  '999999999999999',
  '99999999999999.9',
  '9999999999999999',
];

test('texts are taken and refused as a real server does for scores', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  await server.call('CONFIG', 'SET', 'zset-max-listpack-entries', '0');
  const random = makeRandom();
  const alphabet = '00112233445566778899..eE+-infa x';
  const made = Array.from({ length: 6000 }, () => {
    const length = 1 + random.below(12);
    return Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('');
  });
  const decimals = Array.from({ length: 6000 }, () => {
    const whole = String(random.bits64()).slice(0, random.below(12));
    const point = random.below(2) ? `.${String(random.bits64()).slice(0, random.below(14))}` : '';
    return whole + point + (random.below(3) ? '' : `e${random.below(660) - 330}`);
  });
  const texts = [...NUMBERS, ...made, ...decimals];
  const replies = await server.pipeline(
    texts.flatMap((text) => [
      ['DEL', 'z'],
      ['ZADD', 'z', text, 'm'],
      ['ZSCORE', 'z', 'm'],
    ]),
  );
  texts.forEach((text, i) => {
    const value = parseDouble(text);
    const bytes = Buffer.from(`1${text}1`, 'latin1');
    assert.deepEqual(parseDoubleBytes(bytes, 1, text.length), value ?? Number.NaN, text);
    const shown = value === undefined ? null : formatDouble(value);
    assert.equal(shown, replies[i * 3 + 2], `${JSON.stringify(text)} seed ${random.seed}`);
  });
});

test('the form of 17 digits is that of scores in ZSCAN of a real server', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  await server.call('CONFIG', 'SET', 'zset-max-listpack-entries', '0');
  const random = makeRandom();
  const ties = Array.from({ length: 200 }, () => (2 * random.below(2 ** 30) + 1) * 2 ** -(17 + random.below(14)));
  const values = [...ties, ...Array.from({ length: 5000 }, () => randomDouble(random))];
  const commands = values.flatMap((value) => [
    ['ZADD', 'z', exactText(value), 'm'],
    ['ZSCAN', 'z', '0'],
  ]);
  const replies = await server.pipeline(commands);
  values.forEach((value, i) => {
    assert.deepEqual(replies[i * 2 + 1], ['0', ['m', formatDouble17(value)]], `seed ${random.seed}`);
  });
});

test('the form of 17 digits is that of C', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0.1, '0.10000000000000001'],
    [1, '1'],
    [-2.5, '-2.5'],
    [1e16, '10000000000000000'],
    [1e17, '1e+17'],
    [123456789012345680000, '1.2345678901234568e+20'],
    [0.0001, '0.0001'],
    [0.00001, '1.0000000000000001e-05'],
    [3.14, '3.1400000000000001'],
    [1e100, '1e+100'],
    [2 ** -25, '2.9802322387695312e-08'],
    [3 * 2 ** -25, '8.9406967163085938e-08'],
    [0, '0'],
    [-0, '-0'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [5e-324, '4.9406564584124654e-324'],
  ];
  for (const [value, text] of cases) assert.equal(formatDouble17(value), text);
});
