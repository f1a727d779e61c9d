import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converse } from '../testing/converse.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

test('a renamed key keeps its value and its deadline', () => {
  converse(new EngineDriver().connect(), [
    ['SET a 1 EX 100', '+OK'],
    ['SET c 2', '+OK'],
    ['RENAME a b', '+OK'],
    ['EXISTS a', ':0'],
    ['TTL b', ':100'],
    ['RENAMENX b c', ':0'],
    ['RENAME b c', '+OK'],
    ['GET c', '$1>1'],
    ['RENAME c c', '+OK'],
    ['RENAMENX c c', ':0'],
    ['RENAME none c', '-ERR no such key'],
    ['DBSIZE', ':1'],
  ]);
});

test('a copy lives on its own, in any database', () => {
  const client = new EngineDriver().connect();
  const long = 'x'.repeat(10_000);
  client.send('SET', 'long', long);
  converse(client, [
    ['SET a 1 EX 100', '+OK'],
    ['COPY a b', ':1'],
    ['COPY a b', ':0'],
    ['COPY long b REPLACE', ':1'],
    ['APPEND b !', ':10001'],
    ['STRLEN long', ':10000'],
    ['COPY a a', '-ERR source and destination objects are the same'],
    ['COPY a z DB 99', '-ERR DB index is out of range'],
    ['COPY a z DB 3', ':1'],
    ['SELECT 3', '+OK'],
    ['TTL z', ':100'],
    ['MOVE z 0', ':1'],
    ['MOVE z 3', '-ERR source and destination objects are the same'],
    ['MOVE z 4', ':0'],
    ['MOVE z 99999999999', '-ERR value is out of range, value must between -2147483648 and 2147483647'],
  ]);
});

test('swapped databases exchange all they hold, and break transactions that watched it', () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  const watcher = driver.connect();
  converse(client, [
    ['SET a 1', '+OK'],
    ['SWAPDB 0 x', '-ERR invalid second DB index'],
    ['SWAPDB 0 99', '-ERR DB index is out of range'],
  ]);
  converse(watcher, [
    ['WATCH a', '+OK'],
    ['MULTI', '+OK'],
    ['GET a', '+QUEUED'],
  ]);
  assert.equal(client.send('SWAPDB', '0', '1'), '+OK\r\n');
  assert.equal(watcher.send('EXEC'), '*-1\r\n');
  converse(client, [
    ['GET a', '$-1'],
    ['SELECT 1', '+OK'],
    ['GET a', '$1>1'],
  ]);
});

test('OBJECT names encodings as the original does', () => {
  converse(new EngineDriver().connect(), [
    ['SET n 12', '+OK'],
    ['OBJECT ENCODING n', '$3>int'],
    ['APPEND n 3', ':3'],
    ['OBJECT ENCODING n', '$3>raw'],
    [`SET s ${'v'.repeat(112)}`, '+OK'],
    ['OBJECT ENCODING s', '$6>embstr'],
    ['EXPIRE s 100', ':1'],
    ['OBJECT ENCODING s', '$3>raw'],
    ['OBJECT REFCOUNT s', ':1'],
    ['OBJECT IDLETIME s', ':0'],
    ['OBJECT ENCODING none', '$-1'],
    ['OBJECT what', "-ERR unknown subcommand 'what'. Try OBJECT HELP."],
  ]);
});
