import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globMatch } from './glob-match.ts';

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
