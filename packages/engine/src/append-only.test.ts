import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { waitFor } from '@valkeep/testing';
import { AppendOnly, type BaseFiles } from './append-only.ts';
import { type Disk, holdingDisk, realDisk } from './persistence/disk.ts';
import { LoadError } from './persistence/persistence-ports.ts';
import { converse } from './testing/converse.ts';
import { type DrivenClient, EngineDriver } from './testing/engine-driver.ts';

const root = mkdtempSync(join(tmpdir(), 'valkeep-append-only-'));
after(() => rmSync(root, { recursive: true }));

/** Rewrites are tested where there are bases; here none is made. */
const noBases: BaseFiles = {
  load: (path) => assert.fail(`no base was written, but ${path} is loaded`),
  save: () => Promise.reject(new Error('no bases here')),
  saveNow: () => assert.fail('no base is written'),
};

let directories = 0;

function newDirectory(): string {
  return mkdtempSync(join(root, `${directories++}-`));
}

/** An engine that keeps its data in a directory, and a client of it. */
function open(directory: string, settings: Record<string, string> = {}, disk: Disk = realDisk) {
  const driver = new EngineDriver({ appendonly: 'yes', ...settings });
  const appendOnly = new AppendOnly(driver.engine, { disk, base: noBases, directory });
  appendOnly.start();
  return { driver, appendOnly, client: driver.connect() };
}

function increment(directory: string): string {
  return join(directory, 'appendonlydir', 'appendonly.aof.1.incr.aof');
}

function stateOf(client: DrivenClient): string[] {
  return ['a', 'b', 'n'].map((key) => client.send('GET', key));
}

test('what was written is there after a restart, in its database, transactions and deadlines included', () => {
  const directory = newDirectory();
  const first = open(directory);
  converse(first.client, [
    ['SET a 1', '+OK'],
    ['SET b 2 PXAT 99999999999999', '+OK'],
    ['MULTI', '+OK'],
    ['INCR n', '+QUEUED'],
    ['INCR n', '+QUEUED'],
    ['EXEC', '*2>:1>:2'],
    ['SELECT 3', '+OK'],
    ['SET other x', '+OK'],
    ['SELECT 0', '+OK'],
    ['DEL a', ':1'],
  ]);
  first.appendOnly.close();
  const second = open(directory);
  assert.deepEqual(stateOf(second.client), ['$-1\r\n', '$1\r\n2\r\n', '$1\r\n2\r\n']);
  assert.equal(second.client.send('PEXPIRETIME', 'b'), ':99999999999999\r\n');
  assert.equal(second.client.send('MOVE', 'n', '3'), ':1\r\n');
  second.appendOnly.close();
  const third = open(directory);
  assert.equal(third.client.send('SELECT', '3'), '+OK\r\n');
  assert.equal(third.client.send('GET', 'n'), '$1\r\n2\r\n');
  assert.equal(third.client.send('GET', 'other'), '$1\r\nx\r\n');
  third.appendOnly.close();
  assert.deepEqual(readdirSync(join(directory, 'appendonlydir')).sort(), [
    'appendonly.aof.1.incr.aof',
    'appendonly.aof.manifest',
  ]);
});

test('with appendfsync always nobody sees a write before it is synced', async () => {
  const directory = newDirectory();
  const { driver, client, appendOnly } = open(directory, { appendfsync: 'always' }, holdingDisk(false));
  const other = driver.connect();
  assert.equal(client.send('SET', 'a', '1'), '', 'the writer waits');
  assert.equal(other.send('GET', 'a'), '', 'a reader of the new value waits too');
  let [written, read] = ['', ''];
  await waitFor(
    () => {
      driver.turn();
      written += client.received();
      read += other.received();
      return written !== '' && read !== '';
    },
    { what: 'both replies' },
  );
  assert.equal(written, '+OK\r\n');
  assert.equal(read, '$1\r\n1\r\n');
  assert.match(readFileSync(increment(directory), 'latin1'), /SET\r\n\$1\r\na/);
  assert.equal(other.send('GET', 'a'), '$1\r\n1\r\n', 'what is synced already is answered at once');
  appendOnly.close();
});

test('a file that ends within a command loses that command only, or stops the start, as the directive says', () => {
  const directory = newDirectory();
  const { client, appendOnly } = open(directory);
  client.send('SET', 'a', '1');
  client.send('SET', 'b', '2');
  appendOnly.close();
  const { size } = statSync(increment(directory));
  truncateSync(increment(directory), size - 3);
  assert.throws(() => open(directory, { 'aof-load-truncated': 'no' }), LoadError);
  const again = open(directory);
  assert.deepEqual(stateOf(again.client).slice(0, 2), ['$1\r\n1\r\n', '$-1\r\n']);
  assert.ok(again.driver.logged.some((line) => line.includes('!!! Truncating the AOF appendonly.aof.1.incr.aof')));
  again.client.send('SET', 'n', '3');
  again.appendOnly.close();
  assert.deepEqual(stateOf(open(directory).client), ['$1\r\n1\r\n', '$-1\r\n', '$1\r\n3\r\n']);
});

test('half a transaction is none', () => {
  const directory = newDirectory();
  const { client, appendOnly } = open(directory);
  client.send('SET', 'a', '1');
  appendOnly.close();
  appendFileSync(increment(directory), '*1\r\n$5\r\nMULTI\r\n*2\r\n$4\r\nINCR\r\n$1\r\na\r\n');
  const again = open(directory);
  assert.equal(again.client.send('GET', 'a'), '$1\r\n1\r\n');
  assert.ok(again.driver.logged.some((line) => line.includes('Revert incomplete MULTI/EXEC transaction')));
});

test('damage stops the start with the place and what to do', () => {
  const directory = newDirectory();
  const { client, appendOnly } = open(directory);
  client.send('SET', 'a', '1');
  appendOnly.close();
  const { size } = statSync(increment(directory));
  appendFileSync(increment(directory), 'garbage');
  assert.throws(() => open(directory), new RegExp(`appendonly.aof.1.incr.aof at offset ${size}: make a backup`));
  truncateSync(increment(directory), size);
  appendFileSync(increment(directory), '*1\r\n$5\r\nBLURB\r\n');
  assert.throws(() => open(directory), /Unknown command 'BLURB' reading the append only file/);
  writeFileSync(join(directory, 'appendonlydir', 'appendonly.aof.manifest'), 'nonsense\n');
  assert.throws(() => open(directory), /AOF manifest .* at line 1 \('nonsense'\): Invalid AOF manifest file format/);
});

test('keys that expired while the server was away are loaded, and then expire', () => {
  const directory = newDirectory();
  const { client, appendOnly } = open(directory);
  client.send('SET', 'a', '1');
  appendOnly.close();
  appendFileSync(
    increment(directory),
    '*5\r\n$3\r\nSET\r\n$1\r\nn\r\n$1\r\n5\r\n$4\r\nPXAT\r\n$13\r\n1500000000000\r\n*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n',
  );
  const again = open(directory);
  assert.equal(again.client.send('DBSIZE'), ':2\r\n');
  assert.equal(again.client.send('GET', 'n'), '$-1\r\n');
  assert.equal(again.client.send('DBSIZE'), ':1\r\n');
});
