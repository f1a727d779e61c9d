import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatManifest, ManifestError, parseManifest } from './aof-manifest.ts';

const TEXT = `file appendonly.aof.2.base.rdb seq 2 type b
file "with blank.1.incr.aof" seq 1 type h
file appendonly.aof.4.incr.aof seq 4 type i
file appendonly.aof.5.incr.aof seq 5 type i
`;

test('a manifest is written as it was read', () => {
  const manifest = parseManifest(TEXT);
  assert.deepEqual(manifest.base, { name: 'appendonly.aof.2.base.rdb', sequence: 2 });
  assert.deepEqual(
    manifest.increments.map(({ sequence }) => sequence),
    [4, 5],
  );
  assert.equal(manifest.history[0].name, 'with blank.1.incr.aof');
  assert.equal(formatManifest(manifest), TEXT);
});

test('comments and keys of newer servers are left alone', () => {
  const manifest = parseManifest('# a comment\nfile a seq 1 type i startoffset 5\n');
  assert.equal(manifest.increments[0].name, 'a');
});

test('a manifest that makes no sense is refused with its line', () => {
  for (const [text, line, reason] of [
    ['', 0, 'Found an empty AOF manifest'],
    ['file a seq 1 type b\nfile b seq 2 type b\n', 2, 'Found duplicate base file information'],
    ['file a seq 2 type i\nfile b seq 2 type i\n', 2, 'Found a non-monotonic sequence number'],
    ['file a seq x type i\n', 1, 'Invalid AOF manifest file format'],
    ['file a seq 1\n', 1, 'Invalid AOF manifest file format'],
    ['file ../a seq 1 type i\n', 1, 'Invalid AOF manifest file format'],
    ['file a seq 1 type z\n', 1, 'Invalid AOF manifest file format'],
    [`file ${'a'.repeat(2000)} seq 1 type i\n`, 1, 'The AOF manifest file contains too long line'],
  ] as const) {
    assert.throws(
      () => parseManifest(text),
      (error) => error instanceof ManifestError && error.line === line && error.message === reason,
      text,
    );
  }
});
