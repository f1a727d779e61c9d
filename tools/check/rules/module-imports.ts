// Which modules a source imports, and whether a trace of that is left at run time.
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isStringLiteral,
} from 'typescript/unstable/ast/is';
import { type ParsedSource, walk } from '../parse-sources.ts';

export interface ModuleImport {
  readonly specifier: string;
  readonly line: number;
  /** True for `import type` and `export type`, which type stripping removes as a whole. */
  readonly typeOnly: boolean;
}

/** Every static and dynamic import and every re-export of a source. */
export function listModuleImports(source: ParsedSource): ModuleImport[] {
  const imports: ModuleImport[] = [];
  walk(source.root, (node) => {
    const found = findSpecifier(node);
    if (found !== undefined) imports.push({ ...found, line: source.lineOf(node) });
  });
  return imports;
}

function findSpecifier(node: Node): Omit<ModuleImport, 'line'> | undefined {
  if (isImportDeclaration(node) && isStringLiteral(node.moduleSpecifier)) {
    const typeOnly = node.importClause?.phaseModifier === SyntaxKind.TypeKeyword;
    return { specifier: node.moduleSpecifier.text, typeOnly };
  }
  if (isExportDeclaration(node) && node.moduleSpecifier !== undefined && isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly };
  }
  if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
    const argument = node.arguments[0];
    if (argument !== undefined && isStringLiteral(argument)) return { specifier: argument.text, typeOnly: false };
  }
  return undefined;
}

/** The path that a relative specifier means, seen from the file at `path`; undefined for a package. */
export function resolveRelative(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
