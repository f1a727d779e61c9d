// `npm run e2e -- engine/differential [options]`: seeded random commands to ours and to a real Valkey 9.1, a quarter of them
// errors, RESP2 and RESP3. Replies are compared as bytes; after each episode the whole state, the effects (both servers'
// append-only files) and our arena. Differences are printed as the shortest sequence that shows them, with a seed.
//   --commands N (10000)   --seed N   --families strings,hashes (all; without: those of the first milestone)
//   --episode N (150)      commands of an episode, each of which has a seed of its own
//   --episode-seed N       runs that one episode only        --protocol 2|3
//   --only-known           leaves out commands that our server does not know yet
//   --no-effects  --no-bad-input  --no-frames  --no-dump  --no-scripts  --no-state
//   --differences N (10)   ends after so many different ones
//   --server CMD  --server-args='ARGS'  --reference CMD (valkey-9.1-server)  --appendfsync no|everysec|always (always)
import { parseArgs } from 'node:util';
import { toPlainReply } from '@valkeep/resp';
import {
  createSeededRandom,
  findReferenceEngines,
  noReferenceEngines,
  SeededRandom,
  splitCommand,
} from '@valkeep/testing';
import { SKIPPED_EXIT_CODE } from '../short.ts';
import { chooseServer } from './choose-server.ts';
import { EXPLAINED_DIFFERENCES_MAX, explainedDifferences } from './differential/explained-differences.ts';
import { allFamilies } from './differential/families/all-families.ts';
import type { CommandFamily } from './differential/families/family.ts';
import { formatDifference } from './differential/format-difference.ts';
import { type Difference, describeSignature, type Episode, runEpisode } from './differential/run-episode.ts';
import { ServerPair } from './differential/server-pair.ts';
import { shrinkSteps } from './differential/shrink-steps.ts';
import { drawSteps, type EpisodePlan } from './differential/steps.ts';

const { values: options } = parseArgs({
  options: {
    commands: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    families: { type: 'string' },
    episode: { type: 'string', default: '150' },
    'episode-seed': { type: 'string' },
    protocol: { type: 'string' },
    'only-known': { type: 'boolean', default: false },
    'no-effects': { type: 'boolean', default: false },
    'no-bad-input': { type: 'boolean', default: false },
    'no-frames': { type: 'boolean', default: false },
    'no-dump': { type: 'boolean', default: false },
    'no-scripts': { type: 'boolean', default: false },
    'no-state': { type: 'boolean', default: false },
    differences: { type: 'string', default: '10' },
    server: { type: 'string' },
    'server-args': { type: 'string', default: '' },
    reference: { type: 'string' },
    appendfsync: { type: 'string', default: 'always' },
  },
});

/** Families of later milestones; `--families all` or their name brings them in. */
const later = new Set(['bitmaps', 'hash-expiry']);
const PROGRESS_EVERY = 10_000;

