import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

test('clients that wait for sorted sets are served in the order in which they came', () => {
  const driver = new EngineDriver();
  const [first, second, third, writer] = [driver.connect(), driver.connect(), driver.connect(), driver.connect()];
  assert.equal(first.send('BZPOPMIN', 'y', 'z', '0'), '');
  assert.equal(second.send('BZMPOP', '0', '2', 'y', 'z', 'MAX', 'COUNT', '2'), '');
  assert.equal(third.send('BZPOPMAX', 'z', '0'), '');
  assert.equal(writer.send('SET', 'z', 'x'), '+OK\r\n');
  writer.send('DEL', 'z');
  assert.equal(writer.send('ZADD', 'z', '1', 'a', '2', 'b', '3', 'c', '4', 'd'), ':4\r\n');
  assert.equal(first.received(), '*3\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\n1\r\n');
  assert.equal(second.received(), '*2\r\n$1\r\nz\r\n*2\r\n*2\r\n$1\r\nd\r\n$1\r\n4\r\n*2\r\n$1\r\nc\r\n$1\r\n3\r\n');
  assert.equal(third.received(), '*3\r\n$1\r\nz\r\n$1\r\nb\r\n$1\r\n2\r\n');
  assert.equal(writer.send('EXISTS', 'z'), ':0\r\n');
});

test('pops that may wait answer at once where they can, and check their arguments first', () => {
  const client = new EngineDriver().connect();
  client.send('ZADD', 'z', '1', 'a', '2', 'b');
  assert.equal(client.send('BZPOPMAX', 'x', 'z', '1'), '*3\r\n$1\r\nz\r\n$1\r\nb\r\n$1\r\n2\r\n');
  assert.equal(client.send('BZPOPMIN', 'z', 'y', '-1'), '-ERR timeout is negative\r\n');
  assert.equal(client.send('BZMPOP', '1', '0', 'z', 'MIN'), '-ERR numkeys should be greater than 0\r\n');
  client.send('SET', 's', 'x');
  assert.match(client.send('BZPOPMIN', 's', '0'), /^-WRONGTYPE/);
  client.send('MULTI');
  client.send('BZPOPMIN', 'none', '0');
  assert.equal(client.send('EXEC'), '*1\r\n*-1\r\n');
});
