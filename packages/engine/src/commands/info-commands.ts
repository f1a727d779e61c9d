// INFO's sections about commands: how often and how long they ran, which errors they answered.
import { printPercentile } from '../config/index.ts';
import type { Command } from './command-table.ts';
import type { InfoField, InfoSection } from './info-section.ts';
import { findPercentiles } from './latency-percentiles.ts';
import type { Services } from './services.ts';

export const commandStatsSection: InfoSection = {
  names: ['commandstats'],
  title: 'Commandstats',
  isDefault: false,
  fields: ({ table }) => table.all.filter(wasAsked).map(commandField),
};

function wasAsked({ calls, failed, rejected }: Command): boolean {
  return calls > 0 || failed > 0 || rejected > 0;
}

function commandField({ fullName, calls, microseconds, rejected, failed }: Command): InfoField {
  const whole = Math.floor(microseconds);
  const mean = calls === 0 ? 0 : whole / calls;
  return [
    `cmdstat_${fullName}`,
    `calls=${calls},usec=${whole},usec_per_call=${mean.toFixed(2)},rejected_calls=${rejected},failed_calls=${failed}`,
  ];
}

export const errorStatsSection: InfoSection = {
  names: ['errorstats'],
  title: 'Errorstats',
  isDefault: true,
  fields: ({ statistics }) =>
    [...statistics.errors]
      .sort(([first], [second]) => (first < second ? -1 : 1))
      .map(([code, count]) => [`errorstat_${code.replace(/[#:\n\r]/g, '_')}`, `count=${count}`]),
};

export const latencyStatsSection: InfoSection = {
  names: ['latencystats'],
  title: 'Latencystats',
  isDefault: false,
  fields: latencyFields,
};

function latencyFields({ config, table, statistics }: Services): InfoField[] {
  if (!statistics.tracksLatency) return [];
  const percentiles = config.latencyPercentiles.value;
  const fields: InfoField[] = [];
  for (const { fullName, latency } of table.all) {
    if (latency === undefined) continue;
    const values = findPercentiles(latency, percentiles);
    const parts = percentiles.map((percentile, at) => `p${printPercentile(percentile)}=${values[at].toFixed(3)}`);
    fields.push([`latency_percentiles_usec_${fullName}`, parts.join(',')]);
  }
  return fields;
}
