import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

const driver = new EngineDriver();
after(() => driver.engine.stop());
const client = driver.connect();

beforeEach(() => {
  client.send('FUNCTION', 'FLUSH');
});

function load(body: string, name = 'library', ...options: readonly string[]): string {
  return client.send('FUNCTION', 'LOAD', ...options, `#!lua name=${name}\n${body}`);
}

test('a function gets keys and arguments, and is found without regard to case', () => {
  assert.equal(
    load("server.register_function('put', function(keys, args) return redis.call('set', keys[1], args[1]) end)"),
    '$7\r\nlibrary\r\n',
  );
  assert.equal(client.send('FCALL', 'PUT', '1', 'key', 'value'), '+OK\r\n');
  assert.equal(client.send('GET', 'key'), '$5\r\nvalue\r\n');
});

test('a library keeps state of its own between calls', () => {
  load("local n = 0 server.register_function('count', function() n = n + 1 return n end)");
  client.send('FCALL', 'count', '0');
  assert.equal(client.send('FCALL', 'count', '0'), ':2\r\n');
});

test('only registration and logging are there while a library is loaded', () => {
  assert.equal(
    load('math.random()'),
    '-ERR Error registering functions: ERR user_function:2: Script attempted to access nonexistent global variable ' +
      "'math'\r\n",
  );
  assert.equal(
    load("server.call('get', 'key')"),
    '-ERR Error registering functions: ERR user_function:2: Script attempted to access nonexistent global variable ' +
      "'call'\r\n",
  );
});

test('a library that cannot be loaded leaves the old one in place', () => {
  load("server.register_function('one', function() return 1 end)");
  assert.match(load("server.register_function('one', 5)", 'library', 'REPLACE'), /must be a function/);
  assert.equal(client.send('FCALL', 'one', '0'), ':1\r\n');
});

test('a function without the flag no-writes is refused by FCALL_RO', () => {
  load("server.register_function('one', function() return 1 end)");
  assert.equal(
    client.send('FCALL_RO', 'one', '0'),
    '-ERR Can not execute a script with write flag using *_ro command.\r\n',
  );
});

test('libraries come back from their dump, all or none', () => {
  load("server.register_function('one', function() return 1 end)", 'first');
  load("server.register_function('two', function() return 2 end)", 'second');
  const reply = client.send('FUNCTION', 'DUMP');
  const payload = reply.slice(reply.indexOf('\r\n') + 2, -2);
  client.send('FUNCTION', 'DELETE', 'first');
  assert.equal(client.send('FUNCTION', 'RESTORE', payload), '-ERR Library second already exists\r\n');
  assert.equal(client.send('FCALL', 'one', '0'), '-ERR Function not found\r\n');
  assert.equal(client.send('FUNCTION', 'RESTORE', payload, 'REPLACE'), '+OK\r\n');
  assert.equal(client.send('FCALL', 'one', '0'), ':1\r\n');
  assert.equal(
    client.send('FUNCTION', 'RESTORE', `${payload.slice(0, -1)}x`),
    '-ERR DUMP payload version or checksum are wrong\r\n',
  );
});

test('a library that never ends its loading is ended', () => {
  assert.equal(load('while true do end'), '-ERR Error registering functions: ERR FUNCTION LOAD timeout\r\n');
});
