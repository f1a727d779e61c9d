// Runs one unit file of Valkey's suite in a prepared tree, in a process group of its own and with a limit, and ends what
// it left behind: only processes whose working directory lies in our tree.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readSuiteLog, type UnitResult } from './read-suite-log.ts';

const PORTS_PER_RUN = 500;
const KILL_GRACE_MS = 3_000;

export interface UnitRun {
  readonly unit: string;
  readonly tree: string;
  readonly logPath: string;
  readonly basePort: number;
  readonly limitSeconds: number;
  readonly suiteArgs: readonly string[];
}

/** Runs the file and reads its results. */
export async function runUnit(run: UnitRun): Promise<UnitResult> {
  const startedAt = performance.now();
  const log = openSync(run.logPath, 'w');
  const child = spawn('tclsh8.6', ['tests/test_helper.tcl', ...buildArguments(run)], {
    cwd: run.tree,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let timedOut = false;
  const end = (signal: NodeJS.Signals) => {
    timedOut = true;
    endGroup(child.pid, signal);
  };
  const polite = setTimeout(end, run.limitSeconds * 1000, 'SIGTERM');
  const firm = setTimeout(end, run.limitSeconds * 1000 + KILL_GRACE_MS, 'SIGKILL');
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  clearTimeout(polite);
  clearTimeout(firm);
  endProcessesIn(run.tree);
  rmSync(join(run.tree, 'tests/tmp'), { recursive: true, force: true });
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  return readSuiteLog(readFileSync(run.logPath, 'utf8'), { unit: run.unit, seconds, exitCode, timedOut });
}

function buildArguments({ unit, basePort, limitSeconds, suiteArgs }: UnitRun): string[] {
  const fixed = ['--single', unit, '--durable', '--clients', '1', '--verbose', '--verbose'];
  const limits = ['--timeout', String(limitSeconds + 60), '--baseport', String(basePort)];
  return [...fixed, ...limits, '--portcount', String(PORTS_PER_RUN), ...suiteArgs];
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Ends (SIGKILL) every process that works in the folder or below it. */
export function endProcessesIn(folder: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const works = readlinkSync(`/proc/${pid}/cwd`);
      if (works === folder || works.startsWith(`${folder}/`)) process.kill(Number(pid), 'SIGKILL');
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** The process ended meanwhile, or belongs to somebody else. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ESRCH' || code === 'ENOENT' || code === 'EACCES' || code === 'EPERM';
}
