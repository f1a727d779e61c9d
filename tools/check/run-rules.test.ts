import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runRules } from './run-rules.ts';
import type { Exception } from './settings/exceptions.ts';

/** The rules that a tree breaks, as `rule path:line`. */
function brokenRules(files: Record<string, string>, exceptions: readonly Exception[] = []): string[] {
  const findings = runRules(new Map(Object.entries(files)), exceptions);
  return findings.map(({ rule, path, line }) => `${rule} ${path}:${line}`);
}

function linesOf(count: number): string {
  return 'x();\n'.repeat(count);
}

describe('directions between packages', () => {
  const engineFile = 'packages/engine/src/engine.ts';

  test('a package imports those below it', () => {
    assert.deepEqual(brokenRules({ [engineFile]: `import { assert } from '@valkeep/base';` }), []);
    assert.deepEqual(brokenRules({ 'apps/server/src/main.ts': `import { Engine } from '@valkeep/engine';` }), []);
  });

  test('a package does not import one above it, nor one beside it', () => {
    const up = { 'packages/base/src/a.ts': `import { Engine } from '@valkeep/engine';` };
    assert.deepEqual(brokenRules(up), ['import-direction packages/base/src/a.ts:1']);
    const sideways = { [engineFile]: `\nimport type { Queue } from '@valkeep/jobs';` };
    assert.deepEqual(brokenRules(sideways), [`import-direction ${engineFile}:2`]);
  });

  test('an excluded package is not imported although it lies below', () => {
    const files = { 'packages/fleet/src/a.ts': `export { db } from '@valkeep/database';` };
    assert.deepEqual(brokenRules(files), ['import-direction packages/fleet/src/a.ts:1']);
  });

  test('no app imports an app, and a package without a row is refused', () => {
    const app = { 'apps/api/src/a.ts': `import { main } from '@valkeep/server';` };
    assert.deepEqual(brokenRules(app), ['import-direction apps/api/src/a.ts:1']);
    const unknown = { [engineFile]: `const module = await import('@valkeep/mystery');` };
    assert.deepEqual(brokenRules(unknown), [`import-direction ${engineFile}:1`]);
  });

  test('a package is entered through its doors only', () => {
    const deep = { [engineFile]: `import { assert } from '@valkeep/base/src/assert.ts';` };
    assert.deepEqual(brokenRules(deep), [`deep-import ${engineFile}:1`]);
    const relative = { [engineFile]: `import { assert } from '../../base/src/assert.ts';` };
    assert.deepEqual(brokenRules(relative), [`deep-import ${engineFile}:1`]);
    const tool = { 'e2e/a.ts': `import { assert } from '../packages/base/src/assert.ts';` };
    assert.deepEqual(brokenRules(tool), ['deep-import e2e/a.ts:1']);
  });

  test('testing is imported by tests only', () => {
    const line = `import { startEngine } from '@valkeep/testing';`;
    assert.deepEqual(brokenRules({ [engineFile]: line }), [`testing-import ${engineFile}:1`]);
    assert.deepEqual(brokenRules({ 'packages/engine/src/engine.test.ts': line, 'e2e/run.ts': line }), []);
  });

  test('a pure package imports nothing of Node and reads no clock', () => {
    const input = { 'packages/resp/src/a.ts': `import { readFileSync } from 'node:fs';` };
    assert.deepEqual(brokenRules(input), ['pure-package packages/resp/src/a.ts:1']);
    const clock = { 'packages/base/src/a.ts': 'export const now = () =>\n  Date.now();' };
    assert.deepEqual(brokenRules(clock), ['pure-package packages/base/src/a.ts:2']);
  });
});

