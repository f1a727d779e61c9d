// Where our server spends its time under one workload: it runs under `--cpu-prof`, and the samples that were taken while
// the load ran are added up by function. Filling and starting are left out.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeScratchFolder, repositoryRoot } from '@valkeep/testing';
import type { Contest } from './contenders.ts';
import { startContender } from './contenders.ts';
import { formatTable } from './report.ts';
import { fill, runLoad } from './valkey-benchmark.ts';
import { baseData, KEYS, type Pipeline, type Workload } from './workloads.ts';

const SHOWN_FUNCTIONS = 45;
const SAMPLING_MICROSECONDS = 200;

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** The part of a .cpuprofile file that is read here; times are microseconds of the monotonic clock. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export interface ProfilePlan {
  readonly workload: Workload;
  readonly pipeline: Pipeline;
  readonly valueBytes: number;
  readonly seconds: number;
}

/** Runs the workload on our server alone and returns its functions by self time, as a table. */
export async function profileServer({ engines, contenders }: Contest, plan: ProfilePlan): Promise<string> {
  const [ours] = contenders;
  if (ours === undefined) throw new Error('there is no server to profile');
  const folder = makeScratchFolder('profile');
  const flags = `--cpu-prof --cpu-prof-dir=${folder.path} --cpu-prof-interval=${SAMPLING_MICROSECONDS}`;
  const server = await startContender(ours, { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} ${flags}`.trim() });
  const { command, keys = KEYS, before = [] } = plan.workload;
  try {
    await fill(engines, server, [...baseData, ...before], plan.valueBytes);
    const from = nowMicroseconds();
    const amount =
      before.length === 0 ? { seconds: plan.seconds } : { requests: plan.workload.requests[plan.pipeline] };
    const rate = await runLoad(engines, server, {
      ...amount,
      command,
      pipeline: plan.pipeline,
      valueBytes: plan.valueBytes,
      keys,
    });
    const window = { from, to: nowMicroseconds() };
    console.error(`${plan.workload.name} P=${plan.pipeline}: ${Math.round(rate)} requests a second while sampled`);
    await server.stop();
    return formatProfile(readProfile(folder.path), window);
  } finally {
    await server.stop();
    folder.remove();
  }
}

function nowMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function readProfile(folder: string): CpuProfile {
  const [file] = globSync('*.cpuprofile', { cwd: folder });
  if (file === undefined) throw new Error('the server wrote no profile: it has to end in order on SIGTERM');
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}

function formatProfile(profile: CpuProfile, window: TimeWindow): string {
  const selfTimes = sumSelfTimes(profile, window);
  const total = [...selfTimes.values()].reduce((sum, time) => sum + time, 0);
  const rows = [...selfTimes]
    .sort(([, left], [, right]) => right - left)
    .slice(0, SHOWN_FUNCTIONS)
    .map(([place, time]) => [place, `${((100 * time) / total).toFixed(1)} %`]);
  return formatTable(['function', 'self'], rows);
}

function sumSelfTimes(profile: CpuProfile, { from, to }: TimeWindow): Map<string, number> {
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, describePlace(callFrame)]));
  const selfTimes = new Map<string, number>();
  let time = profile.startTime;
  for (const [index, sample] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    time += delta;
    const place = places.get(sample);
    if (time < from || time > to || place === undefined) continue;
    selfTimes.set(place, (selfTimes.get(place) ?? 0) + delta);
  }
  return selfTimes;
}

function describePlace({ functionName, url, lineNumber }: CallFrame): string {
  const path = url.replace(`file://${repositoryRoot}/`, '');
  return `${functionName || '(anonymous)'}${path === '' ? '' : ` ${path}:${lineNumber + 1}`}`;
}
