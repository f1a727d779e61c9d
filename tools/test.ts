// `npm test [-- PATH ...]`: the check, every *.test.ts of the workspaces and tools, and the short runs of e2e/. With paths,
// only the tests below them (`check` and `e2e` name the other two parts). Closes with one line, `N passed, N failed`.
// With CI set, a test that is skipped counts as failed.
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCheckSteps } from './check/check-steps.ts';
import { runNodeTests } from './test/run-node-tests.ts';
import { runShortE2e } from './test/run-short-e2e.ts';
import { createTally, formatFailures, formatTally, type Tally } from './test/tally.ts';

const TEST_FILES = '{packages,apps,tools,e2e,bench}/**/*.test.ts';

const root = dirname(import.meta.dirname);
const filters = process.argv.slice(2).map((path) => path.replace(/^\.\//, '').replace(/\/$/, ''));
const skipsForbidden = (process.env.CI ?? '') !== '';
process.env.NODE_COMPILE_CACHE ??= join(root, '.cache/compile');

async function runCheck(tally: Tally): Promise<void> {
  for (const { name, complaints } of await runCheckSteps(root)) {
    console.log(`${complaints.length === 0 ? 'ok    ' : 'FAILED'}  check: ${name}`);
    if (complaints.length === 0) tally.passed++;
    else tally.failures.push({ name: `check: ${name}`, place: 'npm run check', details: complaints.join('\n') });
  }
}

function listTestFiles(): string[] {
  const exclude = (path: string) => path.includes('node_modules');
  const files = globSync(TEST_FILES, { cwd: root, exclude }).sort();
  if (filters.length === 0) return files;
  return files.filter((file) => filters.some((filter) => file === filter || file.startsWith(`${filter}/`)));
}

/** Whether a part of the run is wanted: all are, unless the command line names something. */
function isWanted(part: string): boolean {
  return filters.length === 0 || filters.includes(part);
}

const tally = createTally();
const files = listTestFiles();
if (isWanted('check')) await runCheck(tally);
if (files.length > 0)
  await runNodeTests(
    files.map((file) => join(root, file)),
    tally,
    { root, skipsForbidden },
  );
if (isWanted('e2e')) await runShortE2e(tally, root, skipsForbidden);

if (tally.failures.length > 0) console.log(`\n${formatFailures(tally.failures)}`);
for (const [reason, count] of tally.skips) console.log(`skipped ${count}: ${reason}`);
const nothingRan = tally.passed + tally.failures.length + tally.skips.size === 0;
if (nothingRan) console.log(`no test lies below ${filters.join(', ')}`);
console.log(formatTally(tally));
process.exitCode = tally.failures.length > 0 || nothingRan ? 1 : 0;
