// `npm run check`: strict types, Biome, and our own rules (import directions, layers, sizes, names, banned constructs).
// Takes seconds, writes nothing, names file, line, rule and fix.
import { dirname } from 'node:path';
import { runCheckSteps } from './check/check-steps.ts';

const steps = await runCheckSteps(dirname(import.meta.dirname));
for (const { name, complaints } of steps) {
  if (complaints.length > 0) console.log(`${complaints.join('\n')}\n`);
  else console.log(`ok  ${name}`);
}
const failed = steps.filter(({ complaints }) => complaints.length > 0).map(({ name }) => name);
if (failed.length > 0) console.log(`check failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
