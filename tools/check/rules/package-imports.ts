// Directions between packages: imports point down the rows of settings/package-directions.ts, apps stand on top and never
// import each other, and a package is entered through its doors (`.` and `./testing`) only.
import type { Finding } from '../finding.ts';
import type { ParsedSource } from '../parse-sources.ts';
import { packageExclusions, packageRows, purePackages, testingPackage } from '../settings/package-directions.ts';
import { isTest } from '../source-tree.ts';
import { listModuleImports, type ModuleImport, resolveRelative } from './module-imports.ts';

const SCOPE = '@valkeep/';

interface Importer {
  readonly path: string;
  /** `packages/engine`, `apps/server`, or empty for what stands outside of the workspaces. */
  readonly workspace: string;
  readonly test: boolean;
}

/** Finds imports between packages that go up, sideways or through a wall. */
export function checkPackageImports(source: ParsedSource): Finding[] {
  const importer = { path: source.path, workspace: workspaceOf(source.path), test: isTest(source.path) };
  return listModuleImports(source).flatMap((imported) => {
    const finding = checkImport(importer, imported);
    return finding === undefined ? [] : [{ ...finding, path: source.path, line: imported.line }];
  });
}

type Complaint = Pick<Finding, 'rule' | 'message' | 'fix'>;

function checkImport(importer: Importer, { specifier }: ModuleImport): Complaint | undefined {
  const target = resolveRelative(importer.path, specifier);
  if (target !== undefined) return checkRelative(importer, specifier, workspaceOf(target));
  if (specifier.startsWith('node:')) return checkPurity(importer, specifier);
  if (!specifier.startsWith(SCOPE)) return undefined;
  const [name = '', ...door] = specifier.slice(SCOPE.length).split('/');
  return checkDoor(importer, specifier, name, door.join('/')) ?? checkDirection(importer, name);
}

function checkRelative(importer: Importer, specifier: string, targetWorkspace: string): Complaint | undefined {
  if (targetWorkspace === '' || targetWorkspace === importer.workspace) return undefined;
  return {
    rule: 'deep-import',
    message: `'${specifier}' reaches into ${targetWorkspace} past its door`,
    fix: `import from '${SCOPE}${targetWorkspace.split('/')[1]}', and export there what is missing`,
  };
}

function checkPurity(importer: Importer, specifier: string): Complaint | undefined {
  const name = importer.workspace.replace('packages/', '');
  if (importer.test || !purePackages.has(name)) return undefined;
  return {
    rule: 'pure-package',
    message: `${name} does no input or output, but imports '${specifier}'`,
    fix: 'take what is needed as an argument, and do the input or output in the caller',
  };
}

function checkDoor(importer: Importer, specifier: string, name: string, door: string): Complaint | undefined {
  const testingDoor = door === 'testing' || name === testingPackage;
  if (door !== '' && door !== 'testing') {
    const fix = `import from '${SCOPE}${name}', and export there what is missing`;
    return { rule: 'deep-import', message: `'${specifier}' reaches into ${name} past its door`, fix };
  }
  if (!testingDoor || importer.test || importer.workspace === '') return undefined;
  return {
    rule: 'testing-import',
    message: `'${specifier}' is for tests, and this is not one`,
    fix: 'move the code to a *.test.ts or into a folder named testing/, or move what it needs out of testing',
  };
}

function checkDirection(importer: Importer, target: string): Complaint | undefined {
  if (importer.workspace === '' || importer.test || target === testingPackage) return undefined;
  const row = rowOf(target);
  if (row === undefined) {
    const fix = 'give it a row in tools/check/settings/package-directions.ts, or do not import it';
    return { rule: 'import-direction', message: `'${SCOPE}${target}' is an app or has no row`, fix };
  }
  const name = importer.workspace.replace('packages/', '');
  const ownRow = importer.workspace.startsWith('apps/') ? -1 : rowOf(name);
  const excluded = packageExclusions.get(name)?.includes(target) ?? false;
  if (ownRow !== undefined && row > ownRow && !excluded) return undefined;
  return {
    rule: 'import-direction',
    message: `${name} may not import ${target}: imports point down the rows of ARCHITECTURE.md`,
    fix: `move what is shared below both, or pass it in; rows: tools/check/settings/package-directions.ts`,
  };
}

function rowOf(name: string): number | undefined {
  const row = packageRows.findIndex((names) => names.includes(name));
  return row === -1 ? undefined : row;
}

function workspaceOf(path: string): string {
  return /^(packages|apps)\/[^/]+/.exec(path)?.[0] ?? '';
}
