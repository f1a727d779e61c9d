// The three steps of the check: types, Biome, our own rules. Each returns what it has to say, and nothing when all is well.
import { join } from 'node:path';
import { runProgram } from './run-program.ts';
import { isTypeScript, readSourceTree, type SourceTree } from './source-tree.ts';

export interface CheckStep {
  readonly name: string;
  /** Lines of complaint; empty when the step passes. */
  readonly complaints: readonly string[];
}

/** Runs all steps over the working tree at `root`. Writes nothing. */
export async function runCheckSteps(root: string): Promise<CheckStep[]> {
  const tree = readSourceTree(root);
  return Promise.all([checkTypes(root, tree), checkStyle(root), checkRules(root)]);
}

/** Compiles every tsconfig.json of the tree, and complains about TypeScript that none of them covers. */
async function checkTypes(root: string, tree: SourceTree): Promise<CheckStep> {
  const compiler = join(root, 'node_modules/.bin/tsc');
  const configs = [...tree.keys()].filter((path) => /(^|\/)tsconfig\.json$/.test(path));
  const results = await Promise.all(
    configs.map((config) => runProgram(compiler, ['-p', config, '--pretty', 'false', '--listFiles'], root)),
  );
  const lines = results.flatMap(({ output }) => output.split('\n')).filter((line) => line !== '');
  const covered = new Set(lines.filter((line) => line.startsWith(root)).map((line) => line.slice(root.length + 1)));
  const errors = lines.filter((line) => !line.startsWith('/') && !/error TS18003/.test(line));
  const stray = [...tree.keys()].filter((path) => isTypeScript(path) && !covered.has(path));
  const strayLines = stray.map(
    (path) =>
      `${path}:1 types: no tsconfig.json covers this file. Fix: move it into src/ of a workspace, tools, e2e or bench.`,
  );
  return { name: 'types', complaints: [...new Set([...errors, ...strayLines])] };
}

async function checkStyle(root: string): Promise<CheckStep> {
  const biome = join(root, 'node_modules/.bin/biome');
  const args = ['check', '--colors=off', '--max-diagnostics=50', '--error-on-warnings', '--reporter=default'];
  const { exitCode, output, errors } = await runProgram(biome, args, root);
  if (exitCode === 0) return { name: 'style', complaints: [] };
  const said = `${output}\n${errors}`.trim();
  return { name: 'style', complaints: [said, 'Fix: `npm run fix` formats and mends what can be mended.'] };
}

/** Runs our own rules in a process of their own: beside the others, and without the parser's farewell on the terminal. */
async function checkRules(root: string): Promise<CheckStep> {
  const program = join(import.meta.dirname, 'print-findings.ts');
  const { exitCode, output, errors } = await runProgram(process.execPath, [program, root], root);
  const complaints = output.split('\n').filter((line) => line !== '');
  return { name: 'rules', complaints: exitCode === 0 ? complaints : [...complaints, errors.trim()] };
}
