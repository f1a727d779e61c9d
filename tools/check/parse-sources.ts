// The one place that knows the compiler's programming interface. TypeScript 7 calls it unstable, so its version is pinned
// and everything else sees only `ParsedSource`. Parsing is all that happens here: no types, no resolution, no disk.
import type { Node, SourceFile } from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';
import { isTypeScript, type SourceTree } from './source-tree.ts';

/** A source file with its syntax tree. Only valid inside the callback of `parseSources`. */
export interface ParsedSource {
  readonly path: string;
  readonly text: string;
  readonly root: SourceFile;
  /** The line on which the text of a node starts, counted from 1. */
  lineOf(node: Node): number;
  /** The line on which a node ends, counted from 1. */
  lastLineOf(node: Node): number;
}

const ROOT = '/tree';
const CONFIG = `${ROOT}/tsconfig.json`;

/** Parses every TypeScript file of the tree and hands each to `visit`. */
export function parseSources(tree: SourceTree, visit: (source: ParsedSource) => void): void {
  const paths = [...tree.keys()].filter(isTypeScript);
  if (paths.length === 0) return;
  const files: Record<string, string> = Object.fromEntries(
    paths.map((path) => [`${ROOT}/${path}`, tree.get(path) ?? '']),
  );
  files[CONFIG] = JSON.stringify({ compilerOptions: { noLib: true, noResolve: true, types: [] }, files: paths });
  const api = new API({ cwd: ROOT, fs: createVirtualFileSystem(files) });
  try {
    const project = api.updateSnapshot({ openProjects: [CONFIG] }).getProject(CONFIG);
    if (project === undefined) throw new Error('the compiler did not open the project of the tree');
    for (const path of paths) {
      const root = project.program.getSourceFile(`${ROOT}/${path}`);
      if (root === undefined) throw new Error(`the compiler did not parse ${path}`);
      visit(describeSource(path, root));
    }
  } finally {
    api.close();
  }
}

function describeSource(path: string, root: SourceFile): ParsedSource {
  return {
    path,
    text: root.text,
    root,
    lineOf: (node) => root.getLineAndCharacterOfPosition(node.getStart(root)).line + 1,
    lastLineOf: (node) => root.getLineAndCharacterOfPosition(node.end).line + 1,
  };
}

/** Calls `visit` for a node and everything below it, parents first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}
