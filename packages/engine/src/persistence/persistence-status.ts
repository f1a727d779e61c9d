// What INFO says about saving and loading. The parts that save and load write these fields as they go; nothing is
// decided by them but what a field's comment says. Times are Unix seconds, durations seconds; -1 means "never".

export class PersistenceStatus {
  /** A data set is being loaded: commands without the flag `loading` are refused, so is CONFIG SET of some directives. */
  loading = false;
  loadingStartedAt = 0;
  loadingTotalBytes = 0;
  loadingLoadedBytes = 0;
  /** Memory that the data set took where it was saved, as the file says. */
  loadingSavedMemoryBytes = 0;
  /** Keys that the running save has written, and has to write. */
  saveKeysProcessed = 0;
  saveKeysTotal = 0;
  rdbSaving = false;
  /** Value of `Keyspace.dirty` that the last complete save covers. */
  dirtyAtLastSave = 0;
  rdbLastSaveAt: number;
  rdbLastSaveOk = true;
  rdbLastSaveSeconds = -1;
  rdbSaveStartedAt = -1;
  rdbSaves = 0;
  /** Background saves and rewrites begun: what the original forks for. */
  backgroundJobs = 0;
  /** Bytes that writes had to copy during the last save, and during the running one. */
  rdbLastCopiedBytes = 0;
  currentCopiedBytes = 0;
  currentCopiedBytesPeak = 0;
  rdbLastLoadKeysExpired = 0;
  rdbLastLoadKeysLoaded = 0;
  aofEnabled = false;
  aofRewriting = false;
  aofRewriteScheduled = false;
  aofLastRewriteSeconds = -1;
  aofRewriteStartedAt = -1;
  aofLastRewriteOk = true;
  aofRewrites = 0;
  aofRewritesFailedInRow = 0;
  aofLastWriteOk = true;
  /** What the system said to the last write that failed. */
  aofFailure = '';
  aofLastCopiedBytes = 0;
  aofCurrentBytes = 0;
  aofBaseBytes = 0;
  /** Bytes that wait to be written. */
  aofBufferBytes = 0;
  aofPendingSyncs = 0;
  aofDelayedSyncs = 0;

  constructor(nowMs: number) {
    this.rdbLastSaveAt = Math.floor(nowMs / 1000);
  }

  /** CONFIG RESETSTAT. */
  resetCounters(): void {
    this.rdbSaves = 0;
    this.aofRewrites = 0;
    this.aofRewritesFailedInRow = 0;
    this.aofDelayedSyncs = 0;
  }
}
