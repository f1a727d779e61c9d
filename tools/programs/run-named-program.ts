// What `npm run e2e` and `npm run bench` share: the first argument names a program, the rest is handed to it.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { findProgram, listPrograms } from './find-programs.ts';

/** Runs the program that the command line names, and takes on its exit code. Lists what exists when there is none. */
export function runNamedProgram(script: 'e2e' | 'bench', [name, ...args]: readonly string[]): void {
  const root = dirname(dirname(import.meta.dirname));
  const folder = join(root, script);
  const program = name === undefined ? undefined : findProgram(folder, name);
  if (program === undefined) {
    if (name !== undefined) console.error(`There is no ${script}/${name}.ts.`);
    console.error(`usage: npm run ${script} -- <name> [arguments], with a name of:`);
    console.error(
      listPrograms(folder, script)
        .map((known) => `  ${known}`)
        .join('\n') || '  (none yet)',
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  process.on('SIGINT', () => undefined); // the terminal sends it to the program as well; the program decides
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
