// Compares the directive tables and CONFIG GET and SET with a real Valkey 9.1: every default, every alias, every hidden
// name, and the replies to good and bad values. Skipped with a word where the reference server is not installed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { allDirectives } from './all-directives.ts';
import { ServerConfig } from './server-config.ts';

const REFERENCE = '/var/tmp/reference-engines/bin/valkey-9.1-server';
const START_TIMEOUT_MS = 10_000;

/** Directives whose value at default depends on the machine or on how the test starts the reference. */
const MACHINE_DEPENDENT = new Set(['port', 'unixsocket', 'dir', 'enable-protected-configs', 'save']);

const skip = existsSync(REFERENCE) ? false : 'the reference server valkey-9.1-server is not installed';

/** A connection that sends one command at a time and reads replies of bulk strings, lists, statuses and errors. */
class ReferenceClient {
  readonly #socket: Socket;
  #received = '';
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.#received += bytes.toString('latin1');
      this.#wake();
    });
  }

  async call(...args: string[]): Promise<string | string[]> {
    const bulks = args.map((argument) => `$${argument.length}\r\n${argument}\r\n`);
    this.#socket.write(`*${args.length}\r\n${bulks.join('')}`, 'latin1');
    return this.#readReply();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #readReply(): Promise<string | string[]> {
    const line = await this.#take(() => this.#received.indexOf('\r\n') + 2, 2);
    const head = line.slice(1, -2);
    if (line.startsWith('$')) {
      const length = Number(head);
      return (await this.#take(() => length + 2, length + 2)).slice(0, -2);
    }
    if (!line.startsWith('*')) return head;
    const items: string[] = [];
    for (let at = 0; at < Number(head); at++) items.push(String(await this.#readReply()));
    return items;
  }

  /** Waits until `end` is at least `least` and that many bytes have come, then takes them. */
  async #take(end: () => number, least: number): Promise<string> {
    while (end() < least || this.#received.length < end()) {
      const woken = Promise.withResolvers<void>();
      this.#wake = woken.resolve;
      await woken.promise;
    }
    const taken = this.#received.slice(0, end());
    this.#received = this.#received.slice(taken.length);
    return taken;
  }
}

function pairs(list: string | string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < list.length; at += 2) found.set(list[at], list[at + 1]);
  return found;
}

function makeOurs(folder: string): ServerConfig {
  let current = folder;
  const config = new ServerConfig({
    current: () => current,
    change: (path) => {
      if (path === '/missing') return 'No such file or directory';
      current = path;
      return undefined;
    },
  });
  config.override('enable-protected-configs', 'yes');
  return config;
}

const folder = mkdtempSync(join(tmpdir(), 'valkeep-config-'));
const socketPath = join(folder, 'reference.sock');
const ours = makeOurs(folder);
let client: ReferenceClient;
let stop: () => void = () => {};

