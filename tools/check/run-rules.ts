// All of our own rules over a tree. Pure but for the parser's process, so tests call it with trees made of strings.
import { applyExceptions } from './apply-exceptions.ts';
import { type Finding, sortFindings } from './finding.ts';
import { parseSources } from './parse-sources.ts';
import { checkBannedSyntax } from './rules/banned-syntax.ts';
import { checkBannedText } from './rules/banned-text.ts';
import { checkEngineLayers } from './rules/engine-layer-imports.ts';
import { checkLinks } from './rules/links.ts';
import { checkLockFile } from './rules/lock-file.ts';
import { checkNames } from './rules/names.ts';
import { checkPackageImports } from './rules/package-imports.ts';
import type { SyntaxRule, TreeRule } from './rules/rule.ts';
import { checkReadmes, checkSizes } from './rules/sizes.ts';
import { type Exception, exceptions as namedExceptions } from './settings/exceptions.ts';
import type { SourceTree } from './source-tree.ts';

const treeRules: readonly TreeRule[] = [checkNames, checkBannedText, checkLinks, checkLockFile, checkReadmes];
const syntaxRules: readonly SyntaxRule[] = [checkPackageImports, checkEngineLayers, checkSizes, checkBannedSyntax];

/** Every finding of every rule, in reading order. */
export function runRules(tree: SourceTree, exceptions: readonly Exception[] = namedExceptions): Finding[] {
  const findings = treeRules.flatMap((rule) => rule(tree));
  parseSources(tree, (source) => {
    for (const rule of syntaxRules) findings.push(...rule(source));
  });
  return sortFindings(applyExceptions(findings, exceptions));
}
