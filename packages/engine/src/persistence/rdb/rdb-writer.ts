// Writes the elements of RDB (lengths, strings, numbers) into a buffer that a sink takes in pieces, and keeps the
// checksum of what went out. What the elements mean is said by write-value and save-rdb.
import { Crc64 } from '../../encodings/crc64.ts';
import { parseInteger } from '../../encodings/integer-text.ts';
import { lzfCompress } from '../../encodings/lzf.ts';
import type { StreamId } from '../../types/stream/stream-id.ts';
import {
  FORM_COMPRESSED,
  FORM_INTEGER_8,
  FORM_INTEGER_16,
  FORM_INTEGER_32,
  LENGTH_32_BITS,
  LENGTH_64_BITS,
  OPCODE_END,
} from './rdb-format.ts';

/** Takes what was written. The bytes are good during the call only. */
export interface ByteSink {
  write(bytes: Uint8Array, length: number): void;
}

export interface WriterSettings {
  /** `rdbcompression`. */
  readonly compresses: boolean;
  /** `rdbchecksum`. */
  readonly checksums: boolean;
}

const BUFFER_BYTES = 65536;
const TWO_32 = 2 ** 32;
/** Longer texts are no integers of 32 bits. */
const INTEGER_TEXT_MAX = 11;
/** Shorter strings are not worth compressing. */
const COMPRESSED_MIN = 21;
/** Longer strings are not compressed, since it could not be done in slices. */
const COMPRESSED_MAX = 2 ** 20;
const FORM_MARK = 0xc0;
const MINUS = 45;

export class RdbWriter {
  /** Bytes written so far, those that wait in the buffer included. */
  written = 0;
  readonly #sink: ByteSink;
  readonly #settings: WriterSettings;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #checksum = new Crc64();
  #used = 0;
  #compressed = new Uint8Array(0);

  constructor(sink: ByteSink, settings: WriterSettings, bufferBytes = BUFFER_BYTES) {
    this.#sink = sink;
    this.#settings = settings;
    this.#bytes = new Uint8Array(bufferBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  byte(value: number): void {
    this.#need(1);
    this.#bytes[this.#used++] = value;
  }

  /** A length or another unsigned integer that is exact in a double. */
  length(value: number): void {
    this.#need(9);
    if (value < 64) {
      this.#bytes[this.#used++] = value;
    } else if (value < 16384) {
      this.#bytes[this.#used++] = 0x40 | (value >> 8);
      this.#bytes[this.#used++] = value & 0xff;
    } else if (value < TWO_32) {
      this.#bytes[this.#used++] = LENGTH_32_BITS;
      this.#view.setUint32(this.#used, value);
      this.#used += 4;
    } else {
      this.#longLength(Math.floor(value / TWO_32), value);
    }
  }

  /** An unsigned integer of 64 bits, in words. */
  lengthOfWords(high: number, low: number): void {
    if (high === 0) return this.length(low >>> 0);
    this.#need(9);
    this.#longLength(high, low);
  }

