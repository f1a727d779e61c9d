import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { makeScratchFolder } from '@valkeep/testing';
import { Rdb } from './rdb.ts';
import { type DrivenClient, EngineDriver } from './testing/engine-driver.ts';
import { SAMPLE_KEYS, sampleCommands } from './testing/sample-data-set.ts';

interface Server {
  readonly driver: EngineDriver;
  readonly client: DrivenClient;
  readonly rdb: Rdb;
  readonly directory: string;
}

function start(settings: Readonly<Record<string, string>> = {}, directory = makeScratchFolder('rdb').path): Server {
  const driver = new EngineDriver({ 'enable-debug-command': 'yes', save: '', ...settings });
  const rdb = new Rdb(driver.engine, directory);
  driver.engine.rdb = rdb;
  driver.engine.reloading = rdb;
  return { driver, client: driver.connect(), rdb, directory };
}

/** Keys of every type in every encoding. */
function fill(client: DrivenClient): void {
  for (const words of sampleCommands()) client.send(...words);
}

function describe(client: DrivenClient): string[] {
  const encodings = SAMPLE_KEYS.map((key) => `${key}: ${client.send('OBJECT', 'ENCODING', key)}`);
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
  });
}

test('every type comes back from its payload as it was', () => {
  const { client } = start();
  fill(client);
  client.send('PERSIST', 'small hash');
  for (const key of SAMPLE_KEYS) {
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
