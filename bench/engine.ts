// `npm run bench -- engine [options]`: our server beside valkey-9.1-server with the same configuration, in turns. Sections:
// throughput, memory, stalls, start-and-idle. Prints markdown; figures in bold miss their target.
//   --section a,b      some sections only            --rounds N        rounds of each cell (5)
//   --only SET,GET     some commands only            --pipeline 1,16   --bytes 64,1024
//   --quick            3 short rounds, 64 bytes      --data TEXT       some data sets of the memory section only
//   --write            puts the figures into docs/benchmarks.md
//   --server CMD       another server in our place
//   --profile          where our server spends its time: with --only SET --pipeline 16 (and --seconds N)
// Skipped, with a word, where the reference engines are missing.
import { parseArgs } from 'node:util';
import { findReferenceEngines, findServerCommand, noReferenceEngines, splitCommand } from '@valkeep/testing';
import { buildContest, type Contest } from './engine/contenders.ts';
import { measureMemory } from './engine/memory.ts';
import { profileServer } from './engine/profile.ts';
import { describeMachine, type Section, writeSection } from './engine/report.ts';
import { measureStalls } from './engine/stalls.ts';
import { measureStartAndIdle } from './engine/start-and-idle.ts';
import { measureThroughput } from './engine/throughput.ts';
import { PIPELINES, type Pipeline, VALUE_SIZES, type Workload, workloads } from './engine/workloads.ts';

const { values: options } = parseArgs({
  options: {
    section: { type: 'string' },
    rounds: { type: 'string' },
    only: { type: 'string' },
    pipeline: { type: 'string' },
    bytes: { type: 'string' },
    data: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    server: { type: 'string' },
  },
});
const QUICK_SCALE = 0.5;
const rounds = Number(options.rounds ?? (options.quick ? 3 : 5));

function chooseWorkloads(): Workload[] {
  const names = options.only?.toUpperCase().split(',');
  const chosen = workloads.filter(({ name }) => names === undefined || names.includes(name));
  if (chosen.length > 0) return chosen;
  throw new Error(`--only ${options.only}: no such command; there are ${workloads.map(({ name }) => name).join(', ')}`);
}

function choosePipelines(): Pipeline[] {
  const wanted = options.pipeline?.split(',').map(Number);
  return PIPELINES.filter((pipeline) => wanted?.includes(pipeline) ?? true);
}

function chooseValueSizes(): number[] {
  if (options.bytes !== undefined) return options.bytes.split(',').map(Number);
  return options.quick ? [VALUE_SIZES[0]] : [...VALUE_SIZES];
}

const sections: ReadonlyMap<string, (contest: Contest) => Promise<Section>> = new Map([
  [
    'throughput',
    (contest: Contest) =>
      measureThroughput(contest, {
        workloads: chooseWorkloads(),
        pipelines: choosePipelines(),
        valueSizes: chooseValueSizes(),
        rounds,
        scale: options.quick ? QUICK_SCALE : 1,
      }),
  ],
  ['memory', (contest: Contest) => measureMemory(contest, options.data)],
  [
    'stalls',
    (contest: Contest) =>
      measureStalls(contest, { rounds: Math.ceil(rounds / 2), secondsPerRound: options.quick ? 5 : 10 }),
  ],
  [
    'start-and-idle',
    (contest: Contest) => measureStartAndIdle(contest, { starts: rounds, idleSeconds: options.quick ? 5 : 15 }),
  ],
]);

function chooseSections(): string[] {
  if (options.section !== undefined) return options.section.split(',');
  return options.only === undefined ? [...sections.keys()] : ['throughput'];
}

async function printSections(contest: Contest): Promise<void> {
  console.log(`${new Date().toISOString().slice(0, 10)}, ${describeMachine()}\n`);
  for (const name of chooseSections()) {
    const measure = sections.get(name);
    if (measure === undefined) throw new Error(`--section ${name}: there are ${[...sections.keys()].join(', ')}`);
    const section = await measure(contest);
    console.log(`## ${section.title}\n\n${section.text}\n`);
    if (options.write) writeSection(section);
  }
}

async function printProfile(contest: Contest): Promise<void> {
  const [workload] = chooseWorkloads();
  const [pipeline] = choosePipelines().slice(-1);
  const [valueBytes] = chooseValueSizes();
  if (workload === undefined || pipeline === undefined || valueBytes === undefined)
    throw new Error('nothing to profile');
  console.log(await profileServer(contest, { workload, pipeline, valueBytes, seconds: Number(options.seconds) }));
}

const engines = findReferenceEngines();
if (engines === undefined) {
  console.log(`skipped: ${noReferenceEngines}`);
} else {
  const ours = options.server === undefined ? findServerCommand() : splitCommand(options.server);
  const contest = buildContest(engines, ours);
  await (options.profile ? printProfile(contest) : printSections(contest));
}
