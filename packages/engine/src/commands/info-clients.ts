// INFO's section about clients.
import type { InfoSection } from './info-section.ts';
import type { Services } from './services.ts';

export const clientsSection: InfoSection = {
  names: ['clients'],
  title: 'Clients',
  isDefault: true,
  fields: (services) => {
    const { clients, config, blocking, statistics, watching, pause, clock } = services;
    const buffers = largestBuffers(services);
    return [
      ['connected_clients', clients.size - services.followers.count],
      ['cluster_connections', 0],
      ['maxclients', config.number('maxclients')],
      ['client_recent_max_input_buffer', buffers.input],
      ['client_recent_max_output_buffer', buffers.output],
      ['blocked_clients', blocking.clientCount],
      ['tracking_clients', services.tracking.clientCount],
      ['pubsub_clients', statistics.gauges.pubsubClients()],
      ['watching_clients', countWatching(services)],
      ['clients_in_timeout_table', countTimed(services)],
      ['total_watched_keys', watching.keyCount],
      ['total_blocking_keys', blocking.keyCount],
      ['total_blocking_keys_on_nokey', blocking.keysAwaitedGone],
      ['paused_reason', pause.kind === undefined ? 'none' : 'client_pause'],
      ['paused_actions', pause.kind ?? 'none'],
      ['paused_timeout_milliseconds', pause.kind === undefined ? 0 : Math.max(0, pause.endMs - clock.nowMs)],
    ];
  },
};

function largestBuffers({ clients }: Services): { input: number; output: number } {
  let input = 0;
  let output = 0;
  for (const client of clients) {
    input = Math.max(input, client.input?.byteLength ?? 0);
    output = Math.max(output, client.output.memoryBytes);
  }
  return { input, output };
}

function countWatching({ clients }: Services): number {
  let count = 0;
  for (const client of clients) if (client.watched.length > 0) count++;
  return count;
}

/** Blocked clients whose wait has an end. */
function countTimed({ blocking }: Services): number {
  let count = 0;
  for (const client of blocking.clients) if (Number.isFinite(client.blocked?.deadlineMs)) count++;
  return count;
}
