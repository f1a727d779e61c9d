// Requests per second and processor time per request, command by command, in interleaved rounds: ours, Valkey, ours, Valkey.
// The machine may be busy with other things; interleaving gives both the same share of it, medians forget the outliers.
import { type ReferenceEngines, type RunningServer, readProcessUsage } from '@valkeep/testing';
import type { ContenderName, Contest } from './contenders.ts';
import { withBoth } from './contenders.ts';
import { formatRatio, formatTable, median, type Section } from './report.ts';
import { fill, runLoad } from './valkey-benchmark.ts';
import { baseData, KEYS, P1_TARGET, type Pipeline, type Workload } from './workloads.ts';

export interface ThroughputPlan {
  readonly workloads: readonly Workload[];
  readonly pipelines: readonly Pipeline[];
  readonly valueSizes: readonly number[];
  readonly rounds: number;
  /** Share of the usual number of requests. */
  readonly scale: number;
}

interface Cell {
  readonly workload: Workload;
  readonly pipeline: Pipeline;
  readonly valueBytes: number;
}

interface Sample {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

const HEADING = [
  'command',
  'bytes',
  'P',
  'ours/s',
  'Valkey/s',
  'ratio',
  'target',
  'ours us CPU',
  'Valkey us CPU',
  'CPU ratio',
];

/** Measures all cells and returns them as a table. */
export async function measureThroughput(contest: Contest, plan: ThroughputPlan): Promise<Section> {
  const rows: string[][] = [];
  for (const [index, valueBytes] of plan.valueSizes.entries()) {
    const wanted = plan.workloads.filter(({ sized }) => sized || index === 0);
    if (wanted.length === 0) continue;
    await withBoth(contest, async (servers) => {
      for (const server of servers.values()) await fill(contest.engines, server, baseData, valueBytes);
      for (const workload of wanted) {
        for (const pipeline of plan.pipelines) {
          const row = await measureCell(contest.engines, servers, { workload, pipeline, valueBytes }, plan);
          console.error(row.join('  '));
          rows.push(row);
        }
      }
    });
  }
  return { id: 'engine/throughput', title: 'Throughput', text: formatTable(HEADING, rows) };
}

async function measureCell(
  engines: ReferenceEngines,
  servers: ReadonlyMap<ContenderName, RunningServer>,
  cell: Cell,
  plan: ThroughputPlan,
): Promise<string[]> {
  const samples = new Map<ContenderName, Sample[]>([...servers.keys()].map((name) => [name, []]));
  for (let round = 0; round < plan.rounds; round++) {
    for (const [name, server] of servers)
      samples.get(name)?.push(await measureRound(engines, server, cell, plan.scale));
  }
  return buildRow(cell, samples.get('ours') ?? [], samples.get('valkey') ?? []);
}

async function measureRound(
  engines: ReferenceEngines,
  server: RunningServer,
  { workload, pipeline, valueBytes }: Cell,
  scale: number,
): Promise<Sample> {
  await fill(engines, server, workload.before ?? [], valueBytes);
  const requests = Math.round(workload.requests[pipeline] * scale);
  const { command, keys = KEYS } = workload;
  const before = readProcessUsage(server.pid).cpuSeconds;
  const perSecond = await runLoad(engines, server, { command, requests, pipeline, valueBytes, keys });
  const cpuSeconds = readProcessUsage(server.pid).cpuSeconds - before;
  return { perSecond, cpuMicroseconds: (cpuSeconds * 1e6) / requests };
}

function buildRow(
  { workload, pipeline, valueBytes }: Cell,
  ours: readonly Sample[],
  valkey: readonly Sample[],
): string[] {
  const rate = (samples: readonly Sample[]) => median(samples.map(({ perSecond }) => perSecond));
  const cpu = (samples: readonly Sample[]) => median(samples.map(({ cpuMicroseconds }) => cpuMicroseconds));
  const ratio = rate(ours) / rate(valkey);
  const target = pipeline === 1 ? P1_TARGET : workload.target;
  const size = workload.sized ? String(valueBytes) : '-';
  const rates = [rate(ours), rate(valkey)].map((value) => `${Math.round(value / 1000)}k`);
  const cpus = [cpu(ours), cpu(valkey)].map((value) => value.toFixed(2));
  const cpuRatio = (cpu(ours) / cpu(valkey)).toFixed(2);
  const ratioText = formatRatio(ratio, ratio >= target);
  return [workload.name, size, String(pipeline), ...rates, ratioText, target.toFixed(2), ...cpus, cpuRatio];
}