function chooseFamilies(): CommandFamily[] {
  const names = options.families?.split(',');
  if (names === undefined) return allFamilies.filter(({ name }) => !later.has(name));
  if (names.includes('all')) return [...allFamilies];
  const known = allFamilies.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--families ${unknown}: there are ${known.join(', ')}`);
  return allFamilies.filter(({ name }) => names.includes(name));
}

/** Families without the commands that our server does not know. */
async function keepKnown(pair: ServerPair, families: readonly CommandFamily[]): Promise<CommandFamily[]> {
  await pair.reset(2);
  const list = toPlainReply((await pair.session('ours').control.request(['COMMAND', 'LIST'])).value);
  if (!Array.isArray(list)) throw new Error('--only-known needs COMMAND LIST');
  const known = new Set(list.map((name) => String(name).toUpperCase()));
  return families
    .map(({ name, templates }) => ({ name, templates: templates.filter(([, template]) => known.has(template.name)) }))
    .filter(({ templates }) => templates.length > 0);
}

function buildPlan(families: readonly CommandFamily[]): EpisodePlan {
  return {
    families,
    commands: Number(options.episode),
    badInput: !options['no-bad-input'],
    frames: !options['no-frames'],
    dump: !options['no-dump'],
    scripts: !options['no-scripts'],
  };
}

function drawEpisode(seed: number, plan: EpisodePlan): Episode {
  const random = new SeededRandom(seed);
  const drawn = random.chance(0.5) ? 2 : 3;
  const protocol = options.protocol === '2' ? 2 : options.protocol === '3' ? 3 : drawn;
  const compared = { compareEffects: !options['no-effects'], compareState: !options['no-state'] };
  return { protocol, steps: drawSteps(random, plan), ...compared };
}

class Tally {
  commands = 0;
  episodes = 0;
  readonly explained = new Map<string, number>();
  readonly unexplained = new Map<string, number>();

  /** Counts a difference; says whether it is new and has to be shown. */
  add(difference: Difference): boolean {
    const explanation = explainedDifferences.find(({ matches }) => matches(difference));
    const [counts, name] =
      explanation === undefined
        ? [this.unexplained, describeSignature(difference)]
        : [this.explained, explanation.reason];
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return explanation === undefined && counts.get(name) === 1;
  }
}

async function runOne(pair: ServerPair, seed: number, plan: EpisodePlan, tally: Tally): Promise<void> {
  const episode = drawEpisode(seed, plan);
  const difference = await runEpisode(pair, episode);
  tally.episodes++;
  tally.commands += difference === undefined ? episode.steps.length : difference.step + 1;
  if (difference === undefined || !tally.add(difference)) return;
  const shrunk = await shrinkSteps(episode, difference, (shorter) => runEpisode(pair, shorter));
  console.log(`${formatDifference(shrunk, seed)}\n`);
}

function report(tally: Tally): void {
  for (const [reason, count] of tally.explained) console.log(`explained ${count}: ${reason}`);
  for (const [signature, count] of tally.unexplained) console.log(`${count} times: ${JSON.stringify(signature)}`);
  const unexplained = [...tally.unexplained.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    `${tally.commands} commands in ${tally.episodes} episodes: ${unexplained} differences (${tally.unexplained.size} different)`,
  );
  if (explainedDifferences.length > EXPLAINED_DIFFERENCES_MAX) console.log('there are too many explained differences');
  process.exitCode = unexplained === 0 && explainedDifferences.length <= EXPLAINED_DIFFERENCES_MAX ? 0 : 1;
}

async function runAll(pair: ServerPair): Promise<void> {
  const families = options['only-known'] ? await keepKnown(pair, chooseFamilies()) : chooseFamilies();
  const plan = buildPlan(families);
  const tally = new Tally();
  if (options['episode-seed'] !== undefined) {
    await runOne(pair, Number(options['episode-seed']), plan, tally);
    return report(tally);
  }
  const random = createSeededRandom(options.seed === undefined ? undefined : Number(options.seed));
  let nextProgress = PROGRESS_EVERY;
  while (tally.commands < Number(options.commands) && tally.unexplained.size < Number(options.differences)) {
    await runOne(pair, random.bits(), plan, tally);
    if (tally.commands < nextProgress) continue;
    console.error(`${tally.commands} commands, ${tally.unexplained.size} different differences`);
    nextProgress += PROGRESS_EVERY;
  }
  report(tally);
}

const engines = findReferenceEngines();
if (engines === undefined) {
  console.log(noReferenceEngines);
  process.exitCode = SKIPPED_EXIT_CODE;
} else {
  const ours = chooseServer(options.server);
  const reference = splitCommand(options.reference ?? engines.program('valkey-9.1-server'));
  const oursArgs = splitCommand(options['server-args']);
  const pair = new ServerPair({ ours, reference, appendfsync: options.appendfsync, oursArgs });
  try {
    await runAll(pair);
  } finally {
    await pair.stop();
  }
}
