// A list of promises that a run proves one after the other. Each has a limit; one that fails does not stop the others.
import { withLimit } from '@valkeep/testing';

export interface NamedCheck<Subject> {
  /** A sentence. */
  readonly promise: string;
  readonly prove: (subject: Subject) => Promise<void>;
}

const CHECK_LIMIT_MS = 60_000;

/** Proves each check on the subject, prints a line for each, and returns how many failed. */
export async function runChecks<Subject>(
  title: string,
  subject: Subject,
  checks: readonly NamedCheck<Subject>[],
): Promise<number> {
  let failures = 0;
  for (const { promise, prove } of checks) {
    try {
      await withLimit(prove(subject), { what: promise, limitMs: CHECK_LIMIT_MS });
      console.log(`ok      ${title} ${promise}`);
    } catch (error) {
      failures++;
      console.log(`FAILED  ${title} ${promise}\n${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return failures;
}
