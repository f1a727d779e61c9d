import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../keyspace/clock.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

const NIL_ARRAY = '*-1\r\n';

/** What BLPOP answers. */
function popped(key: string, element: string): string {
  return `*2\r\n$${key.length}\r\n${key}\r\n$${element.length}\r\n${element}\r\n`;
}

test('a client that waits for a list is served by the push, and what it sent behind goes on', () => {
  const driver = new EngineDriver();
  const [waiter, pusher] = [driver.connect(), driver.connect()];
  assert.equal(waiter.send('BLPOP', 'a', 'b', '0'), '');
  assert.equal(waiter.send('PING'), '');
  assert.equal(driver.engine.blocking.clientCount, 1);
  assert.equal(driver.engine.blocking.keyCount, 2);
  assert.equal(pusher.send('RPUSH', 'b', 'x', 'y'), ':2\r\n');
  assert.equal(waiter.received(), `${popped('b', 'x')}+PONG\r\n`);
  assert.equal(driver.engine.blocking.keyCount, 0);
  assert.equal(pusher.send('LLEN', 'b'), ':1\r\n');
});

test('those who came first are served first', () => {
  const driver = new EngineDriver();
  const waiters = [1, 2, 3].map(() => driver.connect());
  const pusher = driver.connect();
  for (const waiter of waiters) waiter.send('BLPOP', 'l', '0');
  waiters[0].send('BLPOP', 'l', '0');
  pusher.send('RPUSH', 'l', 'a', 'b', 'c', 'd');
  assert.deepEqual(
    waiters.map((waiter) => waiter.received()),
    [popped('l', 'a') + popped('l', 'd'), popped('l', 'b'), popped('l', 'c')],
  );
});

test('a moved element serves the next waiter, whatever the length of the chain', () => {
  const driver = new EngineDriver();
  const [first, second, third, pusher] = [1, 2, 3, 4].map(() => driver.connect());
  third.send('BLPOP', 'c', '0');
  second.send('BLMOVE', 'b', 'c', 'LEFT', 'LEFT', '0');
  first.send('BRPOPLPUSH', 'a', 'b', '0');
  assert.equal(pusher.send('LPUSH', 'a', 'x'), ':1\r\n');
  assert.equal(first.received(), '$1\r\nx\r\n');
  assert.equal(second.received(), '$1\r\nx\r\n');
  assert.equal(third.received(), popped('c', 'x'));
  assert.equal(pusher.send('EXISTS', 'a', 'b', 'c'), ':0\r\n');
});

test('waiters are served after a transaction as a whole, and nothing blocks inside of one', () => {
  const driver = new EngineDriver();
  const [waiter, other] = [driver.connect(), driver.connect()];
  waiter.send('BLPOP', 'l', '0');
  other.send('MULTI');
  other.send('RPUSH', 'l', 'x');
  other.send('DEL', 'l');
  other.send('RPUSH', 'l', 'y');
  other.send('BLPOP', 'none', '0');
  other.send('BLMOVE', 'none', 'l', 'LEFT', 'LEFT', '0');
  assert.equal(other.send('EXEC'), `*5\r\n:1\r\n:1\r\n:1\r\n${NIL_ARRAY}$-1\r\n`);
  assert.equal(waiter.received(), popped('l', 'y'));
});

test('a key that is renamed, copied or swapped in serves its waiters; one of another type does not', () => {
  const driver = new EngineDriver();
  const [waiter, other] = [driver.connect(), driver.connect()];
  other.send('RPUSH', 'source', 'x');
  waiter.send('BLPOP', 'l', '0');
  assert.equal(other.send('SET', 'l', 'text'), '+OK\r\n');
  assert.equal(waiter.received(), '');
  assert.equal(other.send('COPY', 'source', 'l', 'REPLACE'), ':1\r\n');
  assert.equal(waiter.received(), popped('l', 'x'));
  waiter.send('BLPOP', 'm', '0');
  assert.equal(other.send('RENAME', 'source', 'm'), '+OK\r\n');
  assert.equal(waiter.received(), popped('m', 'x'));
  waiter.send('BLPOP', 'n', '0');
  other.send('SELECT', '1');
  other.send('RPUSH', 'n', 'z');
  assert.equal(waiter.received(), '');
  assert.equal(other.send('SWAPDB', '0', '1'), '+OK\r\n');
  assert.equal(waiter.received(), popped('n', 'z'));
});

