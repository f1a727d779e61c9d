// The arguments of one command, as places in memory: nothing is copied and no strings are made until a handler asks.
// They lie in one frame (`bytes`, a segment of the arena or an input region); a large argument lies in an arena block
// of its own (`blocks[i]`, a STRING_BYTES block with the data at 16) that a handler may adopt with `takeBlock`.
// Arguments are valid until the command ends; what must live longer is copied.
import type { Arena, Handle } from '../memory/arena.ts';
import { SEGMENT_SHIFT } from '../memory/arena.ts';

const FIRST_CAPACITY = 32;

export class Args {
  count = 0;
  bytes: Uint8Array;
  starts = new Int32Array(FIRST_CAPACITY);
  lengths = new Int32Array(FIRST_CAPACITY);
  blocks = new Uint32Array(FIRST_CAPACITY);
  /** True while an argument has a block of its own: then `release` has something to do. */
  hasBlocks = false;
  readonly #arena: Arena;

  constructor(arena: Arena, bytes: Uint8Array) {
    this.#arena = arena;
    this.bytes = bytes;
  }

  /** Appends an argument that lies in the frame. */
  push(start: number, length: number): void {
    if (this.count === this.starts.length) this.#grow();
    this.starts[this.count] = start;
    this.lengths[this.count] = length;
    this.blocks[this.count] = 0;
    this.count++;
  }

  /** Appends an argument that lies in a block of its own, which belongs to the arguments from now on. */
  pushBlock(block: Handle, start: number, length: number): void {
    this.push(start, length);
    this.blocks[this.count - 1] = block;
    this.hasBlocks = true;
  }

  /** The memory that argument `index` lies in, at `starts[index]`. */
  bytesOf(index: number): Uint8Array {
    const block = this.blocks[index];
    return block === 0 ? this.bytes : this.#arena.bytes[block >>> SEGMENT_SHIFT];
  }

  /** Argument `index` as a binary string. */
  text(index: number): string {
    return latin1(this.bytesOf(index), this.starts[index], this.lengths[index]);
  }

  /** All arguments from `from` on as binary strings. */
  texts(from = 0): string[] {
    const texts: string[] = [];
    for (let i = from; i < this.count; i++) texts.push(this.text(i));
    return texts;
  }

  /** The arguments from `from` on, for commands whose arguments are a command. Owns no blocks: do not release it. */
  tail(from: number): Args {
    const tail = new Args(this.#arena, this.bytes);
    for (let i = from; i < this.count; i++) {
      tail.push(this.starts[i], this.lengths[i]);
      tail.blocks[i - from] = this.blocks[i];
    }
    return tail;
  }

  /** True when argument `index` is `word`, which is lower case, in any case. */
  is(index: number, word: string): boolean {
    if (this.lengths[index] !== word.length) return false;
    const bytes = this.bytesOf(index);
    const start = this.starts[index];
    for (let i = 0; i < word.length; i++) {
      const byte = bytes[start + i];
      const lower = byte >= 65 && byte <= 90 ? byte | 32 : byte;
      if (lower !== word.charCodeAt(i)) return false;
    }
    return true;
  }

  /** Makes the block of argument `index` the caller's; 0 where the argument has none. */
  takeBlock(index: number): Handle {
    const block = this.blocks[index];
    if (block === 0) return 0;
    // The data stays readable through `bytesOf` for the rest of the command: the new owner does not move it meanwhile.
    this.#taken.push(block);
    return block;
  }

  readonly #taken: Handle[] = [];

  /** Empties the list and frees the blocks that nobody took. */
  release(): void {
    if (this.hasBlocks) this.#releaseBlocks();
    this.count = 0;
  }

  /** Moves all places within the frame by `delta`, after the frame was moved to `bytes`. */
  rebase(bytes: Uint8Array, delta: number): void {
    this.bytes = bytes;
    for (let i = 0; i < this.count; i++) if (this.blocks[i] === 0) this.starts[i] += delta;
  }

  #releaseBlocks(): void {
    for (let i = 0; i < this.count; i++) {
      const block = this.blocks[i];
      if (block !== 0 && !this.#taken.includes(block)) this.#arena.free(block);
    }
    this.#taken.length = 0;
    this.hasBlocks = false;
  }

  #grow(): void {
    const capacity = this.starts.length * 2;
    this.starts = grown(this.starts, new Int32Array(capacity));
    this.lengths = grown(this.lengths, new Int32Array(capacity));
    this.blocks = grown(this.blocks, new Uint32Array(capacity));
  }
}

function grown<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Bytes as a binary string. */
export function latin1(bytes: Uint8Array, start: number, length: number): string {
  if (length < 24) {
    let text = '';
    for (let i = start; i < start + length; i++) text += String.fromCharCode(bytes[i]);
    return text;
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1');
}
