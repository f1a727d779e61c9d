import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { waitFor } from '@valkeep/testing';
import { AppendOnly } from './append-only.ts';
import { realDisk } from './persistence/disk.ts';
import { Rdb } from './rdb.ts';
import { EngineDriver } from './testing/engine-driver.ts';

const root = mkdtempSync(join(tmpdir(), 'valkeep-rewrite-'));
after(() => rmSync(root, { recursive: true }));

function open(directory: string, settings: Record<string, string> = {}) {
  const driver = new EngineDriver(settings);
  const rdb = new Rdb(driver.engine, directory);
  const appendOnly = new AppendOnly(driver.engine, { disk: realDisk, base: rdb.files, directory });
  driver.engine.rdb = rdb;
  driver.engine.appendOnly = appendOnly;
  driver.engine.reloading = rdb;
  appendOnly.start();
  return { driver, appendOnly, client: driver.connect() };
}

function untilRewritten({ driver }: ReturnType<typeof open>, count: number): Promise<unknown> {
  const { persistence } = driver.engine;
  const isDone = (): boolean => {
    driver.turn();
    return persistence.aofRewrites === count && !persistence.aofRewriting;
  };
  return waitFor(isDone, { what: `rewrite ${count}` });
}

test('a rewrite leaves a base and what was written since, and both are loaded', async () => {
  const directory = mkdtempSync(join(root, 'a-'));
  const first = open(directory, { appendonly: 'yes' });
  for (let i = 0; i < 2000; i++) first.client.send('SET', `k${i}`, 'x'.repeat(100));
  first.client.send('RPUSH', 'list', 'a', 'b');
  assert.equal(first.client.send('BGREWRITEAOF'), '+Background append only file rewriting started\r\n');
  assert.equal(first.client.send('BGREWRITEAOF'), '-ERR Background append only file rewriting already in progress\r\n');
  // Written while the base is: it must be there once, not twice and not never.
  first.client.send('RPUSH', 'list', 'c');
  first.client.send('INCR', 'n');
  await untilRewritten(first, 1);
  first.client.send('INCR', 'n');
  first.appendOnly.close();
  assert.deepEqual(readdirSync(join(directory, 'appendonlydir')).sort(), [
    'appendonly.aof.1.base.rdb',
    'appendonly.aof.2.incr.aof',
    'appendonly.aof.manifest',
  ]);
  const { client } = open(directory, { appendonly: 'yes' });
  assert.equal(client.send('DBSIZE'), ':2002\r\n');
  assert.equal(client.send('LRANGE', 'list', '0', '-1'), '*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n');
  assert.equal(client.send('GET', 'n'), '$1\r\n2\r\n');
});

test('switched on at run time it holds what was there before, in a transaction from its end on', async () => {
  const directory = mkdtempSync(join(root, 'b-'));
  const first = open(directory);
  first.client.send('SET', 'before', '1');
  first.client.send('MULTI');
  first.client.send('SET', 'within', '1');
  first.client.send('CONFIG', 'SET', 'appendonly', 'yes');
  first.client.send('INCR', 'within');
  assert.equal(first.client.send('EXEC'), '*3\r\n+OK\r\n+OK\r\n:2\r\n');
  await untilRewritten(first, 1);
  first.client.send('SET', 'after', '1');
  first.appendOnly.close();
  const { client } = open(directory, { appendonly: 'yes' });
  assert.equal(client.send('MGET', 'before', 'within', 'after'), '*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n1\r\n');
});

test('DEBUG LOADAOF brings back what is there, also while the first base is being written', () => {
  const directory = mkdtempSync(join(root, 'c-'));
  const { client } = open(directory, { 'enable-debug-command': 'yes' });
  client.send('SET', 'a', '1');
  assert.equal(client.send('CONFIG', 'SET', 'appendonly', 'yes'), '+OK\r\n');
  client.send('INCR', 'a');
  assert.equal(client.send('DEBUG', 'LOADAOF'), '+OK\r\n');
  assert.equal(client.send('GET', 'a'), '$1\r\n2\r\n');
  client.send('INCR', 'a');
  assert.equal(client.send('DEBUG', 'LOADAOF'), '+OK\r\n');
  assert.equal(client.send('GET', 'a'), '$1\r\n3\r\n');
});
