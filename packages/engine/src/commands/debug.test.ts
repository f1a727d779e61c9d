import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

const OPEN = { 'enable-debug-command': 'yes' };

describe('DEBUG', () => {
  it('is refused unless the configuration allows it', () => {
    const client = new EngineDriver().connect();
    assert.match(client.send('DEBUG', 'DIGEST'), /^-ERR DEBUG command not allowed\. If the enable-debug-command/);
    const local = new EngineDriver({ 'enable-debug-command': 'local' }).connect();
    assert.equal(local.send('DEBUG', 'LOG', 'here'), '+OK\r\n');
  });

  it('gives the digests of Valkey', () => {
    const client = new EngineDriver(OPEN).connect();
    assert.equal(client.send('DEBUG', 'DIGEST'), `+${'0'.repeat(40)}\r\n`);
    client.send('SET', 'a', 'b');
    assert.equal(client.send('DEBUG', 'DIGEST'), '+479783d7290f02957dfbe3408a858ba13eea1709\r\n');
    assert.equal(client.send('DEBUG', 'DIGEST-VALUE', 'a', 'none').split('\r\n')[2], `+${'0'.repeat(40)}`);
  });

  it('gives the digests of Valkey for values of other types', () => {
    const client = new EngineDriver(OPEN).connect();
    client.send('ZADD', 'z', '1', 'a', '2.5', 'b', '-inf', 'c', '100000000000000000000', 'd');
    client.send('XADD', 's', '1-1', 'f', 'v', 'g', '12');
    client.send('XADD', 's', '5-18446744073709551615', 'f', 'v2', 'g', '13');
    client.send('RPUSH', 'l', 'a', 'b', '12', 'c');
    assert.equal(client.send('DEBUG', 'DIGEST'), '+7e894bc4e4daa70552c64c68b02ec2a79370e995\r\n');
    client.send('FLUSHALL');
    client.send('HSET', 'h', 'a', '1', 'b', 'two', 'c', '3');
    client.send('SADD', 's', 'a', 'b', '3');
    client.send('SADD', 'n', '1', '2', '-3');
    client.send('SET', 'e', 'x', 'PX', '100000');
    assert.equal(client.send('DEBUG', 'DIGEST'), '+3eaf0022f055b23bd48c64c6bfc9a44b371d2fef\r\n');
    assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
  });

  it('answers unknown subcommands and wrong arguments with an error', () => {
    const client = new EngineDriver(OPEN).connect();
    const text = "-ERR unknown subcommand or wrong number of arguments for 'nothing'. Try DEBUG HELP.\r\n";
    assert.equal(client.send('DEBUG', 'nothing'), text);
    assert.match(client.send('DEBUG', 'sleep'), /^-ERR unknown subcommand or wrong number of arguments for 'sleep'/);
  });

  it('populates a database with values of a size', () => {
    const client = new EngineDriver(OPEN).connect();
    assert.equal(client.send('DEBUG', 'POPULATE', '3', 'p', '9'), '+OK\r\n');
    assert.equal(client.send('GET', 'p:2'), '$9\r\nvalue:2\0\0\r\n');
    assert.equal(client.send('DBSIZE'), ':3\r\n');
    assert.equal(client.send('DEBUG', 'POPULATE', '-1'), '-ERR value is out of range, must be positive\r\n');
  });

  it('tells how values are kept', () => {
    const client = new EngineDriver(OPEN).connect();
    client.send('SET', 'a', 'b');
    assert.match(
      client.send('DEBUG', 'OBJECT', 'a'),
      /^\+Value at:0x[0-9a-f]+ refcount:1 encoding:embstr lru:\d+ lru_/,
    );
    assert.match(
      client.send('DEBUG', 'HTSTATS', '0'),
      /\n table size: 12\n number of entries: 1\n rehashing index: -1\n/,
    );
    assert.match(client.send('DEBUG', 'HTSTATS-KEY', 'a'), /^-ERR The value stored at the specified key is not/);
    assert.equal(
      client.send('DEBUG', 'RELOAD', 'NOW'),
      '-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.\r\n',
    );
  });

  it('finds nothing wrong with memory after all sorts of strings', () => {
    const client = new EngineDriver(OPEN).connect();
    client.send('SET', 'small', 'a');
    client.send('SET', 'large', 'x'.repeat(100_000));
    client.send('SET', 'dying', 'a', 'PX', '100000');
    client.send('MULTI');
    client.send('SET', 'queued', 'b');
    assert.equal(client.send('EXEC'), '*1\r\n+OK\r\n');
    client.send('DEL', 'large');
    assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
  });

  it('names a block that belongs to nobody', () => {
    const driver = new EngineDriver(OPEN);
    const client = driver.connect();
    driver.engine.arena.allocate(100, 6);
    assert.match(client.send('DEBUG', 'ARENA-CHECK'), /^-ERR block \d+ of type 6 and 112 bytes belongs to nobody\r\n$/);
  });

  it('answers every type of the protocol', () => {
    const client = new EngineDriver(OPEN).connect();
    assert.equal(client.send('DEBUG', 'PROTOCOL', 'map'), '*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n');
    client.send('HELLO', '3');
    assert.equal(client.send('DEBUG', 'PROTOCOL', 'map'), '%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n');
    assert.equal(client.send('DEBUG', 'PROTOCOL', 'verbatim'), '=29\r\ntxt:This is a verbatim\nstring\r\n');
  });
});
