// Names of files and folders: kebab-case, and none of the words that say nothing.
import type { Finding } from '../finding.ts';
import { bannedNames } from '../settings/banned-names.ts';
import type { SourceTree } from '../source-tree.ts';

const CODE_FILE = /\.(ts|tsx|mjs|js|sh)$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Endings that say what kind of file it is, and are no part of its name. */
const ENDINGS = /(\.test|\.config|\.d)?\.(ts|tsx|mjs|js|sh)$/;

/** Finds code files and folders with a name that style forbids. */
export function checkNames(tree: SourceTree): Finding[] {
  const findings: Finding[] = [];
  const seenFolders = new Set<string>();
  for (const path of tree.keys()) {
    if (!CODE_FILE.test(path)) continue;
    const parts = path.split('/');
    parts.forEach((part, index) => {
      const isFile = index === parts.length - 1;
      const folder = parts.slice(0, index + 1).join('/');
      if (!isFile && (seenFolders.has(folder) || part.startsWith('.'))) return;
      seenFolders.add(folder);
      findings.push(...checkName(path, isFile ? part.replace(ENDINGS, '') : part));
    });
  }
  return findings;
}

function checkName(path: string, name: string): Finding[] {
  if (!KEBAB_CASE.test(name)) {
    const fix = 'write it in lower case with hyphens, named for its main export';
    return [{ path, line: 1, rule: 'name', message: `'${name}' is not kebab-case`, fix }];
  }
  const word = name.split('-').find((part) => bannedNames.has(part));
  if (word === undefined) return [];
  return [
    { path, line: 1, rule: 'name', message: `'${word}' says nothing`, fix: bannedNames.get(word) ?? 'rename it' },
  ];
}