test('time-outs answer a null array and are read as the original reads them', async () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  assert.equal(client.send('BLPOP', 'l', '-1'), '-ERR timeout is negative\r\n');
  assert.equal(client.send('BLPOP', 'l', 'x'), '-ERR timeout is not a float or out of range\r\n');
  assert.equal(client.send('BLPOP', 'l', '0x7FFFFFFFFFFFFFFF'), '-ERR timeout is out of range\r\n');
  assert.equal(client.send('BLPOP', 'l', 'inf'), '-ERR timeout is out of range\r\n');
  const before = performance.now();
  assert.equal(client.send('BLMOVE', 'l', 'm', 'LEFT', 'LEFT', '0.02'), '');
  while (driver.engine.blocking.clientCount > 0) await sleep(1);
  assert.ok(performance.now() - before >= 20);
  driver.turn();
  assert.equal(client.received(), NIL_ARRAY);
});

test('a waiter can be forced to end, and one that is gone takes nothing', () => {
  const driver = new EngineDriver({ 'enable-debug-command': 'yes' });
  const [gone, other, third] = [driver.connect(), driver.connect(), driver.connect()];
  const { engine } = driver;
  const clientOf = (id: string) => engine.clients.find(Number(/:(\d+)/.exec(id)?.[1]));
  const client = clientOf(other.send('CLIENT', 'ID'));
  assert.ok(client !== undefined);
  other.send('BLPOP', 'l', '0');
  assert.equal(engine.unblocking.force(client, 'error'), true);
  driver.turn();
  assert.equal(other.received(), '-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n');
  other.send('BLPOP', 'l', '0');
  assert.equal(engine.unblocking.force(client, 'timeout'), true);
  driver.turn();
  assert.equal(other.received(), NIL_ARRAY);
  assert.equal(engine.unblocking.force(client, 'timeout'), false);
  gone.send('BLPOP', 'l', '0');
  for (const blocked of engine.blocking.clients) engine.clientSet.closeSoon(blocked, 'test');
  driver.turn();
  assert.equal(third.send('RPUSH', 'l', 'x'), ':1\r\n');
  assert.equal(third.send('LLEN', 'l'), ':1\r\n');
  assert.equal(third.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});

test('followers hear the plain pop that served a waiter, after the push', () => {
  const driver = new EngineDriver();
  const heard: string[] = [];
  driver.engine.effects.addSink({
    append: (_db, bytes, start, length) => {
      heard.push(
        Buffer.from(bytes.subarray(start, start + length))
          .toString('latin1')
          .replaceAll('\r\n', ' '),
      );
    },
  });
  const [waiter, mover, other] = [driver.connect(), driver.connect(), driver.connect()];
  waiter.send('BLMPOP', '0', '1', 'l', 'LEFT', 'COUNT', '5');
  mover.send('BLMOVE', 'm', 'n', 'LEFT', 'RIGHT', '0');
  other.send('RPUSH', 'l', 'x', 'y');
  other.send('RPUSH', 'm', 'z');
  assert.deepEqual(heard, [
    '*4 $5 RPUSH $1 l $1 x $1 y ',
    '*3 $4 LPOP $1 l $1 2 ',
    '*3 $5 RPUSH $1 m $1 z ',
    '*5 $5 LMOVE $1 m $1 n $4 LEFT $5 RIGHT ',
  ]);
  assert.equal(waiter.received(), '*2\r\n$1\r\nl\r\n*2\r\n$1\r\nx\r\n$1\r\ny\r\n');
});

test('a key that has expired meanwhile serves nobody, and is not deleted by that', () => {
  let now = 1_000_000;
  const driver = new EngineDriver(
    {},
    new Clock(
      () => now,
      () => now,
    ),
  );
  const heard: string[] = [];
  driver.engine.effects.addSink({
    append: (_db, bytes, start, length) => {
      heard.push(
        Buffer.from(bytes.subarray(start, start + length))
          .toString('latin1')
          .replaceAll('\r\n', ' '),
      );
    },
  });
  const [waiter, other] = [driver.connect(), driver.connect()];
  waiter.send('BLPOP', 'l', '0');
  other.send('SELECT', '1');
  other.send('RPUSH', 'l', 'x');
  other.send('PEXPIRE', 'l', '100');
  heard.length = 0;
  now += 101;
  assert.equal(other.send('SWAPDB', '0', '1'), '+OK\r\n');
  assert.equal(waiter.received(), '');
  assert.deepEqual(heard, ['*3 $6 SWAPDB $1 0 $1 1 ']);
});
