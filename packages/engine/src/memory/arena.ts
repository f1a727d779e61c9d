// The arena: one range of native memory that holds every key, value, element, field and member.
// A block is named by a handle: its address in granules of 16 bytes (so 32 bits reach 64 GiB); handle 0 is "none".
// Small blocks come from slabs of one size class, larger ones are whole pages. The first word of a block is
// `type | epoch << 8`; everything else belongs to its owner, and a block has exactly one.
//
// Snapshots: `freeze` starts a new epoch. While a snapshot lives, blocks made before it are read-only: whoever changes
// a block asks `writable` first, which copies an old one, and `free` keeps old blocks until the last snapshot that can
// see them is released. So a snapshot is nothing but the roots it remembers.
//
// Views: `bytes[segment]` and `words[segment]` see one GiB each, because V8 is slow on indexes above 2^31.
import { assert } from '@valkeep/base';
import { FREE_BLOCK } from './block-types.ts';
import {
  type NativeRegion,
  preferHugePages,
  releaseAddressSpace,
  reserveAddressSpace,
  viewNativeMemory,
} from './native-memory.ts';
import { HUGE_FROM_PAGE, PAGE_BYTES, PAGE_SLAB, PAGE_SPAN, PageRuns, ROW_WORDS } from './page-runs.ts';
import { CLASS_BYTES, CLASS_COUNT, CLASS_OF_GRANULES, SMALL_BYTES_MAX } from './size-classes.ts';

export type Handle = number;

export const SEGMENT_BYTES = 2 ** 30;
/** `handle >>> SEGMENT_SHIFT` is the segment, `handle & GRANULE_MASK` the granule in it. */
export const SEGMENT_SHIFT = 26;
export const GRANULE_MASK = 0x3ffffff;
/** The largest block: what a segment holds. */
export const BLOCK_BYTES_MAX = SEGMENT_BYTES - PAGE_BYTES;

const SLAB_PAGES = 16;
const SLAB_BYTES = SLAB_PAGES * PAGE_BYTES;
const PAGE_GRANULE_SHIFT = 8;
const EPOCH_MAX = 0xffffff;

// A slab's first row: kind | class << 8, first free block, number of free blocks, blocks never handed out so far.
// Its second row: kind, next and previous slab with free blocks. The other rows carry the kind only.
const SLAB_FREE = 1;
const SLAB_FREE_COUNT = 2;
const SLAB_FRESH = 3;
const SLAB_NEXT = ROW_WORDS + 1;
const SLAB_PREVIOUS = ROW_WORDS + 2;

/** Thrown when the arena's address space is used up; `maxmemory` should have refused long before. */
export class ArenaFullError extends Error {}

/** A frozen state of the arena; see `Arena.freeze`. */
export interface Freeze {
  readonly epoch: number;
  /** Blocks that were freed since and that this is the newest freeze to see. */
  readonly kept: Handle[];
}

export class Arena {
  readonly bytes: Uint8Array[] = [];
  readonly words: Uint32Array[] = [];
  readonly doubles: Float64Array[] = [];
  /** The same segments as regions that C may read and write. */
  readonly regions: NativeRegion[] = [];
  /** Bytes in blocks that are in use, rounded to their size class, those kept for snapshots included. */
  usedBytes = 0;
  /** Those of them that only snapshots see, or that are about to be freed after one. */
  keptBytes = 0;
  /** Overwrites freed blocks with 0xdb, so that a stale handle shows at once. */
  poison = false;
  /** Blocks of an epoch below this one are read-only; 0 while there is no snapshot. */
  frozenBelow = 0;

  #pointer: bigint;
  #reservedBytes: number;
  #pages: PageRuns;
  #epochShifted = 1 << 8;
  #freezes: Freeze[] = [];
  /** Blocks of ended snapshots that are not freed yet. */
  #unseen: Handle[] = [];
  /** Row of the first slab with free blocks of each class; 0: none. Full slabs are in no list. */
  #current = new Uint32Array(CLASS_COUNT);

  /** Reserves `segmentLimit` GiB of address space; memory is used as it is touched. */
  constructor(segmentLimit = 64) {
    assert(segmentLimit >= 1 && segmentLimit <= 64, 'an arena has 1 to 64 segments');
    this.#reservedBytes = segmentLimit * SEGMENT_BYTES;
    this.#pointer = reserveAddressSpace(this.#reservedBytes);
    this.#pages = new PageRuns(this.#pointer, segmentLimit, () => this.#addSegment());
  }

  get epoch(): number {
    return this.#epochShifted >>> 8;
  }

