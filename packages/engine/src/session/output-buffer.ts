// Output of one client that could not be written at once: a queue of arena blocks. What may be sent is bounded by
// `released` (the output gate); everything else waits. Sizes are what CLIENT LIST and the buffer limits look at.
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import { SESSION_BYTES } from '../memory/block-types.ts';
import { BROKEN, type Connection, WOULD_BLOCK } from '../transport/transport.ts';

const CHUNK_BYTES = 16 * 1024;
const BIG_CHUNK_BYTES_MAX = 1024 * 1024;
const HEADER_BYTES = 16;

interface Chunk {
  readonly block: Handle;
  readonly capacity: number;
  start: number;
  end: number;
}

export class OutputBuffer {
  readonly #arena: Arena;
  #chunks: Chunk[] = [];
  /** Bytes that wait here. */
  pendingBytes = 0;
  /** Bytes of arena blocks behind them. */
  memoryBytes = 0;
  /** Bytes that were ever appended and ever sent. */
  #appended = 0;
  #sent = 0;
  /** Bytes, counted as `#appended`, that may be sent. */
  #released = 0;
  /** Positions of the stream of effects that output waits for, with the output's end: pairs, ascending. */
  #marks: { readonly position: number; readonly end: number }[] = [];

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  get isEmpty(): boolean {
    return this.pendingBytes === 0;
  }

  get chunkCount(): number {
    return this.#chunks.length;
  }

  append(bytes: Uint8Array, start: number, length: number): void {
    let from = start;
    let left = length;
    while (left > 0) {
      const chunk = this.#roomy(left);
      const count = Math.min(left, chunk.capacity - chunk.end);
      const target = ((chunk.block & GRANULE_MASK) << 4) + chunk.end;
      this.#arena.bytes[chunk.block >>> SEGMENT_SHIFT].set(bytes.subarray(from, from + count), target);
      chunk.end += count;
      from += count;
      left -= count;
    }
    this.pendingBytes += length;
    this.#appended += length;
  }

  /** Lets everything go that was appended so far. */
  releaseAll(): void {
    this.#released = this.#appended;
    this.#marks.length = 0;
  }

  /** Holds what was appended since the last mark until the stream of effects is safe up to `position`. */
  holdUntil(position: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && last.end === this.#appended) return;
    this.#marks.push({ position, end: this.#appended });
  }

  /** Lets go what waits for positions up to `position`; true when something may be written now. */
  releaseUpTo(position: number): boolean {
    let count = 0;
    for (const mark of this.#marks) {
      if (mark.position > position) break;
      this.#released = mark.end;
      count++;
    }
    this.#marks.splice(0, count);
    return this.#released > this.#sent;
  }

  /** True while something waits for the gate. */
  get isHeld(): boolean {
    return this.#marks.length > 0;
  }

  /** Writes what may be sent: the number of bytes, WOULD_BLOCK when the connection took less, or BROKEN. */
  writeTo(connection: Connection, bytesMax: number): number {
    let written = 0;
    while (this.#sent < this.#released && written < bytesMax) {
      const chunk = this.#chunks[0];
      const length = Math.min(chunk.end - chunk.start, this.#released - this.#sent);
      const region = this.#arena.regions[chunk.block >>> SEGMENT_SHIFT];
      const count = connection.write(region, ((chunk.block & GRANULE_MASK) << 4) + chunk.start, length);
      if (count === BROKEN) return BROKEN;
      if (count <= 0) return WOULD_BLOCK;
      this.#consume(chunk, count);
      written += count;
      if (count < length) return WOULD_BLOCK;
    }
    return written;
  }

  /** Frees everything; what was not sent is lost. */
  clear(): void {
    for (const chunk of this.#chunks) this.#arena.free(chunk.block);
    this.#chunks = [];
    this.pendingBytes = 0;
    this.memoryBytes = 0;
    this.#sent = this.#appended;
    this.releaseAll();
  }

  /** For the checker. */
  forEachBlock(visit: (block: Handle) => void): void {
    for (const chunk of this.#chunks) visit(chunk.block);
  }

  #consume(chunk: Chunk, count: number): void {
    chunk.start += count;
    this.#sent += count;
    this.pendingBytes -= count;
    if (chunk.start < chunk.end) return;
    this.#chunks.shift();
    this.memoryBytes -= chunk.capacity;
    this.#arena.free(chunk.block);
  }

  #roomy(length: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.end < last.capacity) return last;
    const wanted = Math.min(BIG_CHUNK_BYTES_MAX, Math.max(CHUNK_BYTES, length + HEADER_BYTES));
    const block = this.#arena.allocate(wanted, SESSION_BYTES);
    const chunk = { block, capacity: this.#arena.capacity(block), start: HEADER_BYTES, end: HEADER_BYTES };
    this.#chunks.push(chunk);
    this.memoryBytes += chunk.capacity;
    return chunk;
  }
}
