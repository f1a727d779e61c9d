// Files that real servers wrote are loaded here and the reverse: the data sets must have the same digest.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { toPlainReply } from '@valkeep/resp';
import { findReferenceEngines, noReferenceEngines, type RespConnection, startServer } from '@valkeep/testing';
import { Rdb } from './rdb.ts';
import { type DrivenClient, EngineDriver } from './testing/engine-driver.ts';
import { SAMPLE_KEYS, sampleCommands } from './testing/sample-data-set.ts';

const engines = findReferenceEngines();
const skip = engines === undefined ? noReferenceEngines : false;

async function call(connection: RespConnection, ...words: readonly string[]): Promise<string> {
  return String(toPlainReply((await connection.request(words)).value));
}

function serverOf(program: string): readonly string[] {
  return [engines?.program(program) ?? program];
}

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'rdb-'));
}

/** Ours with what a file holds. */
function startOurs(directory: string): DrivenClient {
  const driver = new EngineDriver({ 'enable-debug-command': 'yes', save: '' });
  const rdb = new Rdb(driver.engine, directory);
  driver.engine.rdb = rdb;
  driver.engine.reloading = rdb;
  const client = driver.connect();
  assert.equal(client.send('DEBUG', 'RELOAD', 'NOSAVE'), '+OK\r\n', driver.logged.join(''));
  return client;
}

function value(reply: string): string {
  return reply.startsWith('$') ? reply.slice(reply.indexOf('\r\n') + 2, -2) : reply.slice(1, -2);
}

/** Digest and encodings, as one text for each line. */
async function describe(ask: (...words: string[]) => Promise<string>): Promise<string[]> {
  const lines = [`digest ${await ask('DEBUG', 'DIGEST')}`, `size ${await ask('DBSIZE')}`];
  for (const key of SAMPLE_KEYS) lines.push(`${key} ${await ask('OBJECT', 'ENCODING', key)}`);
  for (const key of ['with deadline', 'small hash']) lines.push(`${key} ${await ask('PEXPIRETIME', key)}`);
  return lines;
}

for (const program of ['valkey-9.1-server', 'valkey-8.1-server', 'valkey-8.0-server']) {
  test(`a file of ${program} is loaded`, { skip }, async (t) => {
    const directory = makeFolder();
    t.after(() => rmSync(directory, { recursive: true }));
    const server = await startServer({ command: serverOf(program) });
    t.after(() => server.stop());
    const connection = await server.connect();
    for (const words of sampleCommands()) await connection.request(words);
    assert.equal(await call(connection, 'SAVE'), 'OK');
    copyFileSync(join(server.dir, 'dump.rdb'), join(directory, 'dump.rdb'));
    const ours = startOurs(directory);
    const theirs = await describe((...words) => call(connection, ...words));
    assert.deepEqual(await describe(async (...words) => value(ours.send(...words))), theirs);
  });
}

for (const program of ['valkey-9.1-server', 'valkey-8.1-server', 'valkey-8.0-server']) {
  test(`${program} loads our file`, { skip }, async (t) => {
    const directory = makeFolder();
    t.after(() => rmSync(directory, { recursive: true }));
    const driver = new EngineDriver({ 'enable-debug-command': 'yes', save: '' });
    driver.engine.rdb = new Rdb(driver.engine, directory);
    const client = driver.connect();
    for (const words of sampleCommands()) client.send(...words);
    assert.equal(client.send('SAVE'), '+OK\r\n');
    const server = await startServer({ command: serverOf(program), dir: directory });
    t.after(() => server.stop());
    const connection = await server.connect();
    const theirs = await describe((...words) => call(connection, ...words));
    assert.deepEqual(theirs, await describe(async (...words) => value(client.send(...words))));
  });
}

test('a file of Redis 7.0 is loaded as Valkey 9.1 loads it', { skip }, async (t) => {
  const directory = makeFolder();
  t.after(() => rmSync(directory, { recursive: true }));
  const server = await startServer({ command: serverOf('redis-7.0-server') });
  t.after(() => server.stop());
  const connection = await server.connect();
  for (const words of sampleCommands()) await connection.request(words);
  assert.equal(await call(connection, 'SAVE'), 'OK');
  copyFileSync(join(server.dir, 'dump.rdb'), join(directory, 'dump.rdb'));
  const valkey = await startServer({ command: serverOf('valkey-9.1-server'), dir: directory });
  t.after(() => valkey.stop());
  const reference = await valkey.connect();
  const ours = startOurs(directory);
  const theirs = await describe((...words) => call(reference, ...words));
  assert.deepEqual(await describe(async (...words) => value(ours.send(...words))), theirs);
});

test('files of servers long ago are loaded as Valkey 9.1 loads them', { skip }, async (t) => {
  for (const name of [
    'encodings.rdb',
    'list-quicklist.rdb',
    'hash-ziplist.rdb',
    'hash-zipmap.rdb',
    'zset-ziplist.rdb',
  ]) {
    const directory = makeFolder();
    t.after(() => rmSync(directory, { recursive: true }));
    copyFileSync(join(engines?.testsFolder ?? '', 'tests/assets', name), join(directory, 'dump.rdb'));
    const valkey = await startServer({ command: serverOf('valkey-9.1-server'), dir: directory });
    t.after(() => valkey.stop());
    const digest = await call(await valkey.connect(), 'DEBUG', 'DIGEST');
    assert.equal(value(startOurs(directory).send('DEBUG', 'DIGEST')), digest, name);
  }
});

