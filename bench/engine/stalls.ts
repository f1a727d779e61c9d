// How long an outside client waits for PONG: while 50 clients do mixed work on a million keys, and while the server saves.
// Both servers in the same run, in turns; all rounds of a server count together.
import { type ReferenceEngines, type RunningServer, waitFor } from '@valkeep/testing';
import type { ContenderName, Contest } from './contenders.ts';
import { withBoth } from './contenders.ts';
import { startPingWatch } from './ping-watch.ts';
import { formatTable, percentile, type Section } from './report.ts';
import { fill, runLoad } from './valkey-benchmark.ts';
import { baseData, KEYS } from './workloads.ts';

export interface StallsPlan {
  readonly rounds: number;
  readonly secondsPerRound: number;
}

const VALUE_BYTES = 64;
const P999_TARGET_MS = 5;
const MAX_TARGET_MS = 25;
const MAX_TARGET_RATIO = 1.5;
const SAVE_LIMIT_MS = 120_000;
/** Some work goes on during a save, so that it has something to keep apart; far below what either server can do. */
const RATE_DURING_SAVE = 20_000;

const sequence: readonly (readonly string[])[] = [
  ['SET', 'key:__rand_int__', '__data__'],
  ['GET', 'key:__rand_int__'],
  ['INCR', 'counter:__rand_int__'],
  ['HSET', 'myhash', 'element:__rand_int__', '__data__'],
  ['ZADD', 'myzset', '__rand_int__', 'element:__rand_int__'],
  ['SADD', 'myset', 'element:__rand_int__'],
  ['LPUSH', 'mylist', '__data__'],
  ['RPOP', 'mylist'],
  ['ZPOPMIN', 'myzset'],
  ['DEL', 'key:__rand_int__'],
  ['SET', 'volatile:__rand_int__', '__data__', 'PX', '500'],
];
/** valkey-benchmark takes commands apart at `;`. */
const mixedCommand = sequence.flatMap((command, index) => (index === 0 ? command : [';', ...command]));

type Phase = (engines: ReferenceEngines, server: RunningServer, plan: StallsPlan) => Promise<number[]>;

const phases: readonly (readonly [name: string, phase: Phase])[] = [
  ['mixed load', watchMixedLoad],
  ['a save (BGSAVE)', watchSave],
];

const HEADING = ['during', 'ours p99.9', 'Valkey p99.9', 'target', 'ours max', 'Valkey max', 'target', 'answers'];

export async function measureStalls(contest: Contest, plan: StallsPlan): Promise<Section> {
  const rows = await withBoth(contest, async (servers) => {
    for (const server of servers.values()) await fill(contest.engines, server, baseData, VALUE_BYTES);
    const measured: string[][] = [];
    for (const [name, phase] of phases) measured.push(await measurePhase(contest, servers, plan, name, phase));
    return measured;
  });
  return { id: 'engine/stalls', title: 'Stalls', text: formatTable(HEADING, rows) };
}

async function measurePhase(
  { engines }: Contest,
  servers: ReadonlyMap<ContenderName, RunningServer>,
  plan: StallsPlan,
  name: string,
  phase: Phase,
): Promise<string[]> {
  const took = new Map<ContenderName, number[]>([...servers.keys()].map((contender) => [contender, []]));
  for (let round = 0; round < plan.rounds; round++) {
    for (const [contender, server] of servers) {
      const answers = await phase(engines, server, plan);
      took.set(contender, [...(took.get(contender) ?? []), ...answers]);
    }
  }
  const row = buildRow(name, took.get('ours') ?? [], took.get('valkey') ?? []);
  console.error(row.join('  '));
  return row;
}

async function watchMixedLoad(engines: ReferenceEngines, server: RunningServer, plan: StallsPlan): Promise<number[]> {
  const watch = await startPingWatch(server.port);
  const seconds = plan.secondsPerRound;
  await runLoad(engines, server, { command: mixedCommand, seconds, pipeline: 1, valueBytes: VALUE_BYTES, keys: KEYS });
  return watch.finish();
}

async function watchSave(engines: ReferenceEngines, server: RunningServer, plan: StallsPlan): Promise<number[]> {
  await using connection = await server.connect();
  const load = {
    command: mixedCommand,
    seconds: plan.secondsPerRound,
    pipeline: 1,
    valueBytes: VALUE_BYTES,
    keys: KEYS,
  };
  const working = runLoad(engines, server, { ...load, rate: RATE_DURING_SAVE });
  const watch = await startPingWatch(server.port);
  await connection.call('BGSAVE');
  const isSaved = async () => /rdb_bgsave_in_progress:0/.test(String(await connection.call('INFO', 'persistence')));
  await waitFor(isSaved, { what: 'the end of the save', limitMs: SAVE_LIMIT_MS, intervalMs: 20 });
  const took = await watch.finish();
  await working;
  return took;
}

function buildRow(name: string, ours: readonly number[], valkey: readonly number[]): string[] {
  const p999 = [percentile(ours, 0.999), percentile(valkey, 0.999)] as const;
  const max = [percentile(ours, 1), percentile(valkey, 1)] as const;
  const maxTarget = Math.max(MAX_TARGET_MS, MAX_TARGET_RATIO * max[1]);
  const own = (ms: number, target: number) => (ms <= target ? formatMs(ms) : `**${formatMs(ms)}**`);
  const p999Cells = [own(p999[0], P999_TARGET_MS), formatMs(p999[1]), formatMs(P999_TARGET_MS)];
  const maxCells = [own(max[0], maxTarget), formatMs(max[1]), formatMs(maxTarget)];
  return [name, ...p999Cells, ...maxCells, `${ours.length} / ${valkey.length}`];
}

function formatMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}
