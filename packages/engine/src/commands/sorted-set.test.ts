import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

const ENCODINGS = [
  ['packed', {}],
  ['big', { 'zset-max-listpack-entries': '0' }],
] as const;

/** What a RESP array of bulk strings holds. */
function items(reply: string): string[] {
  return reply.split('\r\n').filter((_, index) => index > 0 && index % 2 === 0);
}

for (const [name, settings] of ENCODINGS) {
  test(`members of ${name} sorted sets come back in order of score, then member`, () => {
    const client = new EngineDriver(settings).connect();
    assert.equal(client.send('ZADD', 'z', '2', 'b', '1', 'c', '2', 'a', '-1.5', '10', '2', '7'), ':5\r\n');
    assert.deepEqual(items(client.send('ZRANGE', 'z', '0', '-1')), ['10', 'c', '7', 'a', 'b']);
    assert.deepEqual(items(client.send('ZRANGE', 'z', '-2', '-1', 'WITHSCORES')), ['a', '2', 'b', '2']);
    assert.deepEqual(items(client.send('ZREVRANGE', 'z', '0', '1', 'WITHSCORES')), ['b', '2', 'a', '2']);
    assert.deepEqual(items(client.send('ZRANGE', 'z', '1', '3', 'REV')), ['a', '7', 'c']);
    assert.equal(client.send('ZRANGE', 'z', '5', '9'), '*0\r\n');
    assert.equal(client.send('ZSCORE', 'z', '10'), '$4\r\n-1.5\r\n');
    assert.equal(client.send('ZSCORE', 'z', 'x'), '$-1\r\n');
    assert.equal(client.send('ZRANK', 'z', 'a'), ':3\r\n');
    assert.equal(client.send('ZREVRANK', 'z', 'a', 'WITHSCORE'), '*2\r\n:1\r\n$1\r\n2\r\n');
    assert.equal(client.send('ZCARD', 'z'), ':5\r\n');
  });

  test(`scores of ${name} sorted sets change under conditions only`, () => {
    const client = new EngineDriver(settings).connect();
    client.send('ZADD', 'z', '1', 'a', '2', 'b');
    assert.equal(client.send('ZADD', 'z', 'NX', '5', 'a', '3', 'c'), ':1\r\n');
    assert.equal(client.send('ZADD', 'z', 'XX', 'CH', '5', 'a', '3', 'd'), ':1\r\n');
    assert.equal(client.send('ZADD', 'z', 'GT', 'CH', '4', 'a', '9', 'b'), ':1\r\n');
    assert.equal(client.send('ZADD', 'z', 'LT', 'INCR', '1', 'a'), '$-1\r\n');
    assert.equal(client.send('ZINCRBY', 'z', '-4.5', 'a'), '$3\r\n0.5\r\n');
    assert.deepEqual(items(client.send('ZRANGE', 'z', '0', '-1', 'WITHSCORES')), ['a', '0.5', 'c', '3', 'b', '9']);
    assert.equal(client.send('ZREM', 'z', 'a', 'c', 'x'), ':2\r\n');
    assert.equal(client.send('ZREM', 'z', 'b', 'b'), ':1\r\n');
    assert.equal(client.send('EXISTS', 'z'), ':0\r\n');
  });

  test(`ranges of ${name} sorted sets are cut by score and by member`, () => {
    const client = new EngineDriver(settings).connect();
    client.send('ZADD', 'z', '-inf', 'a', '1', 'b', '2', 'c', '3', 'd', 'inf', 'e');
    assert.deepEqual(items(client.send('ZRANGEBYSCORE', 'z', '1', '(3')), ['b', 'c']);
    assert.deepEqual(items(client.send('ZREVRANGEBYSCORE', 'z', '+inf', '(1', 'LIMIT', '1', '2')), ['d', 'c']);
    assert.deepEqual(items(client.send('ZRANGE', 'z', '-inf', '+inf', 'BYSCORE', 'LIMIT', '3', '-1')), ['d', 'e']);
    assert.equal(client.send('ZCOUNT', 'z', '(-inf', '(inf'), ':3\r\n');
    client.send('ZADD', 'l', '0', 'a', '0', 'b', '0', 'bb', '0', 'c', '0', 'abcdefghij');
    assert.deepEqual(items(client.send('ZRANGEBYLEX', 'l', '(a', '[bb')), ['abcdefghij', 'b', 'bb']);
    assert.deepEqual(items(client.send('ZREVRANGEBYLEX', 'l', '+', '(abcdefghi')), ['c', 'bb', 'b', 'abcdefghij']);
    assert.equal(client.send('ZLEXCOUNT', 'l', '-', '+'), ':5\r\n');
    assert.equal(client.send('ZLEXCOUNT', 'l', '+', '-'), ':0\r\n');
    assert.equal(client.send('ZRANGESTORE', 'to', 'z', '1', '2', 'BYSCORE'), ':2\r\n');
    assert.deepEqual(items(client.send('ZRANGE', 'to', '0', '-1', 'WITHSCORES')), ['b', '1', 'c', '2']);
    assert.equal(client.send('ZREMRANGEBYSCORE', 'z', '(1', '3'), ':2\r\n');
    assert.equal(client.send('ZREMRANGEBYRANK', 'z', '-1', '-1'), ':1\r\n');
    assert.deepEqual(items(client.send('ZRANGE', 'z', '0', '-1')), ['a', 'b']);
    assert.equal(client.send('ZREMRANGEBYLEX', 'l', '-', '+'), ':5\r\n');
    assert.equal(client.send('EXISTS', 'l'), ':0\r\n');
  });
}

test('ZADD refuses what it cannot do before it does anything', () => {
  const client = new EngineDriver().connect();
  assert.equal(client.send('ZADD', 'z', '1', 'a', 'x', 'b'), '-ERR value is not a valid float\r\n');
  assert.equal(
    client.send('ZADD', 'z', 'NX', 'XX', '1', 'a'),
    '-ERR XX and NX options at the same time are not compatible\r\n',
  );
  assert.equal(
    client.send('ZADD', 'z', 'INCR', '1', 'a', '2', 'b'),
    '-ERR INCR option supports a single increment-element pair\r\n',
  );
  assert.equal(client.send('EXISTS', 'z'), ':0\r\n');
  client.send('ZADD', 'z', 'inf', 'a');
  assert.equal(client.send('ZINCRBY', 'z', '-inf', 'a'), '-ERR resulting score is not a number (NaN)\r\n');
});

test('sorted sets that outgrow the limits of packed ones stay the same', () => {
  const client = new EngineDriver({ 'zset-max-listpack-entries': '4' }).connect();
  const expected: string[] = [];
  for (let i = 0; i < 10; i++) {
    client.send('ZADD', 'z', String(i / 2), `m${i}`);
    expected.push(`m${i}`, String(i / 2));
    assert.deepEqual(items(client.send('ZRANGE', 'z', '0', '-1', 'WITHSCORES')), expected);
  }
  assert.equal(client.send('OBJECT', 'ENCODING', 'z').includes('listpack'), false);
});
