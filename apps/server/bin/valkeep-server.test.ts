// The script that starts the server, in a tree of its own with a program in the place of main.ts that tells how it runs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, test } from 'node:test';

const modules = join(dirname(dirname(dirname(import.meta.dirname))), 'node_modules');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'valkeep-server-script-')));
after(() => rmSync(folder, { recursive: true }));

const PROGRAM = `console.log(JSON.stringify({
  pid: process.pid, args: process.argv.slice(2), major: process.version.split('.')[0],
  cache: process.env.NODE_COMPILE_CACHE, ffi: process.getBuiltinModule('node:ffi') !== undefined,
}));`;

/** Makes a copy of the server's folder in which main.ts is PROGRAM; returns the path of its script. */
function makeTree(name: string): string {
  const app = join(folder, name, 'apps/server');
  mkdirSync(join(app, 'bin'), { recursive: true });
  mkdirSync(join(app, 'src'));
  copyFileSync(join(import.meta.dirname, 'valkeep-server'), join(app, 'bin/valkeep-server'));
  writeFileSync(join(app, 'src/main.ts'), PROGRAM);
  return join(app, 'bin/valkeep-server');
}

/** Makes a folder for PATH that holds the tools that the script uses, and no Node. */
function makePathWithoutNode(): string {
  const path = join(folder, 'tools');
  mkdirSync(path);
  for (const tool of ['sh', 'uname', 'dirname', 'readlink', 'sed']) {
    const found = (process.env['PATH'] ?? '').split(delimiter).map((entry) => join(entry, tool));
    symlinkSync(found.find((candidate) => existsSync(candidate)) ?? `/bin/${tool}`, join(path, tool));
  }
  return path;
}

async function run(command: string, args: readonly string[], options: { cwd?: string; path?: string } = {}) {
  const env = { PATH: options.path ?? process.env['PATH'] };
  const child = spawn(command, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  return { pid: child.pid, exitCode, output, errors };
}

test('the process that was started becomes Node 26, with all arguments and no word of its own', async () => {
  const script = makeTree('plain');
  symlinkSync(modules, join(folder, 'plain/node_modules'));
  const args = ['/etc/a b.conf', '--save', '', '--port', '0'];
  const { pid, exitCode, output, errors } = await run(script, args, { cwd: '/' });
  assert.deepEqual(JSON.parse(output), {
    pid,
    args,
    major: 'v26',
    cache: join(folder, 'plain/.cache/compile'),
    ffi: true,
  });
  assert.deepEqual({ exitCode, errors }, { exitCode: 0, errors: '' });
});

test('it is found through symbolic links, absolute and relative', async () => {
  const script = makeTree('linked');
  symlinkSync(modules, join(folder, 'linked/node_modules'));
  symlinkSync(script, join(folder, 'absolute'));
  symlinkSync('absolute', join(folder, 'relative'));
  const { output } = await run('./relative', ['x'], { cwd: folder });
  assert.deepEqual(JSON.parse(output).args, ['x']);
});

test('without Node 26 it says so and ends with 1', async () => {
  const script = makeTree('bare');
  const { exitCode, output, errors } = await run(script, [], { path: makePathWithoutNode() });
  assert.deepEqual({ exitCode, output }, { exitCode: 1, output: '' });
  assert.match(errors, /^valkeep-server needs Node 26 and found none: .*\n$/);
});
