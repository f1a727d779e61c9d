// The score of a run: of what Valkey itself passes in these files, how much passed. Pure.
// A file that broke off, or passed fewer tests, counts the missing ones as failed; more passes than Valkey count nothing.
import type { UnitResult } from './read-suite-log.ts';

/** Unit file -> tests that a real Valkey 9.1 passes in it. */
export type Baseline = ReadonlyMap<string, number>;

export interface Score {
  readonly reached: number;
  readonly wanted: number;
  readonly percent: number;
}

/** Reads the lines `file<TAB>passed` below a heading. */
export function parseBaseline(text: string): Baseline {
  const rows = text.trim().split('\n').slice(1);
  return new Map(rows.map((row) => row.split('\t')).map(([file = '', passed = '']) => [file, Number(passed)]));
}

export function buildScore(results: readonly UnitResult[], baseline: Baseline): Score {
  let reached = 0;
  let wanted = 0;
  for (const { unit, passed } of results) {
    const expected = baseline.get(unit) ?? 0;
    wanted += expected;
    reached += Math.min(passed.length, expected);
  }
  return { reached, wanted, percent: wanted === 0 ? 100 : (100 * reached) / wanted };
}

/** The table that the run prints, one line per file. */
export function formatResults(results: readonly UnitResult[], baseline: Baseline): string {
  const heading = formatRow(['file', 'passed', 'valkey', 'failed', 'skipped', 'ended', 'sec', '']);
  const rows = results.map((result) =>
    formatRow([
      result.unit,
      result.passed.length,
      baseline.get(result.unit) ?? '-',
      result.failed.length,
      result.skipped,
      result.ending,
      result.seconds,
      result.ending === 'done' && result.failed.length === 0 ? '' : result.note,
    ]),
  );
  return [heading, ...rows].join('\n');
}

function formatRow([unit, passed, expected, failed, skipped, ending, seconds, note]: readonly (
  | string
  | number
)[]): string {
  const numbers = [passed, expected, failed, skipped].map((value) => String(value).padStart(7)).join(' ');
  return `${String(unit).padEnd(26)} ${numbers}  ${String(ending).padEnd(9)} ${String(seconds).padStart(4)}  ${note}`.trimEnd();
}
