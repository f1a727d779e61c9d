// Reads the elements of RDB (lengths, strings, numbers) from a source of bytes, and knows where in it everything lies.
// A string is given as `bytes`, `start` and `length`, good until the next read. What does not fit the format throws a
// DamagedRdb that names the place; nothing is read outside of the source, and no memory is taken for lengths that the
// source cannot hold. Reasons contain what Valkey says in its log where tools look for it.
import { Crc64 } from '../../encodings/crc64.ts';
import { writeInteger } from '../../encodings/integer-text.ts';
import { lzfDecompress } from '../../encodings/lzf.ts';
import type { StreamId } from '../../types/stream/stream-id.ts';
import {
  FORM_COMPRESSED,
  FORM_INTEGER_8,
  FORM_INTEGER_16,
  FORM_INTEGER_32,
  LENGTH_14_BITS,
  LENGTH_32_BITS,
  LENGTH_64_BITS,
  LENGTH_IS_FORM,
} from './rdb-format.ts';

export interface ByteSource {
  /** Bytes that there are, as far as it is known. */
  readonly size: number;
  /** Fills up to `length` bytes; gives how many, 0 at the end. */
  read(target: Uint8Array, start: number, length: number): number;
}

/** What was read is not what RDB allows; `offset` is where the element starts. */
export class DamagedRdb extends Error {
  override readonly name = 'DamagedRdb';
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.offset = offset;
  }
}

const WINDOW_BYTES = 2 ** 18;
const TWO_32 = 2 ** 32;
/** LZF makes at most this of one byte. */
const EXPANSION_MAX = 264;
const ENDS_EARLY = 'the data end in the middle of an element';

export class RdbInput {
  /** The string that was read last. */
  bytes: Uint8Array;
  start = 0;
  length = 0;
  /** Whether the length that was read last is the form of a string instead. */
  isForm = false;
  readonly #source: ByteSource;
  readonly #window: Uint8Array;
  readonly #view: DataView;
  readonly #checksum: Crc64 | undefined;
  readonly #text = new Uint8Array(16);
  #plain = new Uint8Array(4096);
  #at = 0;
  #end = 0;
  /** Bytes of the source before the window. */
  #before = 0;
  /** Where in the window the part starts that the checksum has not seen. */
  #unseen = 0;

  constructor(source: ByteSource, options: { readonly checksums: boolean }) {
    this.#source = source;
    this.#window = new Uint8Array(Math.max(64, Math.min(WINDOW_BYTES, source.size)));
    this.#view = new DataView(this.#window.buffer);
    this.#checksum = options.checksums ? new Crc64() : undefined;
    this.bytes = this.#text;
  }

  /** Where the next element starts. */
  get offset(): number {
    return this.#before + this.#at;
  }

  fail(reason: string, offset = this.offset): never {
    throw new DamagedRdb(reason, offset);
  }

  /** A type, of a value or of what is between values, that means nothing. */
  failUnknownType(type: number): never {
    return this.fail(`Unknown type or opcode when loading DB. Unrecoverable error, aborting now. (It is ${type}.)`);
  }

  byte(): number {
    this.#need(1);
    return this.#window[this.#at++];
  }

  /** A length that is exact in a double; with `isForm`, the form of a string. */
  lengthOrForm(): number {
    const first = this.byte();
    const low = first & 0x3f;
    this.isForm = first >> 6 === LENGTH_IS_FORM;
    if (this.isForm || first >> 6 === 0) return low;
    if (first >> 6 === LENGTH_14_BITS) return (low << 8) | this.byte();
    if (first === LENGTH_32_BITS) {
      this.#need(4);
      this.#at += 4;
      return this.#view.getUint32(this.#at - 4);
    }
    if (first === LENGTH_64_BITS) {
      this.#need(8);
      this.#at += 8;
      return this.#view.getUint32(this.#at - 8) * TWO_32 + this.#view.getUint32(this.#at - 4);
    }
    return this.fail(`a length starts with the byte ${first}, which means nothing`, this.offset - 1);
  }

  /** A number that counts or measures. */
  count(): number {
    const offset = this.offset;
    const value = this.lengthOrForm();
    if (this.isForm) this.fail('a number was expected, and the form of a string is there', offset);
    return value;
  }

  /** An unsigned integer of 64 bits as high and low word, for `take`. */
  words(take: (high: number, low: number) => void): void {
    this.#need(1);
    if (this.#window[this.#at] === LENGTH_64_BITS) {
      this.#need(9);
      this.#at += 9;
      take(this.#view.getInt32(this.#at - 8), this.#view.getInt32(this.#at - 4));
    } else {
      const value = this.count();
      take(0, value | 0);
    }
  }

  /** A string in any of its forms. */
  string(): void {
    const offset = this.offset;
    const length = this.lengthOrForm();
    if (!this.isForm) return this.#readPlain(length);
    switch (length) {
      case FORM_INTEGER_8:
        this.#need(1);
        this.#at += 1;
        return this.#giveInteger(this.#view.getInt8(this.#at - 1));
      case FORM_INTEGER_16:
        this.#need(2);
        this.#at += 2;
        return this.#giveInteger(this.#view.getInt16(this.#at - 2, true));
      case FORM_INTEGER_32:
        this.#need(4);
        this.#at += 4;
        return this.#giveInteger(this.#view.getInt32(this.#at - 4, true));
      case FORM_COMPRESSED:
        return this.#readCompressed(offset);
      default:
        this.fail(`a string has the form ${length}, which means nothing`, offset);
    }
  }

  /** A string as a binary string. */
  text(): string {
    this.string();
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.start, this.length).toString('latin1');
  }

