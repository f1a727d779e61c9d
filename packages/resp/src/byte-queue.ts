// Bytes that arrived and are not used up. Appending copies once into a buffer that doubles, so a reply of 512 MB in small
// chunks costs linear time. `bytes` may be replaced by `append`: do not hold on to it.

const INITIAL_CAPACITY_BYTES = 4096;

export class ByteQueue {
  bytes: Buffer = Buffer.allocUnsafe(INITIAL_CAPACITY_BYTES);
  /** Bytes of `bytes` that are filled. */
  length = 0;

  append(chunk: Uint8Array): void {
    const needed = this.length + chunk.byteLength;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    this.bytes.set(chunk, this.length);
    this.length = needed;
  }

  /** Removes the first `count` bytes; what follows moves to the start. */
  drop(count: number): void {
    if (count === 0) return;
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }
}
