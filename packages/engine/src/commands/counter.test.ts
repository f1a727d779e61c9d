import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

test('counters start at nothing, count both ways and keep their deadline', () => {
  const client = new EngineDriver().connect();
  assert.equal(client.send('INCR', 'n'), ':1\r\n');
  assert.equal(client.send('INCRBY', 'n', '41'), ':42\r\n');
  client.send('EXPIRE', 'n', '100');
  assert.equal(client.send('DECR', 'n'), ':41\r\n');
  assert.equal(client.send('DECRBY', 'n', '50'), ':-9\r\n');
  assert.equal(client.send('TTL', 'n'), ':100\r\n');
  assert.equal(client.send('GET', 'n'), '$2\r\n-9\r\n');
});

test('counters are exact in 64 bits and refuse to leave them', () => {
  const client = new EngineDriver().connect();
  client.send('SET', 'n', '9223372036854775806');
  assert.equal(client.send('INCR', 'n'), ':9223372036854775807\r\n');
  assert.equal(client.send('INCR', 'n'), '-ERR increment or decrement would overflow\r\n');
  assert.equal(client.send('GET', 'n'), '$19\r\n9223372036854775807\r\n');
  assert.equal(client.send('DECRBY', 'n', '-9223372036854775808'), '-ERR decrement would overflow\r\n');
  client.send('SET', 'n', '9007199254740991');
  assert.equal(client.send('INCR', 'n'), ':9007199254740992\r\n');
  assert.equal(client.send('INCR', 'n'), ':9007199254740993\r\n');
});

test('what is no integer is refused and stays as it was', () => {
  const client = new EngineDriver().connect();
  for (const text of ['abc', ' 1', '1.0', '', '01', '99999999999999999999']) {
    client.send('SET', 'n', text);
    assert.equal(client.send('INCR', 'n'), '-ERR value is not an integer or out of range\r\n');
    assert.equal(client.send('GET', 'n'), `$${text.length}\r\n${text}\r\n`);
  }
  assert.equal(client.send('INCRBY', 'm', 'x'), '-ERR value is not an integer or out of range\r\n');
  assert.equal(client.send('EXISTS', 'm'), ':0\r\n');
});
