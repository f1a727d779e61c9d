import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converse } from '../testing/converse.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

const SYNTAX = '-ERR syntax error';

test('SET sets under conditions and returns the old string', () => {
  converse(new EngineDriver().connect(), [
    ['SET a 1', '+OK'],
    ['SET a 2 NX', '$-1'],
    ['SET b 2 XX', '$-1'],
    ['SET a 2 xx', '+OK'],
    ['SET a 3 IFEQ 1', '$-1'],
    ['SET a 3 IFEQ 2 GET', '$1>2'],
    ['SET b 3 GET', '$-1'],
    ['SET a 4 NX GET', '$1>3'],
    ['GET a', '$1>3'],
    ['SET a 1 NX XX', SYNTAX],
    ['SET a 1 IFEQ', SYNTAX],
    ['SET a 1 IFEQ 1 NX', SYNTAX],
    ['SET a foo bar', SYNTAX],
  ]);
});

test('SET takes deadlines in every form, refuses impossible ones, and forgets or keeps the old one', () => {
  converse(new EngineDriver().connect(), [
    ['SET a 1 EX 100', '+OK'],
    ['TTL a', ':100'],
    ['SET a 2 KEEPTTL', '+OK'],
    ['TTL a', ':100'],
    ['SET a 2', '+OK'],
    ['TTL a', ':-1'],
    ['SET a 2 EX 10 EX 20', '+OK'],
    ['TTL a', ':20'],
    ['SET a 2 EX 0', "-ERR invalid expire time in 'set' command"],
    ['SET a 2 EX 9223372036854775807', "-ERR invalid expire time in 'set' command"],
    ['SET a 2 EX x', '-ERR value is not an integer or out of range'],
    ['SET a 2 EX 10 PX 10', SYNTAX],
    ['SET a 2 KEEPTTL EX 10', SYNTAX],
    ['SET a 2 EX', SYNTAX],
    ['SET a 2 PXAT 1', '+OK'],
    ['EXISTS a', ':0'],
    ['SETEX a -1 x', "-ERR invalid expire time in 'setex' command"],
    ['PSETEX a 100000 x', '+OK'],
    ['TTL a', ':100'],
  ]);
});

test('several keys are set together or not at all', () => {
  converse(new EngineDriver().connect(), [
    ['MSET a 1 b', "-ERR wrong number of arguments for 'mset' command"],
    ['MSET a 1 b 2', '+OK'],
    ['MSETNX c 3 a 1', ':0'],
    ['MSETNX c 3 d 4', ':1'],
    ['MGET a b c d e', '*5>$1>1>$1>2>$1>3>$1>4>$-1'],
    ['MSETEX 2 a 5 b 6 EX 100', ':1'],
    ['TTL b', ':100'],
    ['MSETEX 2 a 5 z 6 XX', ':0'],
    ['MSETEX 0 a 5', '-ERR invalid numkeys value or out of range'],
    ['MSETEX 3 a 5 b 6', SYNTAX],
  ]);
});

test('GETEX reads and changes the deadline; GETDEL and DELIFEQ take the key away', () => {
  converse(new EngineDriver().connect(), [
    ['SET a x', '+OK'],
    ['GETEX a EX 100', '$1>x'],
    ['TTL a', ':100'],
    ['GETEX a PERSIST', '$1>x'],
    ['TTL a', ':-1'],
    ['GETEX a PERSIST EX 10', SYNTAX],
    ['GETEX a PXAT 1', '$1>x'],
    ['GETEX a', '$-1'],
    ['SET a x', '+OK'],
    ['DELIFEQ a y', ':0'],
    ['DELIFEQ a x', ':1'],
    ['GETSET a y', '$-1'],
    ['GETDEL a', '$1>y'],
    ['GETDEL a', '$-1'],
  ]);
});