test('a file of Redis 8.0 is refused with the version in the reason', { skip }, async (t) => {
  const directory = makeFolder();
  t.after(() => rmSync(directory, { recursive: true }));
  const server = await startServer({ command: serverOf('redis-8.0-server') });
  t.after(() => server.stop());
  const connection = await server.connect();
  await connection.request(['SET', 'a', '1']);
  assert.equal(await call(connection, 'SAVE'), 'OK');
  copyFileSync(join(server.dir, 'dump.rdb'), join(directory, 'dump.rdb'));
  const driver = new EngineDriver();
  await assert.rejects(
    new Rdb(driver.engine, directory).loadAtStart(),
    /at offset 0: Can't handle RDB format version 12/,
  );
});

test('Redis 7.0 loads our file of version 10', { skip }, async (t) => {
  const directory = makeFolder();
  t.after(() => rmSync(directory, { recursive: true }));
  const driver = new EngineDriver({ 'enable-debug-command': 'yes', save: '', 'rdb-version': '10' });
  driver.engine.rdb = new Rdb(driver.engine, directory);
  const client = driver.connect();
  for (const words of sampleCommands()) client.send(...words);
  assert.equal(client.send('SAVE'), '+OK\r\n');
  const server = await startServer({ command: serverOf('redis-7.0-server'), dir: directory });
  t.after(() => server.stop());
  const connection = await server.connect();
  assert.equal(await call(connection, 'DBSIZE'), value(client.send('DBSIZE')));
  for (const key of SAMPLE_KEYS) {
    const payload = (await connection.request(['DUMP', key])).bytes.toString('latin1');
    const digest = client.send('DEBUG', 'DIGEST-VALUE', key);
    assert.equal(
      client.send('RESTORE', key, key === 'small hash' ? '33177117420000' : '0', value(payload), 'REPLACE', 'ABSTTL'),
      '+OK\r\n',
    );
    assert.equal(client.send('DEBUG', 'DIGEST-VALUE', key), digest, key);
  }
});

test('files of version 9 and 10 are loaded by Valkey 9.1', { skip }, async (t) => {
  for (const version of ['9', '10']) {
    const directory = makeFolder();
    t.after(() => rmSync(directory, { recursive: true }));
    const driver = new EngineDriver({ 'enable-debug-command': 'yes', save: '', 'rdb-version': version });
    driver.engine.rdb = new Rdb(driver.engine, directory);
    const client = driver.connect();
    for (const words of sampleCommands()) client.send(...words);
    assert.equal(client.send('SAVE'), '+OK\r\n');
    const server = await startServer({ command: serverOf('valkey-9.1-server'), dir: directory });
    t.after(() => server.stop());
    assert.equal(await call(await server.connect(), 'DEBUG', 'DIGEST'), value(client.send('DEBUG', 'DIGEST')), version);
  }
});

test('deadlines of fields of hashes come and go with files and payloads', { skip }, async (t) => {
  const directory = makeFolder();
  t.after(() => rmSync(directory, { recursive: true }));
  const driver = new EngineDriver({ 'enable-debug-command': 'yes', save: '' });
  driver.engine.rdb = new Rdb(driver.engine, directory);
  const client = driver.connect();
  client.send('HSET', 'h', 'a', '1', 'b', '2', 'c', '3');
  assert.match(client.send('HPEXPIREAT', 'h', '33177117420000', 'FIELDS', '2', 'a', 'b'), /^\*2\r\n:1/);
  assert.equal(client.send('SAVE'), '+OK\r\n');
  const server = await startServer({ command: serverOf('valkey-9.1-server'), dir: directory });
  t.after(() => server.stop());
  const connection = await server.connect();
  const ask = ['HPEXPIRETIME', 'h', 'FIELDS', '3', 'a', 'b', 'c'];
  assert.equal(await call(connection, ...ask), '33177117420000,33177117420000,-1');
  const payload = (await connection.request(['DUMP', 'h'])).bytes.toString('latin1');
  assert.equal(client.send('RESTORE', 'copy', '0', value(payload)), '+OK\r\n');
  assert.equal(await call(connection, 'RESTORE', 'copy', '0', value(client.send('DUMP', 'copy'))), 'OK');
  assert.equal(await call(connection, 'SAVE'), 'OK');
  const loaded = startOurs(directory);
  for (const key of ['h', 'copy']) {
    assert.equal(
      loaded.send('HPEXPIRETIME', key, 'FIELDS', '3', 'a', 'b', 'c'),
      '*3\r\n:33177117420000\r\n:33177117420000\r\n:-1\r\n',
    );
  }
});

test('payloads of Valkey are restored here and ours there', { skip }, async (t) => {
  const driver = new EngineDriver({ 'enable-debug-command': 'yes', save: '' });
  const ours = driver.connect();
  for (const words of sampleCommands()) ours.send(...words);
  const server = await startServer({ command: serverOf('valkey-9.1-server') });
  t.after(() => server.stop());
  const connection = await server.connect();
  ours.send('PERSIST', 'small hash');
  for (const key of SAMPLE_KEYS) {
    const digest = value(ours.send('DEBUG', 'DIGEST-VALUE', key).split('\r\n').slice(1).join('\r\n'));
    const payload = value(ours.send('DUMP', key));
    assert.equal(await call(connection, 'RESTORE', key, '0', payload), 'OK', key);
    assert.equal(await call(connection, 'DEBUG', 'DIGEST-VALUE', key), digest, key);
    const reply = (await connection.request(['DUMP', key])).bytes.toString('latin1');
    assert.equal(ours.send('RESTORE', key, '0', value(reply), 'REPLACE'), '+OK\r\n', key);
    assert.equal(value(ours.send('DEBUG', 'DIGEST-VALUE', key).split('\r\n').slice(1).join('\r\n')), digest, key);
  }
});
