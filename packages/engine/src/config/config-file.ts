// Replaces the configuration file for CONFIG REWRITE: through a file beside it, so that a crash leaves the old or the
// new one. What is in it is rewrite-config.ts's business.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorText } from './system-error-text.ts';

const FILE_MODE = 0o644;

/** The file's contents as a binary string, undefined where there is no file. Throws the system's other errors. */
function readConfigFile(path: string): string | undefined {
  try {
    return readFileSync(path).toString('latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Puts `rewrite` of the file's text (undefined: there is no file) in its place, on disk when it returns. Gives the
 * system's sentence where that fails; the file is as before then.
 */
export function replaceConfigFile(path: string, rewrite: (text: string | undefined) => string): string | undefined {
  const temporary = `${path}-${process.pid}.tmp`;
  try {
    writeDurably(temporary, rewrite(readConfigFile(path)), modeOf(path));
    renameSync(temporary, path);
    syncFolder(dirname(path));
    return undefined;
  } catch (error) {
    rmSync(temporary, { force: true });
    return systemErrorText(error);
  }
}

function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? FILE_MODE;
}

function writeDurably(path: string, text: string, mode: number): void {
  const file = openSync(path, 'w', mode);
  try {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
