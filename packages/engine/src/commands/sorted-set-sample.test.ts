import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIND_SORTED_SET_BIG } from '../keyspace/value-kind.ts';
import { latin1 } from '../session/args.ts';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';
import { sortedSetsOf } from '../types/sorted-set/sorted-sets.ts';

const MEMBERS = 1500;

function words(reply: string): string[] {
  return reply.split('\r\n').filter((word) => word !== '' && !/^[$*]/.test(word));
}

function fill(client: DrivenClient, count = MEMBERS): void {
  for (let i = 0; i < count; i++) client.send('ZADD', 'z', String(i / 3), `m${i}`);
}

test('ZSCAN goes through all members of a big sorted set with their scores', () => {
  const client = new EngineDriver().connect();
  fill(client);
  const found = new Map<string, string>();
  let cursor = '0';
  do {
    const [next, ...pairs] = words(client.send('ZSCAN', 'z', cursor, 'COUNT', '20'));
    for (let i = 0; i < pairs.length; i += 2) found.set(pairs[i], pairs[i + 1]);
    cursor = next;
  } while (cursor !== '0');
  assert.equal(found.size, MEMBERS);
  assert.equal(found.get('m1'), '0.33333333333333331');
});

test('ZSCAN gives small sorted sets whole and knows patterns and NOSCORES', () => {
  const client = new EngineDriver().connect();
  fill(client, 3);
  assert.deepEqual(words(client.send('ZSCAN', 'z', '0', 'MATCH', 'm[12]')), [
    '0',
    'm1',
    '0.3333333333333333',
    'm2',
    '0.6666666666666666',
  ]);
  assert.deepEqual(words(client.send('ZSCAN', 'z', '7', 'NOSCORES')), ['0', 'm0', 'm1', 'm2']);
  assert.equal(client.send('ZSCAN', 'nothing', '0', 'x'), '*2\r\n$1\r\n0\r\n*0\r\n');
  assert.equal(client.send('ZSCAN', 'z', '0', 'x'), '-ERR syntax error\r\n');
});

test('ZRANDMEMBER gives as many members as asked for, distinct ones where the count is positive', () => {
  for (const size of [10, MEMBERS]) {
    const client = new EngineDriver().connect();
    fill(client, size);
    assert.match(client.send('ZRANDMEMBER', 'z'), /^\$\d\r\nm\d+\r\n$/);
    for (const count of [1, 5, size - 1, size, size + 5]) {
      const members = words(client.send('ZRANDMEMBER', 'z', String(count)));
      assert.equal(members.length, Math.min(count, size));
      assert.equal(new Set(members).size, members.length);
    }
    assert.equal(words(client.send('ZRANDMEMBER', 'z', '-30', 'WITHSCORES')).length, 60);
    assert.equal(client.send('ZRANDMEMBER', 'z', '0'), '*0\r\n');
  }
});

test('a snapshot sees a big sorted set that is deleted and freed meanwhile', () => {
  const driver = new EngineDriver({ 'enable-debug-command': 'yes' });
  const client = driver.connect();
  const { keyspace } = driver.engine;
  keyspace.arena.poison = true;
  fill(client);
  const value = keyspace.entries.value(keyspace.databases[0].peek(Buffer.from('z'), 0, 1));
  const snapshot = keyspace.beginSnapshot();
  client.send('UNLINK', 'z');
  while (!keyspace.lazyFree.isIdle) keyspace.lazyFree.run(1);
  const cursor = sortedSetsOf(keyspace).createCursor();
  cursor.open(KIND_SORTED_SET_BIG, value);
  for (let rank = 0; rank < MEMBERS; rank++) {
    if (rank === 0) cursor.seekRank(0);
    else cursor.next();
    assert.equal(latin1(cursor.bytes, cursor.start, cursor.length), `m${rank}`);
    assert.equal(cursor.score, rank / 3);
  }
  keyspace.endSnapshot(snapshot);
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});

test('big sorted sets that are deleted leave nothing behind', () => {
  const client = new EngineDriver({ 'enable-debug-command': 'yes' }).connect();
  fill(client);
  client.send('ZADD', 'y', '1', 'a', '2', 'b');
  client.send('UNLINK', 'z');
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
  fill(client);
  client.send('FLUSHALL');
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});
