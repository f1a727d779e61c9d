// Files under the readers and writers of RDB: a file to read from, a file that is written at once (SAVE, SHUTDOWN), and
// one that is written beside the loop (background saves). Files are made under another name and take the old one's
// place when they are safe on disk, so that there is always a whole one.
import { close, closeSync, fstatSync, fsync, fsyncSync, open, openSync, readSync, write, writeSync } from 'node:fs';
import type { ByteSource } from './rdb-input.ts';
import type { ByteSink } from './rdb-writer.ts';

const CHUNK_BYTES = 2 ** 20;
/** Chunks that may wait for the disk; then the writer of the snapshot waits too. */
const WAITING_MAX = 4;

/** A file as a source. */
export class FileSource implements ByteSource {
  readonly size: number;
  readonly #descriptor: number;

  /** Throws what the system says. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.size = fstatSync(this.#descriptor).size;
  }

  read(target: Uint8Array, start: number, length: number): number {
    return readSync(this.#descriptor, target, start, length, null);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Writes at once; what the system refuses is thrown. */
export class FileSink implements ByteSink {
  readonly #descriptor: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w', 0o644);
  }

  write(bytes: Uint8Array, length: number): void {
    for (let at = 0; at < length; ) at += writeSync(this.#descriptor, bytes, at, length - at);
  }

  /** Makes everything safe. */
  sync(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Writes beside the loop: bytes are copied into chunks, which the system's threads write one after the other. */
export class BackgroundFileSink {
  readonly #descriptor: number;
  #chunk = new Uint8Array(CHUNK_BYTES);
  #used = 0;
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  #isWriting = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  static async open(path: string): Promise<BackgroundFileSink> {
    return new BackgroundFileSink(
      await new Promise((resolve, reject) => {
        open(path, 'w', 0o644, (error, descriptor) => (error === null ? resolve(descriptor) : reject(error)));
      }),
    );
  }

  /** What went wrong; nothing more is written then. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  get isFull(): boolean {
    return this.#waiting.length >= WAITING_MAX;
  }

  write(bytes: Uint8Array, length: number): void {
    for (let at = 0; at < length; ) {
      const count = Math.min(length - at, CHUNK_BYTES - this.#used);
      this.#chunk.set(bytes.subarray(at, at + count), this.#used);
      this.#used += count;
      at += count;
      if (this.#used === CHUNK_BYTES) this.#handOver();
    }
  }

  /** Resolves when there is room again, or a failure. */
  async drained(): Promise<void> {
    while (this.isFull && this.#failure === undefined) await this.#progress();
  }

  /** Writes the rest and makes everything safe; rejects with what went wrong. */
  async finish(): Promise<void> {
    if (this.#used > 0) this.#handOver();
    while (this.#isWriting) await this.#progress();
    if (this.#failure !== undefined) throw this.#failure;
    await new Promise<void>((resolve, reject) => {
      fsync(this.#descriptor, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  /** To be called in any case, after everything else. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    while (this.#isWriting) await this.#progress();
    await new Promise<void>((resolve) => close(this.#descriptor, () => resolve()));
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #handOver(): void {
    this.#waiting.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = this.#spare.pop() ?? new Uint8Array(CHUNK_BYTES);
    this.#used = 0;
    if (!this.#isWriting) this.#writeNext();
  }

  #writeNext(): void {
    const chunk = this.#failure === undefined ? this.#waiting.shift() : undefined;
    this.#isWriting = chunk !== undefined;
    if (chunk !== undefined) this.#writeRest(chunk, 0);
    this.#wake?.();
    this.#wake = undefined;
  }

  #writeRest(chunk: Uint8Array<ArrayBuffer>, at: number): void {
    write(this.#descriptor, chunk, at, chunk.length - at, null, (error, count) => {
      if (error !== null) this.#failure = error;
      else if (at + count < chunk.length) return this.#writeRest(chunk, at + count);
      else this.#spare.push(new Uint8Array(chunk.buffer));
      this.#writeNext();
    });
  }
}
