// The places that may break a rule, each by name and with the reason. An entry that is no longer needed, or allows more
// than is used, is itself a finding, so this list holds only what is true.

/** One exception. `where` is a path, or `path#function` for the size of a function. */
export interface Exception {
  readonly rule: 'function-size' | 'file-size' | 'type-assertion';
  readonly where: string;
  /** Lines for sizes; number of places for the others. */
  readonly allowed: number;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [];
