// INFO's short sections: replication, CPU, cluster, keyspace.

import type { ServerConfig } from '../config/index.ts';
import { meanTtlMs } from '../keyspace/mean-ttl.ts';
import type { Followers } from '../session/followers.ts';
import type { Replication } from '../session/replication.ts';
import type { InfoField, InfoSection } from './info-section.ts';
import { hostOf } from './replication.ts';
import type { Services } from './services.ts';

const NO_REPLICATION_ID = '0'.repeat(40);

export const replicationSection: InfoSection = {
  names: ['replication'],
  title: 'Replication',
  isDefault: true,
  fields: ({ config, identity, followers, replication, clock }) => [
    ...roleFields(replication, config, clock.nowMs),
    ['connected_slaves', followers.count],
    ...followerFields(followers, clock.nowMs),
    ['replicas_waiting_psync', 0],
    ['master_failover_state', 'no-failover'],
    ['master_replid', identity.replicationId],
    ['master_replid2', NO_REPLICATION_ID],
    // Valkey counts only while it has replicas, and keeps no backlog before the first one.
    ['master_repl_offset', replication.primary === undefined ? followers.offset : replication.offset],
    ['second_repl_offset', -1],
    ['repl_backlog_active', 0],
    ['repl_backlog_size', config.number('repl-backlog-size')],
    ['repl_backlog_first_byte_offset', 0],
    ['repl_backlog_histlen', 0],
  ],
};

function roleFields(replication: Replication, config: ServerConfig, nowMs: number): InfoField[] {
  const { primary, isUp, offset } = replication;
  if (primary === undefined) return [['role', 'master']];
  const fields: InfoField[] = [
    ['role', 'slave'],
    ['master_host', primary.host],
    ['master_port', primary.port],
    ['master_link_status', isUp ? 'up' : 'down'],
    ['master_last_io_seconds_ago', isUp ? Math.floor((nowMs - replication.lastHeardMs) / 1000) : -1],
    ['master_sync_in_progress', replication.state === 'sync' ? 1 : 0],
    ['slave_read_repl_offset', offset],
    ['slave_repl_offset', offset],
    ['replicas_repl_buffer_size', 0],
    ['replicas_repl_buffer_peak', 0],
  ];
  if (!isUp) fields.push(['master_link_down_since_seconds', Math.floor((nowMs - replication.downSinceMs) / 1000)]);
  return [
    ...fields,
    ['slave_priority', config.number('replica-priority')],
    ['slave_read_only', config.boolean('replica-read-only') ? 1 : 0],
    ['replica_announced', config.boolean('replica-announced') ? 1 : 0],
  ];
}

function followerFields(followers: Followers, nowMs: number): InfoField[] {
  return [...followers.all].map(({ client, port, acknowledged, acknowledgedAtMs }, i) => {
    const lag = Math.floor((nowMs - acknowledgedAtMs) / 1000);
    const host = hostOf(client.connection?.remoteAddress ?? '');
    return [`slave${i}`, `ip=${host},port=${port},state=online,offset=${acknowledged},lag=${lag},type=replica`];
  });
}

export const cpuSection: InfoSection = {
  names: ['cpu'],
  title: 'CPU',
  isDefault: true,
  fields: ({ statistics }) => {
    const all = process.cpuUsage();
    const main = process.threadCpuUsage();
    return [
      ['used_cpu_sys', seconds(all.system)],
      ['used_cpu_user', seconds(all.user)],
      ['used_cpu_sys_children', seconds(0)],
      ['used_cpu_user_children', seconds(0)],
      ['used_cpu_sys_main_thread', seconds(main.system)],
      ['used_cpu_user_main_thread', seconds(main.user)],
      ['used_active_time_main_thread', seconds(statistics.turnMicroseconds)],
    ];
  },
};

function seconds(microseconds: number): string {
  return (microseconds / 1e6).toFixed(6);
}

export const clusterSection: InfoSection = {
  names: ['cluster'],
  title: 'Cluster',
  isDefault: true,
  fields: () => [['cluster_enabled', 0]],
};

export const clusterInfoSection: InfoSection = {
  names: ['cluster_info'],
  title: 'Cluster Info',
  isDefault: false,
  fields: () => [],
};

export const keyspaceSection: InfoSection = {
  names: ['keyspace'],
  title: 'Keyspace',
  isDefault: true,
  fields: keyspaceFields,
};

function keyspaceFields({ keyspace }: Services): InfoField[] {
  return keyspace.databases
    .filter((db) => db.size > 0)
    .map((db) => [
      `db${db.id}`,
      `keys=${db.size},expires=${db.deadlines},avg_ttl=${Math.floor(meanTtlMs(db))}` +
        `,keys_with_volatile_items=${db.expiringHashes.size}`,
    ]);
}
