// `npm run e2e -- engine/valkey-suite [options] [unit/type/string 'unit/*' ...]`: Valkey's own Tcl suite with our server in
// the place of valkey-server, each file in a run of its own, and what passed beside what a real Valkey 9.1 passes. Without
// names it runs the files of valkey-suite-9.1.tsv. It ends with 1 when less than `--percent` (85) of Valkey's passes are
// reached. Needs tclsh8.6 and the reference engines (their folder valkey-9.1-tests).
//   --server CMD   another server          -j N   files at once (2)        -t SECONDS   limit for a file (300)
//   --output DIR   logs and tests.tsv (.cache/valkey-suite)                --base-port N
//   --suite-args='ARGS'   for the suite itself, such as '--only "name of a test"' or '--tags -slow'
import { spawnSync } from 'node:child_process';
import { appendFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  cleanUpAtExit,
  findReferenceEngines,
  makeScratchFolder,
  noReferenceEngines,
  type ReferenceEngines,
  repositoryRoot,
} from '@valkeep/testing';
import { SKIPPED_EXIT_CODE } from '../short.ts';
import { chooseServer } from './choose-server.ts';
import { buildScore, formatResults, parseBaseline } from './suite/compare-with-baseline.ts';
import { prepareTree } from './suite/prepare-tree.ts';
import type { UnitResult } from './suite/read-suite-log.ts';
import { endProcessesIn, runUnit } from './suite/run-unit.ts';

const PORTS_PER_SLOT = 600;
const PORT_RANGES = 8;
const FIRST_PORT = 21_700;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string' },
    jobs: { type: 'string', short: 'j', default: '2' },
    timeout: { type: 'string', short: 't', default: '300' },
    output: { type: 'string', short: 'o', default: join(repositoryRoot, '.cache/valkey-suite') },
    percent: { type: 'string', default: '85' },
    'base-port': { type: 'string' },
    'suite-args': { type: 'string', default: '' },
  },
});
const baseline = parseBaseline(readFileSync(join(import.meta.dirname, 'valkey-suite-9.1.tsv'), 'utf8'));

function listUnits(engines: ReferenceEngines): string[] {
  if (positionals.length === 0) return [...baseline.keys()];
  const cwd = join(engines.testsFolder, 'tests');
  const files = positionals.flatMap((name) => globSync(`${name}.tcl`, { cwd }));
  return [...new Set(files)].sort().map((file) => file.replace(/\.tcl$/, ''));
}

/** Words of a command line; double quotes keep words together. */
function splitSuiteArguments(text: string): string[] {
  return (text.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, ''));
}

/** Two runs on one machine hardly ever get the same ports; when they do, the suite looks for free ones. */
function choosePort(slot: number, slots: number): number {
  const base = options['base-port'];
  const first = base === undefined ? FIRST_PORT + (process.pid % PORT_RANGES) * slots * PORTS_PER_SLOT : Number(base);
  return first + slot * PORTS_PER_SLOT;
}

async function runSlot(slot: number, slots: number, units: string[], engines: ReferenceEngines): Promise<UnitResult[]> {
  const scratch = makeScratchFolder('suite');
  const cancel = cleanUpAtExit(() => endProcessesIn(scratch.path));
  const server = chooseServer(options.server);
  prepareTree(scratch.path, engines, server);
  const suiteArgs = ['--other-server-path', engines.program('valkey-8.1-server')];
  suiteArgs.push(...splitSuiteArguments(options['suite-args']));
  const results: UnitResult[] = [];
  for (let unit = units.shift(); unit !== undefined; unit = units.shift()) {
    const logPath = join(options.output, `${unit.replaceAll('/', '_')}.log`);
    const place = { unit, tree: scratch.path, logPath, basePort: choosePort(slot, slots) };
    const result = await runUnit({ ...place, limitSeconds: Number(options.timeout), suiteArgs });
    keepTests(result);
    console.error(`${unit}: ${result.passed.length} passed, ${result.failed.length} failed, ${result.ending}`);
    results.push(result);
  }
  cancel();
  scratch.remove();
  return results;
}

function keepTests({ unit, passed, failed }: UnitResult): void {
  const lines = [...passed.map((name) => `${unit}\tok\t${name}\n`), ...failed.map((name) => `${unit}\terr\t${name}\n`)];
  appendFileSync(join(options.output, 'tests.tsv'), lines.join(''));
}

async function runSuite(engines: ReferenceEngines): Promise<void> {
  mkdirSync(options.output, { recursive: true });
  writeFileSync(join(options.output, 'tests.tsv'), '');
  const units = listUnits(engines);
  const order = new Map(units.map((unit, index) => [unit, index]));
  const slots = Math.min(Number(options.jobs), units.length);
  const running = Array.from({ length: slots }, (_, slot) => runSlot(slot, slots, units, engines));
  const results = (await Promise.all(running)).flat();
  results.sort((left, right) => (order.get(left.unit) ?? 0) - (order.get(right.unit) ?? 0));
  const { reached, wanted, percent } = buildScore(results, baseline);
  console.log(formatResults(results, baseline));
  for (const { unit, failed } of results) for (const name of failed) console.log(`FAILED ${unit}: ${name}`);
  console.log(`Of the tests that Valkey 9.1 passes in these files: ${reached} of ${wanted} (${percent.toFixed(1)} %)`);
  console.log(`logs: ${options.output}`);
  process.exitCode = results.length === 0 || percent < Number(options.percent) ? 1 : 0;
}

const engines = findReferenceEngines();
if (engines === undefined || spawnSync('tclsh8.6', [], { input: '' }).error !== undefined) {
  console.log(engines === undefined ? noReferenceEngines : 'tclsh8.6 is missing');
  process.exitCode = SKIPPED_EXIT_CODE;
} else {
  await runSuite(engines);
}
