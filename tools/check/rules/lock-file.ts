// The lock file is complete: `npm ci` refuses one that lacks an optional dependency, even of another platform. npm leaves
// them out when a registry does not have that version for every platform, or when it starts from an installed tree.
import type { Finding } from '../finding.ts';
import type { SourceTree } from '../source-tree.ts';

const PATH = 'package-lock.json';

/** Finds optional dependencies that the lock file names but does not hold. */
export function checkLockFile(tree: SourceTree): Finding[] {
  const text = tree.get(PATH);
  if (text === undefined) return [];
  const packages = membersOf(membersOf(JSON.parse(text)).packages);
  const held = Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ''));
  const findings: Finding[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(membersOf(membersOf(entry).optionalDependencies))) {
      if (!held.includes(name)) findings.push(describeMissing(text, path, name));
    }
  }
  return findings;
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function describeMissing(text: string, path: string, name: string): Finding {
  const line = text.split('\n').findIndex((content) => content.includes(`"${path}": {`)) + 1;
  return {
    path: PATH,
    line,
    rule: 'lock-file',
    message: `${name}, optional for ${path}, is not in the lock file, so \`npm ci\` refuses it`,
    fix: 'pin a version that exists for every platform, delete package-lock.json and node_modules, and install again',
  };
}
