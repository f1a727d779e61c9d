// The sum of a test run, and the one line that it closes with.

export interface Failure {
  readonly name: string;
  /** `path:line`, or just a path or the name of a step. */
  readonly place: string;
  readonly details: string;
}

export interface Tally {
  passed: number;
  readonly failures: Failure[];
  /** Why tests were skipped -> how many. */
  readonly skips: Map<string, number>;
}

export function createTally(): Tally {
  return { passed: 0, failures: [], skips: new Map() };
}

/** Counts a skipped test. Where skips are forbidden (CI), it is a failure: a check that did not run proves nothing. */
export function countSkip(tally: Tally, name: string, place: string, reason: string, forbidden: boolean): void {
  if (forbidden) tally.failures.push({ name, place, details: `skipped, which CI does not allow: ${reason}` });
  else tally.skips.set(reason, (tally.skips.get(reason) ?? 0) + 1);
}

/** `N passed, N failed`, with `, N skipped` when there are some. */
export function formatTally({ passed, failures, skips }: Tally): string {
  const skipped = [...skips.values()].reduce((sum, count) => sum + count, 0);
  return `${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** All failures once more, to be read at the end of a long output. */
export function formatFailures(failures: readonly Failure[]): string {
  return failures.map(({ name, place, details }) => `FAILED  ${name}\n  at ${place}\n${indent(details)}\n`).join('\n');
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
