// The append-only file as part of the engine: loading it at the start, writing it turn by turn, rewriting it in the
// background, and following the directives. What the files are is in persistence/aof.
import { join } from 'node:path';
import { systemErrorText } from './config/system-error-text.ts';
import type { Engine } from './engine.ts';
import type { KeyspaceSnapshot } from './keyspace/keyspace.ts';
import { Aof } from './persistence/aof/aof.ts';
import type { SyncPolicy } from './persistence/aof/append-only-file.ts';
import type { AppendOnlyControl } from './persistence/append-only-control.ts';
import type { Disk } from './persistence/disk.ts';
import { SnapshotCancelled } from './persistence/snapshot.ts';
import { ReplayClient } from './session/replay-client.ts';

/** The signal with which the original ends a rewrite. */
const CANCEL_SIGNAL = 10;
const POLICIES: readonly SyncPolicy[] = ['always', 'everysec', 'no'];

/** What RDB does for the append-only file. */
export interface BaseFiles {
  /** Loads an RDB file into the keyspace; gives the offset behind its end. Throws a LoadError. */
  load(path: string): number;
  /** Writes everything to a file before anything else runs. Throws what the system says. */
  saveNow(path: string): void;
  /** Writes a snapshot to a file, safely on disk; the snapshot is the caller's to end. */
  save(snapshot: KeyspaceSnapshot, path: string, signal: AbortSignal): Promise<void>;
}

export interface AppendOnlyOptions {
  readonly disk: Disk;
  readonly base: BaseFiles;
  /** Where `appenddirname` is; the working directory where it is left out. */
  readonly directory?: string;
}

export class AppendOnly implements AppendOnlyControl {
  readonly #engine: Engine;
  readonly #disk: Disk;
  readonly #base: BaseFiles;
  readonly #directory: string;
  #aof: Aof;
  #isRewriting = false;
  #cancelling = new AbortController();
  /** The rewrite that runs makes the first base: what was written so far is no data set without it. */
  #isFirstRewrite = false;

