// INFO's section about saving and loading. The figures are PersistenceStatus's.
import type { PersistenceStatus } from '../persistence/persistence-status.ts';
import { flag, type InfoField, type InfoSection, percent } from './info-section.ts';
import type { Services } from './services.ts';

export const persistenceSection: InfoSection = {
  names: ['persistence'],
  title: 'Persistence',
  isDefault: true,
  fields: (services) => {
    const { persistence } = services;
    return [
      ...saveFields(persistence),
      ...rdbFields(services),
      ...aofFields(services),
      ...(persistence.aofEnabled ? aofSizeFields(persistence) : []),
      ...(persistence.loading ? loadingFields(services) : []),
    ];
  },
};

function saveFields(status: PersistenceStatus): InfoField[] {
  return [
    ['loading', flag(status.loading)],
    ['async_loading', 0],
    ['current_cow_peak', status.currentCopiedBytesPeak],
    ['current_cow_size', status.currentCopiedBytes],
    ['current_cow_size_age', 0],
    ['current_fork_perc', percent(status.saveKeysProcessed, status.saveKeysTotal)],
    ['current_save_keys_processed', status.saveKeysProcessed],
    ['current_save_keys_total', status.saveKeysTotal],
  ];
}

function rdbFields({ persistence: status, keyspace, clock }: Services): InfoField[] {
  return [
    ['rdb_changes_since_last_save', keyspace.dirty - status.dirtyAtLastSave],
    ['rdb_bgsave_in_progress', flag(status.rdbSaving)],
    ['rdb_last_save_time', status.rdbLastSaveAt],
    ['rdb_last_bgsave_status', okOrError(status.rdbLastSaveOk)],
    ['rdb_last_bgsave_time_sec', status.rdbLastSaveSeconds],
    ['rdb_current_bgsave_time_sec', secondsSince(status.rdbSaving, status.rdbSaveStartedAt, clock.nowMs)],
    ['rdb_saves', status.rdbSaves],
    ['rdb_last_cow_size', status.rdbLastCopiedBytes],
    ['rdb_last_load_keys_expired', status.rdbLastLoadKeysExpired],
    ['rdb_last_load_keys_loaded', status.rdbLastLoadKeysLoaded],
  ];
}

function aofFields({ persistence: status, clock }: Services): InfoField[] {
  return [
    ['aof_enabled', flag(status.aofEnabled)],
    ['aof_rewrite_in_progress', flag(status.aofRewriting)],
    ['aof_rewrite_scheduled', flag(status.aofRewriteScheduled)],
    ['aof_last_rewrite_time_sec', status.aofLastRewriteSeconds],
    ['aof_current_rewrite_time_sec', secondsSince(status.aofRewriting, status.aofRewriteStartedAt, clock.nowMs)],
    ['aof_last_bgrewrite_status', okOrError(status.aofLastRewriteOk)],
    ['aof_rewrites', status.aofRewrites],
    ['aof_rewrites_consecutive_failures', status.aofRewritesFailedInRow],
    ['aof_last_write_status', okOrError(status.aofLastWriteOk)],
    ['aof_last_cow_size', status.aofLastCopiedBytes],
    ['module_fork_in_progress', 0],
    ['module_fork_last_cow_size', 0],
    ['slot_migration_fork_in_progress', 0],
  ];
}

function aofSizeFields(status: PersistenceStatus): InfoField[] {
  return [
    ['aof_current_size', status.aofCurrentBytes],
    ['aof_base_size', status.aofBaseBytes],
    ['aof_pending_rewrite', flag(status.aofRewriteScheduled)],
    ['aof_buffer_length', status.aofBufferBytes],
    ['aof_pending_bio_fsync', status.aofPendingSyncs],
    ['aof_delayed_fsync', status.aofDelayedSyncs],
  ];
}

function loadingFields({ persistence: status, clock }: Services): InfoField[] {
  const { loadingStartedAt, loadingTotalBytes, loadingLoadedBytes } = status;
  const elapsed = Math.max(0, Math.floor(clock.nowMs / 1000) - loadingStartedAt);
  const left = Math.max(1, loadingTotalBytes - loadingLoadedBytes);
  return [
    ['loading_start_time', loadingStartedAt],
    ['loading_total_bytes', loadingTotalBytes],
    ['loading_rdb_used_mem', status.loadingSavedMemoryBytes],
    ['loading_loaded_bytes', loadingLoadedBytes],
    ['loading_loaded_perc', percent(loadingLoadedBytes, loadingTotalBytes)],
    ['loading_eta_seconds', elapsed === 0 ? 1 : Math.floor((elapsed * left) / (loadingLoadedBytes + 1))],
  ];
}

function okOrError(isOk: boolean): string {
  return isOk ? 'ok' : 'err';
}

/** -1 where nothing is going on. */
function secondsSince(isOn: boolean, startedAt: number, nowMs: number): number {
  return isOn ? Math.max(0, Math.floor(nowMs / 1000) - startedAt) : -1;
}
