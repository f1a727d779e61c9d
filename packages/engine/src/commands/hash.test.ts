import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

const DEBUG = { 'enable-debug-command': 'yes' };
/** The same promises hold for packed hashes and for dictionaries. */
const ENCODINGS = [
  { name: 'packed', settings: DEBUG, encoding: 'listpack' },
  { name: 'big', settings: { ...DEBUG, 'hash-max-listpack-entries': '0' }, encoding: 'hashtable' },
];

for (const { name, settings, encoding } of ENCODINGS) {
  suite(`${name} hashes`, () => {
    test('keep what fields were set to', () => {
      const client = new EngineDriver(settings).connect();
      assert.equal(client.send('HSET', 'h', 'a', '1', 'b', 'text'), ':2\r\n');
      assert.equal(client.send('OBJECT', 'ENCODING', 'h'), `$${encoding.length}\r\n${encoding}\r\n`);
      assert.equal(client.send('HSET', 'h', 'a', 'a longer value', 'c', '-7'), ':1\r\n');
      assert.equal(client.send('HGET', 'h', 'a'), '$14\r\na longer value\r\n');
      assert.equal(client.send('HGET', 'h', 'nothing'), '$-1\r\n');
      assert.equal(client.send('HMGET', 'h', 'c', 'x', 'b'), '*3\r\n$2\r\n-7\r\n$-1\r\n$4\r\ntext\r\n');
      assert.equal(client.send('HLEN', 'h'), ':3\r\n');
      assert.equal(client.send('HSTRLEN', 'h', 'b'), ':4\r\n');
      assert.equal(client.send('HEXISTS', 'h', 'b'), ':1\r\n');
      assert.equal(client.send('HSETNX', 'h', 'b', 'other'), ':0\r\n');
      assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
    });

    test('vanish with their last field', () => {
      const client = new EngineDriver(settings).connect();
      client.send('HSET', 'h', 'a', '1', 'b', '2');
      assert.equal(client.send('HDEL', 'h', 'a', 'x'), ':1\r\n');
      assert.equal(client.send('HGETDEL', 'h', 'FIELDS', '2', 'x', 'b'), '*2\r\n$-1\r\n$1\r\n2\r\n');
      assert.equal(client.send('EXISTS', 'h'), ':0\r\n');
      assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
    });

    test('answer HGETALL with a map', () => {
      const client = new EngineDriver(settings).connect();
      client.send('HSET', 'h', 'a', '1');
      assert.equal(client.send('HGETALL', 'h'), '*2\r\n$1\r\na\r\n$1\r\n1\r\n');
      client.send('HELLO', '3');
      assert.equal(client.send('HGETALL', 'h'), '%1\r\n$1\r\na\r\n$1\r\n1\r\n');
      assert.equal(client.send('HRANDFIELD', 'h', '1', 'WITHVALUES'), '*1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n');
      assert.equal(client.send('HKEYS', 'h'), '*1\r\n$1\r\na\r\n');
      assert.equal(client.send('HVALS', 'h'), '*1\r\n$1\r\n1\r\n');
    });

    test('count exactly, up to 64 bits', () => {
      const client = new EngineDriver(settings).connect();
      assert.equal(client.send('HINCRBY', 'h', 'n', '9223372036854775806'), ':9223372036854775806\r\n');
      assert.equal(client.send('HINCRBY', 'h', 'n', '1'), ':9223372036854775807\r\n');
      assert.equal(client.send('HINCRBY', 'h', 'n', '1'), '-ERR increment or decrement would overflow\r\n');
      client.send('HSET', 'h', 'text', 'x');
      assert.equal(client.send('HINCRBY', 'h', 'text', '1'), '-ERR hash value is not an integer\r\n');
      assert.equal(client.send('HINCRBYFLOAT', 'h', 'f', '0.1'), '$3\r\n0.1\r\n');
      assert.equal(client.send('HINCRBYFLOAT', 'h', 'f', '0.2'), '$3\r\n0.3\r\n');
      assert.equal(client.send('HINCRBYFLOAT', 'h', 'f', 'inf'), '-ERR value is NaN or Infinity\r\n');
      assert.equal(client.send('HINCRBYFLOAT', 'h', 'text', '1'), '-ERR hash value is not a float\r\n');
    });

    test('are walked through by HSCAN', () => {
      const client = new EngineDriver(settings).connect();
      client.send('HSET', 'h', 'a1', '1', 'a2', '2', 'b', '3');
      assert.equal(client.send('HSCAN', 'h', '0', 'MATCH', 'b'), '*2\r\n$1\r\n0\r\n*2\r\n$1\r\nb\r\n$1\r\n3\r\n');
      assert.equal(client.send('HSCAN', 'h', '0', 'MATCH', 'b', 'NOVALUES'), '*2\r\n$1\r\n0\r\n*1\r\n$1\r\nb\r\n');
    });
  });
}

suite('hashes', () => {
  test('become dictionaries above either limit and keep all their fields', () => {
    const client = new EngineDriver(DEBUG).connect();
    for (let i = 0; i < 512; i++) client.send('HSET', 'h', `field:${i}`, String(i));
    assert.equal(client.send('OBJECT', 'ENCODING', 'h'), '$8\r\nlistpack\r\n');
    client.send('HSET', 'h', 'one', 'more');
    assert.equal(client.send('OBJECT', 'ENCODING', 'h'), '$9\r\nhashtable\r\n');
    for (let i = 0; i < 512; i++) {
      assert.equal(client.send('HGET', 'h', `field:${i}`), `$${String(i).length}\r\n${i}\r\n`);
    }
    client.send('HSET', 'wide', 'short', 'x', 'y'.repeat(65), 'z');
    assert.equal(client.send('OBJECT', 'ENCODING', 'wide'), '$9\r\nhashtable\r\n');
    assert.equal(client.send('HGET', 'wide', 'short'), '$1\r\nx\r\n');
    assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
  });

  test('of many fields are copied, freed and counted without a leak', () => {
    const client = new EngineDriver(DEBUG).connect();
    for (let i = 0; i < 20_000; i += 100) {
      const pairs = Array.from({ length: 100 }, (_, at) => [`f${i + at}`, `value ${at}`]).flat();
      client.send('HSET', 'h', ...pairs);
    }
    assert.equal(client.send('HLEN', 'h'), ':20000\r\n');
    assert.equal(client.send('COPY', 'h', 'copy'), ':1\r\n');
    assert.equal(client.send('HGET', 'copy', 'f19999'), '$8\r\nvalue 99\r\n');
    assert.equal(client.send('UNLINK', 'h'), ':1\r\n');
    assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
    assert.equal(client.send('DEL', 'copy'), ':1\r\n');
    assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
  });

  test('stay as a snapshot saw them', () => {
    const driver = new EngineDriver({ ...DEBUG, 'hash-max-listpack-entries': '2' });
    const client = driver.connect();
    const { keyspace } = driver.engine;
    client.send('HSET', 'small', 'a', '1');
    client.send('HSET', 'big', 'a', '1', 'b', '2', 'c', '3');
    const snapshot = keyspace.beginSnapshot();
    client.send('HSET', 'small', 'a', 'new', 'b', 'new');
    client.send('HSET', 'big', 'a', 'new', 'd', 'new');
    client.send('HDEL', 'big', 'b');
    assert.equal(client.send('HMGET', 'big', 'a', 'b', 'd'), '*3\r\n$3\r\nnew\r\n$-1\r\n$3\r\nnew\r\n');
    keyspace.endSnapshot(snapshot);
    assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
  });
});
