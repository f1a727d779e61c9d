// Sizes: a function has at most 70 lines (aim for 25), a file 500 (aim for 200), the README of a workspace 60.
// Counted are all lines from the first to the last, as a reader scrolls them; the callback of `describe` is a grouping
// and does not count as a function.
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { isCallExpression, isIdentifier } from 'typescript/unstable/ast/is';
import type { Finding } from '../finding.ts';
import { type ParsedSource, walk } from '../parse-sources.ts';
import type { SourceTree } from '../source-tree.ts';

const FUNCTION_LINES_MAX = 70;
const FILE_LINES_MAX = 500;
const README_LINES_MAX = 60;

const FUNCTION_KINDS = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.Constructor,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
]);
const GROUPINGS = new Set(['describe', 'suite']);

/** A size over its limit: a finding that an exception may lift up to `size` lines. */
export interface SizeFinding extends Finding {
  readonly rule: 'function-size' | 'file-size';
  /** `path` or `path#function`, as exceptions name it. */
  readonly where: string;
  readonly size: number;
}

/** Finds functions and files over their limits. */
export function checkSizes(source: ParsedSource): SizeFinding[] {
  const findings: SizeFinding[] = [];
  const { path } = source;
  const fileLines = source.text.replace(/\n$/, '').split('\n').length;
  if (fileLines > FILE_LINES_MAX) {
    const message = `${fileLines} lines, more than ${FILE_LINES_MAX}`;
    const fix = 'move one idea to a file of its own';
    findings.push({ path, line: 1, rule: 'file-size', message, fix, where: path, size: fileLines });
  }
  walk(source.root, (node) => {
    if (!FUNCTION_KINDS.has(node.kind) || isGrouping(node)) return;
    const line = source.lineOf(node);
    const size = source.lastLineOf(node) - line + 1;
    if (size <= FUNCTION_LINES_MAX) return;
    const name = nameFunction(source, node);
    const message = `${name} has ${size} lines, more than ${FUNCTION_LINES_MAX}`;
    const fix = 'keep the branches here and move the straight parts to functions of their own';
    findings.push({ path, line, rule: 'function-size', message, fix, where: `${path}#${name}`, size });
  });
  return findings;
}

function isGrouping(node: Node): boolean {
  const call = node.parent;
  return isCallExpression(call) && isIdentifier(call.expression) && GROUPINGS.has(call.expression.text);
}

/** `name`, `Class.method` or, for a function without a name, that of what it is given to. */
function nameFunction(source: ParsedSource, node: Node): string {
  const own = findName(source, node);
  if (node.parent.kind === SyntaxKind.ClassDeclaration) {
    return `${findName(source, node.parent) ?? 'class'}.${own ?? 'constructor'}`;
  }
  for (let at: Node = node; at.kind !== SyntaxKind.SourceFile; at = at.parent) {
    const name = findName(source, at);
    if (name !== undefined) return name;
  }
  return 'anonymous';
}

function findName(source: ParsedSource, node: Node): string | undefined {
  const name = 'name' in node ? node.name : undefined;
  return typeof name === 'object' && name !== null ? source.text.slice(...spanOf(name)).trim() : undefined;
}

function spanOf(name: object): [number, number] {
  return 'pos' in name && 'end' in name ? [Number(name.pos), Number(name.end)] : [0, 0];
}

/** Finds workspaces whose README is missing or longer than a page. */
export function checkReadmes(tree: SourceTree): Finding[] {
  const findings: Finding[] = [];
  for (const manifest of tree.keys()) {
    const workspace = /^((?:packages|apps)\/[^/]+)\/package\.json$/.exec(manifest)?.[1];
    if (workspace === undefined) continue;
    const path = `${workspace}/README.md`;
    const lines = tree.get(path)?.trimEnd().split('\n').length ?? 0;
    if (lines > 0 && lines <= README_LINES_MAX) continue;
    const message = lines === 0 ? 'it is missing' : `${lines} lines, more than ${README_LINES_MAX}`;
    const fix = 'a page: owns, does not own, invariants, start reading at, how to test';
    findings.push({ path, line: 1, rule: 'readme', message, fix });
  }
  return findings;
}
