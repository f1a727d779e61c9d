import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';

function connect3(driver: EngineDriver): DrivenClient {
  const client = driver.connect();
  client.send('HELLO', '3');
  return client;
}

function invalidation(...keys: readonly string[]): string {
  return `>2\r\n$10\r\ninvalidate\r\n*${keys.length}\r\n${keys.map((key) => `$${key.length}\r\n${key}\r\n`).join('')}`;
}

test('a client is told once of each key that it has read', () => {
  const driver = new EngineDriver();
  const [client, writer] = [connect3(driver), driver.connect()];
  assert.equal(client.send('CLIENT', 'TRACKING', 'ON'), '+OK\r\n');
  client.send('MGET', 'a', 'b');
  writer.send('SET', 'c', '1');
  assert.equal(client.received(), '');
  writer.send('SET', 'a', '1');
  writer.send('SET', 'a', '2');
  assert.equal(client.received(), invalidation('a'));
  assert.match(writer.send('INFO', 'stats', 'clients'), /tracking_clients:1\r\n[\s\S]*tracking_total_keys:1\r\n/);
  writer.send('FLUSHALL');
  assert.equal(client.received(), '>2\r\n$10\r\ninvalidate\r\n_\r\n');
});

test('who changes a key itself is told behind the reply, or not with NOLOOP', () => {
  const client = connect3(new EngineDriver());
  client.send('CLIENT', 'TRACKING', 'ON');
  client.send('GET', 'a');
  assert.equal(client.send('SET', 'a', '1'), `+OK\r\n${invalidation('a')}`);
  client.send('CLIENT', 'TRACKING', 'ON', 'NOLOOP');
  client.send('GET', 'a');
  assert.equal(client.send('SET', 'a', '2'), '+OK\r\n');
});

test('with OPTIN and OPTOUT the client chooses what is remembered', () => {
  const driver = new EngineDriver();
  const [client, writer] = [connect3(driver), driver.connect()];
  client.send('CLIENT', 'TRACKING', 'ON', 'OPTIN');
  client.send('GET', 'a');
  assert.equal(client.send('CLIENT', 'CACHING', 'YES'), '+OK\r\n');
  client.send('GET', 'b');
  client.send('GET', 'c');
  writer.send('MSET', 'a', '1', 'b', '1', 'c', '1');
  assert.equal(client.received(), invalidation('b'));
  assert.match(client.send('CLIENT', 'CACHING', 'NO'), /^-ERR CLIENT CACHING NO is only valid/);
});

test('with BCAST a client is told of all keys with its prefixes', () => {
  const driver = new EngineDriver();
  const [client, writer] = [connect3(driver), driver.connect()];
  client.send('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'user:', 'PREFIX', 'job:');
  writer.send('MSET', 'user:1', 'x', 'other', 'x', 'user:2', 'x');
  assert.equal(client.received(), invalidation('user:1', 'user:2'));
  assert.match(client.send('CLIENT', 'TRACKINGINFO'), /bcast[\s\S]*job:[\s\S]*user:/);
  assert.match(
    client.send('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'user:1'),
    /^-ERR Prefix 'user:1' overlaps with an existing prefix 'user:'/,
  );
});

test('messages go to another client where it was named, also in RESP2', () => {
  const driver = new EngineDriver();
  const [client, listener, writer] = [driver.connect(), driver.connect(), driver.connect()];
  listener.send('SUBSCRIBE', '__redis__:invalidate');
  client.send('CLIENT', 'TRACKING', 'ON', 'REDIRECT', '2');
  client.send('GET', 'a');
  writer.send('SET', 'a', '1');
  assert.equal(listener.received(), '*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n*1\r\n$1\r\na\r\n');
  assert.equal(client.send('CLIENT', 'GETREDIR'), ':2\r\n');
});

test('too many remembered keys are forgotten, and their readers told', () => {
  const driver = new EngineDriver({ 'tracking-table-max-keys': '2' });
  const client = connect3(driver);
  client.send('CLIENT', 'TRACKING', 'ON');
  const reply = client.send('MGET', 'a', 'b', 'c');
  assert(reply.endsWith(invalidation('a')), reply);
});

test('options that do not go together are refused', () => {
  const client = new EngineDriver().connect();
  const errors: [string[], RegExp][] = [
    [['MAYBE'], /^-ERR syntax error/],
    [['ON', 'nonsense'], /^-ERR syntax error/],
    [['ON', 'PREFIX', 'a'], /^-ERR PREFIX option requires BCAST/],
    [['ON', 'BCAST', 'OPTIN'], /^-ERR OPTIN and OPTOUT are not compatible with BCAST/],
    [['ON', 'OPTIN', 'OPTOUT'], /^-ERR You can't specify both/],
    [['ON', 'REDIRECT', '99'], /^-ERR The client ID you want redirect to does not exist/],
  ];
  for (const [words, error] of errors) assert.match(client.send('CLIENT', 'TRACKING', ...words), error);
  assert.match(client.send('CLIENT', 'CACHING', 'YES'), /^-ERR CLIENT CACHING can be called only when/);
});
