// The manifest of the append-only file: which files make up the data set, in which order. One line a file:
// `file appendonly.aof.1.base.rdb seq 1 type b`, types b (base, at most one), i (increments, ascending), h (history, to
// be deleted). Lines that start with `#` are comments.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { replaceFile } from '../../config/replace-file.ts';

export interface AofFile {
  readonly name: string;
  readonly sequence: number;
}

export interface AofManifest {
  readonly base: AofFile | undefined;
  readonly increments: readonly AofFile[];
  readonly history: readonly AofFile[];
}

export const EMPTY_MANIFEST: AofManifest = { base: undefined, increments: [], history: [] };

/** Why a manifest cannot be read: the line, counted from 1, and what is wrong with it. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly line: number;
  readonly text: string;

  constructor(line: number, text: string, reason: string) {
    super(reason);
    this.line = line;
    this.text = text;
  }
}

const LINE_MAX = 1024;
const FILE_MODE = 0o644;

/** Parses a manifest. Throws a ManifestError. */
export function parseManifest(text: string): AofManifest {
  let base: AofFile | undefined;
  const increments: AofFile[] = [];
  const history: AofFile[] = [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new ManifestError(0, '', 'Found an empty AOF manifest');
  for (const [index, line] of lines.entries()) {
    const refuse = (reason: string): never => {
      throw new ManifestError(index + 1, line, reason);
    };
    if (line.startsWith('#')) continue;
    if (line.length >= LINE_MAX) refuse('The AOF manifest file contains too long line');
    const { type, ...file } = parseLine(line) ?? refuse('Invalid AOF manifest file format');
    if (type === 'b') {
      if (base !== undefined) refuse('Found duplicate base file information');
      base = file;
    } else if (type === 'h') {
      history.push(file);
    } else {
      if (file.sequence <= (increments.at(-1)?.sequence ?? 0)) refuse('Found a non-monotonic sequence number');
      increments.push(file);
    }
  }
  return { base, increments, history };
}

/** Pairs of a key and a value; keys that are unknown are left alone, newer servers may write them. */
function parseLine(line: string): (AofFile & { readonly type: 'b' | 'i' | 'h' }) | undefined {
  const words = splitWords(line);
  if (words === undefined || words.length < 6 || words.length % 2 !== 0) return undefined;
  const values = new Map<string, string>();
  for (let i = 0; i < words.length; i += 2) values.set(words[i].toLowerCase(), words[i + 1]);
  const name = values.get('file');
  const sequence = Number(values.get('seq'));
  const type = values.get('type');
  if (name === undefined || name.includes('/') || !Number.isSafeInteger(sequence) || sequence <= 0) return undefined;
  if (type !== 'b' && type !== 'i' && type !== 'h') return undefined;
  return { name, sequence, type };
}

/** Words split at blanks; one in double quotes may hold blanks and escapes. */
function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/gy;
  let end = 0;
  for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
    words.push(match[2] ?? withoutEscapes(match[1]));
    end = pattern.lastIndex;
  }
  return line.slice(end).trim() === '' ? words : undefined;
}

function withoutEscapes(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})|\\(.)/gi, (_, hex: string | undefined, plain: string) =>
    hex === undefined ? plain : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function formatName(name: string): string {
  return /^[!#-[\]-~]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

export function formatManifest(manifest: AofManifest): string {
  const line = (file: AofFile, type: string): string =>
    `file ${formatName(file.name)} seq ${file.sequence} type ${type}\n`;
  return [
    ...(manifest.base === undefined ? [] : [line(manifest.base, 'b')]),
    ...manifest.history.map((file) => line(file, 'h')),
    ...manifest.increments.map((file) => line(file, 'i')),
  ].join('');
}

/** Reads the manifest at `path`; undefined where there is none. Throws a ManifestError or the system's error. */
export function readManifest(path: string): AofManifest | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return parseManifest(text);
}

/** Puts a manifest in the place of the old one: at no moment is there none, or half of one. */
export function writeManifest(path: string, manifest: AofManifest): void {
  replaceFile(path, join(dirname(path), `temp-${basename(path)}`), formatManifest(manifest), FILE_MODE);
}
