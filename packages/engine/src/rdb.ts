// RDB as part of the engine: when data sets are saved (SAVE, BGSAVE, the directive `save`, the end of the server) and
// loaded (the start, DEBUG RELOAD), and what is said about it in the log and in INFO. How files are written and read is
// in rdb-files.ts.
import { join } from 'node:path';
import { systemErrorText } from './config/system-error-text.ts';
import type { Engine } from './engine.ts';
import type { KeyspaceSnapshot } from './keyspace/keyspace.ts';
import type { Handle } from './memory/arena.ts';
import { LoadError } from './persistence/persistence-ports.ts';
import { dumpValue, savedLength } from './persistence/rdb/payload.ts';
import type { RdbControl } from './persistence/rdb-control.ts';
import type { Reloading, ReloadOptions } from './persistence/reloading.ts';
import { SnapshotCancelled } from './persistence/snapshot.ts';
import { hasRdbFile, RdbFiles } from './rdb-files.ts';

/** Seconds after a failed save before the next one by itself. */
const RETRY_SECONDS = 5;
const LOAD_FAILED = 'ERR Error trying to load the RDB dump, check server logs.';
const LOAD_AOF_FAILED = 'ERR Error trying to load the AOF files, check server logs.';
const SAVE_FAILED = 'ERR';
const CANCEL_SIGNAL = 10;

export class Rdb implements RdbControl, Reloading {
  readonly files: RdbFiles;
  readonly #engine: Engine;
  readonly #directory: string | undefined;
  #cancelling: AbortController | undefined;
  #lastTryAt = 0;
  isScheduled = false;