  constructor(engine: Engine, options: AppendOnlyOptions) {
    this.#engine = engine;
    this.#disk = options.disk;
    this.#base = options.base;
    this.#directory = options.directory ?? process.cwd();
    this.#aof = this.#makeAof();
    engine.beforeFlush.push(() => this.#aof.file?.commit());
    engine.shutdown.obstacles.push(() => (this.#isFirstRewrite ? 'Writing initial AOF' : undefined));
    engine.shutdown.beforeExit.push(() => this.close());
    this.#follow();
  }

  get isRewriting(): boolean {
    return this.#isRewriting;
  }

  /** Loads what is there and starts to write, where the directives say so. Throws a LoadError. */
  start(): boolean {
    if (!this.#engine.config.boolean('appendonly')) return false;
    this.#load();
    this.#aof.open();
    this.#setUp();
    return true;
  }

  /** DEBUG LOADAOF: empties all databases and runs the files again. Throws a LoadError. */
  reload(): void {
    const { keyspace } = this.#engine;
    // A file that was just switched on is none before its base is there.
    if (this.#isRewriting) this.#rewriteNow();
    this.#aof.close();
    for (const db of keyspace.databases) db.clear();
    this.#aof = this.#makeAof();
    this.#load();
    this.#aof.open();
    this.#setUp();
  }

  /** Periodic work. */
  tick(): void {
    this.#aof.file?.tick();
    this.#engine.persistence.aofBufferBytes = this.#aof.file?.bufferedBytes ?? 0;
    if (this.#mustRewrite()) void this.rewrite();
  }

  /** Rewrites in the background; the promise tells whether it went well. None may run. */
  async rewrite(): Promise<boolean> {
    const { log, persistence, clock } = this.#engine;
    const started = clock.monotonicMs;
    this.#isRewriting = true;
    persistence.aofRewriting = true;
    persistence.aofRewriteScheduled = false;
    persistence.aofRewriteStartedAt = Math.floor(clock.nowMs / 1000);
    persistence.aofRewrites++;
    persistence.backgroundJobs++;
    let isOk = true;
    try {
      await this.#rewriteInBackground();
    } catch (error) {
      isOk = false;
      if (error instanceof SnapshotCancelled)
        log.warning(`Background AOF rewrite terminated by signal ${CANCEL_SIGNAL}`);
      else log.warning(`Background AOF rewrite terminated with error: ${systemErrorText(error)}`);
    }
    this.#isRewriting = false;
    this.#isFirstRewrite = false;
    persistence.aofRewriting = false;
    persistence.aofRewriteStartedAt = -1;
    persistence.aofLastRewriteSeconds = Math.round((clock.read() - started) / 1000);
    persistence.aofLastRewriteOk = isOk;
    persistence.aofRewritesFailedInRow = isOk ? 0 : persistence.aofRewritesFailedInRow + 1;
    return isOk;
  }

  async #rewriteInBackground(): Promise<void> {
    const { keyspace, effects, log, config } = this.#engine;
    effects.flush();
    const aof = this.#aof;
    this.#cancelling = new AbortController();
    this.#isFirstRewrite = aof.file === undefined && config.boolean('appendonly');
    const rewrite = aof.beginRewrite();
    this.#setUp();
    const snapshot = keyspace.beginSnapshot();
    log.notice(`Background append only file rewriting started by pid ${process.pid}`);
    try {
      await this.#base.save(snapshot, rewrite.temporaryPath, this.#cancelling.signal);
      if (this.#cancelling.signal.aborted) throw new SnapshotCancelled();
      log.notice('Background AOF rewrite terminated with success');
      // The files were loaded again meanwhile: what they say now was written after this began.
      if (aof !== this.#aof) return rewrite.abandon();
      rewrite.finish();
      log.notice('Background AOF rewrite finished successfully');
    } catch (error) {
      rewrite.abandon();
      throw error;
    } finally {
      keyspace.endSnapshot(snapshot);
    }
    // Asked for while the file is off: a base is all that was wanted.
    if (!config.boolean('appendonly')) this.close();
  }

  #rewriteNow(): void {
    const rewrite = this.#aof.beginRewrite();
    this.#base.saveNow(rewrite.temporaryPath);
    rewrite.finish();
  }

  /** Ends the file, and a rewrite of it that runs. */
  #switchOff(): void {
    if (this.#isRewriting) {
      this.#engine.log.notice(`Killing running AOF child: ${process.pid}`);
      this.#cancelling.abort();
    }
    this.close();
  }

  close(): void {
    if (this.#aof.file === undefined) return;
    this.#engine.log.notice('Calling fsync() on the AOF file.');
    this.#aof.close();
    this.#engine.persistence.aofEnabled = false;
  }

  #makeAof(): Aof {
    const engine = this.#engine;
    const { config, effects, gate, log, persistence } = engine;
    const host = {
      effects,
      gate,
      log,
      status: persistence,
      nowMs: () => performance.now(),
      wake: () => engine.transport.wake(),
      fail: (message: string) => engine.onFatal(message),
    };
    return new Aof(host, this.#disk, {
      directory: join(this.#directory, config.text('appenddirname')),
      name: config.text('appendfilename'),
      policy: () => this.#policy(),
    });
  }

  #policy(): SyncPolicy {
    const name = this.#engine.config.choice('appendfsync');
    return POLICIES.find((policy) => policy === name) ?? 'everysec';
  }

  #setUp(): void {
    const { file } = this.#aof;
    const { config, clock, persistence } = this.#engine;
    persistence.aofEnabled = file !== undefined;
    if (file === undefined) return;
    file.timestamps = config.boolean('aof-timestamp-enabled');
    file.unixSeconds = () => Math.floor(clock.nowMs / 1000);
    file.isSyncPaused = () => this.#isRewriting && config.boolean('no-appendfsync-on-rewrite');
  }

  #load(): void {
    const { config, keyspace, log, persistence, effects, clock } = this.#engine;
    const total = this.#aof.findFiles();
    if (total === undefined) return;
    const started = performance.now();
    const replay = new ReplayClient(this.#engine);
    persistence.loading = true;
    persistence.loadingStartedAt = Math.floor(clock.nowMs / 1000);
    persistence.loadingTotalBytes = total;
    keyspace.pauseExpiry('loading', true);
    keyspace.showsExpired = true;
    try {
      this.#aof.load({
        log,
        replay,
        takesTruncated: config.boolean('aof-load-truncated'),
        loadRdb: (path) => this.#base.load(path),
        onProgress: (bytes) => {
          persistence.loadingLoadedBytes = bytes;
        },
      });
    } finally {
      replay.end();
      keyspace.pauseExpiry('loading', false);
      keyspace.showsExpired = false;
      persistence.loading = false;
    }
    effects.truncate(0);
    keyspace.dirty = 0;
    log.notice(`DB loaded from append only file: ${((performance.now() - started) / 1000).toFixed(3)} seconds`);
  }

  #mustRewrite(): boolean {
    const { config, persistence, log } = this.#engine;
    const percentage = config.number('auto-aof-rewrite-percentage');
    if (this.#isRewriting || persistence.rdbSaving) return false;
    if (persistence.aofRewriteScheduled) return true;
    if (this.#aof.file === undefined) return false;
    const { aofCurrentBytes: current, aofBaseBytes } = persistence;
    if (percentage === 0 || current <= config.number('auto-aof-rewrite-min-size')) return false;
    const growth = Math.floor((current * 100) / Math.max(1, aofBaseBytes)) - 100;
    if (growth < percentage) return false;
    log.notice(`Starting automatic rewriting of AOF on ${growth}% growth`);
    return true;
  }

  /** Within EXEC or a script the state is half-way: the rewrite waits for its end. */
  #switchOn(): void {
    const { dispatcher, log, persistence } = this.#engine;
    if (dispatcher.isNested || this.#isRewriting || persistence.rdbSaving) {
      persistence.aofRewriteScheduled = true;
      log.notice(
        dispatcher.isNested
          ? 'AOF was enabled during a transaction. An AOF background was scheduled to start when possible.'
          : 'AOF was enabled but there is already another background operation. An AOF background was scheduled to start when possible.',
      );
    } else {
      void this.rewrite();
    }
  }

  #follow(): void {
    const { config } = this.#engine;
    config.onChange('appendonly', () => {
      if (config.boolean('appendonly') === (this.#aof.file !== undefined)) return undefined;
      if (config.boolean('appendonly')) this.#switchOn();
      else this.#switchOff();
      return undefined;
    });
    config.onChange('appendfsync', () => {
      this.#aof.file?.setPolicy(this.#policy());
      return undefined;
    });
    config.onChange(['aof-timestamp-enabled', 'no-appendfsync-on-rewrite'], () => {
      this.#setUp();
      return undefined;
    });
  }
}
