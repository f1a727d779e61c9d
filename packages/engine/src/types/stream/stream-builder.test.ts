import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIND_STREAM } from '../../keyspace/value-kind.ts';
import { EngineDriver } from '../../testing/engine-driver.ts';
import type { StreamBuilder } from './stream-builder.ts';
import { StreamId } from './stream-id.ts';
import { streamsOf } from './streams.ts';

const KEY = Buffer.from('s');
const DAMAGED = Buffer.from([9, 0, 0, 0, 1, 0, 1, 1, 255]);

function filledDriver(): EngineDriver {
  const driver = new EngineDriver({ 'enable-debug-command': 'yes', 'stream-node-max-entries': '3' });
  const client = driver.connect();
  for (let i = 1; i < 20; i++) client.send('XADD', 's', `${i}-1`, 'f', String(i), 'g', 'x'.repeat(i));
  client.send('XDEL', 's', '2-1', '9-1');
  client.send('XGROUP', 'CREATE', 's', 'first', '0');
  client.send('XGROUP', 'CREATE', 's', 'second', '$');
  client.send('XREADGROUP', 'GROUP', 'first', 'alice', 'COUNT', '5', 'STREAMS', 's', '>');
  client.send('XREADGROUP', 'GROUP', 'first', 'bob', 'COUNT', '5', 'STREAMS', 's', '>');
  client.send('XGROUP', 'CREATECONSUMER', 's', 'first', 'idle');
  return driver;
}

function rootOf(driver: EngineDriver): number {
  const { databases, entries } = driver.engine.keyspace;
  return entries.value(databases[0]?.peek(KEY, 0, KEY.length) ?? 0);
}

/** Copies a stream by what is saved of it. */
function rebuild(driver: EngineDriver): StreamBuilder {
  const streams = streamsOf(driver.engine.keyspace);
  const { facts } = streams;
  const root = rootOf(driver);
  const builder = streams.newBuilder();
  facts.forEachNode(root, (master, bytes, start, length) => {
    assert.ok(builder.addNode(master, bytes, start, length));
  });
  assert.ok(builder.setCounters(facts.counters(root)));
  facts.forEachGroup(root, (group, groupFacts) => {
    assert.ok(builder.beginGroup(groupFacts));
    facts.forEachPending(group, (id, deliveredAt, times) => assert.ok(builder.addPending(id, deliveredAt, times)));
    facts.forEachConsumer(group, (consumer, consumerFacts) => {
      assert.ok(builder.beginConsumer(consumerFacts));
      facts.forEachPendingId(consumer, (id) => assert.ok(builder.ownPending(id)));
    });
  });
  assert.ok(builder.finish());
  return builder;
}

test('a stream that is built from what is saved of it is the same stream', () => {
  const driver = filledDriver();
  const client = driver.connect();
  const copy = Buffer.from('t');
  driver.engine.keyspace.databases[0]?.add(copy, 0, copy.length, KIND_STREAM, rebuild(driver).root);
  const full = client.send('XINFO', 'STREAM', 's', 'FULL', 'COUNT', '0');
  assert.ok(full.includes('alice') && full.includes('idle'));
  assert.equal(client.send('XINFO', 'STREAM', 't', 'FULL', 'COUNT', '0'), full);
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});

test('a stream whose saved parts contradict each other is refused, and nothing of it stays', () => {
  const driver = filledDriver();
  const client = driver.connect();
  const { facts } = streamsOf(driver.engine.keyspace);
  const root = rootOf(driver);
  const builder = rebuild(driver);
  facts.forEachNode(root, (master, bytes, start, length) => {
    assert.equal(builder.addNode(master, bytes, start, length), false, 'a node twice');
  });
  assert.equal(builder.addNode(new StreamId().setMax(), DAMAGED, 0, DAMAGED.length), false, 'a damaged node');
  assert.equal(builder.setCounters({ ...facts.counters(root), length: 1 }), false, 'a wrong length');
  const lastId = new StreamId();
  assert.equal(builder.beginGroup({ name: 'first', lastId, entriesRead: 0 }), false, 'a group twice');
  assert.ok(builder.beginGroup({ name: 'third', lastId, entriesRead: 0 }));
  assert.ok(builder.addPending(lastId, 1, 1));
  assert.equal(builder.addPending(lastId, 1, 1), false, 'pending twice');
  assert.equal(builder.finish(), false, 'pending for nobody');
  assert.ok(builder.beginConsumer({ name: 'c', seenMs: 1, activeMs: -1 }));
  assert.equal(builder.beginConsumer({ name: 'c', seenMs: 1, activeMs: -1 }), false, 'a consumer twice');
  assert.ok(builder.ownPending(lastId));
  assert.equal(builder.ownPending(lastId), false, 'owned twice');
  builder.drop();
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});
