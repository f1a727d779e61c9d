// Constructs that hide errors: type assertions outside of codecs and tests, empty catch blocks, addresses of JavaScript
// buffers, time and randomness in pure packages. (`any`, `!` and floating promises are Biome's part.)
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { isAsExpression, isCatchClause, isIdentifier, isPropertyAccessExpression } from 'typescript/unstable/ast/is';
import type { Finding } from '../finding.ts';
import { type ParsedSource, walk } from '../parse-sources.ts';
import { codecFolders, nativeMemoryModule } from '../settings/codec-folders.ts';
import { purePackages } from '../settings/package-directions.ts';
import { isTest } from '../source-tree.ts';

type Complaint = Pick<Finding, 'rule' | 'message' | 'fix'>;

const IMPURE = new Set(['Date.now', 'performance.now', 'Math.random', 'process.env', 'process.hrtime']);

/** Finds constructs that style forbids. */
export function checkBannedSyntax(source: ParsedSource): Finding[] {
  const findings: Finding[] = [];
  walk(source.root, (node) => {
    const complaint =
      checkAssertion(source, node) ?? checkCatch(node) ?? checkPointer(source, node) ?? checkPurity(source, node);
    if (complaint !== undefined) findings.push({ ...complaint, path: source.path, line: source.lineOf(node) });
  });
  return findings;
}

function checkAssertion(source: ParsedSource, node: Node): Complaint | undefined {
  const assertion = isAsExpression(node) || node.kind === SyntaxKind.TypeAssertionExpression;
  if (!assertion || isTest(source.path) || codecFolders.some((folder) => source.path.startsWith(folder)))
    return undefined;
  if (isAsExpression(node) && node.type.getText(source.root) === 'const') return undefined;
  return {
    rule: 'type-assertion',
    message: 'a type is stated that the compiler cannot see',
    fix: 'narrow with a check, type the source of the value, or use `satisfies`',
  };
}

function checkCatch(node: Node): Complaint | undefined {
  if (!isCatchClause(node) || node.block.statements.length > 0) return undefined;
  return {
    rule: 'empty-catch',
    message: 'an error is swallowed',
    fix: 'catch only what is expected and do something with it, or let it pass',
  };
}

function checkPointer(source: ParsedSource, node: Node): Complaint | undefined {
  if (!isIdentifier(node) || node.text !== 'getRawPointer' || source.path === nativeMemoryModule) return undefined;
  return {
    rule: 'raw-pointer',
    message: 'the address of a JavaScript buffer outlives the buffer, and C then writes into another object',
    fix: `put the bytes into native memory and use its address (${nativeMemoryModule})`,
  };
}

function checkPurity(source: ParsedSource, node: Node): Complaint | undefined {
  const name = /^packages\/([^/]+)/.exec(source.path)?.[1];
  if (name === undefined || !purePackages.has(name) || isTest(source.path)) return undefined;
  if (!isPropertyAccessExpression(node) || !IMPURE.has(node.getText(source.root))) return undefined;
  return {
    rule: 'pure-package',
    message: `${name} reads no clock, randomness or environment, but uses ${node.getText(source.root)}`,
    fix: 'take the value as an argument',
  };
}
