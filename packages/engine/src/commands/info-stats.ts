// INFO's section of counters: connections, traffic, keys that expired or were evicted, pub/sub, errors.
import type { InfoField, InfoSection } from './info-section.ts';
import type { Services } from './services.ts';

export const statsSection: InfoSection = {
  names: ['stats'],
  title: 'Stats',
  isDefault: true,
  fields: (services) => [
    ...trafficFields(services),
    ...keyFields(services),
    ...absentFields(services),
    ...errorFields(services),
    ...loopFields(services),
    ...deniedFields(services),
  ],
};

function trafficFields({ statistics }: Services): InfoField[] {
  const { rates } = statistics;
  return [
    ['total_connections_received', statistics.connectionsReceived],
    ['total_commands_processed', statistics.commandsProcessed],
    ['instantaneous_ops_per_sec', Math.floor(rates.commands.perSecond)],
    ['total_net_input_bytes', statistics.bytesIn],
    ['total_net_output_bytes', statistics.bytesOut],
    ['total_net_repl_input_bytes', 0],
    ['total_net_repl_output_bytes', 0],
    ['total_net_cluster_slot_import_bytes', 0],
    ['total_net_cluster_slot_export_bytes', 0],
    ['instantaneous_input_kbps', (rates.input.perSecond / 1024).toFixed(2)],
    ['instantaneous_output_kbps', (rates.output.perSecond / 1024).toFixed(2)],
    ['instantaneous_input_repl_kbps', '0.00'],
    ['instantaneous_output_repl_kbps', '0.00'],
    ['rejected_connections', statistics.connectionsRejected],
    ['sync_full', 0],
    ['sync_partial_ok', 0],
    ['sync_partial_err', 0],
  ];
}

function keyFields({ statistics, keyspace, activeExpiry, memoryLimit }: Services): InfoField[] {
  const { stats } = keyspace;
  const { gauges } = statistics;
  return [
    ['expired_keys', stats.expired],
    ['expired_fields', statistics.expiredFields],
    ['expired_stale_perc', '0.00'],
    ['expired_keys_with_volatile_items_stale_perc', '0.00'],
    ['expired_time_cap_reached_count', activeExpiry.timesCut],
    ['expire_cycle_cpu_milliseconds', Math.floor(activeExpiry.spentMs)],
    ['evicted_keys', stats.evicted],
    ['evicted_clients', statistics.evictedClients],
    ['evicted_scripts', statistics.evictedScripts],
    ['total_eviction_exceeded_time', Math.floor(memoryLimit.totalExceededMs)],
    ['current_eviction_exceeded_time', Math.floor(memoryLimit.currentExceededMs)],
    ['keyspace_hits', stats.hits],
    ['keyspace_misses', stats.misses],
    ['pubsub_channels', gauges.pubsubChannels()],
    ['pubsub_patterns', gauges.pubsubPatterns()],
    ['pubsubshard_channels', gauges.pubsubShardChannels()],
  ];
}

/** What moving keys keeps open, background jobs (the original forks for them), and what this server does not do. */
function absentFields({ migration, persistence }: Services): InfoField[] {
  return [
    ['latest_fork_usec', 0],
    ['total_forks', persistence.backgroundJobs],
    ['migrate_cached_sockets', migration.keptCount],
    ['slave_expires_tracked_keys', 0],
    ['active_defrag_hits', 0],
    ['active_defrag_misses', 0],
    ['active_defrag_key_hits', 0],
    ['active_defrag_key_misses', 0],
    ['total_active_defrag_time', 0],
    ['current_active_defrag_time', 0],
  ];
}

function errorFields({ statistics, tracking }: Services): InfoField[] {
  return [
    ['tracking_total_keys', tracking.keyCount],
    ['tracking_total_items', tracking.itemCount],
    ['tracking_total_prefixes', tracking.prefixCount],
    ['unexpected_error_replies', statistics.unexpectedErrorReplies],
    ['total_error_replies', statistics.totalErrorReplies],
    ['dump_payload_sanitizations', statistics.payloadChecks],
  ];
}

function loopFields({ statistics }: Services): InfoField[] {
  const { rates } = statistics;
  return [
    ['total_reads_processed', statistics.readsProcessed],
    ['total_writes_processed', statistics.writesProcessed],
    ['io_threaded_reads_processed', 0],
    ['io_threaded_writes_processed', 0],
    ['io_threaded_freed_objects', 0],
    ['io_threaded_accept_processed', 0],
    ['io_threaded_poll_processed', 0],
    ['io_threaded_total_prefetch_batches', 0],
    ['io_threaded_total_prefetch_entries', 0],
    ['client_query_buffer_limit_disconnections', statistics.clientQueryLimitDisconnections],
    ['client_output_buffer_limit_disconnections', statistics.clientOutputLimitDisconnections],
    ['reply_buffer_shrinks', 0],
    ['reply_buffer_expands', 0],
    ['eventloop_cycles', statistics.turns],
    ['eventloop_duration_sum', Math.floor(statistics.turnMicroseconds)],
    ['eventloop_duration_cmd_sum', Math.floor(statistics.commandMicroseconds)],
    ['instantaneous_eventloop_cycles_per_sec', Math.floor(rates.turns.perSecond)],
    ['instantaneous_eventloop_duration_usec', meanTurn(rates.turnMicroseconds.perSecond, rates.turns.perSecond)],
  ];
}

export const debugSection: InfoSection = {
  names: ['debug'],
  title: 'Debug',
  isDefault: false,
  isHidden: true,
  fields: ({ statistics }) => [
    ['eventloop_duration_aof_sum', 0],
    ['eventloop_duration_cron_sum', Math.floor(statistics.periodMicroseconds)],
    ['eventloop_duration_max', Math.floor(statistics.turnMicrosecondsMax)],
    ['eventloop_cmd_per_cycle_max', statistics.commandsPerTurnMax],
  ],
};

function meanTurn(microsecondsPerSecond: number, turnsPerSecond: number): number {
  return turnsPerSecond === 0 ? 0 : Math.floor(microsecondsPerSecond / turnsPerSecond);
}

function deniedFields({ access }: Services): InfoField[] {
  const { counts } = access.log;
  return [
    ['acl_access_denied_auth', counts.auth],
    ['acl_access_denied_cmd', counts.command],
    ['acl_access_denied_key', counts.key],
    ['acl_access_denied_channel', counts.channel],
    ['acl_access_denied_tls_cert', counts['tls-cert']],
    ['acl_access_denied_db', counts.database],
  ];
}
