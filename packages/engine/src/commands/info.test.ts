import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATENCY_BUCKETS, latencyBucket } from '../encodings/latency-buckets.ts';
import { ServerStatistics } from '../session/server-statistics.ts';
import { EngineDriver } from '../testing/engine-driver.ts';
import { humanBytes } from './info-section.ts';
import { findPercentiles } from './latency-percentiles.ts';

function titles(reply: string): string[] {
  return [...reply.matchAll(/^# (.*)\r$/gm)].map(([, title]) => title);
}

test('INFO shows the default sections, all of them, or those that are named', () => {
  const client = new EngineDriver().connect();
  const usual = titles(client.send('INFO'));
  assert.deepEqual(usual, [
    'Server',
    'Clients',
    'Memory',
    'Persistence',
    'Stats',
    'Replication',
    'CPU',
    'Modules',
    'Errorstats',
    'Cluster',
    'Keyspace',
  ]);
  assert.deepEqual(titles(client.send('INFO', 'default')), usual);
  assert.equal(titles(client.send('INFO', 'all')).length, 16);
  assert.deepEqual(titles(client.send('INFO', 'KEYSPACE', 'cpu')), ['CPU', 'Keyspace']);
  assert.deepEqual(titles(client.send('INFO', 'debug')), ['Debug']);
  assert.equal(client.send('INFO', 'nothing'), '$0\r\n\r\n');
});

test('INFO tells versions as Valkey does, and our own', () => {
  const info = new EngineDriver().connect().send('INFO', 'server');
  assert.match(info, /\r\nredis_version:7\.2\.4\r\nserver_name:valkey\r\nvalkey_version:9\.1\.2\r\n/);
  assert.match(info, /\r\nvalkeep_version:\d+\.\d+\.\d+\r\n/);
});

test('INFO commandstats tells calls, failures and refusals apart, of EXEC and what it runs', () => {
  const client = new EngineDriver().connect();
  client.send('SET', 'a', 'text');
  client.send('INCR', 'a');
  client.send('INCR');
  client.send('MULTI');
  client.send('INCR', 'a');
  client.send('EXEC');
  const info = client.send('INFO', 'commandstats');
  assert.match(info, /cmdstat_incr:calls=2,usec=\d+,usec_per_call=\d+\.\d\d,rejected_calls=1,failed_calls=2\r\n/);
  assert.match(info, /cmdstat_exec:calls=1,.*,rejected_calls=0,failed_calls=0\r\n/);
});

test('INFO errorstats counts errors by their code', () => {
  const client = new EngineDriver().connect();
  client.send('SET', 'a', 'text');
  client.send('INCR', 'a');
  client.send('nonsense');
  client.send('EVALSHA', 'no', '0');
  const info = client.send('INFO', 'errorstats', 'stats');
  assert.match(info, /errorstat_ERR:count=2\r\n/);
  assert.match(info, /errorstat_NOSCRIPT:count=1\r\n/);
  assert.match(info, /total_error_replies:3\r\n/);
});

test('codes that scripts make up are counted together past 128, those of the server are not', () => {
  const statistics = new ServerStatistics(0);
  for (let i = 0; i < 200; i++) statistics.countError(`CODE${i} message`, true);
  assert.equal(statistics.errors.get('ERRORSTATS_OVERFLOW'), 72);
  statistics.countError('CODE1 again', true);
  statistics.countError('WRONGTYPE Operation');
  statistics.countError('message');
  assert.equal(statistics.errors.get('CODE1'), 2);
  assert.equal(statistics.errors.get('WRONGTYPE'), 1);
  assert.equal(statistics.errors.get('ERR'), 1);
});

test('INFO keyspace tells keys, deadlines and their mean', () => {
  const client = new EngineDriver().connect();
  client.send('SET', 'a', '1');
  client.send('SET', 'b', '1', 'PX', '100000');
  client.send('SELECT', '3');
  client.send('SET', 'c', '1');
  const info = client.send('INFO', 'keyspace');
  const [, meanTtl = ''] = /db0:keys=2,expires=1,avg_ttl=(\d+),keys_with_volatile_items=0\r\n/.exec(info) ?? [];
  assert(Number(meanTtl) > 90_000 && Number(meanTtl) <= 100_000, `avg_ttl=${meanTtl}`);
  assert.match(info, /db3:keys=1,expires=0,avg_ttl=0,keys_with_volatile_items=0\r\n/);
});

test('latency-tracking can be switched off and its percentiles chosen', () => {
  const client = new EngineDriver().connect();
  client.send('CONFIG', 'SET', 'latency-tracking-info-percentiles', '50 100');
  client.send('PING');
  assert.match(client.send('INFO', 'latencystats'), /latency_percentiles_usec_ping:p50=\d+\.\d{3},p100=\d+\.\d{3}\r\n/);
  client.send('CONFIG', 'SET', 'latency-tracking', 'no');
  assert.doesNotMatch(client.send('INFO', 'latencystats'), /ping/);
});

test('percentiles are the largest durations that cannot be told from the ones found', () => {
  const buckets = new Float64Array(LATENCY_BUCKETS);
  for (let i = 0; i < 99; i++) buckets[latencyBucket(1)]++;
  buckets[latencyBucket(9)]++;
  assert.deepEqual(findPercentiles(buckets, [0, 50, 99, 99.9, 100]), [1.003, 1.003, 1.003, 9.023, 9.023]);
});

test('bytes are shown to people with two digits', () => {
  assert.equal(humanBytes(336), '336B');
  assert.equal(humanBytes(941_768), '919.70K');
  assert.equal(humanBytes(25_276_502_016), '23.54G');
});
