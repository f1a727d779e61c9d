// Which program stands for "our server": the one of the repository, or another that VALKEEP_SERVER names.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The root of the repository. */
export const repositoryRoot = dirname(dirname(dirname(import.meta.dirname)));

/** The command of our server, program first. */
export function findServerCommand(): readonly string[] {
  const fromEnvironment = process.env['VALKEEP_SERVER'];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return splitCommand(fromEnvironment);
  return [join(repositoryRoot, 'apps/server/bin/valkeep-server')];
}

/** Splits a command line at spaces; there is no quoting. */
export function splitCommand(command: string): readonly string[] {
  return command.split(' ').filter((word) => word !== '');
}

/** Whether our server can be started at all. */
export function hasServer(): boolean {
  return process.env['VALKEEP_SERVER'] !== undefined || existsSync(join(repositoryRoot, 'apps/server/src/main.ts'));
}
