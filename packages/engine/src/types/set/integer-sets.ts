// INTSET blocks: small sets of integers.
//
//   word 1 bytes of the intset   the intset from byte 8 on
//
// Changes may move the block: they take it, make it writable and give its handle back, which the caller stores.
// Integers are pairs of words (see integer-words.ts).
import {
  createIntset,
  INTSET_HEADER_BYTES,
  intsetByteLength,
  intsetGrowth,
  intsetInsert,
  intsetLength,
  intsetRemoveAt,
  intsetSearch,
} from '../../encodings/intset.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { INTSET } from '../../memory/block-types.ts';

const DATA = 8;

export class IntegerSets {
  readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  create(): Handle {
    const block = this.arena.allocate(DATA + INTSET_HEADER_BYTES, INTSET);
    createIntset(this.bytesOf(block), this.setOf(block));
    this.#noteLength(block);
    return block;
  }

  /** A block with a copy of `length` bytes that are an intset. */
  createFrom(bytes: Uint8Array, start: number, length: number): Handle {
    const block = this.arena.allocate(DATA + length, INTSET);
    this.bytesOf(block).set(bytes.subarray(start, start + length), this.setOf(block));
    this.#noteLength(block);
    return block;
  }

  copy(block: Handle): Handle {
    return this.createFrom(this.bytesOf(block), this.setOf(block), this.byteLength(block));
  }

  bytesOf(block: Handle): Uint8Array {
    return this.arena.bytes[block >>> SEGMENT_SHIFT];
  }

  /** Where the intset starts in `bytesOf`. */
  setOf(block: Handle): number {
    return ((block & GRANULE_MASK) << 4) + DATA;
  }

  byteLength(block: Handle): number {
    return intsetByteLength(this.bytesOf(block), this.setOf(block));
  }

  count(block: Handle): number {
    return intsetLength(this.bytesOf(block), this.setOf(block));
  }

  has(block: Handle, high: number, low: number): boolean {
    return intsetSearch(this.bytesOf(block), this.setOf(block), high, low) >= 0;
  }

  /** Adds an integer that is not there. */
  insert(block: Handle, high: number, low: number): Handle {
    const growth = intsetGrowth(this.bytesOf(block), this.setOf(block), high, low);
    const target = this.#withRoom(block, growth);
    intsetInsert(this.bytesOf(target), this.setOf(target), high, low);
    this.#noteLength(target);
    return target;
  }

  /** Takes out an integer that is there. */
  remove(block: Handle, high: number, low: number): Handle {
    const target = this.arena.writable(block);
    const bytes = this.bytesOf(target);
    const set = this.setOf(target);
    intsetRemoveAt(bytes, set, intsetSearch(bytes, set, high, low));
    this.#noteLength(target);
    return this.arena.resize(target, DATA + this.byteLength(target));
  }

  /** A writable block with room for `more` bytes. */
  #withRoom(block: Handle, more: number): Handle {
    const needed = DATA + this.byteLength(block) + more;
    if (needed > this.arena.capacity(block)) return this.arena.reallocate(block, needed);
    return this.arena.writable(block);
  }

  #noteLength(block: Handle): void {
    this.arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + 1] = this.byteLength(block);
  }
}
