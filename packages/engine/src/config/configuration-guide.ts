// Writes docs/configuration.md from the directive tables: our own directives, and those of Valkey that have no effect
// yet. A pure function; generate-configuration-guide.ts puts its text in place and a test fails when the two differ.
import { allDirectives } from './all-directives.ts';
import type { Directive } from './directive.ts';
import { ServerConfig } from './server-config.ts';

const INTRODUCTION = `# Configuration

<!-- Generated from the tables in packages/engine/src/config/directives; run
     packages/engine/src/config/generate-configuration-guide.ts after changing them. -->

\`valkeep-server\` reads \`valkey.conf\` and the flags of \`valkey-server\`:

    valkeep-server [/path/to/valkey.conf | -] [--any-config-name value ...]

Every directive of Valkey 9.1 is known under its name and its alias, is checked, shown by CONFIG GET, changed by
CONFIG SET and kept by CONFIG REWRITE. Which of them the server does not act on is listed below.
`;

/** The text of docs/configuration.md. */
export function buildConfigurationGuide(): string {
  const config = new ServerConfig({ current: () => '', change: () => undefined });
  const rows: readonly Directive[] = allDirectives;
  const show = (row: Directive): string => config.get([row.name])[0]?.[1] ?? '';
  const own = rows.filter((row) => row.own === true);
  const idle = rows.filter((row) => row.effect !== 'full').sort(byName);
  return [
    INTRODUCTION,
    '## Our own directives\n',
    'A file that names them cannot be read by Valkey.\n',
    '| directive | values | default | meaning |',
    '|---|---|---|---|',
    ...own.map((row) => `| \`${row.name}\` | ${describeValues(row)} | \`${show(row)}\` | ${row.summary ?? ''} |`),
    '',
    '## Directives without effect\n',
    `${idle.length} of ${rows.length} directives are accepted and kept, and nothing else happens yet.\n`,
    '| directive | alias | default |',
    '|---|---|---|',
    ...idle.map((row) => `| \`${row.name}\` | ${code(row.alias)} | ${code(show(row))} |`),
    '',
  ].join('\n');
}

function describeValues(row: Directive): string {
  const fixed = row.immutable === true ? ', fixed at start' : '';
  switch (row.kind) {
    case 'choice':
      return `${row.choices.map((word) => `\`${word}\``).join(', ')}${fixed}`;
    case 'number':
      return `${row.notation === 'integer' ? 'number' : row.notation}, at least ${row.min}${fixed}`;
    case 'boolean':
      return `\`yes\`, \`no\`${fixed}`;
    default:
      return `text${fixed}`;
  }
}

function byName(first: Directive, second: Directive): number {
  return first.name < second.name ? -1 : 1;
}

function code(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `\`${text}\``;
}
