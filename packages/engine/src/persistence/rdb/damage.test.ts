// Files and payloads that are cut off or changed: they are refused with the place, nothing is left behind, and nothing
// breaks.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSeededRandom } from '@valkeep/testing';
import { Rdb } from '../../rdb.ts';
import { type DrivenClient, EngineDriver } from '../../testing/engine-driver.ts';
import { LoadError } from '../persistence-ports.ts';
import { RdbLoad } from './load-rdb.ts';
import { DamagedRdb, sourceOfBytes } from './rdb-input.ts';
import { configuredLimits } from './value-limits.ts';

const HEADER_BYTES = 9;

/** A small data set with every type in its small and its big encoding. */
function fill(client: DrivenClient): void {
  client.send('CONFIG', 'SET', 'list-max-listpack-size', '4', 'stream-node-max-entries', '3');
  client.send('SET', 'string', 'a string that repeats a string that repeats a string');
  client.send('SET', 'integer', '-12345');
  client.send('SET', 'deadline', 'x', 'PXAT', '33177117420000');
  client.send('RPUSH', 'list', 'a', 'b', '3');
  for (let i = 0; i < 20; i++) client.send('RPUSH', 'long list', `element ${i}`);
  client.send('SADD', 'integers', '1', '2', '70000');
  client.send('SADD', 'set', 'a', 'b', '17');
  client.send('ZADD', 'sorted set', '1', 'a', '1', 'b', '2.5', 'c');
  client.send('HSET', 'hash', 'f', 'v', 'g', '12', 'h', '');
  client.send('CONFIG', 'SET', 'hash-max-listpack-entries', '2', 'set-max-listpack-entries', '2');
  client.send('CONFIG', 'SET', 'zset-max-listpack-entries', '2');
  client.send('SADD', 'big set', 'a', 'b', '17');
  client.send('ZADD', 'big sorted set', '1', 'a', '1', 'b', '2.5', 'c');
  client.send('HSET', 'big hash', 'f', 'v', 'g', '12', 'h', '');
  for (let i = 1; i < 8; i++) client.send('XADD', 'stream', `${i}-1`, 'f', String(i), 'g', 'x');
  client.send('XGROUP', 'CREATE', 'stream', 'group', '0');
  client.send('XREADGROUP', 'GROUP', 'group', 'alice', 'COUNT', '2', 'STREAMS', 'stream', '>');
  client.send('XREADGROUP', 'GROUP', 'group', 'bob', 'COUNT', '2', 'STREAMS', 'stream', '>');
}

function makeFile(): Uint8Array {
  const driver = new EngineDriver();
  fill(driver.connect());
  return new Rdb(driver.engine).dump();
}

const file = makeFile();
const driver = new EngineDriver();
const { keyspace, arena, config, log } = driver.engine;

/** Loads bytes as a file; gives the damage, if any. */
function load(bytes: Uint8Array, checksums: boolean): DamagedRdb | undefined {
  const reader = new RdbLoad(keyspace, sourceOfBytes(bytes, 0, bytes.length), {
    limits: configuredLimits(config),
    checksums,
    strictVersions: true,
    dropsExpired: false,
    replaces: false,
    nowMs: 0,
    stepBytes: 1000,
    log,
    onKey: undefined,
    loadFunctions: () => undefined,
    onAux: () => undefined,
    onAccepted: () => undefined,
  });
  try {
    for (const _ of reader.steps());
    return undefined;
  } catch (error) {
    if (!(error instanceof DamagedRdb)) throw error;
    assert.ok(error.offset >= 0 && error.offset <= bytes.length, `offset ${error.offset}`);
    return error;
  }
}

/** Empties the databases; what is in use then. */
function emptyBytes(): number {
  for (const db of keyspace.databases) db.clear();
  while (keyspace.lazyFree.run(1000));
  return arena.usedBytes;
}

test('a whole file is loaded', () => {
  assert.equal(load(file, true), undefined);
  assert.equal(keyspace.databases[0]?.size, 13);
  emptyBytes();
});

test('a file that ends anywhere before its end is refused, and nothing is left behind', () => {
  emptyBytes();
  load(file, true);
  const baseline = emptyBytes();
  for (let length = 0; length < file.length; length++) {
    assert.ok(load(file.subarray(0, length), true) !== undefined, `${length} bytes`);
    assert.equal(emptyBytes(), baseline, `${length} bytes`);
  }
});

