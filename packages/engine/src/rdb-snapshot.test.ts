// Background saves beside writes: the file holds the state of the moment in which the save began.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createSeededRandom, type SeededRandom } from '@valkeep/testing';
import { Rdb } from './rdb.ts';
import { type DrivenClient, EngineDriver } from './testing/engine-driver.ts';
import { SAMPLE_KEYS, sampleCommands } from './testing/sample-data-set.ts';

interface Server {
  readonly driver: EngineDriver;
  readonly client: DrivenClient;
  readonly rdb: Rdb;
  readonly directory: string;
}

function start(t: TestContext, settings: Readonly<Record<string, string>> = {}, directory?: string): Server {
  const folder = directory ?? mkdtempSync(join(tmpdir(), 'rdb-'));
  if (directory === undefined) t.after(() => rmSync(folder, { recursive: true, force: true }));
  const driver = new EngineDriver({ 'enable-debug-command': 'yes', save: '', ...settings });
  const rdb = new Rdb(driver.engine, folder);
  driver.engine.rdb = rdb;
  driver.engine.reloading = rdb;
  return { driver, client: driver.connect(), rdb, directory: folder };
}

function fill(client: DrivenClient): void {
  for (const words of sampleCommands()) client.send(...words);
}

function pick<T>(random: SeededRandom, items: readonly T[]): T {
  const item = items[random.integer(0, items.length - 1)];
  assert.ok(item !== undefined);
  return item;
}

/** A command that changes something, on any key and type. */
function randomWrite(random: SeededRandom): string[] {
  const key = pick(random, [...SAMPLE_KEYS, 'new', 'other']);
  const other = pick(random, [...SAMPLE_KEYS, 'new', 'other']);
  const element = `member ${random.integer(0, 3500)}`;
  const number = String(random.integer(0, 3_000_000));
  return pick(random, [
    ['SET', key, element],
    ['APPEND', key, element],
    ['SETRANGE', key, '5', 'changed'],
    ['DEL', key],
    ['RENAME', key, other],
    ['COPY', key, other, 'REPLACE'],
    ['EXPIRE', key, '1000'],
    ['PERSIST', key],
    ['SADD', 'big set', element],
    ['SREM', 'big set', element],
    ['SADD', 'integers', number],
    ['ZADD', 'big sorted set', number, element],
    ['ZREM', 'big sorted set', element],
    ['ZPOPMAX', 'big sorted set'],
    ['HSET', 'big hash', `field ${number}`, element],
    ['HDEL', 'big hash', `field ${random.integer(0, 3000)}`],
    ['LPUSH', 'big list', element],
    ['RPOP', 'big list'],
    ['LSET', 'big list', String(random.integer(0, 2000)), element],
    ['LTRIM', 'big list', '1', '-2'],
    ['XADD', 'stream', '*', 'f', element],
    ['XTRIM', 'stream', 'MAXLEN', '300'],
    ['XREADGROUP', 'GROUP', 'first', 'carol', 'COUNT', '3', 'STREAMS', 'stream', '>'],
    ['XACK', 'stream', 'first', '1-1', '3-1'],
    ['XGROUP', 'DELCONSUMER', 'stream', 'first', 'bob'],
  ]);
}

for (const seed of [1, 2, 3]) {
  test(`a background save holds the moment in which it began, whatever is written meanwhile (seed ${seed})`, async (t) => {
    const random = createSeededRandom(seed);
    const { client, rdb, directory, driver } = start(t);
    fill(client);
    const digest = client.send('DEBUG', 'DIGEST');
    assert.equal(client.send('BGSAVE'), '+Background saving started\r\n');
    let turns = 0;
    for (; rdb.isSaving; turns++) {
      for (let i = 0; i < 20; i++) client.send(...randomWrite(random));
      if (turns === 3) client.send('SWAPDB', '0', '3');
      if (turns === 6) client.send('FLUSHDB');
      await turn();
    }
    assert.ok(turns > 3, `the save was over after ${turns} turns`);
    assert.match(driver.logged.join(''), /Background saving started by pid \d+/);
    assert.match(driver.logged.join(''), /DB saved on disk/);
    assert.match(driver.logged.join(''), /Background saving terminated with success/);
    const loaded = start(t, {}, directory);
    assert.equal(loaded.client.send('DEBUG', 'RELOAD', 'NOSAVE'), '+OK\r\n', loaded.driver.logged.join(''));
    assert.equal(loaded.client.send('DEBUG', 'DIGEST'), digest);
  });
}

test('what a save kept is freed after it', async (t) => {
  const { client, rdb, driver } = start(t);
  const { arena, keyspace } = driver.engine;
  fill(client);
  client.send('BGSAVE');
  client.send('FLUSHALL', 'SYNC');
  while (rdb.isSaving) await turn();
  while (keyspace.lazyFree.run(1000));
  assert.equal(arena.keptBytes, 0);
  assert.equal(arena.frozenBelow, 0);
});

test('a save may be cancelled, and another one begun', async (t) => {
  const { client, rdb, driver } = start(t);
  fill(client);
  assert.match(client.send('BGSAVE', 'CANCEL'), /^-ERR Background saving is currently not in progress or scheduled/);
  client.send('BGSAVE');
  assert.match(client.send('BGSAVE'), /^-ERR Background save already in progress/);
  assert.match(client.send('SAVE'), /^-ERR Background save already in progress/);
  assert.equal(client.send('BGSAVE', 'CANCEL'), '+Background saving cancelled\r\n');
  while (rdb.isSaving) await turn();
  assert.equal(driver.engine.persistence.rdbLastSaveOk, true);
  assert.equal(client.send('BGSAVE'), '+Background saving started\r\n');
  while (rdb.isSaving) await turn();
  assert.match(driver.logged.join(''), /Background saving terminated with success/);
});

test('BGSAVE within a transaction begins after it', async (t) => {
  const { client, rdb } = start(t);
  client.send('MULTI');
  client.send('SET', 'a', '1');
  client.send('BGSAVE');
  assert.match(client.send('EXEC'), /\+Background saving scheduled\r\n$/);
  assert.equal(rdb.isSaving, false);
  rdb.tick();
  assert.equal(rdb.isSaving, true);
  while (rdb.isSaving) await turn();
});

test('a save that fails is told of, and writes are refused where files are wanted', async (t) => {
  const { client, rdb, driver, directory } = start(t);
  client.send('CONFIG', 'SET', 'save', '900 1');
  client.send('SET', 'a', '1');
  rmSync(directory, { recursive: true });
  assert.equal(client.send('SAVE'), '-ERR\r\n');
  client.send('BGSAVE');
  while (rdb.isSaving) await turn();
  assert.match(driver.logged.join(''), /Background saving error/);
  assert.match(client.send('SET', 'a', '2'), /^-MISCONF /);
  assert.match(client.send('INFO', 'persistence'), /rdb_last_bgsave_status:err/);
  client.send('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no');
  assert.equal(client.send('SET', 'a', '2'), '+OK\r\n');
});
