import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@valkeep/testing';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';
import { Clock } from './clock.ts';

const VALUE = 'x'.repeat(200);
const OUT_OF_MEMORY = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

class TestClock extends Clock {
  /** Milliseconds that the time runs ahead. */
  ahead = 0;

  override read(): number {
    const monotonic = super.read();
    this.nowMs += this.ahead;
    return monotonic;
  }
}

/** Lowers the limit to what `bytes` less than now would be, then lets the engine make room. */
function squeeze(driver: EngineDriver, bytes: number): void {
  const { memoryLimit, arena, memory } = driver.engine;
  const goal = memory.usedBytes - arena.keptBytes - bytes;
  memoryLimit.limit = goal;
  for (let i = 0; i < 10_000 && memory.usedBytes - arena.keptBytes > goal; i++) memoryLimit.enforce();
}

function fill(client: DrivenClient, prefix: string, count: number, ...options: string[]): void {
  for (let i = 0; i < count; i++) client.send('SET', `${prefix}${i}`, VALUE, ...options);
}

function countLeft(client: DrivenClient, prefix: string, count: number): number {
  let left = 0;
  for (let i = 0; i < count; i++) if (client.send('EXISTS', `${prefix}${i}`) === ':1\r\n') left++;
  return left;
}

test('without a policy writes that need memory are refused, others are not', () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  fill(client, 'k', 100);
  squeeze(driver, 1000);
  assert.equal(client.send('SET', 'new', VALUE), OUT_OF_MEMORY);
  assert.equal(client.send('INCR', 'n'), OUT_OF_MEMORY);
  assert.equal(client.send('GET', 'k1'), `$200\r\n${VALUE}\r\n`);
  assert.equal(client.send('MULTI'), '+OK\r\n');
  assert.equal(client.send('SET', 'a', 'b'), OUT_OF_MEMORY);
  assert.match(client.send('EXEC'), /^-EXECABORT/);
  for (let i = 0; i < 20; i++) client.send('DEL', `k${i}`);
  assert.equal(client.send('SET', 'new', VALUE), '+OK\r\n');
});

test('allkeys-lru keeps what was used last', () => {
  createSeededRandom();
  const clock = new TestClock();
  const driver = new EngineDriver({ 'maxmemory-policy': 'allkeys-lru', 'maxmemory-samples': '10' }, clock);
  const client = driver.connect();
  fill(client, 'old', 1000);
  clock.ahead = 60_000;
  driver.engine.clock.read();
  fill(client, 'new', 1000);
  squeeze(driver, 150_000);
  const [old, fresh] = [countLeft(client, 'old', 1000), countLeft(client, 'new', 1000)];
  assert.ok(old < 800, `${old} old keys are left`);
  assert.ok(fresh > 950, `${fresh} new keys are left`);
});

test('allkeys-lfu keeps what was used often', () => {
  const driver = new EngineDriver({ 'maxmemory-policy': 'allkeys-lfu', 'maxmemory-samples': '10' });
  const client = driver.connect();
  fill(client, 'often', 200);
  fill(client, 'seldom', 800);
  for (let round = 0; round < 30; round++) for (let i = 0; i < 200; i++) client.send('GET', `often${i}`);
  squeeze(driver, 100_000);
  assert.ok(countLeft(client, 'often', 200) > 190);
  assert.ok(countLeft(client, 'seldom', 800) < 600);
});

for (const policy of ['volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl']) {
  test(`${policy} evicts keys with a deadline only, and then refuses`, () => {
    const driver = new EngineDriver({ 'maxmemory-policy': policy });
    const client = driver.connect();
    fill(client, 'stay', 2000);
    fill(client, 'go', 20, 'EX', '1000');
    squeeze(driver, 1000);
    const left = countLeft(client, 'go', 20);
    assert.ok(left < 20, 'some are evicted');
    assert.ok(left > 10, 'no more than need be');
    squeeze(driver, 100_000);
    assert.equal(countLeft(client, 'go', 20), 0);
    assert.equal(countLeft(client, 'stay', 2000), 2000);
    assert.equal(client.send('SET', 'x', VALUE), OUT_OF_MEMORY);
  });
}

test('volatile-ttl evicts what expires first', () => {
  const driver = new EngineDriver({ 'maxmemory-policy': 'volatile-ttl', 'maxmemory-samples': '10' });
  const client = driver.connect();
  fill(client, 'late', 500, 'EX', '100000');
  fill(client, 'soon', 500, 'EX', '1000');
  squeeze(driver, 100_000);
  assert.ok(countLeft(client, 'late', 500) > 480);
});

test('followers and subscribers hear of every eviction, outside of any transaction', () => {
  const driver = new EngineDriver({ 'maxmemory-policy': 'allkeys-random' });
  const client = driver.connect();
  fill(client, 'k', 200);
  const heard: string[] = [];
  driver.engine.effects.addSink({
    append: (_db, bytes, start, length) => heard.push(Buffer.from(bytes.subarray(start, start + length)).toString()),
  });
  squeeze(driver, 5000);
  const { evicted } = driver.engine.keyspace.stats;
  assert.ok(evicted > 5);
  assert.equal(heard.filter((text) => /^\*2\r\n\$6\r\nUNLINK\r\n/.test(text)).length, evicted);
  assert.equal(Number(client.send('DBSIZE').slice(1)), 200 - evicted);
});
