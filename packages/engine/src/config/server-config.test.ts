import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Caller, Pair } from './change-settings.ts';
import { ServerConfig } from './server-config.ts';

const REMOTE: Caller = { isLocal: false, isLoading: false };
const LOCAL: Caller = { isLocal: true, isLoading: false };

let directory: string;
let config: ServerConfig;

beforeEach(() => {
  directory = '/start';
  const change = (path: string): undefined => {
    directory = path;
  };
  config = new ServerConfig({ current: () => directory, change });
});

function set(pairs: readonly Pair[], caller = REMOTE): string | undefined {
  return config.set(pairs, caller);
}

test('gives values by type', () => {
  assert.equal(config.boolean('protected-mode'), true);
  assert.equal(config.number('port'), 6379);
  assert.equal(config.text('dbfilename'), 'dump.rdb');
  assert.equal(config.choice('transport'), 'reactor');
  assert.equal(config.choice('rdb-version'), '11');
  assert.equal(config.number('script-memory-limit'), 256 * 1024 * 1024);
  assert.deepEqual(config.flags('shutdown-on-sigterm'), []);
  assert.deepEqual(config.bind.value, ['*', '-::*']);
  assert.deepEqual(config.save.value.length, 3);
  assert.equal(config.outputBufferLimits.value.pubsub.softSeconds, 60);
});

test('keeps all 64 bits of a memory amount', () => {
  assert.equal(set([['maxmemory', '18446744073709551615']]), undefined);
  assert.equal(config.exactNumber('maxmemory'), 2n ** 64n - 1n);
  assert.equal(config.number('maxmemory'), 2 ** 64);
});

test('calls a listener once for all of its directives, after all values are in place', () => {
  const seen: string[] = [];
  config.onChange(['maxmemory', 'timeout'], () => {
    seen.push(`${config.number('maxmemory')} ${config.number('timeout')}`);
    return undefined;
  });
  set([
    ['maxmemory', '10'],
    ['timeout', '5'],
  ]);
  assert.deepEqual(seen, ['10 5']);
});

test('calls no listener when the value stays the same', () => {
  let calls = 0;
  config.onChange('timeout', () => {
    calls++;
    return undefined;
  });
  set([['timeout', '0']]);
  assert.equal(calls, 0);
});

test('goes back to every old value when a listener refuses, and tells the listeners', () => {
  const seen: number[] = [];
  config.onChange('timeout', () => {
    seen.push(config.number('timeout'));
    return undefined;
  });
  config.onChange('port', () => (config.number('port') === 1 ? 'Unable to listen on this port.' : undefined));
  const error = set([
    ['timeout', '5'],
    ['save', '1 1'],
    ['port', '1'],
  ]);
  assert.equal(error, "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port.");
  assert.deepEqual(seen, [5, 0]);
  assert.equal(config.number('port'), 6379);
  assert.equal(config.save.print(), '3600 1 300 100 60 10000');
  assert.equal(config.isExplicit('timeout'), false);
});

test('protects protected directives by enable-protected-configs and where the caller is', () => {
  const refusal = "ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected config";
  assert.equal(set([['dir', '/new']], LOCAL), refusal);
  config.override('enable-protected-configs', 'local');
  assert.equal(set([['dir', '/new']], REMOTE), refusal);
  assert.equal(set([['dir', '/new']], LOCAL), undefined);
  assert.equal(directory, '/new');
});

test('puts the working directory back when another pair fails', () => {
  config.override('enable-protected-configs', 'yes');
  set([
    ['dir', '/new'],
    ['timeout', 'x'],
  ]);
  assert.equal(directory, '/start');
});

test('refuses some directives while loading, with an error of its own kind', () => {
  const error = set([['appendonly', 'yes']], { isLocal: true, isLoading: true });
  assert.equal(error, 'LOADING Valkey is loading the dataset in memory');
});

test('finds hidden directives by exact name only and echoes names as written', () => {
  assert.deepEqual(config.get(['KEY-load-delay']), [['KEY-load-delay', '0']]);
  assert.deepEqual(config.get(['key-load-*']), []);
  assert.deepEqual(config.get(['maxmemory', 'MAXMEMORY', 'maxmemory-s*']), [
    ['maxmemory', '0'],
    ['maxmemory-samples', '5'],
  ]);
});

test('knows which values are secrets and which were named by somebody', () => {
  assert.equal(config.isSensitive('MasterAuth'), true);
  assert.equal(config.isSensitive('maxmemory'), false);
  set([['lua-time-limit', '7']]);
  assert.equal(config.isExplicit('busy-reply-threshold'), true);
  assert.equal(config.isExplicit('rdb-version'), false);
});

test('an override passes protections but not validity', () => {
  config.override('databases', '4');
  assert.equal(config.number('databases'), 4);
  assert.throws(() => config.override('databases', '0'), /argument must be between 1 and/);
});

test('follows a primary at the word of REPLICAOF', () => {
  config.replicaOf.follow({ host: '10.0.0.1', port: 6380 });
  assert.deepEqual(config.get(['slaveof']), [['slaveof', '10.0.0.1 6380']]);
  config.replicaOf.follow(undefined);
  assert.deepEqual(config.get(['replicaof']), [['replicaof', '']]);
});

test('rewrites everything on demand into a file that reads back as the same', () => {
  const text = config.rewrite(undefined, { users: [], force: true });
  assert.match(text, /^# Generated by CONFIG REWRITE\n/);
  assert.match(text, /\nmaxmemory 0\n/);
  assert.doesNotMatch(text, /unixsocket |\nbind /);
});
