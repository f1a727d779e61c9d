// The append-only data set on disk: which files it is made of, opening them, and rewriting. A rewrite starts a new
// increment and takes a snapshot in the same moment, writes the snapshot as the new base while the server goes on, and
// then names base and increment in the manifest in place of all files before. A rewrite that fails costs nothing: the
// old files and the new increment still make up the whole data set.
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from '../../config/replace-file.ts';
import { systemErrorText } from '../../config/system-error-text.ts';
import type { Disk } from '../disk.ts';
import { LoadError } from '../persistence-ports.ts';
import {
  type AofFile,
  type AofManifest,
  EMPTY_MANIFEST,
  ManifestError,
  readManifest,
  writeManifest,
} from './aof-manifest.ts';
import { AppendOnlyFile, type AppendOnlyFileHost, type SyncPolicy } from './append-only-file.ts';
import { type AofLoadHost, loadAof, totalBytes } from './load-aof.ts';

export interface AofSettings {
  /** `appenddirname` within the working directory. */
  readonly directory: string;
  /** `appendfilename`. */
  readonly name: string;
  /** `appendfsync`, which may change. */
  policy(): SyncPolicy;
}

/** A rewrite on its way. */
export interface AofRewrite {
  readonly temporaryPath: string;
  finish(): void;
  abandon(): void;
}

export class Aof {
  readonly #host: AppendOnlyFileHost;
  readonly #disk: Disk;
  readonly #settings: AofSettings;
  #manifest: AofManifest = EMPTY_MANIFEST;
  #lastSequence = 0;
  /** Undefined while the append-only file is off. */
  file: AppendOnlyFile | undefined;

  constructor(host: AppendOnlyFileHost, disk: Disk, settings: AofSettings) {
    this.#host = host;
    this.#disk = disk;
    this.#settings = settings;
  }

  get #manifestPath(): string {
    return this.#pathOf(`${this.#settings.name}.manifest`);
  }

  #pathOf(name: string): string {
    return join(this.#settings.directory, name);
  }

  /** Reads the manifest; gives the bytes to load, undefined where there is nothing. Throws a LoadError. */
  findFiles(): number | undefined {
    try {
      const manifest = readManifest(this.#manifestPath);
      if (manifest === undefined) return undefined;
      this.#manifest = manifest;
    } catch (error) {
      throw this.#manifestFailure(error);
    }
    return totalBytes(this.#settings.directory, this.#manifest);
  }

  #manifestFailure(error: unknown): LoadError {
    if (error instanceof ManifestError) {
      return new LoadError(
        `Fatal error reading the AOF manifest ${this.#manifestPath}, at line ${error.line} ('${error.text}'): ` +
          `${error.message}. Restore the manifest from a backup, or remove the directory to start with an empty data set.`,
      );
    }
    return new LoadError(
      `Fatal error: can't open the AOF manifest file ${this.#manifestPath} for reading: ${systemErrorText(error)}`,
    );
  }

  /** Loads what `findFiles` has found. Throws a LoadError. */
  load(host: AofLoadHost): void {
    loadAof(host, this.#settings.directory, this.#manifest);
  }

  /** Starts to write, behind what is there. */
  open(): void {
    mkdirSync(this.#settings.directory, { recursive: true, mode: 0o755 });
    const last = this.#manifest.increments.at(-1);
    const increment = last ?? this.#nextIncrement();
    const size = last === undefined ? 0 : statSync(this.#pathOf(last.name)).size;
    const appendFile = this.#disk.openAppend(this.#pathOf(increment.name), size);
    if (last === undefined) this.#publish({ ...this.#manifest, increments: [increment] });
    const action = last === undefined ? 'Creating' : 'Opening';
    this.#host.log.notice(`${action} AOF incr file ${increment.name} on server start`);
    this.file = new AppendOnlyFile(this.#host, appendFile, this.#settings.policy());
    this.#noteSizes();
    this.#removeHistory();
  }

  /**
   * Begins a rewrite at the present state, of which the caller takes a snapshot before anything else runs. The base is
   * to be written to `temporaryPath`; then `finish` puts it in place, or `abandon` gives it up. Where the file was off,
   * nothing of it counts before that: an increment without its base is no data set.
   */
  beginRewrite(): AofRewrite {
    const { file } = this;
    mkdirSync(this.#settings.directory, { recursive: true, mode: 0o755 });
    const increment = this.#nextIncrement();
    const appendFile = this.#disk.openAppend(this.#pathOf(increment.name), 0);
    const replaced = [...this.#manifest.increments];
    this.#host.log.notice(`Creating AOF incr file ${increment.name} on background rewrite`);
    const temporaryPath = this.#pathOf(`temp-rewriteaof-bg-${process.pid}.aof`);
    if (file === undefined) {
      this.file = new AppendOnlyFile(this.#host, appendFile, this.#settings.policy());
    } else {
      this.#publish({ ...this.#manifest, increments: [...replaced, increment] });
      file.switchTo(appendFile);
      this.#noteSizes();
    }
    return {
      temporaryPath,
      finish: () => this.#finishRewrite(temporaryPath, increment, replaced),
      abandon: () => rmSync(temporaryPath, { force: true }),
    };
  }

  /** Stops writing; the files stay. */
  close(): void {
    this.file?.close();
    this.file = undefined;
  }

  #finishRewrite(temporaryPath: string, increment: AofFile, replaced: readonly AofFile[]): void {
    const { base, increments, history } = this.#manifest;
    const sequence = (base?.sequence ?? 0) + 1;
    const fresh = { name: `${this.#settings.name}.${sequence}.base.rdb`, sequence };
    renameSync(temporaryPath, this.#pathOf(fresh.name));
    syncDirectory(this.#settings.directory);
    const later = increments.filter((file) => file.sequence > increment.sequence);
    this.#publish({
      base: fresh,
      increments: [increment, ...later],
      history: [...history, ...(base === undefined ? [] : [base]), ...replaced],
    });
    this.#noteSizes();
    this.#host.status.aofBaseBytes = this.#host.status.aofCurrentBytes;
    this.#removeHistory();
  }

  /** One that no file has, the manifest's or one that is to be named there. */
  #nextIncrement(): AofFile {
    const sequence = Math.max(this.#lastSequence, ...this.#manifest.increments.map((file) => file.sequence)) + 1;
    this.#lastSequence = sequence;
    return { name: `${this.#settings.name}.${sequence}.incr.aof`, sequence };
  }

  #publish(manifest: AofManifest): void {
    writeManifest(this.#manifestPath, manifest);
    this.#manifest = manifest;
  }

  /** Deletes files that no manifest needs any more. */
  #removeHistory(): void {
    if (this.#manifest.history.length === 0) return;
    for (const { name } of this.#manifest.history) {
      this.#host.log.notice(`Removing the history file ${name} in the background`);
      rmSync(this.#pathOf(name), { force: true });
    }
    this.#publish({ ...this.#manifest, history: [] });
  }

  #noteSizes(): void {
    const { status } = this.#host;
    status.aofCurrentBytes = totalBytes(this.#settings.directory, this.#manifest);
    if (status.aofBaseBytes === 0) status.aofBaseBytes = status.aofCurrentBytes;
  }
}
