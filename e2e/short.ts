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

export const shortRuns: readonly ShortRun[] = [
  { name: 'engine/clients', args: [], promise: 'ioredis, iovalkey and node-redis work with their default settings' },
  {
    name: 'engine/differential',
    args: ['--commands', '4000', '--differences', '3'],
    promise: 'random commands have the replies, the state and the effects that they have in Valkey',
  },
  { name: 'engine/bad-input', args: [], promise: 'broken and hostile input is answered as Valkey answers it' },
  { name: 'engine/bullmq', args: ['--only', 'checks'], promise: 'BullMQ runs jobs of all kinds' },
  { name: 'engine/crash', args: ['--kills', '5'], promise: 'a killed server has lost no acknowledged write' },
  {
    name: 'engine/valkey-suite',
    args: ['unit/type/incr', 'unit/slowlog', 'unit/keyspace'],
    promise: "parts of Valkey's own suite pass",
  },
];
