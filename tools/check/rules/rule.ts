// The shapes of a rule. A rule is pure: it gets texts or syntax and returns what is wrong.
import type { Finding } from '../finding.ts';
import type { ParsedSource } from '../parse-sources.ts';
import type { SourceTree } from '../source-tree.ts';

/** Looks at one TypeScript file. */
export type SyntaxRule = (source: ParsedSource) => Finding[];

/** Looks at the names and texts of the whole tree. */
export type TreeRule = (tree: SourceTree) => Finding[];
