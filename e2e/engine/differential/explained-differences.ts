// Differences that are meant to be, at most twenty, each with its reason. A difference that matches a row is counted, not
// reported. A row that never matches in a long run should go.
import type { Difference } from './run-episode.ts';

export interface ExplainedDifference {
  readonly reason: string;
  readonly matches: (difference: Difference) => boolean;
}

export const EXPLAINED_DIFFERENCES_MAX = 20;

export const explainedDifferences: readonly ExplainedDifference[] = [];