test('a file with any byte changed is refused', () => {
  const baseline = emptyBytes();
  for (let at = 0; at < file.length - 8; at++) {
    const bytes = Uint8Array.from(file);
    bytes[at] ^= 1 << (at % 8);
    assert.ok(load(bytes, true) !== undefined, `byte ${at}`);
    assert.equal(emptyBytes(), baseline, `byte ${at}`);
  }
});

test('without a checksum a changed file is loaded or refused, and the data can be used and freed', () => {
  const seed = 20261123;
  const random = createSeededRandom(seed);
  const client = driver.connect();
  const baseline = emptyBytes();
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from(file);
    for (let flips = random.integer(1, 3); flips > 0; flips--) {
      bytes[random.integer(HEADER_BYTES, file.length - 9)] = random.integer(0, 255);
    }
    load(bytes, false);
    if (round % 50 === 0) assert.match(client.send('KEYS', '*'), /^\*/, `seed ${seed}, round ${round}`);
    assert.equal(emptyBytes(), baseline, `seed ${seed}, round ${round}`);
  }
});

test('a start with a damaged file fails with a sentence that says where and what to do', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rdb-'));
  const start = async (bytes: Uint8Array | string): Promise<void> => {
    writeFileSync(join(directory, 'dump.rdb'), bytes);
    await new Rdb(new EngineDriver().engine, directory).loadAtStart();
  };
  const refuses = (bytes: Uint8Array | string, reason: RegExp): Promise<void> =>
    assert.rejects(start(bytes), (error) => {
      assert.ok(error instanceof LoadError);
      assert.match(error.message, /^The RDB file .*dump\.rdb cannot be loaded, at offset \d+/);
      assert.match(error.message, reason);
      assert.match(
        error.message,
        /Restore the file from a backup, or move it away .* Terminating server after rdb file reading failure\.$/,
      );
      return true;
    });
  await start(file);
  await refuses('', /at offset 0: the data end in the middle/);
  await refuses('GARBAGE!!', /at offset 0: Wrong signature trying to load DB from file: GARBAGE!!/);
  await refuses('REDIS0099\xff', /Can't handle RDB format version 99/);
  await refuses('VALKEY011\xff', /Can't handle RDB format version 11/);
  await refuses(
    Buffer.from('REDIS0011\xf2\x01a', 'latin1'),
    /Unknown type or opcode when loading DB\. .* \(It is 242\.\)/,
  );
  await refuses(
    Buffer.from('REDIS0011\x00\x03key\xc8', 'latin1'),
    /\(key 'key', database 0\): a string has the form 8/,
  );
  await refuses(Buffer.from('REDIS0011\x09\x03key\x00', 'latin1'), /Zipmap integrity check failed/);
  const wrong = Uint8Array.from(file);
  wrong[wrong.length - 1] ^= 1;
  await refuses(wrong, /the checksum at the end is not that of the data/);
  await refuses(Buffer.concat([file.subarray(0, 30)]), /the data end in the middle/);
  await rm(directory, { recursive: true });
});

test('payloads with any byte changed are refused, whatever their checksum says', () => {
  const other = new EngineDriver({ 'enable-debug-command': 'yes' });
  const client = other.connect();
  fill(client);
  client.send('DEBUG', 'SET-SKIP-CHECKSUM-VALIDATION', '1');
  for (const key of ['list', 'long list', 'integers', 'set', 'sorted set', 'hash', 'big sorted set', 'stream']) {
    const reply = client.send('DUMP', key);
    const payload = Buffer.from(reply.slice(reply.indexOf('\r\n') + 2, -2), 'latin1');
    for (let at = 0; at < payload.length - 10; at++) {
      const bytes = Uint8Array.from(payload);
      bytes[at] ^= 1 << (at % 8);
      const text = Buffer.from(bytes).toString('latin1');
      const restored = client.send('RESTORE', 'copy', '0', text, 'REPLACE');
      assert.match(restored, /^(\+OK|-ERR Bad data format)\r\n$/, `${key}, byte ${at}`);
      if (restored.startsWith('+')) client.send('COPY', 'copy', 'again', 'REPLACE');
    }
  }
  assert.equal(client.send('PING'), '+PONG\r\n');
});
