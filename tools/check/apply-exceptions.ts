// Takes out the findings that an exception allows, and complains about exceptions that allow more than is used.
import type { Finding } from './finding.ts';
import type { SizeFinding } from './rules/sizes.ts';
import type { Exception } from './settings/exceptions.ts';

const EXCEPTIONS_FILE = 'tools/check/settings/exceptions.ts';

/** The findings that remain, and one for each exception that is wider than needed. */
export function applyExceptions(findings: readonly Finding[], exceptions: readonly Exception[]): Finding[] {
  const lifted = new Set<Finding>();
  const complaints: Finding[] = [];
  for (const exception of exceptions) {
    const matching = findings.filter(
      (finding) => finding.rule === exception.rule && whereOf(finding) === exception.where,
    );
    const used = isSize(matching[0]) ? matching[0].size : matching.length;
    if (used <= exception.allowed) for (const finding of matching) lifted.add(finding);
    if (used < exception.allowed) complaints.push(describeUnused(exception, used));
  }
  return [...findings.filter((finding) => !lifted.has(finding)), ...complaints];
}

function whereOf(finding: Finding): string {
  return isSize(finding) ? finding.where : finding.path;
}

function isSize(finding: Finding | undefined): finding is SizeFinding {
  return finding !== undefined && 'where' in finding;
}

function describeUnused({ where, rule, allowed }: Exception, used: number): Finding {
  return {
    path: EXCEPTIONS_FILE,
    line: 1,
    rule: 'exception',
    message: `${where} may break ${rule} up to ${allowed}, but needs ${used}`,
    fix: used === 0 ? 'take the entry out' : `write ${used}`,
  };
}
