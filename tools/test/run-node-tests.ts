// Runs *.test.ts files with node:test, each file in a process of its own, and prints a line per file. What a file prints
// is shown only when something in it fails: that is where seeds are.
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import type { EventData } from 'node:test';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { countSkip, type Tally } from './tally.ts';

const FILES_AT_ONCE_MAX = 4;
const FILE_TIMEOUT_MS = 5 * 60_000;
const KEPT_OUTPUT_CHARS = 20_000;

interface Options {
  readonly root: string;
  readonly skipsForbidden: boolean;
}

/** Runs the files and adds what they did to the tally. */
export async function runNodeTests(
  files: readonly string[],
  tally: Tally,
  { root, skipsForbidden }: Options,
): Promise<void> {
  const outputs = new Map<string, string>();
  const stream = run({
    files: [...files],
    concurrency: Math.min(availableParallelism(), FILES_AT_ONCE_MAX),
    timeout: FILE_TIMEOUT_MS,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  stream.on('test:stdout', ({ file, message }) => keepOutput(outputs, file, message));
  stream.on('test:stderr', ({ file, message }) => keepOutput(outputs, file, message));
  stream.on('test:pass', (test) => countPass(tally, test, root, skipsForbidden));
  stream.on('test:fail', (test) => countFailure(tally, test, root, outputs));
  stream.on('test:summary', (summary) => {
    if (summary.file !== undefined) printFile(summary, relative(root, summary.file), outputs.get(summary.file));
  });
  await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject).resume());
}

function keepOutput(outputs: Map<string, string>, file: string, message: string): void {
  outputs.set(file, ((outputs.get(file) ?? '') + message).slice(-KEPT_OUTPUT_CHARS));
}

function countPass(tally: Tally, test: EventData.TestPass, root: string, skipsForbidden: boolean): void {
  if (test.details.type === 'suite') return;
  if (test.skip === undefined || test.skip === false) {
    tally.passed++;
    return;
  }
  const reason = typeof test.skip === 'string' && test.skip !== '' ? test.skip : 'no reason given';
  countSkip(tally, test.name, placeOf(test, root), reason, skipsForbidden);
}

function countFailure(
  tally: Tally,
  test: EventData.TestFail,
  root: string,
  outputs: ReadonlyMap<string, string>,
): void {
  const { error } = test.details;
  if ('failureType' in error && error.failureType === 'subtestsFailed') return; // the subtests say it themselves
  if (test.file !== undefined && test.name === test.file) {
    const details = shortenStack(outputs.get(test.file) ?? 'the file ended without a word', root).trimEnd();
    tally.failures.push({ name: 'the file could not be run', place: relative(root, test.file), details });
    return;
  }
  const details = describeError(error.cause ?? error, root);
  tally.failures.push({ name: test.name, place: placeOf(test, root), details });
}

function placeOf(test: EventData.TestPass | EventData.TestFail, root: string): string {
  if (test.file === undefined) return test.name;
  const path = relative(root, test.file);
  return test.line === undefined ? path : `${path}:${test.line}`;
}

/** The error with its own stack: without the frames of Node and with paths from the root. */
function describeError(error: unknown, root: string): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : inspect(error, { depth: 4 });
  const cause =
    error instanceof Error && error.cause !== undefined ? `\ncaused by ${describeError(error.cause, root)}` : '';
  return `${shortenStack(text, root)}${cause}`;
}

function shortenStack(text: string, root: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s+at .*(\(node:|\(<anonymous>\)$|\(index \d+\)$)/.test(line))
    .join('\n')
    .replaceAll(`file://${root}/`, '')
    .replaceAll(`${root}/`, '');
}

function printFile(summary: EventData.TestSummary, path: string, output: string | undefined): void {
  const { tests, passed, skipped, todo } = summary.counts;
  const seconds = (summary.duration_ms / 1000).toFixed(1);
  if (summary.success) {
    console.log(`ok      ${path}  ${passed} tests, ${seconds} s`);
    return;
  }
  console.log(`FAILED  ${path}  ${passed} passed, ${tests - passed - skipped - todo} failed, ${seconds} s`);
  if (output !== undefined) console.log(`--- what ${path} printed\n${output.trimEnd()}\n---`);
}
