import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globMatch, globMatchBytes } from './glob-match.ts';
import { startRealValkey } from './testing/real-valkey.ts';
import { makeRandom } from './testing/seeded-random.ts';

const CASES: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
  ['', '', true],
  ['*', '', false],
  ['*', 'anything', true],
  ['a*', 'a', true],
  ['a**', 'a', true],
  ['a*c', 'abcc', true],
  ['a*c', 'abcd', false],
  ['*b*', 'abc', true],
  ['h?llo', 'hello', true],
  ['h?llo', 'hllo', false],
  ['h[ae]llo', 'hallo', true],
  ['h[ae]llo', 'hillo', false],
  ['h[^e]llo', 'hallo', true],
  ['h[^e]llo', 'hello', false],
  ['[a-c]', 'b', true],
  ['[c-a]', 'b', true],
  ['[a-c', 'b', true],
  ['[', 'a', false],
  ['[]', 'a', false],
  ['[\\]]', ']', true],
  ['[a-]', '-', false],
  ['[a-]', '`', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['a\\', 'a\\', true],
  ['\xff*', '\xff\x00', true],
];

for (const [pattern, text, matches] of CASES) {
  test(`${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
    assert.equal(globMatch(pattern, text), matches);
  });
}

test('case is ignored on demand, except for an escaped byte in a class', () => {
  assert.equal(globMatch('HELLO*', 'hello world', true), true);
  assert.equal(globMatch('[A-C]x', 'bX', true), true);
  assert.equal(globMatch('[\\A]', 'a', true), false);
  assert.equal(globMatch('HELLO', 'hello'), false);
});

test('a pattern of many stars on a long text ends soon', () => {
  const pattern = `${'a*'.repeat(40)}b`;
  assert.equal(globMatch(pattern, 'a'.repeat(5000)), false);
});

test('bytes are matched where they lie', () => {
  const bytes = Buffer.from('xxuser:1000xx');
  assert.equal(globMatchBytes('user:*', bytes, 2, 9), true);
  assert.equal(globMatchBytes('user:*x', bytes, 2, 9), false);
  assert.equal(globMatchBytes('*', bytes, 2, 0), false);
});

test('random patterns match the keys that a real server finds with them', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  const random = makeRandom();
  const word = (alphabet: string, most: number) =>
    Array.from({ length: random.below(most) }, () => alphabet[random.below(alphabet.length)]).join('');
  const keys = [...new Set(Array.from({ length: 400 }, () => `${word('abcA*-]\\\x80\xff', 7)}z`))];
  await server.pipeline(keys.map((key) => ['SET', key, '1']));
  const patterns = Array.from(
    { length: 3000 },
    () => `${word('abAc***??[[]]^--\\\x80\xff', 9)}${random.below(2) ? 'z' : '*'}`,
  );
  const replies = await server.pipeline(patterns.map((pattern) => ['KEYS', pattern]));
  patterns.forEach((pattern, i) => {
    const expected = Array.isArray(replies[i]) ? [...replies[i]].sort() : replies[i];
    const found = keys.filter((key) => globMatch(pattern, key)).sort();
    assert.deepEqual(found, expected, `${JSON.stringify(pattern)} seed ${random.seed}`);
  });
});
