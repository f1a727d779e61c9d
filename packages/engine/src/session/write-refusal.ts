// Why nothing may be written just now: the disk does not take it, or too few replicas would have it.
import type { Services } from '../commands/services.ts';

const DISK_FULL =
  "MISCONF Valkey is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may " +
  'modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting ' +
  'fails (stop-writes-on-bgsave-error option). Please check the Valkey logs for details about the RDB error.';
export const NO_REPLICAS = 'NOREPLICAS Not enough good replicas to write.';

/** What the last attempt to save or append says; undefined while all is well. PING tells it too. */
export function diskRefusal({ config, persistence }: Services): string | undefined {
  if (persistence.rdbLastSaveOk && persistence.aofLastWriteOk) return undefined;
  const saves = config.boolean('stop-writes-on-bgsave-error') && config.save.value.length > 0;
  if (saves && !persistence.rdbLastSaveOk) return DISK_FULL;
  if (persistence.aofEnabled && !persistence.aofLastWriteOk) {
    return `MISCONF Errors writing to the AOF file: ${persistence.aofFailure}`;
  }
  return undefined;
}

/** Whether fewer replicas follow than `min-replicas-to-write` asks for. */
export function lacksReplicas({ config, followers, clock }: Services): boolean {
  const wanted = config.number('min-replicas-to-write');
  const lagSeconds = config.number('min-replicas-max-lag');
  if (wanted === 0 || lagSeconds === 0) return false;
  return followers.countHeardSince(clock.nowMs - lagSeconds * 1000) < wanted;
}

/** The reason, if any, for which no command may write. */
export function writeRefusal(services: Services): string | undefined {
  return diskRefusal(services) ?? (lacksReplicas(services) ? NO_REPLICAS : undefined);
}
