import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countSkip, createTally, formatFailures, formatTally } from './tally.ts';

test('the closing line counts what passed and failed, and skips only when there are some', () => {
  const tally = createTally();
  tally.passed = 2;
  assert.equal(formatTally(tally), '2 passed, 0 failed');
  countSkip(tally, 'a', 'a.test.ts:1', 'no originals', false);
  countSkip(tally, 'b', 'b.test.ts:1', 'no originals', false);
  assert.equal(formatTally(tally), '2 passed, 0 failed, 2 skipped');
});

test('where skips are forbidden, a skip is a failure that says why', () => {
  const tally = createTally();
  countSkip(tally, 'a', 'a.test.ts:1', 'no originals', true);
  assert.equal(formatTally(tally), '0 passed, 1 failed');
  assert.match(formatFailures(tally.failures), /FAILED {2}a\n {2}at a\.test\.ts:1\n .*no originals/);
});
