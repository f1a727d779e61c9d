import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Reply, startRealValkey } from './testing/real-valkey.ts';
import { makeRandom } from './testing/seeded-random.ts';
import {
  compareUnsignedWords,
  parseUnsignedWords,
  unsignedHigh,
  unsignedLow,
  writeUnsignedWords,
} from './unsigned-words.ts';

function parse(text: string): bigint | undefined {
  const bytes = Buffer.from(`1${text}1`, 'latin1');
  if (!parseUnsignedWords(bytes, 1, text.length)) return undefined;
  return BigInt.asUintN(64, (BigInt(unsignedHigh) << 32n) | BigInt(unsignedLow >>> 0));
}

const TEXTS = [
  '',
  '0',
  '1',
  '00',
  '007',
  '+7',
  ' 7',
  '\t\n 7',
  '7 ',
  '-0',
  '-1',
  '-05',
  '- 5',
  '+-5',
  '+',
  ' ',
  '7\x00',
  '\x007',
  '7\x00x',
  '7x',
  '18446744073709551615',
  '18446744073709551616',
  '018446744073709551615',
  '-018446744073709551615',
  '-018446744073709551616',
  '99999999999999999999',
  '9223372036854775807',
  '9223372036854775808',
  '1.0',
  '0x10',
  '\xa07',
];

test('the second half of stream ids is read and written as a real server does', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  const random = makeRandom();
  const made = Array.from({ length: 2000 }, () => {
    const prefix = ['', '', '', '0', '+', ' ', '-', '-0'][random.below(8)] ?? '';
    return `${prefix}${random.bits64() >> BigInt(random.below(64))}${['', '', '', '0', 'x'][random.below(5)]}`;
  });
  const texts = [...TEXTS, ...made];
  const replies: Reply[] = await server.pipeline(
    texts.flatMap((text) => [
      ['DEL', 's'],
      ['XADD', 's', `1-${text}`, 'f', 'v'],
    ]),
  );
  const target = Buffer.alloc(24);
  texts.forEach((text, i) => {
    const value = parse(text);
    const reply = replies[i * 2 + 1];
    const expected = reply instanceof Error ? undefined : reply;
    assert.equal(
      value === undefined ? undefined : `1-${value}`,
      expected,
      `${JSON.stringify(text)} seed ${random.seed}`,
    );
    if (value === undefined) return;
    const end = writeUnsignedWords(
      target,
      2,
      Number(BigInt.asIntN(32, value >> 32n)),
      Number(BigInt.asIntN(32, value)),
    );
    assert.equal(target.toString('latin1', 2, end), String(value));
  });
});

test('words compare without a sign', () => {
  assert.ok(compareUnsignedWords(-1, 0, 1, 0) > 0);
  assert.ok(compareUnsignedWords(1, -1, 1, 5) > 0);
  assert.ok(compareUnsignedWords(0, 5, 0, -1) < 0);
  assert.equal(compareUnsignedWords(-1, -1, -1, -1), 0);
});
