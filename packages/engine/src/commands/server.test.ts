import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Clock } from '../keyspace/clock.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

describe('commands about the server', () => {
  it('tell the time with six digits at most of microseconds', () => {
    const client = new EngineDriver().connect();
    assert.match(client.send('TIME'), /^\*2\r\n\$10\r\n\d{10}\r\n\$\d\r\n\d{1,6}\r\n$/);
  });

  it('know the server as a primary without replicas', () => {
    const client = new EngineDriver().connect();
    assert.equal(client.send('ROLE'), '*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n');
    assert.equal(client.send('REPLICAOF', 'no', 'one'), '+OK\r\n');
    assert.equal(client.send('REPLICAOF', 'host', 'x'), '-ERR Invalid master port\r\n');
    assert.equal(client.send('WAIT', '0', '1000'), ':0\r\n');
    assert.equal(client.send('WAIT', '1', '-1'), '-ERR timeout is negative\r\n');
  });

  it('end the wait for replicas when the time is up', async () => {
    const client = new EngineDriver().connect();
    assert.equal(client.send('WAIT', '1', '5'), '');
    let reply = '';
    while (reply === '') {
      await new Promise((resolve) => setTimeout(resolve, 5));
      reply = client.send();
    }
    assert.equal(reply, ':0\r\n');
  });

  it('count the memory of a key', () => {
    const client = new EngineDriver().connect();
    client.send('SET', 'a', 'b');
    assert.equal(client.send('MEMORY', 'USAGE', 'a'), ':32\r\n');
    assert.equal(client.send('MEMORY', 'USAGE', 'none'), '$-1\r\n');
    assert.equal(client.send('MEMORY', 'USAGE', 'a', 'SAMPLES', '-1'), '-ERR syntax error\r\n');
    assert.match(client.send('MEMORY', 'STATS'), /\$4\r\ndb\.0\r\n\*4\r\n\$23\r\noverhead\.hashtable\.main/);
  });
});

describe('SHUTDOWN', () => {
  it('ends the server without a reply', async () => {
    const driver = new EngineDriver({ save: '' });
    const ended = new Promise<void>((resolve) => {
      driver.engine.shutdown.exit = () => Promise.resolve(resolve());
    });
    assert.equal(driver.connect().send('SHUTDOWN'), '');
    await ended;
  });

  it('refuses what contradicts itself', () => {
    const client = new EngineDriver().connect();
    assert.equal(client.send('SHUTDOWN', 'SAVE', 'NOSAVE'), '-ERR syntax error\r\n');
    assert.equal(client.send('SHUTDOWN', 'ABORT'), '-ERR No shutdown in progress.\r\n');
  });

  it('keeps the server alive where the last save fails', async () => {
    const driver = new EngineDriver();
    const client = driver.connect();
    const { shutdown } = driver.engine;
    shutdown.save = () => Promise.resolve(false);
    shutdown.exit = () => Promise.reject(new Error('must not end'));
    client.send('SHUTDOWN', 'SAVE');
    await new Promise(setImmediate);
    driver.turn();
    assert.equal(client.received(), '-ERR Errors trying to SHUTDOWN. Check logs.\r\n');
  });
});

describe('SYNC', () => {
  it('answers all data, and then the effects with their databases', () => {
    const driver = new EngineDriver();
    const follower = driver.connect();
    const client = driver.connect();
    assert.match(follower.send('SYNC'), /^-ERR/);
    driver.engine.reloading = {
      dump: () => Buffer.from('RDB'),
      reloadRdb: () => 'no',
      reloadAof: () => 'no',
      serializedLength: () => 0,
    };
    assert.equal(follower.send('SYNC'), '$3\r\nRDB');
    const received = (): string =>
      follower
        .received()
        .replaceAll(/\*\d+\r\n|\$\d+\r\n/g, '')
        .replaceAll('\r\n', ' ');
    client.send('SET', 'a', 'b');
    client.send('GET', 'a');
    client.send('PUBLISH', 'channel', 'message');
    assert.equal(received(), 'SELECT 0 SET a b PUBLISH channel message ');
    client.send('MULTI');
    client.send('SET', 'c', 'd');
    client.send('SELECT', '2');
    client.send('SET', 'e', 'f');
    client.send('EXEC');
    assert.equal(received(), 'MULTI SET c d SELECT 2 SET e f EXEC ');
  });
});

describe('effects', () => {
  it('of keys that SCAN finds expired are no transaction', () => {
    let nowMs = 1_000_000;
    const clock = new Clock(
      () => nowMs,
      () => nowMs,
    );
    const driver = new EngineDriver({ 'enable-debug-command': 'yes' }, clock);
    const heard: string[] = [];
    driver.engine.effects.addSink({
      append: (_id, bytes, start, length) => heard.push(Buffer.from(bytes.subarray(start, start + length)).toString()),
    });
    const client = driver.connect();
    client.send('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    client.send('SET', 'a', '1', 'PX', '1');
    client.send('SET', 'b', '1', 'PX', '1');
    nowMs += 5;
    heard.length = 0;
    client.send('SCAN', '0');
    assert.equal(heard.length, 2);
    assert.match(heard.join(), /UNLINK.*UNLINK/s);
  });

  it('of a SET on an expired key delete it first', () => {
    let nowMs = 1_000_000;
    const clock = new Clock(
      () => nowMs,
      () => nowMs,
    );
    const driver = new EngineDriver({}, clock);
    const heard: string[] = [];
    const client = driver.connect();
    for (const value of ['b', 'x'.repeat(10_000)]) {
      client.send('SET', 'a', value, 'PX', '1');
      driver.engine.effects.addSink({
        append: (_id, bytes, start, length) =>
          heard.push(Buffer.from(bytes.subarray(start, start + length)).toString()),
      });
      nowMs += 5;
      client.send('SET', 'a', value);
      assert.match(heard.join(), /MULTI.*UNLINK.*SET.*EXEC/s);
      assert.equal(client.send('TTL', 'a'), ':-1\r\n');
    }
    assert.match(client.send('INFO', 'stats'), /expired_keys:2\r\n/);
  });
});
