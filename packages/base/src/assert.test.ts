import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError, assertNever, assert as assertThat } from './assert.ts';

test('assert lets a true condition pass and throws its message for a false one', () => {
  assertThat(true, 'never thrown');
  assert.throws(() => assertThat(false, 'blocks are freed once'), new AssertionError('blocks are freed once'));
});

test('assertNever throws and names the value that no case covers', () => {
  const impossible: unknown = 'purple';
  assert.throws(() => assertNever(impossible as never), new AssertionError('unexpected value: purple'));
});
