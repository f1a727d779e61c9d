// How much memory the server uses: blocks of the arena plus what lives on V8's heap. The heap is looked at after
// collections only (its size falls then), because what it holds between them is mostly garbage that nobody pays for:
// counting it would make `maxmemory` evict keys for it.
import { getHeapStatistics } from 'node:v8';
import type { Arena } from '../memory/arena.ts';

/** Two collections of the same heap differ by so much: what is garbage in old space stays until a full one. */
const HEAP_NOISE_BYTES = 2 * 1024 * 1024;
/** The kernel is asked at each such look only: that reads a file. */
const RESIDENT_LOOKS = 5;

export class MemoryMeter {
  readonly #arena: Arena;
  #heapSeen = 0;
  #looks = 0;
  /** Bytes that were alive on V8's heap when it was last looked at. */
  heapBytes = 0;
  /** Bytes in use when the server started to serve. */
  startupBytes = 0;
  peakBytes = 0;
  /** Resident memory of the process in bytes, as of the last look. */
  residentBytes = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.look();
    this.startupBytes = this.usedBytes;
  }

  /** Bytes in use: what `used_memory` says and `maxmemory` limits. */
  get usedBytes(): number {
    return this.#arena.usedBytes + this.heapBytes;
  }

  /** Looks at the heap; ten times a second. */
  look(): void {
    const { used_heap_size: used, malloced_memory: malloced } = getHeapStatistics();
    const total = used + malloced;
    const isCollected = total < this.#heapSeen || this.heapBytes === 0;
    if (isCollected && Math.abs(total - this.heapBytes) > HEAP_NOISE_BYTES) this.heapBytes = total;
    this.#heapSeen = total;
    this.peakBytes = Math.max(this.peakBytes, this.usedBytes);
    if (this.#looks++ % RESIDENT_LOOKS === 0) this.residentBytes = process.memoryUsage.rss();
  }
}
