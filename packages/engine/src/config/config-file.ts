// Replaces the configuration file for CONFIG REWRITE: through a file beside it, so that a crash leaves the old or the
// new one. What is in it is rewrite-config.ts's business.
import { readFileSync, statSync } from 'node:fs';
import { replaceFile } from './replace-file.ts';
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
    replaceFile(path, temporary, rewrite(readConfigFile(path)), modeOf(path));
    return undefined;
  } catch (error) {
    return systemErrorText(error);
  }
}

function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? FILE_MODE;
}
