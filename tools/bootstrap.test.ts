// The bootstrap, in a tree of its own with a program in the place of npm that writes down how it was called.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'valkeep-bootstrap-'));
after(() => rmSync(folder, { recursive: true }));

const npm = join(folder, 'npm.mjs');
const calls = join(folder, 'calls');
const hiddenLock = join(folder, 'node_modules/.package-lock.json');
const LOCK = {
  packages: {
    '': { name: 'tree' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
};
const INSTALLED = { packages: { 'node_modules/a': LOCK.packages['node_modules/a'] } };

beforeEach(() => {
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  rmSync(calls, { force: true });
  mkdirSync(join(folder, 'tools'), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'bootstrap.mjs'), join(folder, 'tools/bootstrap.mjs'));
  writeFileSync(
    join(folder, 'tools/say.ts'),
    'const args: string[] = process.argv.slice(2);\nconsole.log(args.join());',
  );
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(LOCK));
  writeFileSync(
    npm,
    `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(calls)}, process.argv[2] + ' in ' + process.cwd() + '\\n');
    mkdirSync('node_modules/a', { recursive: true });
    writeFileSync('node_modules/.package-lock.json', ${JSON.stringify(JSON.stringify(INSTALLED))});`,
  );
});

function bootstrap(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'tools/bootstrap.mjs'), ...args], {
    cwd: tmpdir(),
    env: { ...process.env, npm_execpath: npm },
    encoding: 'utf8',
  });
  return { status, stdout, stderr, calls: existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [] };
}

test('a fresh clone is installed once, and then the tool runs with its arguments', () => {
  const first = bootstrap('say', 'a', 'b c');
  assert.deepEqual(first.calls, [`ci in ${folder}`]);
  assert.deepEqual({ status: first.status, stdout: first.stdout }, { status: 0, stdout: 'a,b c\n' });
  assert.equal(first.stderr, 'Installing dependencies, once (node_modules is missing) ...\n');
  const second = bootstrap('say', 'again');
  assert.deepEqual({ ...second, calls: second.calls.length }, { status: 0, stdout: 'again\n', stderr: '', calls: 1 });
});

test('what has fallen behind the lock file is installed again', () => {
  bootstrap('say');
  writeFileSync(hiddenLock, readFileSync(hiddenLock, 'utf8').replace('1.0.0', '0.9.0'));
  const result = bootstrap('say', 'x');
  assert.equal(result.calls.length, 2);
  assert.match(result.stderr, /node_modules\/a has another version/);
});

test('when installing fails, it says how to see why and runs nothing', () => {
  writeFileSync(npm, 'process.exitCode = 3;');
  const { status, stdout, stderr } = bootstrap('say', 'x');
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.match(stderr, /Installing failed: run 'npm ci' in /);
});

test('an unknown tool is refused before anything is installed', () => {
  const { status, stderr, calls: made } = bootstrap('nothing');
  assert.equal(status, 1);
  assert.match(stderr, /^usage: .*got nothing\n$/);
  assert.deepEqual(made, []);
});
