import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../keyspace/clock.ts';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';

const START = 1_700_000_000_000;

/** An engine whose time goes by only when it is told. */
class TimedDriver {
  now = START;
  readonly driver: EngineDriver;
  readonly client: DrivenClient;
  readonly #followed: string[] = [];

  constructor(settings: Readonly<Record<string, string>> = {}) {
    const read = () => this.now;
    this.driver = new EngineDriver({ 'enable-debug-command': 'yes', ...settings }, new Clock(read, read));
    this.client = this.driver.connect();
    this.driver.engine.effects.addSink({
      append: (_id, bytes, start, length) => {
        const text = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
        this.#followed.push(
          text
            .replace(/[*$]\d+\r\n/g, '')
            .replaceAll('\r\n', ' ')
            .trim(),
        );
      },
    });
  }

  /** The commands that followers heard of since the last call. */
  followed(): string[] {
    return this.#followed.splice(0);
  }

  /** One cycle of the periodic work. */
  runCycle(): void {
    this.driver.engine.clock.read();
    this.driver.engine.fieldExpiry.run();
  }
}

test('fields are gone when their deadline is over, and deleted by the next cycle', () => {
  const timed = new TimedDriver();
  const { client } = timed;
  client.send('HSET', 'h', 'a', '1', 'b', '2', 'c', '3');
  assert.equal(client.send('HPEXPIRE', 'h', '100', 'FIELDS', '3', 'a', 'b', 'x'), '*3\r\n:1\r\n:1\r\n:-2\r\n');
  assert.equal(client.send('HPTTL', 'h', 'FIELDS', '3', 'a', 'c', 'x'), '*3\r\n:100\r\n:-1\r\n:-2\r\n');
  timed.now += 101;
  assert.equal(client.send('HGETALL', 'h'), '*2\r\n$1\r\nc\r\n$1\r\n3\r\n');
  assert.equal(client.send('HGET', 'h', 'a'), '$-1\r\n');
  assert.equal(client.send('HDEL', 'h', 'a'), ':0\r\n');
  assert.equal(client.send('HRANDFIELD', 'h', '5'), '*1\r\n$1\r\nc\r\n');
  assert.equal(client.send('HLEN', 'h'), ':3\r\n');
  timed.followed();
  timed.runCycle();
  assert.equal(client.send('HLEN', 'h'), ':1\r\n');
  const [deletion] = timed.followed();
  assert.match(deletion, /^HDEL h (a b|b a)$/);
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});

test('a hash goes with its last field', () => {
  const timed = new TimedDriver();
  const { client } = timed;
  client.send('HSETEX', 'h', 'PX', '10', 'FIELDS', '1', 'a', '1');
  assert.match(client.send('INFO', 'keyspace'), /keys_with_volatile_items=1/);
  timed.now += 11;
  timed.followed();
  timed.runCycle();
  assert.deepEqual(timed.followed(), ['MULTI', 'HDEL h a', 'UNLINK h', 'EXEC']);
  assert.equal(client.send('EXISTS', 'h'), ':0\r\n');
  assert.equal(client.send('INFO', 'keyspace'), '$12\r\n# Keyspace\r\n\r\n');
});

test('many fields in many hashes expire, each at its time', () => {
  const timed = new TimedDriver();
  const { client } = timed;
  for (let key = 0; key < 20; key++) {
    const pairs = Array.from({ length: 300 }, (_, i) => [`f${i}`, 'v']).flat();
    const fields = Array.from({ length: 150 }, (_, i) => `f${i}`);
    client.send('HSET', `h${key}`, ...pairs);
    client.send('HPEXPIRE', `h${key}`, String(100 + key), 'FIELDS', '150', ...fields);
  }
  timed.now += 110;
  for (let cycles = 0; cycles < 20; cycles++) timed.runCycle();
  for (let key = 0; key < 20; key++) {
    assert.equal(client.send('HLEN', `h${key}`), key < 10 ? ':150\r\n' : ':300\r\n', `h${key}`);
  }
  assert.match(client.send('INFO', 'keyspace'), /keys_with_volatile_items=10/);
  assert.match(client.send('INFO', 'stats'), /expired_fields:1500/);
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});

