import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

test('HELLO changes the protocol and describes the server', () => {
  const client = new EngineDriver().connect();
  assert.match(client.send('HELLO', '3'), /^%7\r\n\$6\r\nserver\r\n\$6\r\nvalkey\r\n/);
  assert.equal(client.send('GET', 'nothing'), '_\r\n');
  assert.match(client.send('HELLO', '2'), /^\*14\r\n/);
  assert.equal(client.send('GET', 'nothing'), '$-1\r\n');
});

test('HELLO refuses what it does not know and changes nothing', () => {
  const client = new EngineDriver().connect();
  assert.equal(client.send('HELLO', '4'), '-NOPROTO unsupported protocol version\r\n');
  assert.equal(client.send('HELLO', 'x'), '-ERR Protocol version is not an integer or out of range\r\n');
  assert.equal(client.send('HELLO', '3', 'foo'), "-ERR Syntax error in HELLO option 'foo'\r\n");
  assert.equal(
    client.send('HELLO', '3', 'setname', 'a b'),
    '-ERR Client names cannot contain spaces, newlines or special characters.\r\n',
  );
  assert.equal(client.send('GET', 'nothing'), '$-1\r\n');
});

test('a password is asked for, refused when wrong, and accepted by AUTH and HELLO', () => {
  const driver = new EngineDriver({ requirepass: 'secret' });
  driver.engine.access.loadAtStart();
  const client = driver.connect();
  assert.equal(client.send('GET', 'a'), '-NOAUTH Authentication required.\r\n');
  assert.match(client.send('HELLO', '3'), /^-NOAUTH HELLO must be called/);
  assert.equal(client.send('AUTH', 'wrong'), '-WRONGPASS invalid username-password pair or user is disabled.\r\n');
  assert.equal(client.send('AUTH', 'secret'), '+OK\r\n');
  assert.equal(client.send('GET', 'a'), '$-1\r\n');
  const other = driver.connect();
  assert.match(other.send('HELLO', '3', 'AUTH', 'default', 'secret'), /^%7\r\n/);
  assert.equal(other.send('RESET'), '+RESET\r\n');
  assert.equal(other.send('GET', 'a'), '-NOAUTH Authentication required.\r\n');
});

test('a transaction runs what was queued, and not when a watched key changed', () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  const other = driver.connect();
  assert.equal(client.send('MULTI'), '+OK\r\n');
  assert.equal(client.send('SET', 'a', '1'), '+QUEUED\r\n');
  assert.equal(client.send('GET', 'a'), '+QUEUED\r\n');
  assert.equal(client.send('EXEC'), '*2\r\n+OK\r\n$1\r\n1\r\n');
  client.send('WATCH', 'a');
  other.send('SET', 'a', '2');
  client.send('MULTI');
  client.send('SET', 'a', '3');
  assert.equal(client.send('EXEC'), '*-1\r\n');
  assert.equal(client.send('GET', 'a'), '$1\r\n2\r\n');
});

test('a transaction with a refused command is discarded', () => {
  const client = new EngineDriver().connect();
  client.send('MULTI');
  assert.equal(client.send('GET'), "-ERR wrong number of arguments for 'get' command\r\n");
  assert.equal(client.send('EXEC'), '-EXECABORT Transaction discarded because of previous errors.\r\n');
});
