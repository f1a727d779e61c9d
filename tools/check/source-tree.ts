// The files that the checks look at: every text file of the working tree, committed or not, without what is installed,
// generated or written at run time.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.data', '.cache', 'generated']);
const TEXT_FILE = /(\.(ts|tsx|mjs|js|json|jsonc|md|sh|yaml|yml|toml|conf|tcl|lua|html|css)|\/[^./]+|\/\.[a-z]+)$/;

/** The tree as path -> text; paths are relative to the root, with forward slashes. */
export type SourceTree = ReadonlyMap<string, string>;

/** Reads every text file below `root`. */
export function readSourceTree(root: string): SourceTree {
  const tree = new Map<string, string>();
  for (const path of listFiles(root, '')) {
    if (TEXT_FILE.test(`/${path}`)) tree.set(path, readFileSync(join(root, path), 'utf8'));
  }
  return tree;
}

function listFiles(root: string, folder: string): string[] {
  const paths: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) paths.push(...listFiles(root, path));
    if (entry.isFile()) paths.push(path);
  }
  return paths;
}

/** Whether a path is TypeScript that the project wrote. */
export function isTypeScript(path: string): boolean {
  return /\.tsx?$/.test(path) && !path.endsWith('.d.ts');
}

/** Whether a path is a test, or something only tests and whole-system runs use. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /^(e2e|bench|packages\/testing)\//.test(path) || path.includes('/testing/');
}
