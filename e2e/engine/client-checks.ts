// The same work through each client library, with its default settings: plain commands, bytes, pipelines, transactions,
// scripts, blocking pops, pub/sub, and errors that arrive as errors.
import assert from 'node:assert/strict';
import { type RunningServer, waitFor } from '@valkeep/testing';
import { Redis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { createClient } from 'redis';
import type { NamedCheck } from './named-checks.ts';

const SCRIPT = "return {KEYS[1], ARGV[1], redis.call('INCRBY', KEYS[1], ARGV[1])}";
const BYTES = Buffer.from([0, 255, 13, 10, 128]);

type IoClient = Redis | Valkey;
type MakeIoClient = (port: number) => IoClient;

async function withIoClient(
  make: MakeIoClient,
  { port }: RunningServer,
  work: (client: IoClient) => Promise<void>,
): Promise<void> {
  const client = make(port);
  try {
    await client.flushall();
    await work(client);
  } finally {
    client.disconnect();
  }
}

async function workPlainly(client: IoClient): Promise<void> {
  assert.equal(await client.set('greeting', 'hello', 'EX', 100), 'OK');
  assert.equal(await client.get('greeting'), 'hello');
  assert.equal(await client.incrby('counter', 5), 5);
  assert.equal(await client.hset('hash', { one: '1', two: '2' }), 2);
  assert.deepEqual(await client.hgetall('hash'), { one: '1', two: '2' });
  assert.deepEqual(await client.zadd('zset', '1', 'a', '2.5', 'b'), 2);
  assert.deepEqual(await client.zrevrange('zset', 0, -1), ['b', 'a']);
  assert.equal(Number(await client.zscore('zset', 'b')), 2.5);
  await client.set('bytes', BYTES);
  assert.deepEqual(await client.getBuffer('bytes'), BYTES);
  await assert.rejects(client.lpush('greeting', 'x'), /WRONGTYPE/);
}

async function pipeline(client: IoClient): Promise<void> {
  const replies = await client.pipeline().set('a', '1').incr('a').lpush('a', 'x').get('a').exec();
  assert.deepEqual(
    replies?.map(([error, value]) => [error === null, value]),
    [
      [true, 'OK'],
      [true, 2],
      [false, undefined],
      [true, '2'],
    ],
  );
  assert.deepEqual(await client.multi().set('b', '1').incr('b').exec(), [
    [null, 'OK'],
    [null, 2],
  ]);
}

async function runScripts(client: IoClient): Promise<void> {
  assert.deepEqual(await client.eval(SCRIPT, 1, 'k', '3'), ['k', '3', 3]);
  client.defineCommand('addTo', { numberOfKeys: 1, lua: SCRIPT });
  const named: unknown = Reflect.get(client, 'addTo');
  assert.ok(typeof named === 'function');
  assert.deepEqual(await named.call(client, 'k', '4'), ['k', '4', 7]);
}

async function scanAndBlock(client: IoClient): Promise<void> {
  await client.mset(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key:${index}`, String(index)])));
  const found = new Set<string>();
  for await (const keys of client.scanStream({ match: 'key:*', count: 50 })) for (const key of keys) found.add(key);
  assert.equal(found.size, 500);
  const other = client.duplicate();
  const popped = other.blpop('queue', 5);
  await client.rpush('queue', 'job');
  assert.deepEqual(await popped, ['queue', 'job']);
  other.disconnect();
}

async function publish(client: IoClient): Promise<void> {
  const subscriber = client.duplicate();
  const heard: string[] = [];
  subscriber.on('message', (channel: string, message: string) => heard.push(`${channel}=${message}`));
  subscriber.on('pmessage', (pattern: string, channel: string) => heard.push(`${pattern}>${channel}`));
  await subscriber.subscribe('news');
  await subscriber.psubscribe('n*');
  assert.equal(await client.publish('news', 'one'), 2);
  await waitFor(() => heard.length === 2, { what: 'two messages' });
  assert.deepEqual(heard.sort(), ['n*>news', 'news=one']);
  subscriber.disconnect();
}

/** The checks for ioredis and for iovalkey, which share an interface. */
function listIoChecks(make: MakeIoClient): NamedCheck<RunningServer>[] {
  const works: readonly (readonly [string, (client: IoClient) => Promise<void>])[] = [
    ['reads and writes', workPlainly],
    ['pipelines and runs transactions', pipeline],
    ['runs scripts, by text and by digest', runScripts],
    ['walks over all keys and waits for elements', scanAndBlock],
    ['publishes to subscribers', publish],
  ];
  return works.map(([promise, work]) => ({ promise, prove: (server) => withIoClient(make, server, work) }));
}

export const ioredisChecks = listIoChecks((port) => new Redis(port));
export const iovalkeyChecks = listIoChecks((port) => new Valkey(port));

type NodeClient = ReturnType<typeof connectNodeClient>;

function connectNodeClient(port: number) {
  return createClient({ url: `redis://127.0.0.1:${port}` });
}

async function withNodeClient({ port }: RunningServer, work: (client: NodeClient) => Promise<void>): Promise<void> {
  const client = connectNodeClient(port);
  client.on('error', (error) => console.error(String(error)));
  await client.connect();
  try {
    await client.flushAll();
    await work(client);
  } finally {
    client.destroy();
  }
}

async function workWithNodeClient(client: NodeClient): Promise<void> {
  assert.equal(await client.set('greeting', 'hello', { expiration: { type: 'EX', value: 100 } }), 'OK');
  assert.equal(await client.get('greeting'), 'hello');
  assert.equal(await client.hSet('hash', { one: '1', two: '2' }), 2);
  assert.deepEqual({ ...(await client.hGetAll('hash')) }, { one: '1', two: '2' });
  await client.zAdd('zset', [
    { value: 'a', score: 1 },
    { value: 'b', score: 2.5 },
  ]);
  assert.deepEqual(await client.zRangeWithScores('zset', 0, -1), [
    { value: 'a', score: 1 },
    { value: 'b', score: 2.5 },
  ]);
  assert.equal(await client.zScore('zset', 'b'), 2.5);
  await assert.rejects(client.lPush('greeting', 'x'), /WRONGTYPE/);
}

async function combineWithNodeClient(client: NodeClient): Promise<void> {
  const [first, second] = await Promise.all([client.incr('a'), client.incr('a')]);
  assert.deepEqual([first, second], [1, 2]);
  assert.deepEqual(await client.multi().set('b', '1').incr('b').exec(), ['OK', 2]);
  assert.deepEqual(await client.eval(SCRIPT, { keys: ['k'], arguments: ['3'] }), ['k', '3', 3]);
  const id = await client.xAdd('stream', '*', { field: 'value' });
  assert.deepEqual(
    (await client.xRange('stream', '-', '+'))?.map((entry) => entry?.id),
    [id],
  );
}

async function publishWithNodeClient(client: NodeClient): Promise<void> {
  const subscriber = client.duplicate();
  await subscriber.connect();
  const heard: string[] = [];
  await subscriber.subscribe('news', (message) => heard.push(message));
  await client.publish('news', 'one');
  await waitFor(() => heard.length === 1, { what: 'a message' });
  assert.deepEqual(heard, ['one']);
  subscriber.destroy();
}

async function scanWithNodeClient(client: NodeClient): Promise<void> {
  await client.mSet(Array.from({ length: 500 }, (_, index): [string, string] => [`key:${index}`, String(index)]));
  const found = new Set<string>();
  for await (const keys of client.scanIterator({ MATCH: 'key:*', COUNT: 50 })) for (const key of keys) found.add(key);
  assert.equal(found.size, 500);
}

export const nodeRedisChecks: readonly NamedCheck<RunningServer>[] = [
  { promise: 'reads and writes', prove: (server) => withNodeClient(server, workWithNodeClient) },
  {
    promise: 'pipelines, runs transactions, scripts and streams',
    prove: (server) => withNodeClient(server, combineWithNodeClient),
  },
  { promise: 'publishes to subscribers', prove: (server) => withNodeClient(server, publishWithNodeClient) },
  { promise: 'walks over all keys', prove: (server) => withNodeClient(server, scanWithNodeClient) },
];
