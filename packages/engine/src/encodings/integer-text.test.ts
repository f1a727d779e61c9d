import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bigIntegerTextLength,
  integerTextLength,
  isInt64,
  isInteger64,
  parseBigInteger,
  parseInteger,
  writeBigInteger,
  writeInteger,
} from './integer-text.ts';
import { startRealValkey } from './testing/real-valkey.ts';
import { makeRandom } from './testing/seeded-random.ts';

const TEXTS = [
  '',
  '-',
  '0',
  '-0',
  '00',
  '01',
  '+1',
  '1',
  '-1',
  ' 1',
  '1 ',
  '1a',
  'a',
  '12',
  '999999999',
  '1000000000',
  '123456789012345',
  '999999999999999',
  '-999999999999999',
  '9007199254740991',
  '9007199254740992',
  '-9007199254740991',
  '-9007199254740992',
  '9223372036854775806',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '-9223372036854775809',
  '18446744073709551615',
  '18446744073709551616',
  '99999999999999999999',
  '1.0',
  '1e3',
  '0x10',
  '-01',
  '--1',
  '1-',
  '\x001',
  '1\x00',
  '922337203685477580',
  '9223372036854775810',
  '12345678901a',
  '/',
  ':',
  '1/',
  '1:',
  '-/',
  '-:',
];

function bytesOf(text: string): Buffer {
  return Buffer.from(`x${text}9`, 'latin1');
}

/** What the rule says, in the plainest way. */
function expectedInteger(text: string): bigint | undefined {
  if (!/^(?:0|-?[1-9][0-9]*)$/.test(text) || text.length > 20) return undefined;
  return isInt64(BigInt(text)) ? BigInt(text) : undefined;
}

function assertParses(text: string, expected: bigint | undefined): void {
  const bytes = bytesOf(text);
  assert.equal(parseBigInteger(bytes, 1, text.length), expected, text);
  assert.equal(isInteger64(bytes, 1, text.length), expected !== undefined, text);
  const safe = expected !== undefined && Number.isSafeInteger(Number(expected)) ? Number(expected) : Number.NaN;
  assert.equal(parseInteger(bytes, 1, text.length), safe, text);
}

test('only canonical signed 64-bit integers are read', () => {
  for (const text of TEXTS) assertParses(text, expectedInteger(text));
});

test('random texts are read as a real server reads them for INCRBY', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  const random = makeRandom();
  const alphabet = '0123456789012345678901234567890123456789-+ .\x00';
  const texts = Array.from({ length: 4000 }, () => {
    const signed = BigInt.asIntN(64, random.bits64() >> BigInt(random.below(64)));
    const digits = random.below(2) === 0 ? String(signed) : '';
    return digits + Array.from({ length: random.below(4) }, () => alphabet[random.below(alphabet.length)]).join('');
  }).concat(TEXTS);
  const replies = await server.pipeline(
    texts.flatMap((text) => [
      ['SET', 'k', text],
      ['APPEND', 'k', ''],
      ['INCRBY', 'k', '0'],
      ['GET', 'k'],
    ]),
  );
  texts.forEach((text, i) => {
    const isNumber = !(replies[i * 4 + 2] instanceof Error) && text !== '';
    assert.equal(isInteger64(bytesOf(text), 1, text.length), isNumber, `${JSON.stringify(text)} seed ${random.seed}`);
    if (isNumber) assert.equal(String(parseBigInteger(bytesOf(text), 1, text.length)), replies[i * 4 + 3]);
    assertParses(text, expectedInteger(text));
  });
});

test('each safe integer is written as String() writes it, at its length', () => {
  const random = makeRandom();
  const bytes = new Uint8Array(40);
  const values = [0, 1, -1, 9, 10, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  for (let digits = 1; digits < 16; digits++)
    values.push(10 ** digits, 10 ** digits - 1, -(10 ** digits), 10 ** digits + 1);
  for (let i = 0; i < 5000; i++) values.push(Number(BigInt.asIntN(54, random.bits64()) >> BigInt(random.below(53))));
  for (const value of values.filter(Number.isSafeInteger)) {
    const end = writeInteger(bytes, 3, value);
    assert.equal(Buffer.from(bytes.subarray(3, end)).toString(), String(value), `seed ${random.seed}`);
    assert.equal(integerTextLength(value), end - 3);
  }
});

test('64-bit integers are written exactly', () => {
  const bytes = new Uint8Array(40);
  for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n]) {
    const end = writeBigInteger(bytes, 2, value);
    assert.equal(Buffer.from(bytes.subarray(2, end)).toString(), String(value));
    assert.equal(bigIntegerTextLength(value), end - 2);
  }
});
