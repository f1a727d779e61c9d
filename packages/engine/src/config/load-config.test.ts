import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type ConfigHost, nodeConfigHost } from './config-host.ts';
import { type LoadHandlers, type LoadResult, loadConfig } from './load-config.ts';
import { ServerConfig } from './server-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'valkeep-load-'));
const host: ConfigHost = { ...nodeConfigHost, current: () => folder, change: () => undefined };
after(() => rmSync(folder, { recursive: true, force: true }));

function load(text: string, optionLines = '', handlers: Partial<LoadHandlers> = {}) {
  const configFile = join(folder, 'test.conf');
  writeFileSync(configFile, text, 'latin1');
  const config = new ServerConfig(host);
  const result: LoadResult = loadConfig({
    config,
    host,
    handlers: { renameCommand: () => undefined, defineUser: () => undefined, ...handlers },
    command: { configFile, readsStandardInput: false, optionLines },
    version: '1.0',
  });
  return { config, result };
}

test('the last of file and options counts, whatever the case of names', () => {
  const { config } = load('MAXMEMORY 1gb\r\n  # comment\ntimeout 5', 'timeout "7"');
  assert.equal(config.number('maxmemory'), 1024 ** 3);
  assert.equal(config.number('timeout'), 7);
});

test('save lines replace the default and add up; an empty one removes all', () => {
  assert.equal(load('save 900 1\nsave 300 10').config.save.print(), '900 1 300 10');
  assert.equal(load('save 900 1', 'save "100" "100"').config.save.print(), '900 1 100 100');
  assert.equal(load('save 900 1', 'save ""').config.save.print(), '');
  assert.equal(load('save ""\nsave 5 5').config.save.print(), '5 5');
  assert.equal(load('save "900 1 300 10"').config.save.print(), '900 1 300 10');
});

test('include reads files in place, patterns in byte order and a pattern without match as nothing', () => {
  mkdirSync(join(folder, 'parts'), { recursive: true });
  writeFileSync(join(folder, 'parts', '2.conf'), 'timeout 2\n');
  writeFileSync(join(folder, 'parts', '10.conf'), 'timeout 10\n');
  writeFileSync(join(folder, 'parts', '.3.conf'), 'timeout 3\n');
  assert.equal(load(`include ${folder}/parts/*.conf`).config.number('timeout'), 2);
  assert.equal(load(`timeout 1\ninclude ${folder}/p[a]rts/1?.conf`).config.number('timeout'), 10);
  assert.equal(load(`include ${folder}/parts/2.conf\ntimeout 4`).config.number('timeout'), 4);
  assert.equal(load(`timeout 1\ninclude ${folder}/none/*.conf`).config.number('timeout'), 1);
  assert.equal(load(`timeout 1\ninclude ${folder}/parts`).config.number('timeout'), 1);
});

test('a file that includes itself is refused instead of being read forever', () => {
  const { result } = load(`include ${folder}/test.conf`);
  assert.equal(result.kind, 'config-error');
});

test('renamed commands and users go to their handlers, which may refuse the line', () => {
  const seen: string[] = [];
  const { result } = load('rename-command FLUSHALL ""\nuser alice on ">pass word"\nuser bob maybe', '', {
    renameCommand: (from, to) => {
      seen.push(`${from}>${to}`);
      return undefined;
    },
    defineUser: ([name, ...rules]) =>
      name === 'bob' ? 'Error in user declaration' : void seen.push(`${name}:${rules}`),
  });
  assert.deepEqual(seen, ['FLUSHALL>', 'alice:on,>pass word']);
  assert.deepEqual(result, {
    kind: 'config-error',
    text:
      '\n*** FATAL CONFIG FILE ERROR (Version 1.0) ***\nReading the configuration file, at line 3\n' +
      ">>> 'user bob maybe'\nError in user declaration\n",
  });
});

test('modules and their settings are handed back', () => {
  const { result } = load('loadmodule /lib/x.so a "b c"\nmod.key v1 v2');
  assert.deepEqual(result, {
    kind: 'loaded',
    modules: [['/lib/x.so', 'a', 'b c']],
    moduleSettings: new Map([['mod.key', 'v1 v2']]),
  });
});

test('several bind addresses, a primary and output limits are read', () => {
  const { config } = load('bind 127.0.0.1 -::1\nreplicaof Host 6380\nclient-output-buffer-limit replica 1mb 2kb 3');
  assert.deepEqual(config.bind.value, ['127.0.0.1', '-::1']);
  assert.deepEqual(config.replicaOf.value, { host: 'Host', port: 6380 });
  assert.deepEqual(config.outputBufferLimits.value.replica, {
    hardBytes: 1048576n,
    softBytes: 2048n,
    softSeconds: 3,
  });
  assert.equal(load('replicaof a 1\nslaveof no one').config.replicaOf.value, undefined);
});

test('what is written in full reads back as the same values', () => {
  const { config } = load(
    'maxmemory 1000\nrequirepass "a\\x00\\"b"\nsave 1 2\nmaxmemory-clients 7%\nnotify-keyspace-events KEA',
  );
  const { config: again, result } = load(config.rewrite(undefined, { users: [], force: true }));
  assert.equal(result.kind, 'loaded');
  assert.deepEqual(again.get(['*']), config.get(['*']));
});
