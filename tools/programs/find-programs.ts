// Programs of a folder that `npm run e2e` and `npm run bench` can start: `<folder>/<name>.ts` or `<folder>/<name>/main.ts`.
// A program says so in its first lines (`npm run e2e -- <name>`), which is how it gets onto the list.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HEADER_LINES = 10;

/** The path of the program called `name`, or undefined when there is none. */
export function findProgram(folder: string, name: string): string | undefined {
  const stem = join(folder, name.replace(/\.ts$/, ''));
  return [`${stem}.ts`, join(stem, 'main.ts')].find((path) => existsSync(path));
}

/** Names of all programs of a folder that say how they are started, in alphabetical order. */
export function listPrograms(folder: string, script: string): string[] {
  if (!existsSync(folder)) return [];
  const announcement = new RegExp(`npm run ${script} -- ([\\w/-]+)`);
  const names = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.ts')) continue;
    const header = readFileSync(join(folder, entry), 'utf8').split('\n', HEADER_LINES).join('\n');
    const name = announcement.exec(header)?.[1];
    if (name !== undefined && findProgram(folder, name) === join(folder, entry)) names.add(name);
  }
  return [...names].sort();
}
