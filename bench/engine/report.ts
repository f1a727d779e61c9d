// Figures as markdown, on the terminal and in docs/benchmarks.md. Each section of the document stands between two marks,
// so that a run replaces its own figures and leaves what people wrote.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@valkeep/testing';

const DOCUMENT = join(repositoryRoot, 'docs/benchmarks.md');
const GIB = 1024 ** 3;

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export function formatTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = heading.map((_, column) => (column === 0 ? '---' : '---:'));
  return [heading, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The share of `values` that is reached by `fraction` of them, such as 0.999. */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * fraction) - 1)] ?? Number.NaN;
}

/** A ratio, in bold when it misses its target. */
export function formatRatio(ratio: number, holds: boolean): string {
  return holds ? ratio.toFixed(2) : `**${ratio.toFixed(2)}**`;
}

export function describeMachine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${model}, ${cpus().length} cores, ${Math.round(totalmem() / GIB)} GiB, Node ${process.versions.node}`;
}

/** Puts the section into docs/benchmarks.md, in the place of its last figures or at the end. */
export function writeSection({ id, title, text }: Section): void {
  const [begin, end] = [`<!-- begin ${id} -->`, `<!-- end ${id} -->`];
  const date = new Date().toISOString().slice(0, 10);
  const block = `${begin}\n\n${date}, ${describeMachine()}.\n\n${text}\n\n${end}`;
  const document = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '# Benchmarks\n';
  const start = document.indexOf(begin);
  const stop = document.indexOf(end);
  const updated =
    start >= 0 && stop > start
      ? document.slice(0, start) + block + document.slice(stop + end.length)
      : `${document.trimEnd()}\n\n## ${title}\n\n${block}\n`;
  writeFileSync(DOCUMENT, updated);
}
