// What a process has used, from /proc (Linux).
import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for user space, on every platform that we run on. */
const TICKS_PER_SECOND = 100;
const BYTES_PER_KIB = 1024;

export interface ProcessUsage {
  /** User and system time together. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Throws when there is no such process. */
export function readProcessUsage(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses may hold anything, so the fields are counted from behind it; utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: Number(resident ?? 0) * BYTES_PER_KIB };
}
