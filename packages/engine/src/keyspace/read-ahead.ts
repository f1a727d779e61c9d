// Looks ahead in a pipeline: finds the keys of commands that have arrived but not run, hashes them, and reads the places
// of the index that they will be looked up in. Those reads do not depend on each other, so that the processor waits for
// memory once instead of once for each command. What it learns is a hint: looking up works the same without.
//
// It knows just enough of the protocol: arrays of bulk strings with short headers, whose second one is taken for a key.
// Where a frame is anything else it stops, and the rest of the pipeline runs without hints.
import { type Dict, TOUCHES_MAX } from '../encodings/dict.ts';
import type { Handle } from '../memory/arena.ts';

/** Fewer bytes hold no two commands with keys. */
const PIPELINE_BYTES_MIN = 48;
const STAR = 42;
const DOLLAR = 36;
const CR = 13;
const NO_BYTES = new Uint8Array(0);

export class ReadAhead {
  readonly #dict: Dict;
  readonly #starts = new Int32Array(TOUCHES_MAX);
  readonly #lengths = new Int32Array(TOUCHES_MAX);
  readonly #hashes = new Uint32Array(TOUCHES_MAX);
  #bytes: Uint8Array = NO_BYTES;
  #count = 0;
  #next = 0;
  /** Where the frames that were looked at end. */
  #end = 0;
  /** Parsing: the place behind the last header. */
  #at = 0;

  constructor(dict: Dict) {
    this.#dict = dict;
  }

  /** Looks ahead from `start` where more than one command waits before `end`, unless that was done already. */
  look(bytes: Uint8Array, start: number, end: number, root: Handle): void {
    if (start < this.#end || end - start < PIPELINE_BYTES_MIN) return;
    this.#count = 0;
    this.#next = 0;
    this.#bytes = bytes;
    this.#end = this.#findKeys(bytes, start, end);
    if (this.#count > 1) this.#touch(root);
    else this.#count = 0;
  }

  /** Forgets everything: the bytes are about to change. */
  reset(): void {
    this.#count = 0;
    this.#end = 0;
  }

  /** The hash of a key. */
  hash(bytes: Uint8Array, start: number, length: number): number {
    if (this.#count > 0 && bytes === this.#bytes) {
      for (let i = this.#next; i < this.#count; i++) {
        if (this.#starts[i] !== start) continue;
        this.#next = i;
        return this.#hashes[i];
      }
    }
    return this.#dict.hash(bytes, start, length);
  }

  #touch(root: Handle): void {
    const count = this.#count;
    const hashes = this.#hashes;
    const bytes = this.#bytes;
    for (let i = 0; i < count; i++) hashes[i] = this.#dict.hash(bytes, this.#starts[i], this.#lengths[i]);
    this.#dict.touch(root, hashes, count);
  }

  /** Notes the keys of whole frames; returns where the last of them ends. */
  #findKeys(bytes: Uint8Array, start: number, end: number): number {
    let frame = start;
    while (this.#count < TOUCHES_MAX && frame < end) {
      this.#at = frame;
      const words = this.#header(bytes, end, STAR);
      if (words < 1) break;
      for (let word = 0; word < words; word++) {
        const length = this.#header(bytes, end, DOLLAR);
        const at = this.#at;
        if (length < 0 || at + length + 2 > end) return frame;
        if (word === 1) {
          this.#starts[this.#count] = at;
          this.#lengths[this.#count] = length;
        }
        this.#at = at + length + 2;
      }
      if (words > 1) this.#count++;
      frame = this.#at;
    }
    return frame;
  }

  /** The number of a header of at most four digits, -1 for anything else. */
  #header(bytes: Uint8Array, end: number, type: number): number {
    let at = this.#at;
    if (at + 7 > end || bytes[at] !== type) return -1;
    let value = 0;
    for (let digits = 0; digits < 5; digits++) {
      const byte = bytes[++at];
      if (byte === CR) {
        this.#at = at + 2;
        return digits === 0 ? -1 : value;
      }
      if (byte < 48 || byte > 57) return -1;
      value = value * 10 + byte - 48;
    }
    return -1;
  }
}
