// Grouping, trimming and counting of the log.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AclLog, type LogEvent } from './acl-log.ts';

const EVENT: LogEvent = { reason: 'key', context: 'toplevel', object: 'k', username: 'u', clientInfo: 'id=1' };
const MAX = 128;

test('similar events within a minute are one entry', () => {
  const log = new AclLog();
  log.add(EVENT, 1000, MAX);
  log.add({ ...EVENT, clientInfo: 'id=2' }, 61_000, MAX);
  log.add({ ...EVENT, object: 'other' }, 61_000, MAX);
  assert.deepEqual(log.list(10), [
    { ...EVENT, object: 'other', id: 1, count: 1, createdMs: 61_000, updatedMs: 61_000 },
    { ...EVENT, clientInfo: 'id=2', id: 0, count: 2, createdMs: 1000, updatedMs: 61_000 },
  ]);
});

test('an event after more than a minute is an entry of its own', () => {
  const log = new AclLog();
  log.add(EVENT, 1000, MAX);
  log.add(EVENT, 61_001, MAX);
  assert.equal(log.list(10).length, 2);
});

test('only the ten newest entries are looked at, and a match comes to the front', () => {
  const log = new AclLog();
  for (let i = 0; i < 11; i++) log.add({ ...EVENT, object: `k${i}` }, 1000, MAX);
  log.add({ ...EVENT, object: 'k1' }, 1000, MAX);
  assert.deepEqual([log.list(1)[0].object, log.list(1)[0].count, log.list(99).length], ['k1', 2, 11]);
  log.add({ ...EVENT, object: 'k0' }, 1000, MAX);
  assert.equal(log.list(99).length, 12);
});

test('the oldest entries leave when the next one comes, and none is kept with a limit of 0', () => {
  const log = new AclLog();
  for (let i = 0; i < 5; i++) log.add({ ...EVENT, object: `k${i}` }, 1000, MAX);
  log.add({ ...EVENT, object: 'new' }, 1000, 3);
  assert.deepEqual(
    log.list(99).map((entry) => entry.object),
    ['new', 'k4', 'k3'],
  );
  log.add({ ...EVENT, reason: 'auth' }, 1000, 0);
  assert.equal(log.list(99).length, 0);
  assert.equal(log.counts.key, 6);
  assert.equal(log.counts.auth, 1);
});

test('ids go on after the log was cleared', () => {
  const log = new AclLog();
  log.add(EVENT, 1000, MAX);
  log.clear();
  log.add(EVENT, 1000, MAX);
  assert.equal(log.list(1)[0].id, 1);
});
