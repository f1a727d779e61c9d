// LISTPACK blocks: a listpack in a block of its own, as small hashes and sets are kept.
//
//   word 1 bytes of the listpack   the listpack from byte 8 on
//
// Changes may move the block: they take it, make it writable and give its handle back, which the caller stores. A place
// in a listpack is an offset from its start here, so that it stays good when the block moves.
import { copyBytes } from '../encodings/bytes-compare.ts';
import { LISTPACK_EMPTY_BYTES, listpackByteLength, listpackWriteText } from '../encodings/listpack.ts';
import {
  createListpack,
  listpackDeleteRange,
  listpackEntrySize,
  listpackInsertAt,
  listpackReplaceAt,
} from '../encodings/listpack-edit.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import { LISTPACK } from '../memory/block-types.ts';

const DATA = 8;
/** Head of a string of less than 64 bytes, and what such an entry has beside the string. Integers are always shorter. */
const SHORT_STRING = 0x80;
const SHORT_STRING_OVERHEAD = 2;

export class ListpackBlocks {
  readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  create(): Handle {
    const block = this.arena.allocate(DATA + LISTPACK_EMPTY_BYTES, LISTPACK);
    createListpack(this.bytesOf(block), this.listOf(block));
    this.noteLength(block);
    return block;
  }

  /** A block with a copy of `length` bytes that are a listpack. */
  createFrom(bytes: Uint8Array, start: number, length: number): Handle {
    const block = this.arena.allocate(DATA + length, LISTPACK);
    this.bytesOf(block).set(bytes.subarray(start, start + length), this.listOf(block));
    this.noteLength(block);
    return block;
  }

  copy(block: Handle): Handle {
    return this.createFrom(this.bytesOf(block), this.listOf(block), this.byteLength(block));
  }

  bytesOf(block: Handle): Uint8Array {
    return this.arena.bytes[block >>> SEGMENT_SHIFT];
  }

  /** Where the listpack starts in `bytesOf`. */
  listOf(block: Handle): number {
    return ((block & GRANULE_MASK) << 4) + DATA;
  }

  byteLength(block: Handle): number {
    return listpackByteLength(this.bytesOf(block), this.listOf(block));
  }

  /** Appends an element. */
  append(block: Handle, text: Uint8Array, start: number, length: number): Handle {
    const target = this.withRoom(block, listpackEntrySize(text, start, length));
    const list = this.listOf(target);
    listpackInsertAt(this.bytesOf(target), list, list + this.byteLength(target) - 1, text, start, length);
    this.noteLength(target);
    return target;
  }

  /** Puts an element in the place of the one at `offset`. */
  replace(block: Handle, offset: number, text: Uint8Array, start: number, length: number): Handle {
    const size = listpackEntrySize(text, start, length);
    if (size === length + SHORT_STRING_OVERHEAD && this.arena.isWritable(block)) {
      const bytes = this.bytesOf(block);
      const at = this.listOf(block) + offset;
      // A short string in the place of one of the same length, which is what counters of the same width and flags are.
      if (bytes[at] === (SHORT_STRING | length)) {
        copyBytes(text, start, bytes, at + 1, length);
        return block;
      }
    }
    const target = this.withRoom(block, size);
    const list = this.listOf(target);
    const added = listpackReplaceAt(this.bytesOf(target), list, list + offset, text, start, length);
    if (added !== 0) this.noteLength(target);
    return target;
  }

  /** Takes out `count` elements from the one at `offset` on. */
  remove(block: Handle, offset: number, count: number): Handle {
    const target = this.arena.writable(block);
    const list = this.listOf(target);
    listpackDeleteRange(this.bytesOf(target), list, list + offset, count);
    this.noteLength(target);
    return this.arena.resize(target, DATA + this.byteLength(target));
  }

  /** Writes the text of the element at `offset` into `target`; returns its length. */
  writeText(block: Handle, offset: number, target: Uint8Array): number {
    return listpackWriteText(this.bytesOf(block), this.listOf(block) + offset, target, 0);
  }

  /** A writable block with room for `more` bytes. */
  protected withRoom(block: Handle, more: number): Handle {
    const needed = DATA + this.byteLength(block) + more;
    if (needed > this.arena.capacity(block)) return this.arena.reallocate(block, needed);
    return this.arena.writable(block);
  }

  /** Notes the listpack's length in the block, after a change. */
  protected noteLength(block: Handle): void {
    this.arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + 1] = this.byteLength(block);
  }
}
