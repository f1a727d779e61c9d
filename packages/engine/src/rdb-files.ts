// Writing the keyspace into RDB files and reading it back, with what the directives say about it. A file is made under
// another name and takes its place when it is safe on disk. When to save is decided in rdb.ts.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BaseFiles } from './append-only.ts';
import { syncDirectory } from './config/replace-file.ts';
import { systemErrorText } from './config/system-error-text.ts';
import { VALKEY_VERSION } from './config/version.ts';
import type { Engine } from './engine.ts';
import { type KeyspaceSnapshot, SILENT_HOOKS } from './keyspace/keyspace.ts';
import { syncDirectoryBeside } from './persistence/disk.ts';
import { LoadError } from './persistence/persistence-ports.ts';
import { type LoadSettings, RdbLoad } from './persistence/rdb/load-rdb.ts';
import { MemorySink } from './persistence/rdb/memory-sink.ts';
import { BackgroundFileSink, FileSink, FileSource } from './persistence/rdb/rdb-file.ts';
import { VERSION_MAX } from './persistence/rdb/rdb-format.ts';
import { DamagedRdb } from './persistence/rdb/rdb-input.ts';
import { RdbSave, type SaveSettings } from './persistence/rdb/save-rdb.ts';
import { configuredLimits } from './persistence/rdb/value-limits.ts';
import { runInSlices, SnapshotCancelled } from './persistence/snapshot.ts';

export interface LoadOptions {
  /** Keys whose deadline is over are left out. */
  readonly dropsExpired: boolean;
  /** Keys of the file take the place of those that are there. */
  readonly replaces: boolean;
  /** Called when the file is known to be one that can be read, before anything is loaded. */
  readonly onAccepted?: () => void;
}

const MICROSECONDS_PER_MS = 1000;
/** Milliseconds of a slice of a background save, between commands and while there are none. */
const BUSY_SLICE_MS = 0.5;
const IDLE_SLICE_MS = 2;
const LOAD_STEP_BYTES = 2 ** 18;
const MEGABYTE = 1024 * 1024;

export class RdbFiles implements BaseFiles {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Writes everything to `path` before anything else runs. Throws what the system says. */
  saveNow(path: string): void {
    const { keyspace } = this.#engine;
    const temporaryPath = join(dirname(path), `temp-${process.pid}.rdb`);
    const snapshot = keyspace.beginSnapshot();
    try {
      this.#writeNow(snapshot, temporaryPath);
      this.#putInPlace(temporaryPath, path);
    } catch (error) {
      rmSync(temporaryPath, { force: true });
      throw error;
    } finally {
      keyspace.endSnapshot(snapshot);
    }
  }

