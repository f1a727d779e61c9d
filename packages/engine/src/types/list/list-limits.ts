// How much goes into one node of a list, and how large a packed list may get: `list-max-listpack-size`. A negative
// setting limits bytes (-1 to -5: 4 to 64 KiB), any other one limits elements. These rules decide what OBJECT ENCODING
// says, so they equal Valkey's.

/** Limit in bytes where the setting counts elements. */
const SAFE_BYTES_MAX = 8192;
const BYTES_BY_LEVEL: readonly number[] = [4096, 8192, 16384, 32768, 65536];
/** What Valkey adds to an element's length for its entry when it asks whether a node has room. */
const ENTRY_OVERHEAD = 8;

export class ListLimits {
  /** Bytes of a node's listpack at most. */
  bytesMax = SAFE_BYTES_MAX;
  countMax = Number.POSITIVE_INFINITY;
  /** DEBUG QUICKLIST-PACKED-THRESHOLD: elements from this length on get a node of their own; 0 for the usual limit. */
  packedThreshold = 0;
  #limitsCount = false;

  /** Takes a value of `list-max-listpack-size`. */
  setFill(fill: number): void {
    this.#limitsCount = fill >= 0;
    this.countMax = fill >= 0 ? Math.max(1, fill) : Number.POSITIVE_INFINITY;
    const level = Math.min(-fill, BYTES_BY_LEVEL.length) - 1;
    this.bytesMax = fill >= 0 ? SAFE_BYTES_MAX : BYTES_BY_LEVEL[level];
  }

  exceeds(bytes: number, count: number): boolean {
    return bytes > this.bytesMax || count > this.countMax;
  }

  /** Whether a node of `bytes` bytes and `count` elements has no room for an element of `length` bytes. */
  isFullFor(bytes: number, count: number, length: number): boolean {
    return this.exceeds(bytes + length + ENTRY_OVERHEAD, count + 1);
  }

  /** Whether an element has a node of its own, as plain bytes. */
  isLarge(length: number): boolean {
    return this.packedThreshold === 0 ? length > this.bytesMax : length >= this.packedThreshold;
  }

  /** Whether a big list with a single node becomes a packed one; one that shrank does so below half of the limits only,
   * so that it does not change to and fro. */
  fitsPacked(bytes: number, count: number, hasShrunk: boolean): boolean {
    const share = hasShrunk ? 2 : 1;
    const bytesMax = this.#limitsCount ? Number.POSITIVE_INFINITY : Math.floor(this.bytesMax / share);
    return bytes <= bytesMax && count <= Math.floor(this.countMax / share);
  }
}
