// `npm run fix`: formats and mends what Biome can mend; with paths, only those.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const paths = process.argv.slice(2);
const { status } = spawnSync(join(root, 'node_modules/.bin/biome'), ['check', '--write', ...paths], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
