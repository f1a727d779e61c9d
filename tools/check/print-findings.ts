// `node tools/check/print-findings.ts ROOT`: our own rules over a working tree, one finding a line.
import { formatFinding } from './finding.ts';
import { runRules } from './run-rules.ts';
import { readSourceTree } from './source-tree.ts';

const [root] = process.argv.slice(2);
if (root === undefined) throw new Error('usage: print-findings.ts ROOT');
for (const finding of runRules(readSourceTree(root))) console.log(formatFinding(finding));
