// Memory for the same data: growth of the resident set and of `used_memory`, each beside Valkey's; the worse counts.
// Each data set goes into a fresh server, written by one client in long pipelines.
import { type RespConnection, type RunningServer, readProcessUsage } from '@valkeep/testing';
import type { ContenderName, Contest } from './contenders.ts';
import { withBoth } from './contenders.ts';
import { formatRatio, formatTable, type Section } from './report.ts';

const BATCH = 1000;
const MIB = 1_048_576;
const FILL_LIMIT_MS = 60_000;

type Command = readonly (string | number)[];

interface DataSet {
  readonly name: string;
  readonly commands: number;
  readonly command: (index: number) => Command;
  readonly target: number;
}

const SMALL_TARGET = 1.2;
const LARGE_TARGET = 1.5;
const MILLION = 1_000_000;

const dataSets: readonly DataSet[] = [
  {
    name: '1M strings of 16 B',
    commands: MILLION,
    target: SMALL_TARGET,
    command: (i) => ['SET', `key:${i}`, value(i, 16)],
  },
  {
    name: '1M strings of 64 B',
    commands: MILLION,
    target: SMALL_TARGET,
    command: (i) => ['SET', `key:${i}`, value(i, 64)],
  },
  {
    name: '200k hashes of 5 fields',
    commands: 200_000,
    target: SMALL_TARGET,
    command: (i) => ['HSET', `hash:${i}`, ...[1, 2, 3, 4, 5].flatMap((field) => [`field${field}`, value(i, 16)])],
  },
  {
    name: '100k sorted sets of 10',
    commands: 100_000,
    target: SMALL_TARGET,
    command: (i) => [
      'ZADD',
      `zset:${i}`,
      ...Array.from({ length: 10 }, (_, n) => [n * 1.5, `member:${n}:${i}`]).flat(),
    ],
  },
  { name: 'a list of 1M', commands: MILLION, target: LARGE_TARGET, command: (i) => ['RPUSH', 'list', value(i, 16)] },
  { name: 'a set of 1M', commands: MILLION, target: LARGE_TARGET, command: (i) => ['SADD', 'set', `member:${i}`] },
  {
    name: 'a hash of 1M',
    commands: MILLION,
    target: LARGE_TARGET,
    command: (i) => ['HSET', 'hash', `field:${i}`, value(i, 16)],
  },
  {
    name: 'a sorted set of 1M',
    commands: MILLION,
    target: LARGE_TARGET,
    command: (i) => ['ZADD', 'zset', i * 0.5, `member:${i}`],
  },
];

interface Growth {
  readonly residentBytes: number;
  readonly usedBytes: number;
}

const HEADING = ['data', 'ours RSS', 'Valkey RSS', 'ours used', 'Valkey used', 'worse ratio', 'target'];

/** Fills fresh servers with each data set whose name contains `filter`, and compares how they grew. */
export async function measureMemory(contest: Contest, filter = ''): Promise<Section> {
  const rows: string[][] = [];
  for (const dataSet of dataSets.filter(({ name }) => name.includes(filter))) {
    const growth = await withBoth(contest, (servers) => measureGrowth(servers, dataSet));
    const row = buildRow(dataSet, growth.get('ours'), growth.get('valkey'));
    console.error(row.join('  '));
    rows.push(row);
  }
  return { id: 'engine/memory', title: 'Memory', text: formatTable(HEADING, rows) };
}

async function measureGrowth(
  servers: ReadonlyMap<ContenderName, RunningServer>,
  dataSet: DataSet,
): Promise<Map<ContenderName, Growth>> {
  const growth = new Map<ContenderName, Growth>();
  for (const [name, server] of servers) {
    await using connection = await server.connect({ limitMs: FILL_LIMIT_MS });
    const before = await readMemory(server, connection);
    await fillDataSet(connection, dataSet);
    const after = await readMemory(server, connection);
    growth.set(name, {
      residentBytes: after.residentBytes - before.residentBytes,
      usedBytes: after.usedBytes - before.usedBytes,
    });
  }
  return growth;
}

async function fillDataSet(connection: RespConnection, { commands, command }: DataSet): Promise<void> {
  for (let start = 0; start < commands; start += BATCH) {
    const count = Math.min(BATCH, commands - start);
    const replies = await connection.pipeline(Array.from({ length: count }, (_, offset) => command(start + offset)));
    const error = replies.find(({ value: reply }) => reply.kind === 'error');
    if (error !== undefined) throw new Error(`filling failed: ${error.bytes}`);
  }
}

async function readMemory(server: RunningServer, connection: RespConnection): Promise<Growth> {
  const info = String(await connection.call('INFO', 'memory'));
  const usedBytes = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
  return { residentBytes: readProcessUsage(server.pid).residentBytes, usedBytes };
}

function buildRow({ name, target }: DataSet, ours: Growth | undefined, valkey: Growth | undefined): string[] {
  if (ours === undefined || valkey === undefined) throw new Error('both servers are needed');
  const ratio = Math.max(ours.residentBytes / valkey.residentBytes, ours.usedBytes / valkey.usedBytes);
  const bytes = [ours.residentBytes, valkey.residentBytes, ours.usedBytes, valkey.usedBytes];
  const sizes = bytes.map((size) => `${(size / MIB).toFixed(1)} MiB`);
  return [name, ...sizes, formatRatio(ratio, ratio <= target), target.toFixed(2)];
}

/** Different text for each index, so that nothing can be shared. */
function value(index: number, bytes: number): string {
  return `v${index}:`.padEnd(bytes, 'abcdefghijklmnopqrstuvwxyz');
}