  #longLength(high: number, low: number): void {
    this.#bytes[this.#used++] = LENGTH_64_BITS;
    this.#view.setUint32(this.#used, high);
    this.#view.setUint32(this.#used + 4, low);
    this.#used += 8;
  }

  /** A string in its shortest form. */
  string(bytes: Uint8Array, start: number, length: number): void {
    if (length <= INTEGER_TEXT_MAX && this.#writeInteger(bytes, start, length)) return;
    if (length >= COMPRESSED_MIN && length <= COMPRESSED_MAX && this.#settings.compresses) {
      if (this.#writeCompressed(bytes, start, length)) return;
    }
    this.length(length);
    this.raw(bytes, start, length);
  }

  /** A binary string. */
  text(text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    this.string(bytes, 0, bytes.length);
  }

  raw(bytes: Uint8Array, start: number, length: number): void {
    let done = 0;
    while (done < length) {
      this.#need(1);
      const count = Math.min(length - done, this.#bytes.length - this.#used);
      this.#copy(bytes, start + done, count);
      done += count;
    }
  }

  /** A signed integer of 64 bits, lowest byte first: a time in milliseconds. */
  milliseconds(value: number): void {
    this.#need(8);
    this.#view.setInt32(this.#used, (value % TWO_32) | 0, true);
    this.#view.setInt32(this.#used + 4, Math.floor(value / TWO_32), true);
    this.#used += 8;
  }

  double(value: number): void {
    this.#need(8);
    this.#view.setFloat64(this.#used, value, true);
    this.#used += 8;
  }

  /** The sixteen bytes of an id, as they order. */
  streamId(id: StreamId): void {
    this.#need(16);
    this.#view.setInt32(this.#used, id.msHigh);
    this.#view.setInt32(this.#used + 4, id.msLow);
    this.#view.setInt32(this.#used + 8, id.seqHigh);
    this.#view.setInt32(this.#used + 12, id.seqLow);
    this.#used += 16;
  }

  /** Ends a file: the last opcode and the checksum, which is 0 where none is kept. */
  finish(): void {
    this.byte(OPCODE_END);
    this.flush();
    if (this.#settings.checksums) this.#checksum.write(this.#bytes, 0);
    else this.#bytes.fill(0, 0, 8);
    this.#used = 8;
    this.flush();
  }

  /** The checksum of everything so far, lowest byte first; ends a payload. */
  writeChecksum(): void {
    this.flush();
    this.#checksum.write(this.#bytes, 0);
    this.#used = 8;
    this.flush();
  }

  /** Hands what waits to the sink. */
  flush(): void {
    if (this.#used === 0) return;
    if (this.#settings.checksums) this.#checksum.update(this.#bytes, 0, this.#used);
    this.written += this.#used;
    const length = this.#used;
    this.#used = 0;
    this.#sink.write(this.#bytes, length);
  }

  /** Bytes written so far, those that wait included. */
  get position(): number {
    return this.written + this.#used;
  }

  #need(count: number): void {
    if (this.#used + count > this.#bytes.length) this.flush();
  }

  #copy(bytes: Uint8Array, start: number, count: number): void {
    const target = this.#bytes;
    if (count > 24) target.set(bytes.subarray(start, start + count), this.#used);
    else for (let i = 0; i < count; i++) target[this.#used + i] = bytes[start + i];
    this.#used += count;
  }

  /** Writes the text of a small integer as the integer. */
  #writeInteger(bytes: Uint8Array, start: number, length: number): boolean {
    if (length === 0 || (bytes[start] > 57 && bytes[start] !== MINUS)) return false;
    const value = parseInteger(bytes, start, length);
    if (Number.isNaN(value) || value !== (value | 0)) return false;
    this.#need(5);
    if (value >= -128 && value < 128) {
      this.#bytes[this.#used++] = FORM_MARK | FORM_INTEGER_8;
      this.#bytes[this.#used++] = value;
    } else if (value >= -32768 && value < 32768) {
      this.#bytes[this.#used++] = FORM_MARK | FORM_INTEGER_16;
      this.#view.setInt16(this.#used, value, true);
      this.#used += 2;
    } else {
      this.#bytes[this.#used++] = FORM_MARK | FORM_INTEGER_32;
      this.#view.setInt32(this.#used, value, true);
      this.#used += 4;
    }
    return true;
  }

  #writeCompressed(bytes: Uint8Array, start: number, length: number): boolean {
    if (this.#compressed.length < length) this.#compressed = new Uint8Array(length * 2);
    const size = lzfCompress(bytes, start, length, this.#compressed, 0, length - 4);
    if (size === 0) return false;
    this.byte(FORM_MARK | FORM_COMPRESSED);
    this.length(size);
    this.length(length);
    this.raw(this.#compressed, 0, size);
    return true;
  }
}