before(async () => {
  if (skip) return;
  const args = ['--port', '0', '--unixsocket', socketPath, '--enable-protected-configs', 'yes', '--dir', folder];
  const server = spawn(REFERENCE, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  stop = () => server.kill('SIGKILL');
  const deadline = AbortSignal.timeout(START_TIMEOUT_MS);
  for await (const output of server.stdout) {
    if (String(output).includes('Ready to accept connections')) break;
    deadline.throwIfAborted();
  }
  const socket = connect(socketPath);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  client = new ReferenceClient(socket);
  stop = () => {
    client.close();
    server.kill('SIGKILL');
  };
});

after(() => {
  stop();
  rmSync(folder, { recursive: true, force: true });
});

test('CONFIG GET * names the same directives in the same order', { skip }, async () => {
  const theirNames = [...pairs(await client.call('CONFIG', 'GET', '*')).keys()];
  const own = new Set<string>(allDirectives.filter((row) => row.own === true).map((row) => row.name));
  const ourNames = ours.get(['*']).map(([name]) => name);
  assert.deepEqual(
    ourNames.filter((name) => !own.has(name)),
    theirNames,
  );
});

test('every directive, hidden ones too, has the same default', { skip }, async () => {
  for (const row of allDirectives) {
    if (row.own === true || MACHINE_DEPENDENT.has(row.name)) continue;
    for (const name of row.alias === undefined ? [row.name] : [row.name, row.alias]) {
      assert.deepEqual(await client.call('CONFIG', 'GET', name), ours.get([name]).flat(), name);
    }
  }
});

test('good and bad values get the same replies and leave the same value', { skip }, async () => {
  for (const [name, values] of VALUES) {
    for (const value of values) await compareSet(client, ours, [name, value]);
  }
});

test('directives that take a number refuse the values beside their limits alike', { skip }, async () => {
  for (const row of allDirectives) {
    if (row.kind !== 'number' || row.own === true || UNSAFE_TO_SET.has(row.name)) continue;
    for (const value of [row.min - 1n, row.min, row.max + 1n]) await compareSet(client, ours, [row.name, `${value}`]);
    for (const value of ['', 'x', '1.5', '007', '1kb', '5%']) await compareSet(client, ours, [row.name, value]);
  }
});

test('directives of the other types refuse nonsense alike', { skip }, async () => {
  for (const row of allDirectives) {
    if (row.kind === 'number' || row.kind === 'text' || row.own === true) continue;
    for (const value of ['nonsense', 'YES', '1 2 3 4']) {
      if (row.kind !== 'special' || value === 'nonsense') {
        if (!UNSAFE_TO_SET.has(row.name)) await compareSet(client, ours, [row.name, value]);
      }
    }
  }
});

test('several pairs at once fail and roll back alike', { skip }, async () => {
  for (const args of PAIR_LISTS) await compareSet(client, ours, args);
});

/** Sends one CONFIG SET to both and compares the replies, then the values of all directives it names. */
async function compareSet(client: ReferenceClient, ours: ServerConfig, args: readonly string[]): Promise<void> {
  const theirReply = await client.call('CONFIG', 'SET', ...args);
  const ourReply = ours.set(toPairs(args), { isLocal: true, isLoading: false }) ?? 'OK';
  assert.equal(ourReply, theirReply, `CONFIG SET ${JSON.stringify(args)}`);
  const names = args.filter((_, at) => at % 2 === 0);
  const theirValues = await client.call('CONFIG', 'GET', ...names);
  assert.deepEqual(ours.get(names).flat(), theirValues, `CONFIG GET after CONFIG SET ${JSON.stringify(args)}`);
}

/** Setting these on the reference would disturb the test, reaches for the machine, or is drawn into range by a timer. */
const UNSAFE_TO_SET = new Set([
  'port',
  'tls-port',
  'rdma-port',
  'maxclients',
  'io-threads',
  'watchdog-period',
  'dir',
  'appendonly',
  'bind',
  'oom-score-adj',
]);

const VALUES: readonly (readonly [name: string, values: readonly string[]])[] = [
  [
    'maxmemory',
    [
      '',
      'gb',
      ' 1',
      '1kB',
      '2MB',
      '3g',
      '4b',
      '18446744073709551615',
      '18446744073709551616',
      '-1',
      '1\0z',
      '99999999999gb',
      '0',
    ],
  ],
  ['maxmemory-clients', ['5%', '100%', '101%', '-5%', '%', '1gb', '-5', '0']],
  ['slot-migration-max-failover-repl-bytes', ['-1', '-2', '1mb', 'x', '0']],
  ['cluster-blacklist-ttl', ['-1', '60']],
  ['proto-max-bulk-len', ['9223372036854775808', '1mb', '512mb']],
  ['hz', ['+5', '0', '1000', '10']],
  ['dbfilename', ['', 'a/b', 'a\\b', 'a\0/', 'dump.rdb']],
  [
    'save',
    [
      '100 ',
      '100 99999999999',
      '9999999999999999999999 1',
      '1',
      'a b',
      ' ',
      '0 1',
      '1 -1',
      '900  1',
      '900 1 300 10',
      '',
    ],
  ],
  [
    'client-output-buffer-limit',
    [
      '',
      'normal 1 2',
      'master 1 2 3',
      'foo 1 2 3',
      'normal a 2 3',
      'normal 1k 2KB ',
      'NORMAL 1k 2KB 3 replica 1 2 3',
      'pubsub 1 2 -3',
      'slave 256mb 64mb 60',
    ],
  ],
  [
    'shutdown-on-sigint',
    ['', 'default nosave', 'save NOSAVE', 'failover now save', 'now now', 'nosave  now', 'default'],
  ],
  ['oom-score-adj-values', ['1 2', '1 2 3000', '-5 6 x', '-5 6 7', '0 200 800']],
  ['notify-keyspace-events', ['q', 'KEA', 'AKElg', 'gxKE', '$lshzxegtd', 'nKm', 'An', '']],
  ['tls-replication', ['yes', 'no']],
  ['tls-session-cache-size', ['5', '20480']],
  ['tls-port', ['1', '0']],
  ['rdma-port', ['1', '0']],
  ['rdma-bind', ['1', '']],
  ['locale-collate', ['POSIX', 'C', 'xx_XX.nope', '']],
  [
    'latency-tracking-info-percentiles',
    ['inf', 'nan', '+5', '1e1 .5 5.', '50 101', '50 a', '-1', '50 99.123456789', '', '100 0'],
  ],
  ['cluster-announce-ip', ['a b', 'a'.repeat(46), '1.2.3.4', '']],
  ['cluster-announce-hostname', ['a_b', 'a'.repeat(256), 'a-b.c', '']],
  ['cluster-announce-client-ipv4', ['1.2.3', '1.2.3.4', '']],
  ['cluster-announce-client-ipv6', ['x', '::1', '']],
  ['cluster-announce-human-nodename', ['a b', 'a^b', 'a/b:c_d`', '']],
  ['proc-title-template', [' ', '{', '{foo}', '{title}', '{{x', '{port}', '{config-file}', '{a{b}', '}']],
  ['requirepass', ['']],
  ['primaryauth', ['a\0b', '']],
  ['replica-announce-ip', ['a\0b', '']],
  ['availability-zone', ['zone 1', '']],
  ['activedefrag', ['yes', 'no']],
  ['loglevel', ['DEBUG', 'notice', 'x', '']],
  ['acl-pubsub-default', ['allchannels', 'resetchannels']],
  ['dir', ['', '/missing']],
  ['hash-seed', ['x']],
  ['daemonize', ['yes']],
  ['lua-enable-deprecated-api', ['x', 'yes', 'no']],
  ['slave-priority', ['x', '7', '100']],
  ['MAXMEMORY', ['x', '7', '0']],
  ['no-such\r\ndirective', ['x']],
];

const PAIR_LISTS: readonly (readonly string[])[] = [
  ['maxmemory', '10', 'no-such', '1'],
  ['maxmemory', '10', 'daemonize', 'no'],
  ['Maxmemory', '10', 'maxmemory', '11'],
  ['maxmemory', '10', 'timeout', 'x'],
  ['maxmemory', '10', 'client-query-buffer-limit', 'invalid', 'maxmemory-clients', '200%'],
  ['maxmemory', '10', 'rdma-port', '1'],
  ['timeout', '5', 'tls-port', '1', 'maxmemory', '10'],
  ['slave-priority', '3', 'replica-priority', '4'],
  ['save', '5 6', 'maxmemory', '12', 'timeout', '9'],
  ['maxmemory', '0', 'daemonize', 'x', 'no-such', 'y'],
];

function toPairs(args: readonly string[]): [string, string][] {
  return args.flatMap((name, at) => (at % 2 === 0 ? [[name, args[at + 1]] as [string, string]] : []));
}
