// Writes replies into one output region, in RESP2 or RESP3 as the client speaks.
// The region belongs to the engine; what is in it belongs to the client whose command runs. When it fills up, the sink
// takes the bytes (`spill`), except while somebody holds a mark: a script that reads the reply, or an array whose
// length is not known yet. A command that fails half-way drops what it wrote (`rewind`).

import { copyBytes } from '../encodings/bytes-compare.ts';
import { writeDouble } from '../encodings/double-text.ts';
import { writeInteger } from '../encodings/integer-text.ts';
import { bufferOver } from '../encodings/latin1-buffer.ts';
import type { NativeRegion } from '../memory/native-memory.ts';

/** Where the bytes of a full region go. */
export interface ReplySink {
  /** Takes `length` bytes of `bytes` at `start`; they are overwritten afterwards. */
  append(bytes: Uint8Array, start: number, length: number): void;
}

/** Bytes in the region before they are handed to the sink. */
const SPILL_BYTES = 64 * 1024;
/** Room that a header or a number needs at most. */
const SMALL_BYTES = 48;

/** What is moved within a region. */
const moved = new Uint8Array(SMALL_BYTES);

const CR = 13;
const LF = 10;

export class Reply {
  readonly region: NativeRegion;
  readonly bytes: Uint8Array;
  /** The same bytes: only a Buffer writes text at native speed. */
  readonly #buffer: Buffer;
  position = 0;
  /** 2 or 3. */
  protocol = 2;
  sink: ReplySink;
  /** Marks that are held; the region is not spilled meanwhile. */
  #held = 0;
  /** Bytes that were spilled since `begin`. */
  #spilled = 0;
  /** Number of error replies since the engine started; a command that raised it has failed. */
  errorCount = 0;
  /** Those of them that are counted as some command's failure already. */
  chargedErrors = 0;
  /** Told of each error reply, for the error statistics. */
  onError: (text: string, isCustom: boolean) => void = () => {};
  /** Told when the sink has taken bytes in the middle of a command. */
  onSpill: () => void = () => {};

  constructor(region: NativeRegion, sink: ReplySink) {
    this.region = region;
    this.bytes = region.bytes;
    this.#buffer = bufferOver(region.bytes);
    this.sink = sink;
  }

  /** Keeps everything from here on in the region until `letGo`; returns the mark. */
  hold(): number {
    this.#held++;
    return this.position;
  }

  letGo(): void {
    this.#held--;
  }

  /** Bytes written for the running client so far, those spilled included. */
  get written(): number {
    return this.#spilled + this.position;
  }

  /** Drops what was written in the region after `mark` (a position from `hold`). */
  rewind(mark: number): void {
    if (mark <= this.position) this.position = mark;
  }

  /** Marks that are held at the moment; `rewindTo` goes back to it. */
  get held(): number {
    return this.#held;
  }

