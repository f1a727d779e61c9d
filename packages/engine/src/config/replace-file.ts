// Replaces a file so that a crash leaves the old one or the new one, never half of either: through a file beside it that
// is safe on disk before it takes the name.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Puts a binary string in the place of `path`, on disk when it returns. Throws what the system says, and leaves no trace. */
export function replaceFile(path: string, temporary: string, text: string, mode: number): void {
  try {
    writeDurably(temporary, Buffer.from(text, 'latin1'), mode);
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeDurably(path: string, bytes: Uint8Array, mode: number): void {
  const file = openSync(path, 'w', mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the names in a directory safe: created, renamed and removed files. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