describe('layers of the engine', () => {
  test('a layer imports those its row names', () => {
    const files = { 'packages/engine/src/keyspace/a.ts': `import { Arena } from '../memory/arena.ts';` };
    assert.deepEqual(brokenRules(files), []);
  });

  test('a layer does not import one above it, not even by a re-export', () => {
    const path = 'packages/engine/src/memory/a.ts';
    assert.deepEqual(brokenRules({ [path]: `export { Dict } from '../encodings/dict.ts';` }), [
      `engine-layer ${path}:1`,
    ]);
    assert.deepEqual(brokenRules({ [path]: `import type { Dict } from '../encodings/dict.ts';` }), [
      `engine-layer ${path}:1`,
    ]);
  });

  test('a layer that may know another names its types and uses nothing of it at run time', () => {
    const path = 'packages/engine/src/commands/a.ts';
    assert.deepEqual(brokenRules({ [path]: `import type { Reply } from '../session/reply.ts';` }), []);
    assert.deepEqual(brokenRules({ [path]: `import { Reply } from '../session/reply.ts';` }), [
      `engine-layer ${path}:1`,
    ]);
  });

  test('an unknown folder is refused', () => {
    const path = 'packages/engine/src/extras/a.ts';
    assert.deepEqual(brokenRules({ [path]: '' }), [`engine-layer ${path}:1`]);
  });

  test('tests import any layer', () => {
    const files = { 'packages/engine/src/memory/a.test.ts': `import { Dict } from '../encodings/dict.ts';` };
    assert.deepEqual(brokenRules(files), []);
  });
});

describe('sizes', () => {
  test('a function of 70 lines passes, one of 71 does not', () => {
    assert.deepEqual(brokenRules({ 'tools/a.ts': `function long() {\n${linesOf(68)}}` }), []);
    assert.deepEqual(brokenRules({ 'tools/a.ts': `\nfunction long() {\n${linesOf(69)}}` }), [
      'function-size tools/a.ts:2',
    ]);
    const method = `class Big {\n  run() {\n${linesOf(69)}}\n}`;
    assert.deepEqual(brokenRules({ 'tools/a.ts': method }), ['function-size tools/a.ts:2']);
    const arrow = `const big = () => {\n${linesOf(69)}};`;
    assert.deepEqual(brokenRules({ 'tools/a.ts': arrow }), ['function-size tools/a.ts:1']);
  });

  test('the callback of describe is no function, that of test is', () => {
    assert.deepEqual(brokenRules({ 'tools/a.test.ts': `describe('a', () => {\n${linesOf(100)}});` }), []);
    const files = { 'tools/a.test.ts': `test('a', () => {\n${linesOf(100)}});` };
    assert.deepEqual(brokenRules(files), ['function-size tools/a.test.ts:1']);
  });

  test('a file of 500 lines passes, one of 501 does not', () => {
    assert.deepEqual(brokenRules({ 'tools/a.ts': linesOf(500) }), []);
    assert.deepEqual(brokenRules({ 'tools/a.ts': linesOf(501) }), ['file-size tools/a.ts:1']);
  });

  test('a workspace has a README of at most 60 lines', () => {
    const manifest = { 'packages/base/package.json': '{}' };
    assert.deepEqual(brokenRules(manifest), ['readme packages/base/README.md:1']);
    assert.deepEqual(brokenRules({ ...manifest, 'packages/base/README.md': 'x\n'.repeat(60) }), []);
    const long = { ...manifest, 'packages/base/README.md': 'x\n'.repeat(61) };
    assert.deepEqual(brokenRules(long), ['readme packages/base/README.md:1']);
  });
});

describe('exceptions', () => {
  const files = { 'tools/a.ts': `const wide = {\n  run() {\n${linesOf(80)}},\n};` };

  test('an exception lifts a finding up to what it allows', () => {
    const exception = { rule: 'function-size', where: 'tools/a.ts#run', reason: 'shown in a test' } as const;
    assert.deepEqual(brokenRules(files, [{ ...exception, allowed: 82 }]), []);
    assert.deepEqual(brokenRules(files, [{ ...exception, allowed: 81 }]), ['function-size tools/a.ts:2']);
  });

  test('an exception that is not needed, or wider than needed, is a finding', () => {
    const exception = { rule: 'type-assertion', where: 'tools/a.ts', allowed: 2, reason: 'shown in a test' } as const;
    const place = 'exception tools/check/settings/exceptions.ts:1';
    assert.deepEqual(brokenRules({ 'tools/a.ts': '' }, [exception]), [place]);
    assert.deepEqual(brokenRules({ 'tools/a.ts': 'f(a as B);' }, [exception]), [place]);
    assert.deepEqual(brokenRules({ 'tools/a.ts': 'f(a as B);\nf(a as C);' }, [exception]), []);
  });
});

