import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Rdb } from './rdb.ts';
import { type DrivenClient, EngineDriver } from './testing/engine-driver.ts';

interface Server {
  readonly driver: EngineDriver;
  readonly client: DrivenClient;
  readonly rdb: Rdb;
  readonly directory: string;
}

function start(
  settings: Readonly<Record<string, string>> = {},
  directory = mkdtempSync(join(tmpdir(), 'rdb-')),
): Server {
  const driver = new EngineDriver({ 'enable-debug-command': 'yes', save: '', ...settings });
  const rdb = new Rdb(driver.engine, directory);
  driver.engine.rdb = rdb;
  driver.engine.reloading = rdb;
  return { driver, client: driver.connect(), rdb, directory };
}

/** Keys of every type in every encoding. */
function fill(client: DrivenClient): void {
  client.send('SET', 'text', 'some text');
  client.send('SET', 'empty', '');
  client.send('SET', 'large', 'x'.repeat(200_000));
  client.send('SET', 'huge', 'ab\0cd'.repeat(400_000));
  client.send('SET', 'binary', '\0\x01\xff\xfe'.repeat(30));
  for (const integer of [
    '0',
    '-1',
    '127',
    '-128',
    '32767',
    '-32769',
    '2147483647',
    '2147483648',
    '-9223372036854775808',
  ]) {
    client.send('SET', `integer:${integer}`, integer);
  }
  client.send('SET', 'with deadline', 'v', 'PX', '100000000');
  client.send('RPUSH', 'small list', 'a', '1', '-5', 'b'.repeat(50));
  client.send('RPUSH', 'plain list', 'a', 'y'.repeat(70_000), 'b');
  for (let i = 0; i < 3000; i++) {
    client.send('RPUSH', 'big list', `element ${i}`);
    client.send('SADD', 'big set', `member ${i}`);
    client.send('ZADD', 'big sorted set', String(i % 77 === 0 ? -i / 3 : i), `member ${i}`);
    client.send('HSET', 'big hash', `field ${i}`, `value ${i}`);
    client.send('SADD', 'many integers', String(i * 1000));
  }
  client.send('SADD', 'integers', '1', '-70000', '9223372036854775807');
  client.send('SADD', 'small set', 'a', 'b', '77');
  client.send('ZADD', 'small sorted set', '1.5', 'a', '-inf', 'b', '+inf', 'c', '1.5', 'd', '3', '17');
  client.send('HSET', 'small hash', 'f', 'v', '1', '2', 'g', '');
  for (let i = 1; i < 500; i++) client.send('XADD', 'stream', `${i}-1`, 'f', String(i), 'g', 'x'.repeat(i % 40));
  client.send('XDEL', 'stream', '2-1', '9-1');
  client.send('XGROUP', 'CREATE', 'stream', 'first', '0');
  client.send('XGROUP', 'CREATE', 'stream', 'second', '$');
  client.send('XREADGROUP', 'GROUP', 'first', 'alice', 'COUNT', '5', 'STREAMS', 'stream', '>');
  client.send('XREADGROUP', 'GROUP', 'first', 'bob', 'COUNT', '5', 'STREAMS', 'stream', '>');
  client.send('XGROUP', 'CREATECONSUMER', 'stream', 'first', 'idle');
  client.send('SELECT', '3');
  client.send('SET', 'in another database', '1');
  client.send('SELECT', '0');
}

const ENCODED = [
  'text',
  'large',
  'integer:127',
  'small list',
  'plain list',
  'big list',
  'big set',
  'many integers',
  'integers',
  'small set',
  'small sorted set',
  'big sorted set',
  'small hash',
  'big hash',
  'stream',
];

function describe(client: DrivenClient): string[] {
  const encodings = ENCODED.map((key) => `${key}: ${client.send('OBJECT', 'ENCODING', key)}`);
  const group = client
    .send('XINFO', 'STREAM', 'stream', 'FULL', 'COUNT', '0')
    .replace(/(seen|active)-time\r\n:\d+/g, '');
  return [
    client.send('DEBUG', 'DIGEST'),
    client.send('DBSIZE'),
    ...encodings,
    group,
    client.send('PEXPIRETIME', 'with deadline'),
  ];
}

for (const settings of [{}, { rdbcompression: 'no', rdbchecksum: 'no' }, { 'maxmemory-policy': 'allkeys-lfu' }]) {
  test(`every type comes back from a file as it was, with ${JSON.stringify(settings)}`, () => {
    const { client, directory, driver } = start(settings);
    fill(client);
    const before = describe(client);
    assert.equal(client.send('DEBUG', 'RELOAD'), '+OK\r\n', driver.logged.join(''));
    assert.deepEqual(describe(client), before);
    assert.deepEqual(readdirSync(directory), ['dump.rdb']);
    rmSync(directory, { recursive: true });
  });
}

test('every type comes back from its payload as it was', () => {
  const { client } = start();
  fill(client);
  for (const key of ENCODED) {
    const before = client.send('DEBUG', 'DIGEST-VALUE', key);
    const encoding = client.send('OBJECT', 'ENCODING', key);
    const reply = client.send('DUMP', key);
    const payload = reply.slice(reply.indexOf('\r\n') + 2, -2);
    assert.equal(client.send('RESTORE', key, '0', payload), '-BUSYKEY Target key name already exists.\r\n');
    assert.equal(client.send('RESTORE', key, '0', payload, 'REPLACE'), '+OK\r\n', key);
    assert.equal(client.send('DEBUG', 'DIGEST-VALUE', key), before, key);
    assert.equal(client.send('OBJECT', 'ENCODING', key), encoding, key);
  }
});
