// The page allocator under the arena: hands out runs of 4 KiB pages and takes them back, joining neighbours.
// A run never crosses a segment. The page table (16 bytes a page) lives in native memory of its own; a free run keeps
// its length in its first and last page's rows, and its list links in the first. Who uses a run owns its rows.
// Touched pages of free runs go back to the kernel in `discardSome`, not at once: most are used again soon.
import { assert } from '@valkeep/base';
import { discardPages, releaseAddressSpace, reserveAddressSpace, viewNativeMemory } from './native-memory.ts';

export const PAGE_BYTES = 4096;
export const PAGE_SHIFT = 12;
/** Words of a page's row in the page table. */
export const ROW_WORDS = 4;
const SEGMENT_PAGES = 2 ** 30 / PAGE_BYTES;

/** Kinds of pages: the low byte of a row's first word. */
export const PAGE_UNUSED = 0;
export const PAGE_FREE_RUN = 1;
export const PAGE_SLAB = 2;
export const PAGE_SPAN = 3;
const DIRTY = 0x100;

const BIN_COUNT = 20;
/** Runs looked at in the first bin that may fit, before a larger bin is taken. */
const FIT_TRIES_MAX = 16;
/** Free runs of at least this many touched pages are given back to the kernel. */
const DISCARD_PAGES_MIN = 16;
/** From this page on memory comes in huge pages: small data sets stay small. */
export const HUGE_FROM_PAGE = (32 * 2 ** 20) / PAGE_BYTES;
const HUGE_PAGE_PAGES = (2 * 2 ** 20) / PAGE_BYTES;

export class PageRuns {
  /** The page table: `ROW_WORDS` words a page. */
  readonly rows: Uint32Array;
  /** Pages in use. */
  usedPages = 0;
  #tablePointer: bigint;
  #tableBytes: number;
  #pointer: bigint;
  #segmentCount = 0;
  #segmentLimit: number;
  #addSegment: () => void;
  #bins = new Uint32Array(BIN_COUNT);

