// Where the append-only file puts its bytes: a port, so that tests can run the real server on a disk that loses what was
// not synced when the process is killed, as a machine that loses power does.
import { close, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** A file that grows at its end. Failures of the system are thrown as they are (`code`: ENOSPC, EIO ...). */
export interface AppendFile {
  /** Appends all bytes; what was appended before a failure is taken back. */
  append(bytes: Uint8Array, start: number, length: number): void;
  /** Makes what was appended so far safe; `done` gets the failure, if any, on a later turn. */
  sync(done: (error: Error | undefined) => void): void;
  syncNow(): void;
  /** Bytes in the file. */
  readonly size: number;
  close(): void;
}

export interface Disk {
  /** Opens a file that is `size` bytes long for appending, and creates it where that is 0. */
  openAppend(path: string, size: number): AppendFile;
}

class RealAppendFile implements AppendFile {
  size: number;
  readonly #descriptor: number;
  /** Syncs under way. */
  #syncs = 0;
  #isClosing = false;

  constructor(path: string, size: number) {
    this.#descriptor = openSync(path, 'a', 0o644);
    this.size = size;
  }

  append(bytes: Uint8Array, start: number, length: number): void {
    let written = 0;
    try {
      while (written < length) written += writeSync(this.#descriptor, bytes, start + written, length - written);
    } catch (error) {
      if (written > 0) ftruncateSync(this.#descriptor, this.size);
      throw error;
    }
    this.size += length;
  }

  sync(done: (error: Error | undefined) => void): void {
    this.#syncs++;
    fdatasync(this.#descriptor, (error) => {
      this.#syncs--;
      if (this.#isClosing) this.#closeWhenIdle();
      done(error ?? undefined);
    });
  }

  syncNow(): void {
    fdatasyncSync(this.#descriptor);
  }

  close(): void {
    this.#isClosing = true;
    this.#closeWhenIdle();
  }

  /** Closed under a sync, the descriptor could be another file's before the sync looks at it. */
  #closeWhenIdle(): void {
    if (this.#syncs > 0) return;
    close(this.#descriptor, (error) => {
      if (error !== null) throw error;
    });
  }
}

export const realDisk: Disk = {
  openAppend: (path, size) => new RealAppendFile(path, size),
};

/** Keeps appended bytes in memory until a sync, which `loses` (does nothing) where tests must see the loss. */
class HoldingAppendFile implements AppendFile {
  readonly #file: RealAppendFile;
  readonly #loses: boolean;
  /** What waits for a sync, oldest first; and how many appends there were, and were written. */
  readonly #held: Uint8Array[] = [];
  #appended = 0;
  #written = 0;
  #isClosed = false;
  size: number;

  constructor(path: string, size: number, loses: boolean) {
    this.#file = new RealAppendFile(path, size);
    this.size = size;
    this.#loses = loses;
  }

  append(bytes: Uint8Array, start: number, length: number): void {
    this.#held.push(bytes.slice(start, start + length));
    this.#appended++;
    this.size += length;
  }

  sync(done: (error: Error | undefined) => void): void {
    // What is appended while the sync runs is not part of it.
    const covered = this.#appended;
    setImmediate(() => {
      // Closing has synced everything already.
      if (this.#isClosed) return done(undefined);
      this.#writeUpTo(covered);
      this.#file.sync(done);
    });
  }

  syncNow(): void {
    this.#writeUpTo(this.#appended);
    this.#file.syncNow();
  }

  close(): void {
    this.#isClosed = true;
    this.#file.close();
  }

  #writeUpTo(count: number): void {
    while (this.#written < count) {
      const bytes = this.#held.shift();
      this.#written++;
      if (bytes !== undefined && !this.#loses) this.#file.append(bytes, 0, bytes.length);
    }
  }
}

/** A disk for crash tests: `kill -9` loses what was not synced; with `loses` everything. */
export function holdingDisk(loses: boolean): Disk {
  return { openAppend: (path, size) => new HoldingAppendFile(path, size, loses) };
}

/** Makes the names in a directory safe, beside the loop. */
export async function syncDirectoryBeside(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
