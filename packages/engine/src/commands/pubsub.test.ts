import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineDriver } from '../testing/engine-driver.ts';

const line = (text: string): string => text.replaceAll('\r\n', ' ').trimEnd();

describe('publish and subscribe', () => {
  it('sends a message to subscribers of the channel and of patterns that match it', () => {
    const driver = new EngineDriver();
    const subscriber = driver.connect();
    const watcher = driver.connect();
    const publisher = driver.connect();
    assert.equal(line(subscriber.send('SUBSCRIBE', 'a', 'b')), '*3 $9 subscribe $1 a :1 *3 $9 subscribe $1 b :2');
    assert.equal(line(watcher.send('PSUBSCRIBE', '?')), '*3 $10 psubscribe $1 ? :1');
    assert.equal(publisher.send('PUBLISH', 'a', 'hello'), ':2\r\n');
    assert.equal(line(subscriber.received()), '*3 $7 message $1 a $5 hello');
    assert.equal(line(watcher.received()), '*4 $8 pmessage $1 ? $1 a $5 hello');
    assert.equal(publisher.send('PUBLISH', 'other', 'x'), ':0\r\n');
  });

  it('pushes to clients of RESP3, behind the reply of the publisher itself', () => {
    const client = new EngineDriver().connect();
    client.send('HELLO', '3');
    assert.equal(line(client.send('SUBSCRIBE', 'a')), '>3 $9 subscribe $1 a :1');
    assert.equal(line(client.send('PUBLISH', 'a', 'hi')), ':1 >3 $7 message $1 a $2 hi');
    assert.equal(line(client.send('UNSUBSCRIBE')), '>3 $11 unsubscribe $1 a :0');
    assert.equal(line(client.send('UNSUBSCRIBE')), '>3 $11 unsubscribe _ :0');
  });

  it('keeps messages out of the reply of a transaction', () => {
    const client = new EngineDriver().connect();
    client.send('HELLO', '3');
    client.send('SUBSCRIBE', 'a');
    client.send('MULTI');
    client.send('PUBLISH', 'a', '1');
    client.send('PING');
    assert.equal(line(client.send('EXEC')), '*2 :1 +PONG >3 $7 message $1 a $1 1');
  });

  it('lets subscribers of RESP2 run few commands', () => {
    const client = new EngineDriver().connect();
    client.send('SUBSCRIBE', 'a');
    assert.equal(
      client.send('GET', 'a'),
      "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this " +
        'context\r\n',
    );
    assert.equal(line(client.send('PING')), '*2 $4 pong $0');
    assert.equal(client.send('RESET'), '+RESET\r\n');
    assert.equal(client.send('GET', 'a'), '$-1\r\n');
  });

  it('keeps shard channels apart', () => {
    const driver = new EngineDriver();
    const client = driver.connect();
    const other = driver.connect();
    assert.equal(line(client.send('SSUBSCRIBE', 'a')), '*3 $10 ssubscribe $1 a :1');
    assert.equal(other.send('PUBLISH', 'a', 'x'), ':0\r\n');
    assert.equal(other.send('SPUBLISH', 'a', 'x'), ':1\r\n');
    assert.equal(line(client.received()), '*3 $8 smessage $1 a $1 x');
    assert.equal(line(other.send('PUBSUB', 'SHARDNUMSUB', 'a', 'b')), '*4 $1 a :1 $1 b :0');
    assert.equal(line(client.send('SUNSUBSCRIBE', 'a')), '*3 $12 sunsubscribe $1 a :0');
    assert.equal(line(other.send('PUBSUB', 'SHARDCHANNELS')), '*0');
  });

  it('tells who is subscribed', () => {
    const driver = new EngineDriver();
    const client = driver.connect();
    const other = driver.connect();
    client.send('SUBSCRIBE', 'a1', 'b1');
    client.send('PSUBSCRIBE', 'a*', 'b*');
    assert.equal(line(other.send('PUBSUB', 'CHANNELS', 'a*')), '*1 $2 a1');
    assert.equal(line(other.send('PUBSUB', 'NUMSUB', 'a1', 'c')), '*4 $2 a1 :1 $1 c :0');
    assert.equal(other.send('PUBSUB', 'NUMPAT'), ':2\r\n');
    client.send('QUIT');
    driver.turn();
    assert.equal(other.send('PUBSUB', 'NUMPAT'), ':0\r\n');
    assert.equal(line(other.send('PUBSUB', 'CHANNELS')), '*0');
  });
});

describe('keyspace notifications', () => {
  it('tell of the classes that are asked for', () => {
    const driver = new EngineDriver({ 'notify-keyspace-events': 'KEg$' });
    const client = driver.connect();
    const subscriber = driver.connect();
    subscriber.send('PSUBSCRIBE', '__key*');
    client.send('SET', 'foo', 'bar');
    assert.equal(
      line(subscriber.received()),
      '*4 $8 pmessage $6 __key* $18 __keyspace@0__:foo $3 set *4 $8 pmessage $6 __key* $18 __keyevent@0__:set $3 foo',
    );
    client.send('DEL', 'foo');
    assert.match(line(subscriber.received()), /__keyspace@0__:foo \$3 del/);
  });

  it('tell of new keys once', () => {
    const driver = new EngineDriver({ 'notify-keyspace-events': 'En' });
    const client = driver.connect();
    const subscriber = driver.connect();
    subscriber.send('SUBSCRIBE', '__keyevent@0__:new');
    client.send('SET', 'foo', 'bar');
    client.send('SET', 'foo', 'baz');
    assert.equal(line(subscriber.received()), '*3 $7 message $18 __keyevent@0__:new $3 foo');
  });

  it('say nothing of classes that are not', () => {
    const driver = new EngineDriver({ 'notify-keyspace-events': 'KEl' });
    const client = driver.connect();
    client.send('HELLO', '3');
    client.send('PSUBSCRIBE', '*');
    assert.equal(client.send('SET', 'foo', 'bar'), '+OK\r\n');
  });
});
