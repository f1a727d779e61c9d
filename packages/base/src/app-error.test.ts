import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from './app-error.ts';

test('an AppError shows its public part and keeps its cause', () => {
  const cause = new Error('connection reset');
  const error = new AppError('engine_unreachable', 'The engine does not answer.', {
    status: 503,
    details: { node: 'nod_1' },
    cause,
  });
  assert.equal(error.code, 'engine_unreachable');
  assert.equal(error.status, 503);
  assert.equal(error.publicMessage, 'The engine does not answer.');
  assert.deepEqual(error.details, { node: 'nod_1' });
  assert.equal(error.cause, cause);
  assert.equal(String(error), 'AppError: engine_unreachable: The engine does not answer.');
});

test('an AppError without a cause has none', () => {
  assert.equal('cause' in new AppError('bad_name', 'The name is empty.', { status: 400 }), false);
});
