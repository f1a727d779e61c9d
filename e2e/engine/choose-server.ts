// The server that a run is about: the one of `--server`, or ours. Without any the run is skipped, with a word.
import { findServerCommand, hasServer, splitCommand } from '@valkeep/testing';
import { SKIPPED_EXIT_CODE } from '../short.ts';

/** Its command, program first. Ends the process when there is none. */
export function chooseServer(option: string | undefined): readonly string[] {
  if (option !== undefined) return splitCommand(option);
  if (hasServer()) return findServerCommand();
  console.log('apps/server has no program yet: --server or VALKEEP_SERVER can name another one');
  process.exit(SKIPPED_EXIT_CODE);
}
