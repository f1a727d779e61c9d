import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

it('MIGRATE says where there is nothing to move, and moves nothing', () => {
  const client = new EngineDriver({ 'commandlog-execution-slower-than': '0' }).connect();
  assert.equal(client.send('MIGRATE', 'host', '1', 'key', '0', '100', 'AUTH2', 'a', 'b'), '+NOKEY\r\n');
  assert.match(client.send('SLOWLOG', 'GET', '1'), /AUTH2\r\n\$10\r\n\(redacted\)\r\n\$10\r\n\(redacted\)/);
  assert.equal(client.send('MIGRATE', 'host', '1', 'key', '0', '100', 'NO'), '-ERR syntax error\r\n');
  client.send('SET', 'b', '1');
  assert.equal(
    client.send('COMMAND', 'GETKEYS', 'MIGRATE', 'host', '1', '', '0', '100', 'KEYS', 'a', 'b'),
    '*2\r\n$1\r\na\r\n$1\r\nb\r\n',
  );
  assert.match(
    client.send('MIGRATE', 'host', '1', '', '0', '100', 'KEYS', 'a', 'b'),
    /^-ERR This server does not move/,
  );
});
