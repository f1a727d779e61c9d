import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type AppendFile, type Disk, holdingDisk, realDisk } from './disk.ts';

const directory = mkdtempSync(join(tmpdir(), 'valkeep-disk-'));
after(() => rmSync(directory, { recursive: true }));

let files = 0;

function open(disk: Disk): { readonly path: string; readonly file: AppendFile } {
  const path = join(directory, `file-${files++}`);
  return { path, file: disk.openAppend(path, 0) };
}

function append(file: AppendFile, text: string): void {
  const bytes = Buffer.from(text);
  file.append(bytes, 0, bytes.length);
}

function sync(file: AppendFile): Promise<void> {
  return new Promise((resolve, reject) => {
    file.sync((error) => (error === undefined ? resolve() : reject(error)));
  });
}

test('a disk that holds back has on it what was synced, in order, also where a sync is overtaken', async () => {
  const { path, file } = open(holdingDisk(false));
  append(file, 'a');
  assert.equal(readFileSync(path, 'utf8'), '');
  const slow = sync(file);
  append(file, 'b');
  file.syncNow();
  assert.equal(readFileSync(path, 'utf8'), 'ab');
  await slow;
  append(file, 'c');
  await sync(file);
  assert.equal(readFileSync(path, 'utf8'), 'abc');
  assert.equal(file.size, 3);
  file.close();
});

test('a disk that loses never has anything', async () => {
  const { path, file } = open(holdingDisk(true));
  append(file, 'a');
  await sync(file);
  assert.equal(readFileSync(path, 'utf8'), '');
  file.close();
});

for (const [name, disk] of [
  ['the real disk', realDisk],
  ['a disk that holds back', holdingDisk(false)],
] as const) {
  test(`${name} ends a sync of a file that is closed, and leaves the next file alone`, async () => {
    for (let round = 0; round < 50; round++) {
      const { path, file } = open(disk);
      append(file, 'whole');
      const running = sync(file);
      append(file, ' and safe');
      file.syncNow();
      file.close();
      // It gets the descriptor that the closed file had, if that was given up too early.
      const next = open(disk);
      await running;
      assert.equal(readFileSync(path, 'utf8'), 'whole and safe');
      assert.equal(readFileSync(next.path, 'utf8'), '');
      next.file.close();
    }
  });
}
