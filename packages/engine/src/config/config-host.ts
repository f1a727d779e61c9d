// What loading a configuration needs of the machine, and the implementation on Node. Paths and contents are binary
// strings; errors come back as the system's sentences.
import { accessSync, closeSync, constants, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { globMatch } from '../encodings/glob-match.ts';
import type { WorkingDirectory } from './settings/directory-setting.ts';
import { systemErrorText } from './system-error-text.ts';

export type FileRead = { readonly text: string } | { readonly error: string };

export interface ConfigHost extends WorkingDirectory {
  /** The contents of a file; a directory reads as empty, as it does for C's streams. */
  read(path: string): FileRead;
  readStandardInput(): string;
  /** The existing paths that match a pattern of `*`, `?` and `[]`, in byte order; names with a leading dot are hidden. */
  expand(pattern: string): string[];
  /** Why a file cannot be opened to append to it, creating it where needed; undefined when it can. */
  findAppendError(path: string): string | undefined;
}

const STANDARD_INPUT = 0;

/** The machine this process runs on. */
export const nodeConfigHost: ConfigHost = {
  current: () => toBinary(process.cwd()),
  change: (path) => attempt(() => process.chdir(toText(path))),
  read: (path) => {
    try {
      return { text: readFileSync(toBytes(path)).toString('latin1') };
    } catch (error) {
      const reason = systemErrorText(error);
      return isDirectory(path) ? { text: '' } : { error: reason };
    }
  },
  readStandardInput: () => readFileSync(STANDARD_INPUT).toString('latin1'),
  expand: (pattern) => expandPattern(pattern),
  findAppendError: (path) => attempt(() => closeSync(openSync(toBytes(path), 'a'))),
};

function attempt(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return systemErrorText(error);
  }
}

function expandPattern(pattern: string): string[] {
  const isAbsolute = pattern.startsWith('/');
  let found = [isAbsolute ? '/' : ''];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    found = found.flatMap((base) => expandSegment(base, segment));
  }
  return found.sort();
}

function expandSegment(base: string, segment: string): string[] {
  const prefix = base === '' || base.endsWith('/') ? base : `${base}/`;
  if (!/[[*?]/.test(segment)) return canAccess(`${prefix}${segment}`) ? [`${prefix}${segment}`] : [];
  if (!isDirectory(base === '' ? '.' : base)) return [];
  return readdirSync(base === '' ? '.' : toBytes(base), 'latin1')
    .filter((name) => (segment.startsWith('.') || !name.startsWith('.')) && globMatch(segment, name))
    .map((name) => `${prefix}${name}`);
}

function isDirectory(path: string): boolean {
  let found = false;
  attempt(() => {
    found = statSync(toBytes(path)).isDirectory();
  });
  return found;
}

function canAccess(path: string): boolean {
  return attempt(() => accessSync(toBytes(path), constants.F_OK)) === undefined;
}

function toBytes(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

function toText(path: string): string {
  return toBytes(path).toString('utf8');
}

function toBinary(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
