#!/usr/bin/env node
// The door of every npm script: `node tools/bootstrap.mjs <tool> [arguments]` runs tools/<tool>.ts on Node 26.
// On a fresh clone, or when node_modules has fallen behind package-lock.json, it installs first (`npm ci`, once).
// Must stay true: plain JavaScript that an old Node (20) understands, no dependencies, no output when all is in place.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MAJOR_WANTED = 26;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installedNode = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** Why an installation is needed, or undefined when node_modules agrees with the lock file. */
function findStaleness() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return 'node_modules is missing';
  const wanted = readJson('package-lock.json').packages;
  const present = readJson('node_modules/.package-lock.json').packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/')) continue;
    const found = present[path];
    if (found === undefined && entry.optional) continue; // for another platform
    if (found === undefined) return `${path} is missing`;
    if (found.version !== entry.version || found.integrity !== entry.integrity) return `${path} has another version`;
    if (!existsSync(join(root, path))) return `${path} is missing`;
  }
  return undefined;
}

function install(reason) {
  console.error(`Installing dependencies, once (${reason}) ...`);
  const npm = process.env.npm_execpath;
  const [command, prefix] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  // npm sets variables for its scripts; an inner npm must not take them for its own configuration.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_package_')));
  const result = spawnSync(command, [...prefix, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (result.status === 0) return;
  console.error(`Installing failed: run 'npm ci' in ${root} to see why.`);
  process.exit(1);
}

function majorOf(version) {
  return Number(version.replace(/^v/, '').split('.')[0]);
}

/** Hands over to Node 26 as a child and takes on its end; signals reach the child through us when only we get them. */
function runOnInstalledNode(script, args) {
  if (!existsSync(installedNode)) {
    console.error(
      `Valkeep needs Node ${NODE_MAJOR_WANTED}; this is ${process.version}, and npm carries none for ${process.platform} ` +
        `${process.arch}. Install Node ${NODE_MAJOR_WANTED} and run this again.`,
    );
    process.exit(1);
  }
  const child = spawn(installedNode, [script, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

const [tool, ...args] = process.argv.slice(2);
const script = join(root, 'tools', `${tool}.ts`);
if (tool === undefined || !existsSync(script)) {
  console.error(`usage: node tools/bootstrap.mjs <tool> [arguments], with a tool of tools/*.ts; got ${tool}`);
  process.exit(1);
}
const staleness = findStaleness();
if (staleness !== undefined) install(staleness);

// What the tools start as `node` is Node 26 too, also when they are not run through npm.
process.env.PATH = `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`;
if (majorOf(process.version) >= NODE_MAJOR_WANTED) {
  process.argv = [process.argv[0], script, ...args];
  await import(pathToFileURL(script).href);
} else {
  runOnInstalledNode(script, args);
}