  /** Makes a block of at least `byteLength` bytes; its content after the first word is undefined. */
  allocate(byteLength: number, type: number): Handle {
    if (byteLength > SMALL_BYTES_MAX) return this.#allocateSpan(byteLength, type);
    const sizeClass = CLASS_OF_GRANULES[(byteLength + 15) >>> 4];
    const rows = this.#pages.rows;
    let row = this.#current[sizeClass];
    if (row === 0) row = this.#newSlab(sizeClass);
    let handle = rows[row + SLAB_FREE];
    if (handle !== 0) {
      rows[row + SLAB_FREE] = this.words[handle >>> SEGMENT_SHIFT][((handle & GRANULE_MASK) << 2) + 1];
    } else {
      handle = (row / ROW_WORDS) * (PAGE_BYTES / 16) + rows[row + SLAB_FRESH] * (CLASS_BYTES[sizeClass] >>> 4);
      rows[row + SLAB_FRESH]++;
    }
    if (--rows[row + SLAB_FREE_COUNT] === 0) this.#unlinkSlab(row, sizeClass);
    this.usedBytes += CLASS_BYTES[sizeClass];
    this.words[handle >>> SEGMENT_SHIFT][(handle & GRANULE_MASK) << 2] = (type | this.#epochShifted) >>> 0;
    return handle;
  }

  /** Ends a block; a block that a snapshot can still see is kept for it. The handle must not be used again. */
  free(handle: Handle): void {
    if (this.frozenBelow !== 0 && this.#keepForSnapshot(handle)) return;
    this.#release(handle);
  }

  /** The block itself where it may be changed, else a copy that takes its place: the caller stores the new handle. */
  writable(handle: Handle): Handle {
    const epoch = this.words[handle >>> SEGMENT_SHIFT][(handle & GRANULE_MASK) << 2] >>> 8;
    if (epoch >= this.frozenBelow) return handle;
    return this.reallocate(handle, this.capacity(handle));
  }

  /** True where the block may be changed in place. */
  isWritable(handle: Handle): boolean {
    return this.words[handle >>> SEGMENT_SHIFT][(handle & GRANULE_MASK) << 2] >>> 8 >= this.frozenBelow;
  }

  /** A new block of at least `byteLength` bytes that starts with the old one's content; the old one is freed. */
  reallocate(handle: Handle, byteLength: number): Handle {
    const type = this.words[handle >>> SEGMENT_SHIFT][(handle & GRANULE_MASK) << 2] & 0xff;
    const fresh = this.allocate(byteLength, type);
    const keep = Math.min(this.capacity(handle), this.capacity(fresh)) - 4;
    const from = ((handle & GRANULE_MASK) << 4) + 4;
    const to = ((fresh & GRANULE_MASK) << 4) + 4;
    this.copyBetween(handle >>> SEGMENT_SHIFT, from, fresh >>> SEGMENT_SHIFT, to, keep);
    this.free(handle);
    return fresh;
  }

  /** Grows or shrinks a block in place where its size class allows it, else moves it; always writable afterwards. */
  resize(handle: Handle, byteLength: number): Handle {
    if (this.isWritable(handle)) {
      const capacity = this.capacity(handle);
      if (byteLength <= capacity && Arena.#roundUp(byteLength) === capacity) return handle;
    }
    return this.reallocate(handle, byteLength);
  }

  copyBetween(fromSegment: number, from: number, toSegment: number, to: number, length: number): void {
    if (fromSegment === toSegment) this.bytes[fromSegment].copyWithin(to, from, from + length);
    else this.bytes[toSegment].set(this.bytes[fromSegment].subarray(from, from + length), to);
  }

  /** Bytes that the block can hold, its first word included. */
  capacity(handle: Handle): number {
    const row = (handle >>> PAGE_GRANULE_SHIFT) * ROW_WORDS;
    const rows = this.#pages.rows;
    const head = rows[row];
    if ((head & 0xff) === PAGE_SLAB) return CLASS_BYTES[head >>> 8];
    return rows[row + 1] * PAGE_BYTES;
  }

  typeOf(handle: Handle): number {
    return this.words[handle >>> SEGMENT_SHIFT][(handle & GRANULE_MASK) << 2] & 0xff;
  }

  /** Changes the type of a block that may be written, in place. */
  setType(handle: Handle, type: number): void {
    const words = this.words[handle >>> SEGMENT_SHIFT];
    const index = (handle & GRANULE_MASK) << 2;
    words[index] = ((words[index] & 0xffffff00) | type) >>> 0;
  }

  /** The address of a block's byte `offset`, for C. */
  pointerTo(handle: Handle, offset = 0): bigint {
    return this.#pointer + BigInt(handle) * 16n + BigInt(offset);
  }

  /** Starts a snapshot: every block that exists now stays as it is until `release`. */
  freeze(): Freeze {
    assert(this.epoch < EPOCH_MAX, 'the arena has run out of epochs');
    const freeze: Freeze = { epoch: this.epoch, kept: [] };
    this.#freezes.push(freeze);
    this.#epochShifted += 1 << 8;
    this.frozenBelow = this.epoch;
    return freeze;
  }

  /** Ends a snapshot. The blocks kept for it pass to an older snapshot that sees them, or wait for `releaseKept`. */
  release(freeze: Freeze): void {
    const index = this.#freezes.indexOf(freeze);
    assert(index >= 0, 'the snapshot was released before');
    this.#freezes.splice(index, 1);
    const newest = this.#freezes.at(-1);
    this.frozenBelow = newest === undefined ? 0 : newest.epoch + 1;
    const older = this.#freezes[index - 1];
    for (const handle of freeze.kept) {
      if (older !== undefined && this.#epochOf(handle) <= older.epoch) older.kept.push(handle);
      else this.#unseen.push(handle);
    }
  }

  /** Frees at most `count` of the blocks that no snapshot sees any more; true while there are others. */
  releaseKept(count: number): boolean {
    for (let i = 0; i < count; i++) {
      const handle = this.#unseen.pop();
      if (handle === undefined) break;
      this.keptBytes -= this.capacity(handle);
      this.#release(handle);
    }
    return this.#unseen.length > 0;
  }

  /** Gives unused pages back to the kernel, at most `pagesMax`. */
  discardSome(pagesMax: number): number {
    return this.#pages.discardSome(pagesMax);
  }

  /** Pages that hold blocks, in bytes: what the arena has of the machine's memory at most, fragmentation included. */
  get heldBytes(): number {
    return this.#pages.usedPages * PAGE_BYTES;
  }

  /** Calls `visit` for each block in use, in address order of pages; for the checker. */
  forEachBlock(visit: (handle: Handle, byteLength: number) => void): void {
    const rows = this.#pages.rows;
    const kept = new Set([...this.#unseen, ...this.#freezes.flatMap((freeze) => freeze.kept)]);
    for (let page = 1; page < this.#pages.totalPages; ) {
      const row = page * ROW_WORDS;
      const kind = rows[row] & 0xff;
      if (kind === PAGE_SLAB) {
        this.#forEachBlockOfSlab(page, (handle, length) => kept.has(handle) || visit(handle, length));
        page += SLAB_PAGES;
      } else {
        const handle = page * (PAGE_BYTES / 16);
        if (kind === PAGE_SPAN && !kept.has(handle)) visit(handle, this.capacity(handle));
        page += kind === 0 ? 1 : Math.max(1, rows[row + 1]);
      }
    }
  }

  /** Gives the whole reservation back. Every view of the arena is dead afterwards. */
  destroy(): void {
    this.bytes.length = 0;
    this.words.length = 0;
    this.doubles.length = 0;
    this.regions.length = 0;
    this.#pages.destroy();
    releaseAddressSpace(this.#pointer, this.#reservedBytes);
  }

  static #roundUp(byteLength: number): number {
    if (byteLength > SMALL_BYTES_MAX) return Math.ceil(byteLength / PAGE_BYTES) * PAGE_BYTES;
    return CLASS_BYTES[CLASS_OF_GRANULES[(byteLength + 15) >>> 4]];
  }

  #addSegment(): void {
    const pointer = this.#pointer + BigInt(this.bytes.length) * BigInt(SEGMENT_BYTES);
    const small = this.bytes.length === 0 ? HUGE_FROM_PAGE * PAGE_BYTES : 0;
    preferHugePages(pointer + BigInt(small), SEGMENT_BYTES - small);
    const buffer = viewNativeMemory(pointer, SEGMENT_BYTES);
    const bytes = new Uint8Array(buffer);
    this.bytes.push(bytes);
    this.words.push(new Uint32Array(buffer));
    this.doubles.push(new Float64Array(buffer));
    this.regions.push({ bytes, pointer });
  }

  #allocateSpan(byteLength: number, type: number): Handle {
    const pageCount = Math.ceil(byteLength / PAGE_BYTES);
    const page = byteLength <= BLOCK_BYTES_MAX ? this.#pages.take(pageCount) : 0;
    if (page === 0) throw new ArenaFullError(`no room for a block of ${byteLength} bytes`);
    const row = page * ROW_WORDS;
    this.#pages.rows[row] = PAGE_SPAN;
    this.#pages.rows[row + 1] = pageCount;
    this.usedBytes += pageCount * PAGE_BYTES;
    const handle = page * (PAGE_BYTES / 16);
    this.words[handle >>> SEGMENT_SHIFT][(handle & GRANULE_MASK) << 2] = (type | this.#epochShifted) >>> 0;
    return handle;
  }

  #newSlab(sizeClass: number): number {
    const rows = this.#pages.rows;
    const page = this.#pages.take(SLAB_PAGES, SLAB_PAGES);
    if (page === 0) throw new ArenaFullError('no room for another slab');
    const row = page * ROW_WORDS;
    for (let i = 0; i < SLAB_PAGES; i++) rows[row + i * ROW_WORDS] = PAGE_SLAB | (sizeClass << 8);
    rows[row + SLAB_FREE] = 0;
    rows[row + SLAB_FREE_COUNT] = Math.floor(SLAB_BYTES / CLASS_BYTES[sizeClass]);
    rows[row + SLAB_FRESH] = 0;
    this.#linkSlab(row, sizeClass);
    return row;
  }

  #linkSlab(row: number, sizeClass: number): void {
    const rows = this.#pages.rows;
    const head = this.#current[sizeClass];
    rows[row + SLAB_NEXT] = head;
    rows[row + SLAB_PREVIOUS] = 0;
    if (head !== 0) rows[head + SLAB_PREVIOUS] = row;
    this.#current[sizeClass] = row;
  }

  #unlinkSlab(row: number, sizeClass: number): void {
    const rows = this.#pages.rows;
    const next = rows[row + SLAB_NEXT];
    const previous = rows[row + SLAB_PREVIOUS];
    if (previous === 0) this.#current[sizeClass] = next;
    else rows[previous + SLAB_NEXT] = next;
    if (next !== 0) rows[next + SLAB_PREVIOUS] = previous;
  }

  #release(handle: Handle): void {
    const rows = this.#pages.rows;
    const page = handle >>> PAGE_GRANULE_SHIFT;
    const head = rows[page * ROW_WORDS];
    if ((head & 0xff) !== PAGE_SLAB) return this.#releaseSpan(handle, page);
    const sizeClass = head >>> 8;
    const size = CLASS_BYTES[sizeClass];
    const row = (page & ~(SLAB_PAGES - 1)) * ROW_WORDS;
    const words = this.words[handle >>> SEGMENT_SHIFT];
    const index = (handle & GRANULE_MASK) << 2;
    assert((words[index] & 0xff) !== FREE_BLOCK, 'a block was freed twice');
    if (this.poison) this.bytes[handle >>> SEGMENT_SHIFT].fill(0xdb, index << 2, (index << 2) + size);
    words[index] = FREE_BLOCK;
    words[index + 1] = rows[row + SLAB_FREE];
    rows[row + SLAB_FREE] = handle;
    this.usedBytes -= size;
    const freeCount = ++rows[row + SLAB_FREE_COUNT];
    if (freeCount === 1) this.#linkSlab(row, sizeClass);
    else if (freeCount === Math.floor(SLAB_BYTES / size)) this.#retireSlab(row, sizeClass);
  }

  /** An empty slab goes back to the pages, unless it is the one that blocks come from just now. */
  #retireSlab(row: number, sizeClass: number): void {
    if (this.#current[sizeClass] === row) return;
    this.#unlinkSlab(row, sizeClass);
    this.#pages.rows.fill(0, row, row + SLAB_PAGES * ROW_WORDS);
    this.#pages.give(row / ROW_WORDS, SLAB_PAGES);
  }

  #releaseSpan(handle: Handle, page: number): void {
    const rows = this.#pages.rows;
    assert((rows[page * ROW_WORDS] & 0xff) === PAGE_SPAN && handle % (PAGE_BYTES / 16) === 0, 'not a block in use');
    const pageCount = rows[page * ROW_WORDS + 1];
    this.usedBytes -= pageCount * PAGE_BYTES;
    if (this.poison) {
      const start = (handle & GRANULE_MASK) << 4;
      this.bytes[handle >>> SEGMENT_SHIFT].fill(0xdb, start, start + pageCount * PAGE_BYTES);
    }
    rows[page * ROW_WORDS] = 0;
    this.#pages.give(page, pageCount);
  }

  #epochOf(handle: Handle): number {
    return this.words[handle >>> SEGMENT_SHIFT][(handle & GRANULE_MASK) << 2] >>> 8;
  }

  #keepForSnapshot(handle: Handle): boolean {
    const epoch = this.#epochOf(handle);
    if (epoch >= this.frozenBelow) return false;
    const newest = this.#freezes[this.#freezes.length - 1];
    newest.kept.push(handle);
    this.keptBytes += this.capacity(handle);
    return true;
  }

  #forEachBlockOfSlab(page: number, visit: (handle: Handle, byteLength: number) => void): void {
    const rows = this.#pages.rows;
    const row = page * ROW_WORDS;
    const size = CLASS_BYTES[rows[row] >>> 8];
    for (let i = 0; i < rows[row + SLAB_FRESH]; i++) {
      const handle = page * (PAGE_BYTES / 16) + i * (size >>> 4);
      if (this.typeOf(handle) !== FREE_BLOCK) visit(handle, size);
    }
  }
}
