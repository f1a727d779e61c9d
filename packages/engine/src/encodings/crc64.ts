// CRC-64 of RDB files and DUMP payloads: polynomial ad93d23594c935a9 (Jones), bits reflected, started at 0, not inverted.
// Eight bytes at a time over eight tables; 64-bit words are pairs of 32-bit halves.

const POLYNOMIAL_HIGH = 0x95ac9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;
const SLICES = 8;

const tableHigh = new Int32Array(SLICES * 256);
const tableLow = new Int32Array(SLICES * 256);
fillTables();

/** A checksum that grows with the bytes it is given. */
export class Crc64 {
  #high = 0;
  #low = 0;

  /** Takes in `length` bytes at `start`. */
  update(bytes: Uint8Array, start: number, length: number): this {
    let high = this.#high;
    let low = this.#low;
    const end = start + length;
    let at = start;
    for (const last = end - SLICES; at <= last; at += SLICES) {
      const a = low ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24));
      const b = high ^ (bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] << 24));
      const i7 = 1792 | (a & 255);
      const i6 = 1536 | ((a >>> 8) & 255);
      const i5 = 1280 | ((a >>> 16) & 255);
      const i4 = 1024 | (a >>> 24);
      const i3 = 768 | (b & 255);
      const i2 = 512 | ((b >>> 8) & 255);
      const i1 = 256 | ((b >>> 16) & 255);
      const i0 = b >>> 24;
      high =
        tableHigh[i7] ^
        tableHigh[i6] ^
        tableHigh[i5] ^
        tableHigh[i4] ^
        tableHigh[i3] ^
        tableHigh[i2] ^
        tableHigh[i1] ^
        tableHigh[i0];
      low =
        tableLow[i7] ^
        tableLow[i6] ^
        tableLow[i5] ^
        tableLow[i4] ^
        tableLow[i3] ^
        tableLow[i2] ^
        tableLow[i1] ^
        tableLow[i0];
    }
    for (; at < end; at++) {
      const index = (low ^ bytes[at]) & 255;
      low = ((low >>> 8) | (high << 24)) ^ tableLow[index];
      high = (high >>> 8) ^ tableHigh[index];
    }
    this.#high = high;
    this.#low = low;
    return this;
  }

  /** Writes the checksum as RDB keeps it, eight bytes with the lowest first; returns the place behind it. */
  write(bytes: Uint8Array, offset: number): number {
    for (let i = 0; i < 4; i++) {
      bytes[offset + i] = this.#low >>> (8 * i);
      bytes[offset + 4 + i] = this.#high >>> (8 * i);
    }
    return offset + 8;
  }

  /** Whether the eight bytes at `offset` are this checksum. */
  matches(bytes: Uint8Array, offset: number): boolean {
    for (let i = 0; i < 4; i++) {
      if (bytes[offset + i] !== ((this.#low >>> (8 * i)) & 255)) return false;
      if (bytes[offset + 4 + i] !== ((this.#high >>> (8 * i)) & 255)) return false;
    }
    return true;
  }

  get value(): bigint {
    return (BigInt(this.#high >>> 0) << 32n) | BigInt(this.#low >>> 0);
  }
}

/** The checksum of one run of bytes. */
export function crc64(bytes: Uint8Array, start: number, length: number): bigint {
  return new Crc64().update(bytes, start, length).value;
}

/** Slice k holds what a byte becomes with k zero bytes behind it. */
function fillTables(): void {
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (odd === 1) {
        low ^= POLYNOMIAL_LOW;
        high ^= POLYNOMIAL_HIGH;
      }
    }
    tableLow[byte] = low;
    tableHigh[byte] = high;
  }
  for (let i = 256; i < SLICES * 256; i++) {
    const low = tableLow[i - 256];
    const high = tableHigh[i - 256];
    tableLow[i] = ((low >>> 8) | (high << 24)) ^ tableLow[low & 255];
    tableHigh[i] = (high >>> 8) ^ tableHigh[low & 255];
  }
}
