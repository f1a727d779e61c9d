// Writes the append-only file: gathers the effects of a turn, appends them at its end, and syncs as `appendfsync` says.
//
//   always    every turn is synced, and the output gate holds all replies back until then. While a sync runs the next
//             turns gather, and one sync covers them all.
//   everysec  appended each turn, synced each second in the background. While a sync runs appending waits for it (the
//             system would make it wait anyway), two seconds at most.
//   no        appended each turn; the system syncs when it likes.
//
// Which file it is, and the files before it, is the business of aof.ts.
import { systemErrorText } from '../../config/system-error-text.ts';
import { type EffectSink, type Effects, NO_DATABASE } from '../../keyspace/effects.ts';
import type { AppendFile } from '../disk.ts';
import type { CommitGate, PersistenceLog } from '../persistence-ports.ts';
import type { PersistenceStatus } from '../persistence-status.ts';

export type SyncPolicy = 'always' | 'everysec' | 'no';

export interface AppendOnlyFileHost {
  readonly effects: Effects;
  readonly gate: CommitGate;
  readonly log: PersistenceLog;
  readonly status: PersistenceStatus;
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Has another turn run soon. */
  wake(): void;
  /** Ends the process: what was promised cannot be kept. */
  fail(message: string): void;
}

const FIRST_BUFFER_BYTES = 1 << 20;
/** A larger buffer is given up after it was written. */
const KEPT_BUFFER_BYTES = 1 << 24;
const SYNC_EVERY_MS = 1000;
const POSTPONED_MAX_MS = 2000;
const RETRY_MS = 1000;

export class AppendOnlyFile implements EffectSink {
  readonly #host: AppendOnlyFileHost;
  #file: AppendFile;
  #policy: SyncPolicy;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #length = 0;
  /** The database that the file's reader is in; -1 at its start. */
  #databaseId = -1;
  #isSyncing = false;
  /** Position of the stream of effects up to which the file has everything. */
  #writtenPosition: number;
  /** Bytes of the file that are not synced. */
  #unsynced = 0;
  #lastSyncMs: number;
  #postponedSinceMs = 0;
  #retryAtMs = 0;
  /** Writes time annotations (`aof-timestamp-enabled`). */
  timestamps = false;
  #lastTimestamp = 0;
  /** No syncs while a rewrite runs (`no-appendfsync-on-rewrite`). */
  isSyncPaused: () => boolean = () => false;
  /** Unix seconds, for the annotations. */
  unixSeconds: () => number = () => 0;
  /** What the system said when appending failed; empty while all is well. */
  failure = '';

  constructor(host: AppendOnlyFileHost, file: AppendFile, policy: SyncPolicy) {
    this.#host = host;
    this.#file = file;
    this.#policy = policy;
    this.#lastSyncMs = host.nowMs();
    this.#writtenPosition = host.effects.position;
    this.#closeGate();
    host.effects.addSink(this);
  }

  get size(): number {
    return this.#file.size;
  }

  get bufferedBytes(): number {
    return this.#length;
  }

