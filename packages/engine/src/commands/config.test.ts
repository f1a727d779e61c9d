// CONFIG on a running engine; what single directives accept is tested in the config folder.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { replaceConfigFile } from '../config/config-file.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

test('CONFIG GET answers the directives of all patterns once, as a map in RESP3', () => {
  const client = new EngineDriver().connect();
  assert.equal(client.send('CONFIG', 'GET', 'maxclient*', 'MAXCLIENTS'), '*2\r\n$10\r\nmaxclients\r\n$5\r\n10000\r\n');
  assert.equal(client.send('CONFIG', 'GET', 'nothing'), '*0\r\n');
  client.send('HELLO', '3');
  assert.equal(client.send('CONFIG', 'GET', 'timeout'), '%1\r\n$7\r\ntimeout\r\n$1\r\n0\r\n');
});

test('CONFIG SET changes all directives or none', () => {
  const client = new EngineDriver().connect();
  assert.equal(client.send('CONFIG', 'SET', 'timeout', '7', 'maxmemory', '1mb'), '+OK\r\n');
  const refused = client.send('CONFIG', 'SET', 'timeout', '8', 'maxmemory', 'much');
  assert.match(refused, /^-ERR CONFIG SET failed \(possibly related to argument 'maxmemory'\) - /);
  assert.equal(client.send('CONFIG', 'GET', 'timeout'), '*2\r\n$7\r\ntimeout\r\n$1\r\n7\r\n');
  assert.equal(client.send('CONFIG', 'SET', 'timeout', '1', 'maxmemory'), '-ERR syntax error\r\n');
  assert.equal(client.send('CONFIG', 'SET', 'timeout'), "-ERR wrong number of arguments for 'config|set' command\r\n");
});

test('CONFIG REWRITE needs a file', () => {
  const client = new EngineDriver().connect();
  assert.equal(client.send('CONFIG', 'REWRITE'), '-ERR The server is running without a config file\r\n');
});

test('a configuration file is replaced as a whole, or stays as it was', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-file-'));
  const path = join(folder, 'valkey.conf');
  writeFileSync(path, 'port 1\n', { mode: 0o600 });
  assert.equal(
    replaceConfigFile(path, (text) => `${text}timeout 5\n`),
    undefined,
  );
  assert.equal(readFileSync(path, 'latin1'), 'port 1\ntimeout 5\n');
  assert.equal(
    replaceConfigFile(join(folder, 'missing', 'valkey.conf'), () => ''),
    'No such file or directory',
  );
  rmSync(folder, { recursive: true });
});

test('CONFIG RESETSTAT sets counters back', () => {
  const client = new EngineDriver().connect();
  client.send('GET', 'nothing');
  client.send('nonsense');
  assert.equal(client.send('CONFIG', 'RESETSTAT'), '+OK\r\n');
  const info = client.send('INFO', 'stats', 'commandstats', 'errorstats');
  assert.match(info, /\r\nkeyspace_misses:0\r\n/);
  assert.match(info, /\r\ntotal_error_replies:0\r\n/);
  assert.doesNotMatch(info, /cmdstat_get|errorstat_/);
});
