// Words that may stand in no file: unfinished business, silenced compilers, paths of one machine, hosts of registries.
// The patterns are written so that they do not find themselves.
import type { Finding } from '../finding.ts';
import type { SourceTree } from '../source-tree.ts';

interface BannedText {
  readonly rule: string;
  readonly files: RegExp;
  readonly pattern: RegExp;
  readonly fix: string;
}

const CODE = /\.(ts|tsx|mjs|js|sh)$|^\.ci\/|\/bin\/[^/]+$/;
const ANY = /./;

const bannedTexts: readonly BannedText[] = [
  {
    rule: 'unfinished',
    files: CODE,
    pattern: /\b(TO[D]O|FI[X]ME|X[X]X)\b/,
    fix: 'do it now, or take it out and write an issue',
  },
  {
    rule: 'silenced-compiler',
    files: CODE,
    pattern: /@ts-(ign[o]re|noch[e]ck|exp[e]ct-error)/,
    fix: 'make the types true',
  },
  {
    rule: 'machine-path',
    files: ANY,
    pattern: /(^|[\s'"`=(:])\/(w[o]rk|f[a]rm|r[o]ot|Us[e]rs)\/\w|\.libr[a]ry\/(env|search)/,
    fix: 'use a path relative to the repository, or take it from an argument or the environment',
  },
  {
    rule: 'registry-host',
    files: ANY,
    pattern: /registry\.npmj[s]|deb\.debi[a]n\.org|proxy\.gol[a]ng|py[p]i\.org|repo\.m[a]ven|static\.cr[a]tes/,
    fix: 'leave the choice of a registry to the configuration of the machine',
  },
  {
    rule: 'registry-host',
    files: /(^|\/)(package-lock|npm-shrinkwrap)\.json$/,
    pattern: /"resolved": "[a-z+]+:\/\//,
    fix: 'keep omit-lockfile-registry-resolved=true in .npmrc and run `npm install` again',
  },
];

/** Finds lines that contain what no file may contain. */
export function checkBannedText(tree: SourceTree): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    for (const { rule, files, pattern, fix } of bannedTexts) {
      if (!files.test(path) || !new RegExp(pattern, 'm').test(text)) continue;
      text.split('\n').forEach((content, index) => {
        const found = pattern.exec(content)?.[0].trim();
        if (found !== undefined) findings.push({ path, line: index + 1, rule, message: `contains '${found}'`, fix });
      });
    }
  }
  return findings;
}
