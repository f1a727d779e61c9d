import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quoteArgument, splitArguments } from './split-arguments.ts';

const CASES: readonly (readonly [line: string, args: readonly string[] | undefined])[] = [
  ['', []],
  ['  \t\v\f ', []],
  ['a  b\tc', ['a', 'b', 'c']],
  ['"a b" \'c d\'', ['a b', 'c d']],
  ['""', ['']],
  ['"\\n\\r\\t\\b\\a\\x41\\q\\"\\\\"', ['\n\r\t\b\x07Aq"\\']],
  ["'\\n\\''", ["\\n'"]],
  ['a"b c"d', ['ab cd']],
  ['"a"b', ['ab']],
  ['"open', undefined],
  ["'open", undefined],
  ['"open\\"', undefined],
  ['"\\xg0"', ['xg0']],
  ['seen\0unseen', ['seen']],
];

for (const [line, args] of CASES) {
  test(`${JSON.stringify(line)} splits into ${JSON.stringify(args) ?? 'nothing, a quote is open'}`, () => {
    assert.deepEqual(splitArguments(line), args);
  });
}

test('a quoted text splits back into itself, whatever its bytes', () => {
  let every = '';
  for (let code = 0; code < 256; code++) every += String.fromCharCode(code);
  assert.deepEqual(splitArguments(quoteArgument(every)), [every]);
  assert.equal(quoteArgument('é "x"\0'), '"\\xe9 \\"x\\"\\x00"');
});
