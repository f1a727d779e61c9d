// Links between the project's own documents lead to something that exists.
import type { Finding } from '../finding.ts';
import type { SourceTree } from '../source-tree.ts';
import { resolveRelative } from './module-imports.ts';

const LINK = /\]\(([^)\s]+)\)/g;

/** Finds links of Markdown files to paths that are neither a file nor a folder of the tree. */
export function checkLinks(tree: SourceTree): Finding[] {
  const findings: Finding[] = [];
  const known = new Set([...tree.keys()].flatMap(listPathAndFolders));
  for (const [path, text] of tree) {
    if (!path.endsWith('.md')) continue;
    text.split('\n').forEach((content, index) => {
      for (const [, link = ''] of content.matchAll(LINK)) {
        if (isElsewhere(link) || known.has(resolveTarget(path, link))) continue;
        const message = `'${link}' leads nowhere`;
        const fix = 'write the file, or take the link out';
        findings.push({ path, line: index + 1, rule: 'link', message, fix });
      }
    });
  }
  return findings;
}

function isElsewhere(link: string): boolean {
  return /^[a-z]+:/.test(link) || link.startsWith('#');
}

function resolveTarget(path: string, link: string): string {
  const target = link.replace(/#.*$/, '').replace(/\/$/, '');
  return resolveRelative(path, target.startsWith('.') ? target : `./${target}`) ?? target;
}

function listPathAndFolders(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
