// Compares how bad configuration files and arguments end the start with a real Valkey 9.1: the error block, byte for byte.
// Skipped with a word where the reference server is not installed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseCommandLine } from './command-line.ts';
import { nodeConfigHost } from './config-host.ts';
import { loadConfig } from './load-config.ts';
import { ServerConfig } from './server-config.ts';

const REFERENCE = '/var/tmp/reference-engines/bin/valkey-9.1-server';
const START_TIMEOUT_MS = 10_000;
const skip = existsSync(REFERENCE) ? false : 'the reference server valkey-9.1-server is not installed';

const BAD_FILES: readonly string[] = [
  'maxmemory 10x\n',
  '\n# fine\n   maxmemory "10\n',
  'foo bar\n',
  'maxmemory 1 2\n',
  'MaxMemory\n',
  'include bad-included.conf\n',
  'include missing.conf\n',
  'include "empty-*.conf"\nfoo\n',
  'logfile /missing/log\n',
  'cluster-enabled yes\nreplicaof a 1\n',
  'replicaof a 1 2\n',
  'replicaof a 65536\n',
  'mod.x\n',
  'sentinel monitor\n',
  'save 1\n',
  'save "1 2 3"\n',
  'save "1\n',
  'dir /missing\n',
  'appendfsync foo\n',
  'maxclients 0\n',
  'unixsocketperm 999\n',
  'unixsocketperm 7777\n',
  'notify-keyspace-events a b\n',
  'shutdown-on-sigterm "save nosave"\n',
  'client-output-buffer-limit normal 1 2\n',
  'list-max-ziplist-entries 1 2\n',
  'lua-replicate-commands yes\nfoo\n',
  `hash-seed ${'x'.repeat(257)}\n`,
  'latency-tracking-info-percentiles 5 x\n',
  'rename-command nothing anything\n',
  'bind 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n',
  "port 'a'b\n",
];

const BAD_ARGUMENTS: readonly (readonly string[])[] = [
  ['--port'],
  ['--port', 'abc'],
  ['--port', '0', 'foo'],
  ['--port 0 1'],
  ['--foo'],
  ['-x'],
  ['--save', '1'],
  ['--save', '--foo', '1'],
  ['--save', '1', '2', '--foo', '--bar', '--baz'],
  ['--foo', '-', 'x'],
  ['-', '--foo', 'x'],
  ['--foo', 'x', '-'],
  ["--maxmemory 'x"],
  ['--maxmemory', '"a\tb\x01é\\'],
  ['/missing.conf', '--foo'],
  ['bad.conf', '--maxmemory', '1'],
];

const folder = mkdtempSync(join(tmpdir(), 'valkeep-startup-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function runReference(args: readonly string[]): string {
  const run = spawnSync(REFERENCE, args, { cwd: folder, input: 'timeout 5', timeout: START_TIMEOUT_MS });
  assert.equal(run.status, 1, `the reference accepts ${JSON.stringify(args)}`);
  const logged = / # (Fatal error.*)\n/.exec(run.stdout.toString('latin1'));
  return run.stderr.toString('latin1') + (logged?.[1] ?? '');
}

function runOurs(args: readonly string[]): string {
  const home = process.cwd();
  process.chdir(folder);
  try {
    const command = parseCommandLine(args);
    assert.equal(command.kind, 'start');
    if (command.kind !== 'start') return '';
    const result = loadConfig({
      config: new ServerConfig(nodeConfigHost),
      host: { ...nodeConfigHost, readStandardInput: () => 'timeout 5' },
      handlers: { renameCommand: () => 'No such command in rename-command', defineUser: () => undefined },
      command,
      version: '9.1.2',
    });
    assert.notEqual(result.kind, 'loaded', `ours accepts ${JSON.stringify(args)}`);
    return result.kind === 'loaded' ? '' : result.text;
  } finally {
    process.chdir(home);
  }
}

writeFileSync(join(folder, 'bad-included.conf'), '# line one\nport x\n');
writeFileSync(join(folder, 'bad.conf'), 'timeout 1\ntimeout x');

test('a bad file ends the start with the same words', { skip }, () => {
  const path = join(folder, 'case.conf');
  for (const text of BAD_FILES) {
    writeFileSync(path, text);
    assert.equal(runOurs([path]), runReference([path]), JSON.stringify(text));
  }
});

test('bad arguments end the start with the same words', { skip }, () => {
  for (const args of BAD_ARGUMENTS) assert.equal(runOurs(args), runReference(args), JSON.stringify(args));
});
