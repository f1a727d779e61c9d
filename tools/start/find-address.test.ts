import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPort, formatWelcome, isReady } from './find-address.ts';

test('the port is read from the line that names the mode', () => {
  assert.equal(findPort('1:M 01 Jan 2026 10:00:00.000 * Running mode=standalone, port=7001.'), 7001);
  assert.equal(findPort('1:M 01 Jan 2026 10:00:00.000 * Server initialized'), undefined);
});

test('the server is ready when it says so', () => {
  assert.equal(isReady('1:M 01 Jan 2026 10:00:00.000 * Ready to accept connections tcp'), true);
  assert.equal(isReady('1:M 01 Jan 2026 10:00:00.000 * Server initialized'), false);
});

test('the welcome names the port, and no port when there is none', () => {
  assert.match(formatWelcome(7001), /redis:\/\/127\.0\.0\.1:7001\n/);
  assert.doesNotMatch(formatWelcome(0), /redis:/);
});
