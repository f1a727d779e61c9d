// Loads the data set of an append-only file: the base, then the increments, in the order of the manifest. A file that
// was cut off within its last command is what a crash leaves behind: with `aof-load-truncated` the half command is
// dropped (cut off the file too) and loading goes on; anything else that cannot be read stops the start.
import { closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorText } from '../../config/system-error-text.ts';
import { LoadError, type PersistenceLog, type Replay } from '../persistence-ports.ts';
import type { AofManifest } from './aof-manifest.ts';
import { AofReader } from './aof-reader.ts';

export interface AofLoadHost {
  readonly log: PersistenceLog;
  readonly replay: Replay;
  /** `aof-load-truncated`. */
  readonly takesTruncated: boolean;
  /** Loads an RDB file; gives the offset behind its end. Throws a LoadError. */
  loadRdb(path: string): number;
  /** Bytes read so far of the file that is being read. */
  onProgress(bytes: number): void;
}

/** Bytes of all files that a manifest names; throws a LoadError for one that is missing. */
export function totalBytes(directory: string, manifest: AofManifest): number {
  let total = 0;
  for (const { name } of filesOf(manifest)) {
    try {
      total += statSync(join(directory, name)).size;
    } catch (error) {
      throw new LoadError(`The append log file ${name} doesn't exist: ${systemErrorText(error)}`);
    }
  }
  return total;
}

function filesOf(manifest: AofManifest): { readonly name: string }[] {
  return [...(manifest.base === undefined ? [] : [manifest.base]), ...manifest.increments];
}

/** Loads everything that the manifest names. Throws a LoadError that says what to do. */
export function loadAof(host: AofLoadHost, directory: string, manifest: AofManifest): void {
  const files = filesOf(manifest);
  totalBytes(directory, manifest);
  let done = 0;
  for (const [index, { name }] of files.entries()) {
    const started = performance.now();
    const path = join(directory, name);
    const isLast = index === files.length - 1;
    new FileLoader(host, path, name, isLast, done).load();
    done += statSync(path).size;
    const kind = manifest.base?.name === name ? 'base' : 'incr';
    const seconds = ((performance.now() - started) / 1000).toFixed(3);
    host.log.notice(`DB loaded from ${kind} file ${name}: ${seconds} seconds`);
  }
}

const MAGICS = ['REDIS', 'VALKEY'];

class FileLoader {
  readonly #host: AofLoadHost;
  readonly #path: string;
  readonly #name: string;
  readonly #isLast: boolean;
  readonly #bytesBefore: number;
  /** End of the last command that stands on its own: a transaction counts when it is complete. */
  #valid = 0;

  constructor(host: AofLoadHost, path: string, name: string, isLast: boolean, bytesBefore: number) {
    this.#host = host;
    this.#path = path;
    this.#name = name;
    this.#isLast = isLast;
    this.#bytesBefore = bytesBefore;
  }

  load(): void {
    if (statSync(this.#path).size === 0) return;
    if (this.#startsWithRdb()) this.#valid = this.#loadPreamble();
    const reader = new AofReader(this.#path, this.#valid);
    try {
      this.#replayAll(reader);
    } finally {
      reader.close();
    }
  }

  #startsWithRdb(): boolean {
    const bytes = Buffer.alloc(6);
    const descriptor = openSync(this.#path, 'r');
    try {
      readSync(descriptor, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(descriptor);
    }
    const start = bytes.toString('latin1');
    return MAGICS.some((magic) => start.startsWith(magic));
  }

  #loadPreamble(): number {
    const { log } = this.#host;
    const isBaseOnly = this.#name.endsWith('.rdb');
    log.notice(isBaseOnly ? 'Reading RDB base file on AOF loading...' : 'Reading RDB preamble from AOF file...');
    const end = this.#host.loadRdb(this.#path);
    if (!isBaseOnly) log.notice('Reading the remaining AOF tail...');
    return end;
  }

  #replayAll(reader: AofReader): void {
    const { replay } = this.#host;
    for (let outcome = reader.next(); ; outcome = reader.next()) {
      if (!replay.isInTransaction) this.#valid = reader.offset;
      if (outcome !== 'command') return this.#end(outcome, reader.offset);
      const unknown = replay.run(reader.bytes, reader.starts, reader.lengths);
      if (unknown !== undefined) {
        throw new LoadError(`Unknown command '${unknown}' reading the append only file ${this.#name}`);
      }
      this.#host.onProgress(this.#bytesBefore + reader.offset);
    }
  }

  #end(outcome: 'end' | 'short' | 'bad', offset: number): void {
    const { log, replay } = this.#host;
    if (outcome === 'bad') {
      throw new LoadError(
        `Bad file format reading the append only file ${this.#name} at offset ${offset}: make a backup of your AOF ` +
          'file, then use ./valkey-check-aof --fix <filename.manifest>',
      );
    }
    if (outcome === 'end' && !replay.isInTransaction) return;
    if (replay.isInTransaction) {
      log.warning(`Revert incomplete MULTI/EXEC transaction in AOF file ${this.#name}`);
    }
    this.#cut();
  }

  /** Drops what stands behind the last complete command. */
  #cut(): void {
    const { log, takesTruncated } = this.#host;
    if (!takesTruncated) {
      throw new LoadError(
        `Unexpected end of file reading the append only file ${this.#name}. You can: 1) Make a backup of your AOF ` +
          'file, then use ./valkey-check-aof --fix <filename.manifest>. 2) Alternatively you can set the ' +
          "'aof-load-truncated' configuration option to yes and restart the server.",
      );
    }
    if (!this.#isLast) throw new LoadError('Fatal error: the truncated file is not the last file');
    log.warning(`!!! Warning: short read while loading the AOF file ${this.#name}!!!`);
    log.warning(`!!! Truncating the AOF ${this.#name} at offset ${this.#valid} !!!`);
    truncateSync(this.#path, this.#valid);
    log.warning(`AOF ${this.#name} loaded anyway because aof-load-truncated is enabled`);
  }
}
