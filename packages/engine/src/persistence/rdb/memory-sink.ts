// Keeps everything that is written in memory.
import type { ByteSink } from './rdb-writer.ts';

export class MemorySink implements ByteSink {
  #bytes = new Uint8Array(0);
  #length = 0;

  get content(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  write(bytes: Uint8Array, length: number): void {
    const needed = this.#length + length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(this.#length === 0 ? needed : needed * 2);
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes.subarray(0, length), this.#length);
    this.#length = needed;
  }
}