test('strings grow in place, also past what an entry embeds, and are read in parts', () => {
  const client = new EngineDriver().connect();
  converse(client, [
    ['APPEND a hello', ':5'],
    ['APPEND a world', ':10'],
    ['SETRANGE a 12 end', ':15'],
    ['GET a', '$15>helloworld\0\0end'],
    ['GETRANGE a -3 -1', '$3>end'],
    ['GETRANGE a 0 9223372036854775807', '$15>helloworld\0\0end'],
    ['GETRANGE a -1 -3', '$0>'],
    ['SETRANGE a -1 x', '-ERR offset is out of range'],
    ['SETRANGE a 536870912 x', '-ERR string exceeds maximum allowed size (proto-max-bulk-len)'],
    ['SETRANGE none 4 ab', ':6'],
    ['GET none', '$6>\0\0\0\0ab'],
  ]);
  const piece = 'x'.repeat(3000);
  for (let i = 1; i <= 5; i++) assert.equal(client.send('APPEND', 'big', piece), `:${i * 3000}\r\n`);
  assert.equal(client.send('GET', 'big'), `$15000\r\n${piece.repeat(5)}\r\n`);
  assert.equal(client.send('SETRANGE', 'big', '20000', 'y'), ':20001\r\n');
  assert.equal(client.send('GETRANGE', 'big', '19998', '-1'), '$3\r\n\0\0y\r\n');
});

test('numbers with fractions are added as the original adds them', () => {
  converse(new EngineDriver().connect(), [
    ['INCRBYFLOAT f 0.1', '$3>0.1'],
    ['INCRBYFLOAT f 0.2', '$3>0.3'],
    ['INCRBYFLOAT f 1e3', '$22>1000.29999999999999999'],
    ['INCRBYFLOAT f abc', '-ERR value is not a valid float'],
    ['INCRBYFLOAT f inf', '-ERR increment would produce NaN or Infinity'],
    ['GET f', '$22>1000.29999999999999999'],
  ]);
});

test('LCS finds the longest common subsequence, its length and its places', () => {
  converse(new EngineDriver().connect(), [
    ['MSET x ohmytext y mynewtext', '+OK'],
    ['LCS x y', '$6>mytext'],
    ['LCS x y LEN', ':6'],
    ['LCS x y IDX MINMATCHLEN 4 WITHMATCHLEN', '*4>$7>matches>*1>*3>*2>:4>:7>*2>:5>:8>:4>$3>len>:6'],
    ['LCS x none', '$0>'],
    ['LCS x y IDX LEN', '-ERR If you want both the length and indexes, please just use IDX.'],
    ['LCS x y what', SYNTAX],
  ]);
});

test('what followers hear does not depend on when they hear it', () => {
  const driver = new EngineDriver();
  const heard: string[] = [];
  driver.engine.effects.addSink({
    append: (_db, bytes, start, length) => heard.push(Buffer.from(bytes.subarray(start, start + length)).toString()),
  });
  const words = (): string[] =>
    heard.splice(0).map((text) =>
      text
        .replace(/[*$]\d+\r\n/g, '')
        .replaceAll('\r\n', ' ')
        .trim(),
    );
  const client = driver.connect();
  client.send('SET', 'a', '1', 'PXAT', '9999999999999');
  assert.deepEqual(words(), ['SET a 1 PXAT 9999999999999']);
  client.send('SET', 'a', '1', 'EXAT', '9999999999');
  assert.deepEqual(words(), ['SET a 1 PXAT 9999999999000']);
  client.send('SET', 'a', '1', 'XX', 'GET');
  assert.deepEqual(words(), ['SET a 1 XX']);
  client.send('INCRBYFLOAT', 'a', '0.5');
  assert.deepEqual(words(), ['SET a 1.5 KEEPTTL']);
  client.send('GETDEL', 'a');
  assert.deepEqual(words(), ['DEL a']);
  client.send('SETEX', 'a', '10', 'x');
  assert.match(words().join(), /^SET a x PXAT \d+$/);
  client.send('GETEX', 'a', 'PERSIST');
  assert.deepEqual(words(), ['PERSIST a']);
});