  /** `directory` is where `dbfilename` is; the working directory where it is left out. */
  constructor(engine: Engine, directory?: string) {
    this.#engine = engine;
    this.#directory = directory;
    this.files = new RdbFiles(engine);
    engine.shutdown.save = () => Promise.resolve(this.#saveAtEnd());
    engine.shutdown.beforeExit.push(() => {
      if (this.isSaving) this.files.dropBackground(this.#path);
    });
  }

  get isSaving(): boolean {
    return this.#cancelling !== undefined;
  }

  get #path(): string {
    return join(this.#directory ?? process.cwd(), this.#engine.config.text('dbfilename'));
  }

  /** Loads the file where there is one, and lets clients ask how far it is. Rejects with a LoadError. */
  async loadAtStart(): Promise<void> {
    const { log, keyspace, persistence, clock } = this.#engine;
    const path = this.#path;
    if (!hasRdbFile(path)) return;
    const started = performance.now();
    persistence.loading = true;
    keyspace.pauseExpiry('loading', true);
    try {
      const loading = this.files.beginLoad(path, { dropsExpired: true, replaces: false });
      while (loading.next().done !== true) await this.files.turn();
    } catch (error) {
      if (error instanceof LoadError) error.message += ' Terminating server after rdb file reading failure.';
      throw error;
    } finally {
      keyspace.pauseExpiry('loading', false);
      persistence.loading = false;
    }
    keyspace.dirty = 0;
    persistence.rdbLastSaveAt = Math.floor(clock.nowMs / 1000);
    log.notice(`DB loaded from disk: ${((performance.now() - started) / 1000).toFixed(3)} seconds`);
  }

  saveNow(): boolean {
    const { persistence, log } = this.#engine;
    try {
      this.files.saveNow(this.#path);
    } catch (error) {
      log.warning(`Write error while saving DB to the disk(${this.#path}): ${systemErrorText(error)}`);
      return false;
    }
    this.#noteSaved(this.#engine.keyspace.dirty);
    persistence.rdbLastSaveOk = true;
    return true;
  }

  startBackground(): void {
    const { persistence, clock, keyspace, log } = this.#engine;
    this.isScheduled = false;
    const cancelling = new AbortController();
    this.#cancelling = cancelling;
    this.#lastTryAt = clock.nowMs;
    persistence.rdbSaving = true;
    persistence.rdbSaveStartedAt = Math.floor(clock.nowMs / 1000);
    persistence.rdbSaves++;
    persistence.backgroundJobs++;
    const snapshot = keyspace.beginSnapshot();
    log.notice(`Background saving started by pid ${process.pid}`);
    void this.#finishBackground(snapshot, keyspace.dirty, cancelling.signal);
  }

  schedule(): void {
    this.isScheduled = true;
  }

  cancel(): 'running' | 'scheduled' | undefined {
    if (this.#cancelling !== undefined) {
      this.#cancelling.abort();
      return 'running';
    }
    if (!this.isScheduled) return undefined;
    this.isScheduled = false;
    return 'scheduled';
  }

  onEmptied(): void {
    if (this.isSaving) this.cancel();
    if (this.#engine.config.save.value.length > 0) this.saveNow();
  }

  dump(): Uint8Array {
    return this.files.toMemory();
  }

  dumpValue(entry: Handle): Uint8Array {
    const { config, keyspace } = this.#engine;
    return dumpValue(keyspace, entry, Number(config.choice('rdb-version')), config.boolean('rdbcompression'));
  }

  /** Periodic work: begins what is scheduled or due. */
  tick(): void {
    const { persistence, log } = this.#engine;
    if (this.isSaving || persistence.aofRewriting || persistence.loading) return;
    if (this.isScheduled && this.#mayTry()) return this.startBackground();
    const point = this.#duePoint();
    if (point === undefined) return;
    log.notice(`${point.changes} changes in ${point.seconds} seconds. Saving...`);
    this.startBackground();
  }

  reloadRdb(options: ReloadOptions): string | undefined {
    const { keyspace, log } = this.#engine;
    if (options.save && !this.saveNow()) return SAVE_FAILED;
    const { dirty } = keyspace;
    // A file that cannot be read must not cost the data that are there.
    const onAccepted = (): void => {
      if (options.flush) this.#flush();
    };
    try {
      this.files.load(this.#path, { dropsExpired: true, replaces: options.merge, onAccepted });
      return undefined;
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      log.warning(error.message);
      return LOAD_FAILED;
    } finally {
      keyspace.dirty = dirty;
    }
  }

  #flush(): void {
    const { keyspace, scripting, log } = this.#engine;
    log.notice('RDB signature and version check passed. Flushing old data');
    for (const db of keyspace.databases) db.clear();
    scripting.functions.flush();
  }

  reloadAof(): string | undefined {
    const { appendOnly, log } = this.#engine;
    if (appendOnly === undefined) return LOAD_AOF_FAILED;
    try {
      appendOnly.reload();
      return undefined;
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      log.warning(error.message);
      return LOAD_AOF_FAILED;
    }
  }

  serializedLength(entry: Handle): number {
    return savedLength(this.#engine.keyspace, entry, this.#engine.config.boolean('rdbcompression'));
  }

  #saveAtEnd(): boolean {
    // A data set that is not complete must not take the place of the file that it comes from.
    if (this.#engine.persistence.loading) return true;
    if (this.isSaving) this.cancel();
    return this.saveNow();
  }

  async #finishBackground(snapshot: KeyspaceSnapshot, dirty: number, signal: AbortSignal): Promise<void> {
    const { persistence, keyspace, clock, log } = this.#engine;
    const startedMs = clock.read();
    try {
      await this.files.saveInBackground(snapshot, this.#path, signal);
      log.notice('Background saving terminated with success');
      this.#noteSaved(dirty);
      persistence.rdbLastSaveOk = true;
    } catch (error) {
      this.#noteFailure(error);
    } finally {
      keyspace.endSnapshot(snapshot);
      this.#cancelling = undefined;
      persistence.rdbSaving = false;
      persistence.rdbSaveStartedAt = -1;
      persistence.rdbLastSaveSeconds = Math.floor((clock.read() - startedMs) / 1000);
    }
  }

  #noteFailure(error: unknown): void {
    const { persistence, log } = this.#engine;
    if (error instanceof SnapshotCancelled) {
      log.warning(`Background saving terminated by signal ${CANCEL_SIGNAL}`);
      return;
    }
    log.warning(`Write error while saving DB to the disk(${this.#path}): ${systemErrorText(error)}`);
    log.warning('Background saving error');
    persistence.rdbLastSaveOk = false;
  }

  #noteSaved(dirty: number): void {
    const { persistence, clock } = this.#engine;
    persistence.dirtyAtLastSave = dirty;
    persistence.rdbLastSaveAt = Math.floor(clock.nowMs / 1000);
  }

  /** After a failure the next try waits for a while. */
  #mayTry(): boolean {
    const { persistence, clock } = this.#engine;
    return persistence.rdbLastSaveOk || clock.nowMs - this.#lastTryAt > RETRY_SECONDS * 1000;
  }

  #duePoint(): { readonly seconds: bigint; readonly changes: number } | undefined {
    const { config, persistence, clock, keyspace } = this.#engine;
    const changes = keyspace.dirty - persistence.dirtyAtLastSave;
    const seconds = Math.floor(clock.nowMs / 1000) - persistence.rdbLastSaveAt;
    if (!this.#mayTry()) return undefined;
    return config.save.value.find((point) => changes >= point.changes && BigInt(seconds) > point.seconds);
  }
}