  /** Drops what was written since `written` had this value, as far as it has not left the region, and marks taken. */
  rewindTo(written: number, held: number): void {
    this.rewind(Math.max(0, written - this.#spilled));
    this.#held = held;
  }

  /** Forgets what the region holds: the caller has sent or kept it. */
  reset(): void {
    this.position = 0;
    this.#spilled = 0;
  }

  ok(): void {
    this.ensure(5);
    const { bytes } = this;
    const at = this.position;
    bytes[at] = 43;
    bytes[at + 1] = 79;
    bytes[at + 2] = 75;
    bytes[at + 3] = CR;
    bytes[at + 4] = LF;
    this.position = at + 5;
  }

  /** A simple string; it must not hold line ends. */
  simple(text: string): void {
    this.#line(43, text);
  }

  /** An error with its code, such as `ERR syntax error`; line ends become spaces. `isCustom`: a script made it up. */
  error(text: string, isCustom = false): void {
    this.errorCount++;
    this.onError(text, isCustom);
    this.#line(45, text.replace(/[\r\n]/g, ' '));
  }

  integer(value: number): void {
    this.ensure(SMALL_BYTES);
    const { bytes } = this;
    let at = this.position;
    bytes[at++] = 58;
    if (value >= 0 && value < 10) bytes[at++] = 48 + value;
    else at = writeInteger(bytes, at, value);
    bytes[at] = CR;
    bytes[at + 1] = LF;
    this.position = at + 2;
  }

  bigInteger(value: bigint): void {
    this.#line(58, value.toString());
  }

  /** A bulk string. */
  bulk(source: Uint8Array, start: number, length: number): void {
    this.ensure(SMALL_BYTES);
    this.#header(36, length);
    if (length > SPILL_BYTES - SMALL_BYTES) return this.#largeBody(source, start, length);
    if (this.position + length + 2 > SPILL_BYTES) this.ensure(length + 2);
    const { bytes } = this;
    const at = this.position;
    copyBytes(source, start, bytes, at, length);
    bytes[at + length] = CR;
    bytes[at + length + 1] = LF;
    this.position = at + length + 2;
  }

  /** A bulk string from a binary string. */
  bulkText(text: string): void {
    this.ensure(SMALL_BYTES);
    this.#header(36, text.length);
    this.#text(text);
    this.#lineEnd();
  }

  bulkInteger(value: number): void {
    this.bulkText(String(value));
  }

  /** Null: `$-1` or `_`. */
  nil(): void {
    this.ensure(SMALL_BYTES);
    if (this.protocol === 3) this.#text('_\r\n');
    else this.#text('$-1\r\n');
  }

  /** Null where RESP2 has a null array. */
  nilArray(): void {
    this.ensure(SMALL_BYTES);
    this.#text(this.protocol === 3 ? '_\r\n' : '*-1\r\n');
  }

  array(length: number): void {
    this.ensure(SMALL_BYTES);
    this.#header(42, length);
  }

  /** A map of `pairs` pairs; in RESP2 an array of twice the length. */
  map(pairs: number): void {
    this.ensure(SMALL_BYTES);
    if (this.protocol === 3) this.#header(37, pairs);
    else this.#header(42, pairs * 2);
  }

  set(length: number): void {
    this.ensure(SMALL_BYTES);
    this.#header(this.protocol === 3 ? 126 : 42, length);
  }

  push(length: number): void {
    this.ensure(SMALL_BYTES);
    this.#header(this.protocol === 3 ? 62 : 42, length);
  }

  attribute(pairs: number): void {
    this.ensure(SMALL_BYTES);
    this.#header(124, pairs);
  }

  /** A double; in RESP2 a bulk string. */
  double(value: number): void {
    this.ensure(SMALL_BYTES * 2);
    const { bytes } = this;
    if (this.protocol === 3) {
      bytes[this.position++] = 44;
      this.position = writeDouble(bytes, this.position, value);
      this.#lineEnd();
      return;
    }
    // The length goes in front of digits whose number is known only afterwards: at most two digits of length.
    const digits = this.position + 5;
    const length = writeDouble(bytes, digits, value) - digits;
    this.#header(36, length);
    bytes.copyWithin(this.position, digits, digits + length);
    this.position += length;
    this.#lineEnd();
  }

  boolean(value: boolean): void {
    if (this.protocol === 3) this.#line(35, value ? 't' : 'f');
    else this.integer(value ? 1 : 0);
  }

  /** A verbatim string of a three-letter format; in RESP2 a bulk string. */
  verbatim(format: string, text: string): void {
    if (this.protocol !== 3) return this.bulkText(text);
    this.ensure(SMALL_BYTES);
    this.#header(61, text.length + 4);
    this.#text(`${format}:${text}`);
    this.#lineEnd();
  }

  bigNumber(digits: string): void {
    if (this.protocol === 3) this.#line(40, digits);
    else this.bulkText(digits);
  }

  /** Bytes that are RESP already. */
  raw(source: Uint8Array, start: number, length: number): void {
    if (length > SPILL_BYTES) {
      this.#copyLarge(source, start, length);
      return;
    }
    this.ensure(length);
    copyBytes(source, start, this.bytes, this.position, length);
    this.position += length;
  }

  /** Starts an array, map, set or push whose length is told by `endDeferred`; returns its mark. */
  beginDeferred(): number {
    return this.hold();
  }

  /** Puts the header in front of what was written since `mark`. `kind` writes it: `array`, `map`, `set` or `push`. */
  endDeferred(mark: number, kind: 'array' | 'map' | 'set' | 'push', length: number): void {
    const end = this.position;
    this[kind](length);
    this.bringForward(mark, end);
    this.#held--;
  }

  /** Moves what was written since `from` in front of what was written since `mark`, which is held. */
  bringForward(mark: number, from: number): void {
    const { bytes } = this;
    const length = this.position - from;
    if (length > SMALL_BYTES) {
      const copy = bytes.slice(from, this.position);
      bytes.copyWithin(mark + length, mark, from);
      bytes.set(copy, mark);
      return;
    }
    for (let i = 0; i < length; i++) moved[i] = bytes[from + i];
    bytes.copyWithin(mark + length, mark, from);
    for (let i = 0; i < length; i++) bytes[mark + i] = moved[i];
  }

  /** Makes room for `byteLength` bytes. */
  ensure(byteLength: number): void {
    if (this.position + byteLength > SPILL_BYTES && this.#held === 0) this.#spill();
  }

  #spill(): void {
    if (this.position === 0) return;
    this.sink.append(this.bytes, 0, this.position);
    this.#spilled += this.position;
    this.position = 0;
    this.onSpill();
  }

  #largeBody(source: Uint8Array, start: number, length: number): void {
    this.#copyLarge(source, start, length);
    this.ensure(2);
    this.#lineEnd();
  }

  #copyLarge(source: Uint8Array, start: number, length: number): void {
    if (this.#held > 0) {
      this.bytes.set(source.subarray(start, start + length), this.position);
      this.position += length;
      return;
    }
    this.#spill();
    this.sink.append(source, start, length);
    this.#spilled += length;
    this.onSpill();
  }

  #line(type: number, text: string): void {
    this.ensure(SMALL_BYTES);
    this.bytes[this.position++] = type;
    this.#text(text);
    this.#lineEnd();
  }

  #lineEnd(): void {
    this.bytes[this.position] = CR;
    this.bytes[this.position + 1] = LF;
    this.position += 2;
  }

  #header(type: number, length: number): void {
    const { bytes } = this;
    let at = this.position;
    bytes[at++] = type;
    if (length < 10) {
      bytes[at++] = 48 + length;
    } else if (length < 100) {
      bytes[at++] = 48 + ((length / 10) | 0);
      bytes[at++] = 48 + (length % 10);
    } else {
      at = writeInteger(bytes, at, length);
    }
    bytes[at] = CR;
    bytes[at + 1] = LF;
    this.position = at + 2;
  }

  #text(text: string): void {
    if (text.length > SMALL_BYTES - 8) {
      if (text.length > SPILL_BYTES) return this.#copyLarge(Buffer.from(text, 'latin1'), 0, text.length);
      this.ensure(text.length + 2);
      this.#buffer.latin1Write(text, this.position, text.length);
      this.position += text.length;
      return;
    }
    const { bytes } = this;
    for (let i = 0; i < text.length; i++) bytes[this.position + i] = text.charCodeAt(i);
    this.position += text.length;
  }
}
