// Reads an append-only file: commands as RESP arrays, and annotations (`#TS:...`) between them. It tells a file that
// ends in the middle of a command from one that is damaged, and where the last whole command ended.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What `next` found: a command, the end, the end within a command, or what is no command. */
export type ReadOutcome = 'command' | 'end' | 'short' | 'bad';

const CHUNK_BYTES = 1 << 20;
const DIGITS_MAX = 20;
const CR = 13;
const LF = 10;
const HASH = 35;
const STAR = 42;
const DOLLAR = 36;

/** Thrown inside while the file's bytes do not suffice. */
const SHORT = Symbol('short');

export class AofReader {
  /** The running command: its arguments lie in `bytes` at `starts`. Good until the next call of `next`. */
  bytes: Uint8Array = new Uint8Array(CHUNK_BYTES);
  starts: number[] = [];
  lengths: number[] = [];
  /** Where the next command starts in the file: all before it was read. */
  offset: number;
  readonly size: number;
  readonly #descriptor: number;
  /** Bytes of the file from `offset` on that are in `bytes`. */
  #filled = 0;
  #at = 0;

  /** Opens `path`, to be read from `offset` on. */
  constructor(path: string, offset = 0) {
    this.#descriptor = openSync(path, 'r');
    this.size = fstatSync(this.#descriptor).size;
    this.offset = offset;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  next(): ReadOutcome {
    this.#drop();
    while (this.#peek() === HASH) {
      const outcome = this.#skipLine();
      if (outcome !== 'command') return outcome;
      this.#drop();
    }
    if (this.#peek() === -1) return 'end';
    try {
      return this.#readCommand();
    } catch (error) {
      if (error === SHORT) return 'short';
      throw error;
    }
  }

  /** Forgets the command that was read last. */
  #drop(): void {
    this.offset += this.#at;
    this.bytes.copyWithin(0, this.#at, this.#filled);
    this.#filled -= this.#at;
    this.#at = 0;
    this.starts = [];
    this.lengths = [];
  }

  #readCommand(): ReadOutcome {
    const count = this.#header(STAR);
    if (count === undefined || count < 1) return this.#fail('bad');
    for (let i = 0; i < count; i++) {
      const length = this.#header(DOLLAR);
      if (length === undefined || length < 0) return this.#fail('bad');
      this.#need(length + 2);
      this.starts.push(this.#at);
      this.lengths.push(length);
      this.#at += length;
      if (this.bytes[this.#at] !== CR || this.bytes[this.#at + 1] !== LF) return this.#fail('bad');
      this.#at += 2;
    }
    return 'command';
  }

  #fail(outcome: ReadOutcome): ReadOutcome {
    this.#at = 0;
    return outcome;
  }

  /** The number behind a type byte, or undefined where there is none. */
  #header(type: number): number | undefined {
    const start = this.#at;
    this.#need(1);
    if (this.bytes[start] !== type) return undefined;
    for (let length = 1; length <= DIGITS_MAX + 1; length++) {
      this.#need(length + 1);
      if (this.bytes[start + length] !== CR) continue;
      this.#need(length + 2);
      const text = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start + 1, length - 1).toString('latin1');
      this.#at = start + length + 2;
      return /^\d+$/.test(text) && this.bytes[start + length + 1] === LF ? Number(text) : undefined;
    }
    return undefined;
  }

  #skipLine(): ReadOutcome {
    for (let length = 1; ; length++) {
      if (!this.#fill(length + 1)) return this.#fail('short');
      if (this.bytes[length] !== LF) continue;
      this.#at = length + 1;
      return 'command';
    }
  }

  #peek(): number {
    return this.#fill(1) ? this.bytes[0] : -1;
  }

  /** Makes `length` bytes from the current place on available. */
  #need(length: number): void {
    if (!this.#fill(this.#at + length)) throw SHORT;
  }

  #fill(total: number): boolean {
    if (total > this.#filled && total > this.bytes.length) this.#grow(total);
    while (this.#filled < total) {
      const room = this.bytes.length - this.#filled;
      const count = readSync(this.#descriptor, this.bytes, this.#filled, room, this.offset + this.#filled);
      if (count === 0) return false;
      this.#filled += count;
    }
    return true;
  }

  #grow(total: number): void {
    // A length that the file cannot hold must not make us reserve it.
    if (this.offset + total > this.size) throw SHORT;
    const grown = new Uint8Array(Math.max(total, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.#filled));
    this.bytes = grown;
  }
}
