import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { replaceFile } from './replace-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'valkeep-replace-'));
after(() => rmSync(directory, { recursive: true }));

test('a file is made, then replaced, with its mode, and nothing is left beside it', () => {
  const path = join(directory, 'file');
  replaceFile(path, `${path}.tmp`, 'old', 0o600);
  replaceFile(path, `${path}.tmp`, 'new \xff', 0o600);
  assert.equal(readFileSync(path, 'latin1'), 'new \xff');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(directory), ['file']);
});

test('where it cannot be replaced the old one stays, and nothing is left beside it', () => {
  const path = join(directory, 'taken');
  mkdirSync(path);
  assert.throws(() => replaceFile(path, `${path}.tmp`, 'new', 0o600));
  assert.deepEqual(readdirSync(directory).sort(), ['file', 'taken']);
});
