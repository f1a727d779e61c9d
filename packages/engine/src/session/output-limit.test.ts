import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

it('a command stops when its reply is past what the client may be kept', () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  assert.equal(driver.connect().send('CONFIG', 'SET', 'client-output-buffer-limit', 'normal 1000000 0 0'), '+OK\r\n');
  client.send('HSET', 'h', 'a', 'b');
  assert.equal(client.send('HRANDFIELD', 'h', '-999999999'), '');
  assert.equal(client.isClosed, true);
  assert.equal(driver.connect().send('HLEN', 'h'), ':1\r\n');
});
