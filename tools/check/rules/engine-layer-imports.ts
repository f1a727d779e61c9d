// Directions inside the engine: each folder of packages/engine/src imports only what its row in settings/engine-layers.ts
// allows. Tests may import anything of the engine.
import type { Finding } from '../finding.ts';
import type { ParsedSource } from '../parse-sources.ts';
import { type EngineLayer, engineLayers } from '../settings/engine-layers.ts';
import { isTest } from '../source-tree.ts';
import { listModuleImports, resolveRelative } from './module-imports.ts';

const ENGINE = 'packages/engine/src/';
const LAYERS_FILE = 'tools/check/settings/engine-layers.ts';

/** Finds imports from a layer of the engine into one that its row does not name. */
export function checkEngineLayers(source: ParsedSource): Finding[] {
  if (!source.path.startsWith(ENGINE) || isTest(source.path)) return [];
  const own = folderOf(source.path);
  const layer = engineLayers.find(({ folder }) => folder === own);
  if (layer === undefined) return [describeUnknownFolder(source.path, own)];
  const findings: Finding[] = [];
  for (const { specifier, line, typeOnly } of listModuleImports(source)) {
    const target = resolveRelative(source.path, specifier);
    if (target === undefined || !target.startsWith(ENGINE) || folderOf(target) === own) continue;
    if (!isAllowed(layer, target, typeOnly)) findings.push(describeWrongImport(source.path, line, layer, target));
  }
  return findings;
}

function isAllowed(layer: EngineLayer, target: string, typeOnly: boolean): boolean {
  const allowed = typeOnly ? [...layer.imports, ...(layer.knows ?? [])] : layer.imports;
  return allowed.includes(folderOf(target)) || allowed.includes(target.slice(ENGINE.length));
}

function folderOf(path: string): string {
  const inside = path.slice(ENGINE.length);
  const slash = inside.indexOf('/');
  return slash === -1 ? '.' : inside.slice(0, slash);
}

function describeUnknownFolder(path: string, folder: string): Finding {
  const message = `the engine has no layer '${folder}'`;
  return {
    path,
    line: 1,
    rule: 'engine-layer',
    message,
    fix: `give it a row in ${LAYERS_FILE}, or use a layer's folder`,
  };
}

function describeWrongImport(path: string, line: number, layer: EngineLayer, target: string): Finding {
  const known = isAllowed(layer, target, true) ? ' at run time (its types it may name)' : '';
  return {
    path,
    line,
    rule: 'engine-layer',
    message: `${layer.folder} (${layer.about}) may not import ${target.slice(ENGINE.length)}${known}`,
    fix:
      known === ''
        ? `move what is shared to a lower layer, or take it as an argument; layers: ${LAYERS_FILE}`
        : 'write `import type`, or take the value as an argument',
  };
}
