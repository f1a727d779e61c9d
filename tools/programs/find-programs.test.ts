import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findProgram, listPrograms } from './find-programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'valkeep-programs-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'engine/suite'), { recursive: true });
writeFileSync(join(folder, 'engine/differential.ts'), '// npm run e2e -- engine/differential\n');
writeFileSync(join(folder, 'engine/suite/main.ts'), '// npm run e2e -- engine/suite\n');
writeFileSync(join(folder, 'engine/part-of-it.ts'), '// Used by `npm run e2e -- engine/differential`.\n');

test('a program is a file or a folder with a main file', () => {
  assert.equal(findProgram(folder, 'engine/differential'), join(folder, 'engine/differential.ts'));
  assert.equal(findProgram(folder, 'engine/differential.ts'), join(folder, 'engine/differential.ts'));
  assert.equal(findProgram(folder, 'engine/suite'), join(folder, 'engine/suite/main.ts'));
  assert.equal(findProgram(folder, 'engine/unknown'), undefined);
});

test('the list holds the programs that say how they are started, not their parts', () => {
  assert.deepEqual(listPrograms(folder, 'e2e'), ['engine/differential', 'engine/suite']);
  assert.deepEqual(listPrograms(folder, 'bench'), []);
  assert.deepEqual(listPrograms(join(folder, 'missing'), 'e2e'), []);
});