  append(databaseId: number, bytes: Uint8Array, start: number, length: number): void {
    if (this.timestamps) this.#appendTimestamp();
    if (databaseId !== this.#databaseId && databaseId !== NO_DATABASE) this.#select(databaseId);
    this.#add(bytes, start, length);
  }

  /** Changes `appendfsync`. */
  setPolicy(policy: SyncPolicy): void {
    if (policy === this.#policy) return;
    this.#policy = policy;
    if (policy === 'always') this.#closeGate();
    else this.#host.gate.open();
  }

  #closeGate(): void {
    if (this.#policy === 'always') this.#host.gate.close(this.#writtenPosition);
  }

  /** Ends a turn: appends what it brought, and starts the sync that its replies wait for. */
  commit(): void {
    if (this.#length === 0) {
      if (this.#policy === 'always' && this.#unsynced > 0) this.#startSync();
      return;
    }
    if (this.#policy === 'always') {
      if (!this.#isSyncing && this.#write()) this.#startSync();
      return;
    }
    if (this.#isSyncing && this.#policy === 'everysec' && this.#mayPostpone()) return;
    this.#postponedSinceMs = 0;
    if (this.failure === '' || this.#host.nowMs() >= this.#retryAtMs) this.#write();
  }

  /** Periodic work: the sync of each second, and another attempt after a failure. */
  tick(): void {
    this.commit();
    const { nowMs } = this.#host;
    if (this.#policy !== 'everysec' || this.#isSyncing || this.#unsynced === 0) return;
    if (nowMs() - this.#lastSyncMs >= SYNC_EVERY_MS && !this.isSyncPaused()) this.#startSync();
  }

  /** Appends and syncs everything, now. */
  flush(): void {
    this.#write();
    this.#file.syncNow();
    this.#unsynced = 0;
    this.#host.gate.pass(this.#host.effects.position);
  }

  /** Goes on in another file; the one so far is complete and safe. */
  switchTo(file: AppendFile): void {
    this.flush();
    this.#file.close();
    this.#file = file;
    this.#databaseId = -1;
    this.#lastTimestamp = 0;
  }

  /** Ends writing: everything is safe, and nothing more is heard. */
  close(): void {
    this.flush();
    this.#host.effects.removeSink(this);
    this.#host.gate.open();
    this.#file.close();
  }

  #mayPostpone(): boolean {
    const now = this.#host.nowMs();
    if (this.#postponedSinceMs === 0) {
      this.#postponedSinceMs = now;
      return true;
    }
    if (now - this.#postponedSinceMs < POSTPONED_MAX_MS) return true;
    this.#host.status.aofDelayedSyncs++;
    this.#host.log.notice(
      'Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer without waiting for fsync to ' +
        'complete, this may slow down the server.',
    );
    return false;
  }

  /** Appends the buffer; false where the system refuses. */
  #write(): boolean {
    const length = this.#length;
    if (length === 0) return true;
    try {
      this.#file.append(this.#buffer, 0, length);
    } catch (error) {
      this.#noteFailure(error);
      return false;
    }
    if (this.failure !== '') this.#host.log.warning('AOF write error looks solved. The server can write again.');
    this.failure = '';
    this.#host.status.aofLastWriteOk = true;
    this.#host.status.aofCurrentBytes += length;
    this.#length = 0;
    // The buffer had all units that have ended.
    this.#writtenPosition = this.#host.effects.position;
    this.#unsynced += length;
    if (this.#buffer.length > KEPT_BUFFER_BYTES) this.#buffer = new Uint8Array(FIRST_BUFFER_BYTES);
    return true;
  }

  #noteFailure(error: unknown): void {
    const reason = systemErrorText(error);
    const { log, status } = this.#host;
    if (this.failure !== reason) log.warning(`Error writing to the AOF file: ${reason}`);
    if (this.#policy === 'always') {
      const message = "Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...";
      log.warning(message);
      return this.#host.fail(message);
    }
    this.failure = reason;
    status.aofLastWriteOk = false;
    status.aofFailure = reason;
    this.#retryAtMs = this.#host.nowMs() + RETRY_MS;
  }

  #startSync(): void {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    this.#host.status.aofPendingSyncs = 1;
    this.#lastSyncMs = this.#host.nowMs();
    const file = this.#file;
    const position = this.#writtenPosition;
    const covered = this.#unsynced;
    file.sync((error) => {
      this.#isSyncing = false;
      this.#host.status.aofPendingSyncs = 0;
      if (error !== undefined) return this.#noteSyncFailure(error);
      if (file === this.#file) this.#unsynced -= covered;
      this.#host.gate.pass(position);
      this.#host.wake();
    });
  }

  #noteSyncFailure(error: Error): void {
    const reason = systemErrorText(error);
    const { log, status } = this.#host;
    if (this.#policy === 'always') {
      const message = `Can't persist AOF for fsync error when the AOF fsync policy is 'always': ${reason}. Exiting...`;
      log.warning(message);
      return this.#host.fail(message);
    }
    log.warning(`Fail to fsync the AOF file: ${reason}`);
    this.failure = reason;
    status.aofLastWriteOk = false;
    status.aofFailure = reason;
  }

  #select(databaseId: number): void {
    this.#databaseId = databaseId;
    const id = String(databaseId);
    this.#addText(`*2\r\n$6\r\nSELECT\r\n$${id.length}\r\n${id}\r\n`);
  }

  #appendTimestamp(): void {
    const seconds = this.unixSeconds();
    if (seconds <= this.#lastTimestamp) return;
    this.#lastTimestamp = seconds;
    this.#addText(`#TS:${seconds}\r\n`);
  }

  #addText(text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    this.#add(bytes, 0, bytes.length);
  }

  #add(bytes: Uint8Array, start: number, length: number): void {
    const total = this.#length + length;
    if (total > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(total, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes.subarray(start, start + length), this.#length);
    this.#length = total;
  }
}