test('deadlines stay with a hash that is renamed, copied or moved, and end with a new value', () => {
  const timed = new TimedDriver();
  const { client } = timed;
  client.send('HSETEX', 'h', 'PX', '1000', 'FIELDS', '2', 'a', '1', 'b', '2');
  client.send('RENAME', 'h', 'g');
  client.send('COPY', 'g', 'copy');
  client.send('MOVE', 'g', '1');
  assert.equal(client.send('HPTTL', 'copy', 'FIELDS', '1', 'a'), '*1\r\n:1000\r\n');
  client.send('HSET', 'copy', 'a', 'new');
  assert.equal(client.send('HPTTL', 'copy', 'FIELDS', '2', 'a', 'b'), '*2\r\n:-1\r\n:1000\r\n');
  assert.equal(client.send('HINCRBY', 'copy', 'b', '1'), ':3\r\n');
  assert.equal(client.send('HPTTL', 'copy', 'FIELDS', '1', 'b'), '*1\r\n:1000\r\n');
  assert.equal(client.send('HPERSIST', 'copy', 'FIELDS', '1', 'b'), '*1\r\n:1\r\n');
  client.send('SELECT', '1');
  assert.equal(client.send('HPTTL', 'g', 'FIELDS', '1', 'a'), '*1\r\n:1000\r\n');
  timed.now += 1001;
  timed.runCycle();
  assert.equal(client.send('EXISTS', 'g'), ':0\r\n');
  client.send('SELECT', '0');
  assert.equal(client.send('HLEN', 'copy'), ':2\r\n');
});

test('followers hear of deadlines, never of times that pass', () => {
  const timed = new TimedDriver();
  const { client } = timed;
  const deadline = String(START + 1000);
  client.send('HSETEX', 'h', 'FNX', 'EX', '1', 'FIELDS', '2', 'a', '1', 'b', '2');
  client.send('HEXPIRE', 'h', '1', 'FIELDS', '1', 'a');
  client.send('HGETEX', 'h', 'PX', '1000', 'FIELDS', '2', 'x', 'b');
  client.send('HGETEX', 'h', 'PERSIST', 'FIELDS', '1', 'b');
  client.send('HINCRBY', 'h', 'a', '5');
  client.send('HEXPIREAT', 'h', '1', 'FIELDS', '2', 'a', 'x');
  client.send('HGETEX', 'h', 'FIELDS', '1', 'b');
  assert.deepEqual(timed.followed(), [
    `HSETEX h PXAT ${deadline} FIELDS 2 a 1 b 2`,
    `HPEXPIREAT h ${deadline} FIELDS 1 a`,
    `HPEXPIREAT h ${deadline} FIELDS 1 b`,
    'HPERSIST h FIELDS 1 b',
    `HSETEX h PXAT ${deadline} FIELDS 1 a 6`,
    'HDEL h a',
  ]);
});

test('a snapshot keeps the fields and deadlines that it saw', () => {
  const timed = new TimedDriver();
  const { client, driver } = timed;
  client.send('HSETEX', 'h', 'PX', '10', 'FIELDS', '2', 'a', '1', 'b', '2');
  const payload = client.send('DUMP', 'h');
  const snapshot = driver.engine.keyspace.beginSnapshot();
  client.send('HPEXPIRE', 'h', '5', 'FIELDS', '1', 'a');
  client.send('HPERSIST', 'h', 'FIELDS', '1', 'b');
  timed.now += 6;
  timed.runCycle();
  assert.equal(client.send('HLEN', 'h'), ':1\r\n');
  driver.engine.keyspace.endSnapshot(snapshot);
  client.send('RESTORE', 'h', '0', payload.slice(payload.indexOf('\r\n') + 2, -2), 'REPLACE');
  assert.equal(client.send('HPTTL', 'h', 'FIELDS', '2', 'a', 'b'), '*2\r\n:4\r\n:4\r\n');
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});
