// Runs the short list of e2e/ (e2e/short.ts) one after the other, each as `npm run e2e -- <name>` would.
import { join } from 'node:path';
import { type ShortRun, SKIPPED_EXIT_CODE, shortRuns } from '../../e2e/short.ts';
import { runProgram } from '../check/run-program.ts';
import { findProgram } from '../programs/find-programs.ts';
import { countSkip, type Tally } from './tally.ts';

const SHOWN_LINES_MAX = 60;

/** Runs every short run and adds what it did to the tally. */
export async function runShortE2e(tally: Tally, root: string, skipsForbidden: boolean): Promise<void> {
  for (const shortRun of shortRuns) await runOne(tally, shortRun, root, skipsForbidden);
}

async function runOne(
  tally: Tally,
  { name, args, promise }: ShortRun,
  root: string,
  skipsForbidden: boolean,
): Promise<void> {
  const place = `npm run e2e -- ${[name, ...args].join(' ')}`;
  const program = findProgram(join(root, 'e2e'), name);
  if (program === undefined) {
    tally.failures.push({ name: promise, place, details: `e2e/short.ts names ${name}, which does not exist` });
    return;
  }
  const startedAt = performance.now();
  const nodeArgs = ['--disable-warning=ExperimentalWarning', program, ...args];
  const { exitCode, output, errors } = await runProgram(process.execPath, nodeArgs, root);
  const lines = `${output}\n${errors}`.trim().split('\n');
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (exitCode === SKIPPED_EXIT_CODE) {
    countSkip(tally, promise, place, lines.at(-1) ?? 'no reason given', skipsForbidden);
  } else if (exitCode === 0) {
    tally.passed++;
    console.log(`ok      e2e ${name}  ${seconds} s`);
  } else {
    tally.failures.push({ name: promise, place, details: lines.slice(-SHOWN_LINES_MAX).join('\n') });
    console.log(`FAILED  e2e ${name}  ${seconds} s`);
  }
}