  /** `pointer`: start of the arena; `addSegment` is called before the first page of a new segment is handed out. */
  constructor(pointer: bigint, segmentLimit: number, addSegment: () => void) {
    this.#tableBytes = segmentLimit * SEGMENT_PAGES * ROW_WORDS * 4;
    this.#tablePointer = reserveAddressSpace(this.#tableBytes);
    this.rows = new Uint32Array(viewNativeMemory(this.#tablePointer, this.#tableBytes));
    this.#pointer = pointer;
    this.#segmentLimit = segmentLimit;
    this.#addSegment = addSegment;
  }

  /** Takes `count` pages whose first is a multiple of `alignment` (a power of two): its page number, or 0 when full. */
  take(count: number, alignment = 1): number {
    let found = this.#find(count, alignment);
    if (found === 0) {
      if (!this.#grow()) return 0;
      found = this.#find(count, alignment);
    }
    return found;
  }

  /** Gives back `count` pages from `page` on. Their rows are overwritten. */
  give(page: number, count: number): void {
    const { rows } = this;
    this.usedPages -= count;
    let first = page;
    let length = count;
    const before = page - 1;
    if (page % SEGMENT_PAGES !== 0 && (rows[before * ROW_WORDS] & 0xff) === PAGE_FREE_RUN) {
      const beforeLength = rows[before * ROW_WORDS + 1];
      first = before - beforeLength + 1;
      this.#unlink(first);
      length += beforeLength;
    }
    const after = page + count;
    if (after % SEGMENT_PAGES !== 0 && (rows[after * ROW_WORDS] & 0xff) === PAGE_FREE_RUN) {
      const afterLength = rows[after * ROW_WORDS + 1];
      this.#unlink(after);
      length += afterLength;
    }
    this.#link(first, length, DIRTY);
  }

  /** Gives touched pages of free runs back to the kernel, at most `pagesMax`; returns how many it gave. */
  discardSome(pagesMax: number): number {
    let given = 0;
    for (let bin = binOf(DISCARD_PAGES_MIN); bin < BIN_COUNT; bin++) {
      for (let page = this.#bins[bin]; page !== 0 && given < pagesMax; page = this.rows[page * ROW_WORDS + 2]) {
        const row = page * ROW_WORDS;
        if ((this.rows[row] & DIRTY) === 0) continue;
        given += this.#discard(page, page + this.rows[row + 1]);
        this.rows[row] = PAGE_FREE_RUN;
      }
    }
    return given;
  }

  /** Whole huge pages only: the kernel would break others up, and fill them again. Returns the pages given back. */
  #discard(first: number, end: number): number {
    const unit = first >= HUGE_FROM_PAGE ? HUGE_PAGE_PAGES : 1;
    const start = Math.ceil(first / unit) * unit;
    const count = Math.floor(end / unit) * unit - start;
    if (count <= 0) return 0;
    discardPages(this.#pointer + BigInt(start) * BigInt(PAGE_BYTES), count * PAGE_BYTES);
    return count;
  }

  /** Calls `visit(page, length)` for each free run, for the checker. */
  forEachFreeRun(visit: (page: number, length: number) => void): void {
    for (let bin = 0; bin < BIN_COUNT; bin++) {
      for (let page = this.#bins[bin]; page !== 0; page = this.rows[page * ROW_WORDS + 2]) {
        visit(page, this.rows[page * ROW_WORDS + 1]);
      }
    }
  }

  destroy(): void {
    releaseAddressSpace(this.#tablePointer, this.#tableBytes);
  }

  get totalPages(): number {
    return this.#segmentCount * SEGMENT_PAGES;
  }

  #find(count: number, alignment: number): number {
    for (let bin = binOf(count); bin < BIN_COUNT; bin++) {
      let tries = 0;
      for (let page = this.#bins[bin]; page !== 0; page = this.rows[page * ROW_WORDS + 2]) {
        const start = (page + alignment - 1) & -alignment;
        if (start + count <= page + this.rows[page * ROW_WORDS + 1]) return this.#carve(page, start, count);
        if (++tries >= FIT_TRIES_MAX) break;
      }
    }
    return 0;
  }

  #carve(page: number, start: number, count: number): number {
    const row = page * ROW_WORDS;
    const end = page + this.rows[row + 1];
    const dirty = this.rows[row] & DIRTY;
    this.#unlink(page);
    if (start > page) this.#link(page, start - page, dirty);
    if (end > start + count) this.#link(start + count, end - start - count, dirty);
    this.usedPages += count;
    return start;
  }

  #grow(): boolean {
    if (this.#segmentCount === this.#segmentLimit) return false;
    this.#addSegment();
    const first = this.#segmentCount * SEGMENT_PAGES;
    this.#segmentCount++;
    // Page 0 is never handed out, so that handle 0 can mean "none".
    const skipped = first === 0 ? 1 : 0;
    this.#link(first + skipped, SEGMENT_PAGES - skipped, 0);
    return true;
  }

  #link(page: number, length: number, dirty: number): void {
    const { rows } = this;
    assert(length > 0, 'an empty run of pages');
    const bin = binOf(length);
    const next = this.#bins[bin];
    const row = page * ROW_WORDS;
    const last = (page + length - 1) * ROW_WORDS;
    rows[last] = PAGE_FREE_RUN;
    rows[last + 1] = length;
    rows[row] = PAGE_FREE_RUN | dirty;
    rows[row + 1] = length;
    rows[row + 2] = next;
    rows[row + 3] = 0;
    if (next !== 0) rows[next * ROW_WORDS + 3] = page;
    this.#bins[bin] = page;
  }

  #unlink(page: number): void {
    const { rows } = this;
    const row = page * ROW_WORDS;
    const length = rows[row + 1];
    const next = rows[row + 2];
    const previous = rows[row + 3];
    if (previous === 0) this.#bins[binOf(length)] = next;
    else rows[previous * ROW_WORDS + 2] = next;
    if (next !== 0) rows[next * ROW_WORDS + 3] = previous;
    rows[(page + length - 1) * ROW_WORDS] = PAGE_UNUSED;
    rows[row] = PAGE_UNUSED;
  }
}

function binOf(pages: number): number {
  return 31 - Math.clz32(pages);
}
