// Who may import whom, as rows from the top of the building to its ground. A package imports only rows below its own.
// A package that is not listed is a finding: give it a row here, and say why in an ADR when it is new.

export const packageRows: readonly (readonly string[])[] = [
  ['fleet'],
  ['database', 'kube', 'object-store', 'jobs', 'valkey-client', 'engine', 'api-client'],
  ['runtime'],
  ['reconciler', 'billing', 'domain'],
  ['contracts', 'resp'],
  ['base'],
];

/** Narrower than the rows: what a package may not import although it lies below. */
export const packageExclusions: ReadonlyMap<string, readonly string[]> = new Map([['fleet', ['database', 'jobs']]]);

/** Used by tests, whole-system runs and benchmarks only; may itself import every package. */
export const testingPackage = 'testing';

/** Packages without input, output, clock or randomness: they import nothing of Node and read no time. */
export const purePackages: ReadonlySet<string> = new Set([
  'contracts',
  'domain',
  'billing',
  'reconciler',
  'resp',
  'base',
]);
