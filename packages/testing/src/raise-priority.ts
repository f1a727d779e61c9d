// What takes part in a measurement goes before other work of the machine, where that is allowed. Both servers, the load and
// the watching client get the same treatment or better, so the comparison stays fair.
import { setPriority } from 'node:os';

export const LOAD_PRIORITY = -10;
export const WATCH_PRIORITY = -20;

/** Raises the priority of a process of ours; without the right to do so it stays as it is. */
export function raisePriority(pid: number, priority = LOAD_PRIORITY): void {
  try {
    setPriority(pid, priority);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error;
  }
}