  /** Everything as the bytes of a file. */
  toMemory(): Uint8Array {
    const { keyspace } = this.#engine;
    const snapshot = keyspace.beginSnapshot();
    try {
      const sink = new MemorySink();
      const walk = new RdbSave(keyspace, snapshot, sink, this.#saveSettings('file')).steps();
      while (walk.next().done !== true);
      return sink.content;
    } finally {
      keyspace.endSnapshot(snapshot);
    }
  }

  #writeNow(snapshot: KeyspaceSnapshot, path: string): void {
    const sink = new FileSink(path);
    try {
      const save = new RdbSave(this.#engine.keyspace, snapshot, sink, this.#saveSettings('file'));
      const walk = save.steps();
      while (walk.next().done !== true);
      sink.sync();
    } finally {
      sink.close();
    }
  }

  /** Writes a snapshot to `path`, in slices. Rejects with what the system says, or a SnapshotCancelled. */
  async saveInBackground(snapshot: KeyspaceSnapshot, path: string, signal: AbortSignal): Promise<void> {
    const temporaryPath = backgroundPath(path);
    try {
      await this.#writeInSlices(snapshot, temporaryPath, 'file', signal);
      // It may have been given up while the disk made the last bytes safe.
      if (signal.aborted) throw new SnapshotCancelled();
      renameSync(temporaryPath, path);
      await syncDirectoryBeside(dirname(path));
      this.#engine.log.notice('DB saved on disk');
    } catch (error) {
      rmSync(temporaryPath, { force: true });
      throw error;
    }
  }

  /** Deletes what a background save has written so far; the server ends. */
  dropBackground(path: string): void {
    rmSync(backgroundPath(path), { force: true });
  }

  /** Writes a snapshot as the base of an append-only file, safely on disk. Rejects with a SnapshotCancelled, too. */
  save(snapshot: KeyspaceSnapshot, path: string, signal: AbortSignal): Promise<void> {
    return this.#writeInSlices(snapshot, path, 'base', signal);
  }

  /** Loads a file at once; gives the offset behind its data. Throws a LoadError. */
  load(path: string, options: LoadOptions = { dropsExpired: false, replaces: false }): number {
    const loading = this.beginLoad(path, options);
    for (let step = loading.next(); ; step = loading.next()) if (step.done === true) return step.value;
  }

  /** As `load`, in steps. */
  *beginLoad(path: string, options: LoadOptions): Generator<void, number, void> {
    const { keyspace, persistence, clock, log } = this.#engine;
    const source = openSource(path);
    const load = new RdbLoad(keyspace, source, this.#loadSettings(options));
    const { hooks } = keyspace;
    keyspace.hooks = SILENT_HOOKS;
    persistence.loadingTotalBytes = source.size;
    persistence.loadingStartedAt = Math.floor(clock.nowMs / 1000);
    try {
      for (const _ of load.steps()) {
        persistence.loadingLoadedBytes = load.offset;
        yield;
      }
    } catch (error) {
      if (!(error instanceof DamagedRdb)) throw error;
      log.warning(`Internal error in RDB reading offset ${error.offset} -> ${error.message}`);
      throw new LoadError(
        `The RDB file ${path} cannot be loaded, ${load.describe(error)}. Restore the file from a backup, or move it away to start with an empty data set.`,
      );
    } finally {
      keyspace.hooks = hooks;
      source.close();
    }
    persistence.rdbLastLoadKeysLoaded = load.keysLoaded;
    persistence.rdbLastLoadKeysExpired = load.keysExpired;
    return load.offset;
  }

  /** Resolves when the others have had their turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      // The transport must not sleep: there is work left.
      this.#engine.transport.wake();
      setImmediate(resolve);
    });
  }

  async #writeInSlices(
    snapshot: KeyspaceSnapshot,
    path: string,
    purpose: 'file' | 'base',
    signal: AbortSignal,
  ): Promise<void> {
    const { keyspace, persistence, arena, config } = this.#engine;
    // Taken before anything else runs: it belongs to the moment of the snapshot.
    const settings = this.#saveSettings(purpose);
    const sink = await BackgroundFileSink.open(path);
    const keptBytes = arena.keptBytes;
    try {
      const save = new RdbSave(keyspace, snapshot, sink, settings);
      persistence.saveKeysTotal = save.keysTotal;
      save.isPaced = config.number('rdb-key-save-delay') > 0;
      await runInSlices(save.steps(), sink, {
        turn: () => this.turn(),
        sliceMs: this.#slices(() => this.#noteProgress(save, arena.keptBytes - keptBytes)),
        delayMs: () => (save.isPaced ? config.number('rdb-key-save-delay') / MICROSECONDS_PER_MS : 0),
        signal,
      });
      await sink.finish();
    } finally {
      await sink.close();
      if (purpose === 'file') persistence.rdbLastCopiedBytes = persistence.currentCopiedBytesPeak;
      else persistence.aofLastCopiedBytes = persistence.currentCopiedBytesPeak;
      persistence.saveKeysProcessed = 0;
      persistence.saveKeysTotal = 0;
      persistence.currentCopiedBytes = 0;
      persistence.currentCopiedBytesPeak = 0;
    }
  }

  #noteProgress(save: RdbSave, copiedBytes: number): void {
    const { persistence } = this.#engine;
    persistence.saveKeysProcessed = save.keysWritten;
    persistence.currentCopiedBytes = Math.max(0, copiedBytes);
    persistence.currentCopiedBytesPeak = Math.max(persistence.currentCopiedBytesPeak, persistence.currentCopiedBytes);
  }

  /** Lengths of slices: short while commands come, so that they need not wait. */
  #slices(onSlice: () => void): () => number {
    const { statistics } = this.#engine;
    let seen = statistics.commandsProcessed;
    return () => {
      onSlice();
      const isBusy = statistics.commandsProcessed !== seen;
      seen = statistics.commandsProcessed;
      return isBusy ? BUSY_SLICE_MS : IDLE_SLICE_MS;
    };
  }

  #putInPlace(temporaryPath: string, path: string): void {
    renameSync(temporaryPath, path);
    syncDirectory(dirname(path));
    this.#engine.log.notice('DB saved on disk');
  }

