// Runs over the whole system that are short enough for `npm test`. A run is a program of this folder; it passes by
// ending with exit code 0, is skipped by SKIPPED_EXIT_CODE with the reason as its last line, and fails otherwise.

/** A program that cannot run on this machine ends with this code. */
export const SKIPPED_EXIT_CODE = 77;

export interface ShortRun {
  /** The program, as in `npm run e2e -- <name>`. */
  readonly name: string;
  readonly args: readonly string[];
  /** What it promises, as a sentence. */
  readonly promise: string;
}

/** A run joins this list once the server passes it; the others are started by hand with `npm run e2e -- <name>`. */
export const shortRuns: readonly ShortRun[] = [
  {
    name: 'engine/bad-input',
    args: ['--only', 'bulk length'],
    promise: 'frames with bad lengths are answered as Valkey answers them',
  },
  { name: 'engine/clients', args: [], promise: 'ioredis, iovalkey and node-redis work with their default settings' },
  { name: 'engine/bullmq', args: ['--only', 'checks'], promise: 'BullMQ runs every kind of job' },
  {
    name: 'engine/bullmq',
    args: ['--only', 'kill'],
    promise: 'a queue loses no job when its server is killed, and none gets stuck',
  },
  {
    name: 'engine/crash',
    args: ['--kills', '3'],
    promise: 'no acknowledged write is lost by a kill, and without syncs some are',
  },
];
