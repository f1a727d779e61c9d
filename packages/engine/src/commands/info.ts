// INFO: what the server says of itself, in sections. Each section is a file beside this one; figures of features that
// are not there (replicas, modules, forks) are given as those of a server that does not use them.
import type { Call } from './call.ts';
import type { CommandSpec } from './command-spec.ts';
import { clientsSection } from './info-clients.ts';
import { commandStatsSection, errorStatsSection, latencyStatsSection } from './info-commands.ts';
import {
  clusterInfoSection,
  clusterSection,
  cpuSection,
  keyspaceSection,
  replicationSection,
} from './info-keyspace.ts';
import { memorySection } from './info-memory.ts';
import { persistenceSection } from './info-persistence.ts';
import type { InfoSection } from './info-section.ts';
import { modulesSection, scriptingEnginesSection, serverSection, tlsSection } from './info-server.ts';
import { debugSection, statsSection } from './info-stats.ts';
import type { Services } from './services.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const infoCommands: readonly CommandSpec[] = [
  {
    name: 'info', arity: -1, flags: 'loading stale sentinel', acl: 'dangerous', since: '1.0.0', group: 'server',
    complexity: 'O(1)', tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
    about: 'Facts and statistics of the server.', run: info,
  },
];

/** In the order in which they are printed. */
const SECTIONS: readonly InfoSection[] = [
  serverSection,
  tlsSection,
  clientsSection,
  memorySection,
  persistenceSection,
  statsSection,
  replicationSection,
  cpuSection,
  modulesSection,
  commandStatsSection,
  errorStatsSection,
  latencyStatsSection,
  clusterSection,
  clusterInfoSection,
  scriptingEnginesSection,
  keyspaceSection,
  debugSection,
];

function info(call: Call): void {
  const asked = new Set(call.args.texts(1).map((name) => name.toLowerCase()));
  call.reply.verbatim('txt', infoText(call.services, asked));
}

/** The text of the sections that are asked for; none asks for the default ones. */
export function infoText(services: Services, asked: ReadonlySet<string>): string {
  const takesAll = asked.has('all') || asked.has('everything');
  const takesDefault = asked.size === 0 || asked.has('default');
  return SECTIONS.filter(
    ({ names, isDefault, isHidden }) =>
      (takesAll && isHidden !== true) || (takesDefault && isDefault) || names.some((name) => asked.has(name)),
  )
    .map((section) => sectionText(section, services))
    .join('\r\n');
}

function sectionText({ title, fields }: InfoSection, services: Services): string {
  const lines = fields(services).map(([name, value]) => `${name}:${value}\r\n`);
  return `# ${title}\r\n${lines.join('')}`;
}
