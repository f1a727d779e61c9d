// What a rule says about one place: the place, the rule, and how to mend it.

/** One broken rule at one place. `fix` is an instruction, so that nobody has to look a rule up. */
export interface Finding {
  /** Path from the root of the repository, with forward slashes. */
  readonly path: string;
  /** Line, counted from 1. */
  readonly line: number;
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
}

/** One line that editors and terminals make clickable: `path:line rule: message. Fix: ...`. */
export function formatFinding({ path, line, rule, message, fix }: Finding): string {
  return `${path}:${line} ${rule}: ${message}. Fix: ${fix}.`;
}

/** Findings in reading order: by path, then by line. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
}