describe('names', () => {
  test('files and folders are kebab-case', () => {
    assert.deepEqual(brokenRules({ 'tools/two-words.test.ts': '', 'tools/vite.config.ts': '' }), []);
    assert.deepEqual(brokenRules({ 'tools/twoWords.ts': '' }), ['name tools/twoWords.ts:1']);
    assert.deepEqual(brokenRules({ 'tools/Big_Folder/a.ts': '' }), ['name tools/Big_Folder/a.ts:1']);
  });

  test('words that say nothing are refused in any part of a name', () => {
    assert.deepEqual(brokenRules({ 'tools/client-manager.ts': '' }), ['name tools/client-manager.ts:1']);
    assert.deepEqual(brokenRules({ 'tools/utils/a.ts': '' }), ['name tools/utils/a.ts:1']);
  });
});

describe('constructs that hide errors', () => {
  test('a type assertion stands in codecs and tests only', () => {
    const assertion = 'const a = b as C;';
    assert.deepEqual(brokenRules({ 'tools/a.ts': assertion }), ['type-assertion tools/a.ts:1']);
    assert.deepEqual(brokenRules({ 'tools/a.ts': 'const a = <C>b;' }), ['type-assertion tools/a.ts:1']);
    assert.deepEqual(brokenRules({ 'tools/a.test.ts': assertion, 'packages/resp/src/a.ts': assertion }), []);
    assert.deepEqual(brokenRules({ 'tools/a.ts': 'const a = [1] as const;\nimport { b as c } from "d";' }), []);
  });

  test('a catch block does something', () => {
    assert.deepEqual(brokenRules({ 'tools/a.ts': 'try {\n  f();\n} catch {\n  // nothing\n}' }), [
      'empty-catch tools/a.ts:3',
    ]);
    assert.deepEqual(brokenRules({ 'tools/a.ts': 'try { f(); } catch (error) { report(error); }' }), []);
  });

  test('the address of a buffer is asked for in the native memory module only', () => {
    const call = 'ffi.getRawPointer(buffer);';
    assert.deepEqual(brokenRules({ 'packages/engine/src/transport/a.ts': call }), [
      'raw-pointer packages/engine/src/transport/a.ts:1',
    ]);
    assert.deepEqual(brokenRules({ 'packages/engine/src/memory/native-memory.ts': call }), []);
  });
});

describe('texts that stand in no file', () => {
  const hostOf = (name: string) => `https://${name}/package`;

  test('unfinished business and silenced compilers', () => {
    assert.deepEqual(brokenRules({ 'tools/a.ts': `\n// ${'TO'}DO: later` }), ['unfinished tools/a.ts:2']);
    assert.deepEqual(brokenRules({ 'tools/a.ts': `// @ts-${'ignore'}` }), ['silenced-compiler tools/a.ts:1']);
  });

  test('paths of one machine', () => {
    assert.deepEqual(brokenRules({ 'README.md': `cd ${'/wor'}k/main` }), ['machine-path README.md:1']);
    assert.deepEqual(brokenRules({ 'README.md': 'see ./docs/work/main' }), []);
  });

  test('hosts of registries, and download addresses in lock files', () => {
    assert.deepEqual(brokenRules({ 'docs/a.md': hostOf('registry.npm' + 'js.org') }), ['registry-host docs/a.md:1']);
    const lock = { 'package-lock.json': '{\n"resolved": "https://example.com/a.tgz"\n}' };
    assert.deepEqual(brokenRules(lock), ['registry-host package-lock.json:2']);
    assert.deepEqual(brokenRules({ 'package-lock.json': '{ "resolved": "apps/server", "link": true }' }), []);
  });

  test('a lock file holds the optional dependencies of every platform', () => {
    const parent = { optionalDependencies: { '@a/linux': '1.0.0', '@a/darwin': '1.0.0' } };
    const packages = { 'node_modules/a': parent, 'node_modules/a/node_modules/@a/linux': {} };
    const lock = (held: object) => ({
      'package-lock.json': JSON.stringify({ packages: { ...packages, ...held } }, null, 2),
    });
    assert.deepEqual(brokenRules(lock({})), ['lock-file package-lock.json:3']);
    assert.deepEqual(brokenRules(lock({ 'node_modules/@a/darwin': {} })), []);
  });
});

test('links between documents lead to something that exists', () => {
  const files = {
    'docs/adr/a.md': '',
    'README.md': '[all](docs/adr) [one](./docs/adr/a.md#why) [web](https://example.com)',
  };
  assert.deepEqual(brokenRules(files), []);
  assert.deepEqual(brokenRules({ 'docs/a.md': '\n[gone](../b.md)' }), ['link docs/a.md:2']);
});
