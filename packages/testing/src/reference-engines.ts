// The originals that ours is compared with: a folder with `bin/valkey-9.1-server`, `bin/valkey-cli`,
// `bin/valkey-benchmark` and Valkey's own tests in `valkey-9.1-tests`. They are no part of the repository: REFERENCE_ENGINES
// names the folder, and what needs it is skipped, with a word, where it is missing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const DEFAULT_FOLDER = '/var/tmp/reference-engines';

export interface ReferenceEngines {
  readonly folder: string;
  /** The path of a program, such as `valkey-9.1-server` or `valkey-cli`. */
  program(name: string): string;
  /** Valkey 9.1's sources with its tests. */
  readonly testsFolder: string;
}

/** The word to skip with. */
export const noReferenceEngines =
  'the reference engines are missing: set REFERENCE_ENGINES to a folder with bin/valkey-9.1-server';

/** The reference engines of this machine, or undefined. */
export function findReferenceEngines(): ReferenceEngines | undefined {
  const folder = process.env['REFERENCE_ENGINES'] ?? DEFAULT_FOLDER;
  const program = (name: string) => join(folder, 'bin', name);
  if (!existsSync(program('valkey-9.1-server'))) return undefined;
  return { folder, program, testsFolder: join(folder, 'valkey-9.1-tests') };
}
