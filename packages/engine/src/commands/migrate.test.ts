import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toPlainReply } from '@valkeep/resp';
import { startServer } from '@valkeep/testing';
import { EngineDriver } from '../testing/engine-driver.ts';

test('MIGRATE says where there is nothing to move, and moves nothing', () => {
  const client = new EngineDriver({ 'commandlog-execution-slower-than': '0' }).connect();
  assert.equal(client.send('MIGRATE', 'host', '1', 'key', '0', '100', 'AUTH2', 'a', 'b'), '+NOKEY\r\n');
  assert.match(client.send('SLOWLOG', 'GET', '1'), /AUTH2\r\n\$10\r\n\(redacted\)\r\n\$10\r\n\(redacted\)/);
  assert.equal(client.send('MIGRATE', 'host', '1', 'key', '0', '100', 'NO'), '-ERR syntax error\r\n');
  client.send('SET', 'b', '1');
  assert.equal(
    client.send('COMMAND', 'GETKEYS', 'MIGRATE', 'host', '1', '', '0', '100', 'KEYS', 'a', 'b'),
    '*2\r\n$1\r\na\r\n$1\r\nb\r\n',
  );
});

test('MIGRATE moves keys with their deadlines to another server, and deletes what it has taken only', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const other = await server.connect();
  const ask = async (...words: readonly string[]): Promise<string> =>
    String(toPlainReply((await other.request(words)).value));
  const client = new EngineDriver().connect();
  const target = ['127.0.0.1', String(server.port)];
  client.send('MSET', 'a', '1', 'b', '2', 'c', '3');
  client.send('PEXPIRE', 'b', '100000');
  client.send('RPUSH', 'list', ...Array.from({ length: 20_000 }, (_, i) => `element ${i}`));
  assert.match(client.send('INFO', 'stats'), /migrate_cached_sockets:0/);
  assert.equal(client.send('MIGRATE', ...target, '', '0', '5000', 'KEYS', 'a', 'no', 'b', 'list'), '+OK\r\n');
  assert.match(client.send('INFO', 'stats'), /migrate_cached_sockets:1/);
  assert.equal(client.send('DBSIZE'), ':1\r\n');
  assert.equal(await ask('GET', 'a'), '1');
  assert.equal(await ask('LLEN', 'list'), '20000');
  assert.ok(Number(await ask('PTTL', 'b')) > 90_000);
  client.send('SET', 'a', 'again');
  const refused = client.send('MIGRATE', ...target, '', '0', '5000', 'KEYS', 'a', 'c');
  assert.match(refused, /^-ERR Target instance replied with error: BUSYKEY /);
  assert.equal(client.send('EXISTS', 'a', 'c'), ':1\r\n');
  assert.equal(client.send('MIGRATE', ...target, 'a', '3', '5000', 'COPY', 'REPLACE'), '+OK\r\n');
  assert.equal(client.send('GET', 'a'), '$5\r\nagain\r\n');
  await ask('SELECT', '3');
  assert.equal(await ask('GET', 'a'), 'again');
});

test('MIGRATE tells of a server that cannot be reached or does not answer, and keeps the key', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const client = new EngineDriver().connect();
  client.send('SET', 'a', '1');
  const unreachable = /^-IOERR error or timeout connecting to the client\r\n/;
  assert.match(client.send('MIGRATE', '127.0.0.1', '1', 'a', '0', '200'), unreachable);
  assert.match(client.send('MIGRATE', '127.0.0.1', '99999', 'a', '0', '200'), unreachable);
  server.signal('SIGSTOP');
  assert.match(
    client.send('MIGRATE', '127.0.0.1', String(server.port), 'a', '0', '200'),
    /^-IOERR error or timeout reading/,
  );
  server.signal('SIGCONT');
  assert.equal(client.send('EXISTS', 'a'), ':1\r\n');
});