  #saveSettings(purpose: 'file' | 'base'): SaveSettings {
    const { config, clock, keyspace, memory, scripting } = this.#engine;
    const policy = config.choice('maxmemory-policy');
    // Older versions cannot hold deadlines of fields, and losing them is worse than a file that old servers refuse.
    const hasFieldDeadlines = keyspace.databases.some((db) => db.expiringHashes.size > 0);
    return {
      version: hasFieldDeadlines ? VERSION_MAX : Number(config.choice('rdb-version')),
      compresses: config.boolean('rdbcompression'),
      checksums: config.boolean('rdbchecksum'),
      functions: [...scripting.functions.libraries.libraries.values()].map((library) => library.code),
      access: policy.endsWith('lru') ? 'idle' : policy.endsWith('lfu') ? 'frequency' : 'none',
      aux: [
        ['valkey-ver', VALKEY_VERSION],
        ['redis-bits', '64'],
        ['ctime', String(Math.floor(clock.nowMs / 1000))],
        ['used-mem', String(memory.usedBytes)],
        ['aof-base', purpose === 'base' ? '1' : '0'],
      ],
    };
  }

  #loadSettings({ dropsExpired, replaces, onAccepted }: LoadOptions): LoadSettings {
    const { config, clock, log, scripting, switches } = this.#engine;
    return {
      limits: configuredLimits(config),
      checksums: config.boolean('rdbchecksum') && !switches.skipChecksumValidation,
      strictVersions: config.choice('rdb-version-check') === 'strict',
      dropsExpired,
      replaces,
      nowMs: clock.nowMs,
      stepBytes: Math.min(LOAD_STEP_BYTES, config.number('loading-process-events-interval-bytes')),
      onKey: slowness(config.number('key-load-delay')),
      log,
      loadFunctions: (code) => {
        const loaded = scripting.functions.load(code, replaces, true);
        return typeof loaded === 'string' ? undefined : loaded.error;
      },
      onAccepted: () => onAccepted?.(),
      onAux: (name, value) => this.#noteAux(name, value),
    };
  }

  /** Logs what a file says of itself. */
  #noteAux(name: string, value: string): void {
    const { log, persistence, clock } = this.#engine;
    switch (name.toLowerCase()) {
      case 'redis-ver':
        return log.notice(`Loading RDB produced by Redis version ${value}`);
      case 'valkey-ver':
        return log.notice(`Loading RDB produced by Valkey version ${value}`);
      case 'ctime':
        return log.notice(`RDB age ${Math.max(0, Math.floor(clock.nowMs / 1000) - Number(value))} seconds`);
      case 'used-mem':
        persistence.loadingSavedMemoryBytes = Number(value);
        return log.notice(`RDB memory usage when created ${(Number(value) / MEGABYTE).toFixed(2)} Mb`);
      case 'aof-base':
        if (value === '1') log.notice('RDB is base AOF');
        return;
      default:
        if (name.startsWith('%')) log.notice(`RDB '${name}': ${value}`);
    }
  }
}

/** Where a background save writes until it is whole. */
function backgroundPath(path: string): string {
  return join(dirname(path), `temp-bg-${process.pid}.rdb`);
}

/** Whether there is a file to load. */
export function hasRdbFile(path: string): boolean {
  return existsSync(path);
}

function openSource(path: string): FileSource {
  try {
    return new FileSource(path);
  } catch (error) {
    throw new LoadError(`Fatal error: can't open the RDB file ${path} for reading: ${systemErrorText(error)}`);
  }
}

/** What slows a load down for tests: microseconds for each key, or (negative) one microsecond for so many keys. */
function slowness(delay: number): (() => void) | undefined {
  if (delay === 0) return undefined;
  const perKeyMs = (delay > 0 ? delay : -1 / delay) / MICROSECONDS_PER_MS;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let owedMs = 0;
  return () => {
    owedMs += perKeyMs;
    if (owedMs < 1) return;
    Atomics.wait(cell, 0, 0, owedMs);
    owedMs = 0;
  };
}
