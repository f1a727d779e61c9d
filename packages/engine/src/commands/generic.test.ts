import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../keyspace/clock.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

test('keys are counted, named by type and deleted', () => {
  const client = new EngineDriver().connect();
  client.send('MSET', 'a', '1', 'b', '2', 'c', '3');
  assert.equal(client.send('DBSIZE'), ':3\r\n');
  assert.equal(client.send('EXISTS', 'a', 'a', 'x'), ':2\r\n');
  assert.equal(client.send('TYPE', 'a'), '+string\r\n');
  assert.equal(client.send('TYPE', 'x'), '+none\r\n');
  assert.equal(client.send('DEL', 'a', 'x'), ':1\r\n');
  assert.equal(client.send('UNLINK', 'b'), ':1\r\n');
  assert.equal(client.send('TOUCH', 'b', 'c'), ':1\r\n');
  assert.equal(client.send('FLUSHALL'), '+OK\r\n');
  assert.equal(client.send('DBSIZE'), ':0\r\n');
  assert.equal(client.send('FLUSHDB', 'later'), '-ERR syntax error\r\n');
});

test('a deadline is set, told, taken away, and kept through none of it by SET', () => {
  const client = new EngineDriver().connect();
  client.send('SET', 'a', '1');
  assert.equal(client.send('TTL', 'a'), ':-1\r\n');
  assert.equal(client.send('TTL', 'x'), ':-2\r\n');
  assert.equal(client.send('EXPIRE', 'a', '100'), ':1\r\n');
  assert.equal(client.send('TTL', 'a'), ':100\r\n');
  assert.equal(client.send('EXPIRE', 'a', '200', 'NX'), ':0\r\n');
  assert.equal(client.send('EXPIRE', 'a', '50', 'GT'), ':0\r\n');
  assert.equal(client.send('EXPIRE', 'a', '50', 'LT'), ':1\r\n');
  assert.equal(client.send('PERSIST', 'a'), ':1\r\n');
  assert.equal(client.send('PERSIST', 'a'), ':0\r\n');
  assert.equal(client.send('PEXPIREAT', 'a', '99999999999999'), ':1\r\n');
  assert.equal(client.send('PEXPIRETIME', 'a'), ':99999999999999\r\n');
  client.send('SET', 'a', '2');
  assert.equal(client.send('TTL', 'a'), ':-1\r\n');
});

test('EXPIRE answers bad input by name', () => {
  const client = new EngineDriver().connect();
  client.send('SET', 'a', '1');
  assert.equal(client.send('EXPIRE', 'a', 'x'), '-ERR value is not an integer or out of range\r\n');
  assert.equal(client.send('EXPIRE', 'a', '1', 'YY'), '-ERR Unsupported option YY\r\n');
  assert.equal(client.send('EXPIRE', 'a', '9223372036854776'), "-ERR invalid expire time in 'expire' command\r\n");
  assert.equal(
    client.send('EXPIRE', 'a', '1', 'NX', 'GT'),
    '-ERR NX and XX, GT or LT options at the same time are not compatible\r\n',
  );
});

test('a deadline in the past deletes the key, and one that passes makes it vanish, looked at or not', () => {
  let now = 1_000_000;
  const driver = new EngineDriver(
    {},
    new Clock(
      () => now,
      () => now,
    ),
  );
  const client = driver.connect();
  client.send('MSET', 'a', '1', 'b', '2', 'c', '3');
  assert.equal(client.send('EXPIREAT', 'a', '1'), ':1\r\n');
  assert.equal(client.send('EXISTS', 'a'), ':0\r\n');
  client.send('PEXPIRE', 'b', '10');
  client.send('PEXPIRE', 'c', '10');
  now += 11;
  assert.equal(client.send('GET', 'b'), '$-1\r\n');
  assert.equal(client.send('DBSIZE'), ':1\r\n');
  driver.engine.activeExpiry.run();
  assert.equal(client.send('DBSIZE'), ':0\r\n');
});
