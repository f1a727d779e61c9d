// What a run of one unit file printed, as facts. Pure.

/** How a file ended: `exception` means that the suite gave up and the rest of the file did not run. */
export type UnitEnding = 'done' | 'exception' | 'timeout';

export interface UnitResult {
  readonly unit: string;
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: number;
  readonly ending: UnitEnding;
  readonly seconds: number;
  /** The first failure, what the suite gave up with, or the test in which the time was over. */
  readonly note: string;
}

export interface SuiteProcessEnd {
  readonly unit: string;
  readonly seconds: number;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
}

const COLOURS = /\u001b\[[0-9;]*m/g;
const NOTE_CHARS_MAX = 160;

/** Reads the output of the suite. */
export function readSuiteLog(log: string, { unit, seconds, exitCode, timedOut }: SuiteProcessEnd): UnitResult {
  const lines = log.replace(COLOURS, '').split('\n');
  const passed = matches(lines, /^\[ok\]: (.*?)(?: \(\d+ ms\))?$/);
  const failed = matches(lines, /^\[err\]: (.*?)(?: in tests\/\S*)?$/);
  const skipped = matches(lines, /^\[(?:skip|ignore)\]: (.*)$/).length;
  const exception = matches(lines, /^\[exception\]: (?:Executing test client: )?(.*)$/).at(-1);
  const done = lines.some((line) => /\[\d+\/\d+ done\]: /.test(line));
  const running = matches(lines, /^starting test (.*)$/).at(-1) ?? 'the start';
  const ending = timedOut ? 'timeout' : exception === undefined && done ? 'done' : 'exception';
  const reasons = { done: failed[0] ?? '', timeout: `in: ${running}`, exception: `exit ${exitCode}, in: ${running}` };
  const note = (exception ?? reasons[ending]).replace(/\s+/g, ' ').slice(0, NOTE_CHARS_MAX);
  return { unit, passed, failed, skipped, ending, seconds, note };
}

function matches(lines: readonly string[], pattern: RegExp): string[] {
  return lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
}
