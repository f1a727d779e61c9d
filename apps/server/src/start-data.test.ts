// The data of a server across restarts, with the real program.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { toPlainReply } from '@valkeep/resp';
import { findFreePort, makeScratchFolder, RespConnection, startServer, waitFor } from '@valkeep/testing';

async function call(connection: RespConnection, ...words: readonly string[]): Promise<string> {
  return String(toPlainReply((await connection.request(words)).value));
}

test('a server that ends saves its data, and loads them when it starts again', async (t) => {
  const dir = makeScratchFolder('restart').path;
  const first = await startServer({ dir, config: { save: '900 1' } });
  const connection = await first.connect();
  await call(connection, 'SET', 'a', 'kept');
  await call(connection, 'FUNCTION', 'LOAD', "#!lua name=l\nserver.register_function('f', function() return 1 end)");
  const digest = await call(connection, 'DEBUG', 'DIGEST');
  first.signal('SIGTERM');
  assert.deepEqual(await first.exited, { code: 0, signal: null });
  const second = await startServer({ dir, config: { save: '900 1' } });
  t.after(() => second.stop());
  const again = await second.connect();
  assert.equal(await call(again, 'DEBUG', 'DIGEST'), digest);
  assert.equal(await call(again, 'FCALL', 'f', '0'), '1');
  assert.match(second.logs(), /Done loading RDB, keys loaded: 1, keys expired: 0/);
});

test('the directive save writes the data in the background', async (t) => {
  const server = await startServer({ config: { save: '1 2' } });
  t.after(() => server.stop());
  const connection = await server.connect();
  await call(connection, 'MSET', 'a', '1', 'b', '2');
  await call(connection, 'SET', 'c', '3');
  const isSaved = async (): Promise<boolean> =>
    /rdb_changes_since_last_save:0\r/.test(await call(connection, 'INFO', 'persistence'));
  await waitFor(isSaved, { what: 'a background save' });
  assert.match(server.logs(), /2 changes in 1 seconds\. Saving\.\.\./);
  assert.match(server.logs(), /Background saving terminated with success/);
});

test('while data are loaded clients are told so, and an end writes nothing', async () => {
  const dir = makeScratchFolder('restart').path;
  const first = await startServer({ dir });
  const connection = await first.connect();
  await call(connection, 'DEBUG', 'POPULATE', '20000', 'key', '1000');
  assert.equal(await call(connection, 'SAVE'), 'OK');
  await first.kill9();
  const file = readFileSync(join(dir, 'dump.rdb'));
  const config = { save: '900 1', 'key-load-delay': 1000, 'loading-process-events-interval-bytes': 1024 };
  const port = await findFreePort();
  const second = assert.rejects(startServer({ dir, config, port }), /User requested shutdown/);
  const connect = (): Promise<RespConnection | undefined> => RespConnection.connect({ port }).catch(() => undefined);
  const loading = await waitFor(connect, { what: 'a connection' });
  const isLoading = async (): Promise<boolean> => /loading:1\r/.test(await call(loading, 'INFO', 'persistence'));
  await waitFor(isLoading, { what: 'the start of the loading' });
  assert.match(await call(loading, 'GET', 'key:1'), /LOADING Valkey is loading the dataset in memory/);
  const pid = /process_id:(\d+)/.exec(await call(loading, 'INFO', 'server'))?.[1];
  process.kill(Number(pid), 'SIGTERM');
  await second;
  assert.deepEqual(readFileSync(join(dir, 'dump.rdb')), file);
});

test('a damaged file stops the start with its place', async () => {
  const dir = makeScratchFolder('restart').path;
  writeFileSync(join(dir, 'dump.rdb'), 'REDIS0011\xff0000000', 'latin1');
  await assert.rejects(startServer({ dir, startLimitMs: 5000 }), (error) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, /dump\.rdb cannot be loaded, at offset 10: the data end in the middle/);
    assert.match(error.message, /Fatal error loading the DB, check server logs\. Exiting\./);
    return true;
  });
});

test('an end in the middle of a background save leaves the old file and no other', async (t) => {
  const dir = makeScratchFolder('restart').path;
  const server = await startServer({ dir, config: { 'rdb-key-save-delay': 1_000_000 } });
  t.after(() => server.stop());
  const connection = await server.connect();
  await call(connection, 'SAVE');
  const file = readFileSync(join(dir, 'dump.rdb'));
  await call(connection, 'MSET', 'a', '1', 'b', '2', 'c', '3');
  assert.equal(await call(connection, 'BGSAVE'), 'Background saving started');
  const isWritten = (): boolean => readdirSync(dir).some((name) => name.startsWith('temp-'));
  await waitFor(isWritten, { what: 'a temporary file' });
  await connection.request(['SHUTDOWN', 'NOSAVE']).catch(() => undefined);
  await server.exited;
  assert.deepEqual(readdirSync(dir).sort(), ['dump.rdb', 'server.conf', 'server.log']);
  assert.deepEqual(readFileSync(join(dir, 'dump.rdb')), file);
});
