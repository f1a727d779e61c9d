import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

test('values larger than a read arrive whole, whatever stands before and behind them', () => {
  const client = new EngineDriver().connect();
  for (const size of [30_000, 32_768, 65_536, 100_000, 900_000]) {
    const value = 'x'.repeat(size);
    assert.equal(client.send('SET', 'before', '1'), '+OK\r\n');
    assert.equal(client.send('MSET', 'large', value, 'behind', '2'), '+OK\r\n');
    assert.equal(client.send('SET', 'last', value), '+OK\r\n');
    assert.equal(client.send('GET', 'behind'), '$1\r\n2\r\n');
    for (const key of ['large', 'last']) assert.equal(client.send('GET', key), `$${size}\r\n${value}\r\n`);
  }
});