  /** Exactly `length` bytes as they are. */
  raw(length: number): void {
    this.#readPlain(length);
  }

  /** A signed integer of 64 bits, lowest byte first. */
  milliseconds(): number {
    this.#need(8);
    this.#at += 8;
    return this.#view.getInt32(this.#at - 4, true) * TWO_32 + this.#view.getUint32(this.#at - 8, true);
  }

  seconds(): number {
    this.#need(4);
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4, true);
  }

  double(): number {
    this.#need(8);
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  /** The sixteen bytes of a stream's id. */
  streamId(id: StreamId): StreamId {
    this.#need(16);
    const at = this.#at;
    this.#at += 16;
    const view = this.#view;
    return id.set(view.getInt32(at), view.getInt32(at + 4), view.getInt32(at + 8), view.getInt32(at + 12));
  }

  /** Reads the checksum that follows: whether it is that of all bytes before it, or 0, which stands for none. */
  checksum(): 'right' | 'wrong' | 'none' {
    this.#see();
    this.#need(8);
    const at = this.#at;
    this.#at += 8;
    this.#unseen = this.#at;
    if (this.#view.getUint32(at) === 0 && this.#view.getUint32(at + 4) === 0) return 'none';
    return this.#checksum === undefined || this.#checksum.matches(this.#window, at) ? 'right' : 'wrong';
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end && !this.#fill();
  }

  #giveInteger(value: number): void {
    this.bytes = this.#text;
    this.start = 0;
    this.length = writeInteger(this.#text, 0, value);
  }

  #give(bytes: Uint8Array, start: number, length: number): void {
    this.bytes = bytes;
    this.start = start;
    this.length = length;
  }

  #readPlain(length: number): void {
    if (length <= this.#window.length) {
      this.#need(length);
      this.#give(this.#window, this.#at, length);
      this.#at += length;
      return;
    }
    this.#checkLength(length);
    const target = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      if (this.#at === this.#end && !this.#fill()) this.fail(ENDS_EARLY, this.offset);
      const count = Math.min(length - done, this.#end - this.#at);
      target.set(this.#window.subarray(this.#at, this.#at + count), done);
      this.#at += count;
      done += count;
    }
    this.#give(target, 0, length);
  }

  #readCompressed(offset: number): void {
    const size = this.count();
    const length = this.count();
    this.#checkLength(size);
    if (length > size * EXPANSION_MAX) this.fail('a compressed string claims more than it can hold', offset);
    this.#readPlain(size);
    if (this.#plain.length < length) this.#plain = new Uint8Array(length < WINDOW_BYTES ? WINDOW_BYTES : length);
    if (!lzfDecompress(this.bytes, this.start, size, this.#plain, 0, length)) {
      this.fail('a compressed string is damaged', offset);
    }
    this.#give(this.#plain, 0, length);
  }

  #checkLength(length: number): void {
    if (length > this.#source.size - this.offset) this.fail(`${ENDS_EARLY}, which claims ${length} bytes`);
  }

  /** Makes sure that the next `count` bytes lie in the window. */
  #need(count: number): void {
    while (this.#end - this.#at < count) {
      if (count > this.#window.length || !this.#fill()) this.fail(ENDS_EARLY);
    }
  }

  /** Reads on; false at the end of the source. */
  #fill(): boolean {
    this.#see();
    if (this.#at > 0) {
      this.#window.copyWithin(0, this.#at, this.#end);
      this.#before += this.#at;
      this.#end -= this.#at;
      this.#at = 0;
      this.#unseen = 0;
    }
    const count = this.#source.read(this.#window, this.#end, this.#window.length - this.#end);
    this.#end += count;
    return count > 0;
  }

  /** Lets the checksum see what was read. */
  #see(): void {
    this.#checksum?.update(this.#window, this.#unseen, this.#at - this.#unseen);
    this.#unseen = this.#at;
  }
}

/** Bytes in memory as a source. */
export function sourceOfBytes(bytes: Uint8Array, start: number, length: number): ByteSource {
  let at = start;
  const end = start + length;
  return {
    size: length,
    read: (target, offset, room) => {
      const count = Math.min(room, end - at);
      target.set(bytes.subarray(at, at + count), offset);
      at += count;
      return count;
    },
  };
}
