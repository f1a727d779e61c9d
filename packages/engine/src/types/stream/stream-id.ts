// The id of a stream entry: two unsigned 64-bit numbers, milliseconds and sequence, kept as four words so that every id
// is exact without BigInt. Words are bits (signed 32-bit integers), most significant first; comparisons are unsigned.
// An id object is a register: it is written and read in place, and one that is handed over is valid until its owner
// sets it again.
import {
  compareUnsignedWords,
  parseUnsignedWords,
  unsignedHigh,
  unsignedLow,
  writeUnsignedWords,
} from '../../encodings/unsigned-words.ts';

const TWO_32 = 4294967296;
const DASH = 45;
const PLUS = 43;
const STAR = 42;
const ZERO_BYTE = 0;
/** Valkey copies ids into a buffer of this size and refuses longer ones. */
const TEXT_LENGTH_MAX = 127;
/** Bytes that the text of an id needs at most. */
export const STREAM_ID_TEXT_MAX = 41;

const text = new Uint8Array(STREAM_ID_TEXT_MAX);

export class StreamId {
  msHigh = 0;
  msLow = 0;
  seqHigh = 0;
  seqLow = 0;

  set(msHigh: number, msLow: number, seqHigh: number, seqLow: number): this {
    this.msHigh = msHigh | 0;
    this.msLow = msLow | 0;
    this.seqHigh = seqHigh | 0;
    this.seqLow = seqLow | 0;
    return this;
  }

  copy(from: StreamId): this {
    return this.set(from.msHigh, from.msLow, from.seqHigh, from.seqLow);
  }

  /** The smallest id: 0-0. */
  setZero(): this {
    return this.set(0, 0, 0, 0);
  }

  /** The largest id. */
  setMax(): this {
    return this.set(-1, -1, -1, -1);
  }

  setMaxSequence(): this {
    this.seqHigh = -1;
    this.seqLow = -1;
    return this;
  }

  /** Sets the first id of a millisecond; `ms` is a safe integer. */
  setMilliseconds(ms: number): this {
    return this.set(Math.floor(ms / TWO_32), ms, 0, 0);
  }

  /** Milliseconds; not exact beyond 2^53. */
  get milliseconds(): number {
    return (this.msHigh >>> 0) * TWO_32 + (this.msLow >>> 0);
  }

  get isZero(): boolean {
    return (this.msHigh | this.msLow | this.seqHigh | this.seqLow) === 0;
  }

  get isMax(): boolean {
    return (this.msHigh & this.msLow & this.seqHigh & this.seqLow) === -1;
  }

  get isMaxSequence(): boolean {
    return (this.seqHigh & this.seqLow) === -1;
  }

  /** Below 0, 0 or above 0, as this id is smaller, equal or larger. */
  compare(other: StreamId): number {
    const order = this.compareMilliseconds(other);
    return order !== 0 ? order : compareUnsignedWords(this.seqHigh, this.seqLow, other.seqHigh, other.seqLow);
  }

  compareMilliseconds(other: StreamId): number {
    return compareUnsignedWords(this.msHigh, this.msLow, other.msHigh, other.msLow);
  }

  equals(other: StreamId): boolean {
    return (
      this.seqLow === other.seqLow &&
      this.msLow === other.msLow &&
      this.msHigh === other.msHigh &&
      this.seqHigh === other.seqHigh
    );
  }

  /** Moves to the next id; false (and no change) at the largest. */
  increment(): boolean {
    if (this.isMax) return false;
    this.seqLow = (this.seqLow + 1) | 0;
    if (this.seqLow !== 0) return true;
    this.seqHigh = (this.seqHigh + 1) | 0;
    if (this.seqHigh !== 0) return true;
    this.msLow = (this.msLow + 1) | 0;
    if (this.msLow === 0) this.msHigh = (this.msHigh + 1) | 0;
    return true;
  }

  /** Moves to the id before; false (and no change) at the smallest. */
  decrement(): boolean {
    if (this.isZero) return false;
    this.seqLow = (this.seqLow - 1) | 0;
    if (this.seqLow !== -1) return true;
    this.seqHigh = (this.seqHigh - 1) | 0;
    if (this.seqHigh !== -1) return true;
    this.msLow = (this.msLow - 1) | 0;
    if (this.msLow === -1) this.msHigh = (this.msHigh - 1) | 0;
    return true;
  }

  /** Writes `ms-seq` at `offset`, STREAM_ID_TEXT_MAX bytes at most; returns the place behind it. */
  write(bytes: Uint8Array, offset: number): number {
    const dash = writeUnsignedWords(bytes, offset, this.msHigh, this.msLow);
    bytes[dash] = DASH;
    return writeUnsignedWords(bytes, dash + 1, this.seqHigh, this.seqLow);
  }

  toString(): string {
    return Buffer.from(text.buffer, 0, this.write(text, 0)).toString('latin1');
  }
}

/** What a client's text said of an id. */
export type ParsedId = 'invalid' | 'complete' | 'without sequence' | 'any sequence';

/**
 * Reads `ms` or `ms-seq` into `id`: `without sequence` for the first, whose sequence is set to 0; `ms-*` is
 * `any sequence`.
 */
export function parseStreamId(bytes: Uint8Array, start: number, length: number, id: StreamId): ParsedId {
  if (length > TEXT_LENGTH_MAX) return 'invalid';
  const end = endOfText(bytes, start, start + length);
  let dash = start;
  while (dash < end && bytes[dash] !== DASH) dash++;
  if (!parseUnsignedWords(bytes, start, dash - start)) return 'invalid';
  id.set(unsignedHigh, unsignedLow, 0, 0);
  if (dash === end) return 'without sequence';
  if (end - dash === 2 && bytes[dash + 1] === STAR) return 'any sequence';
  if (!parseUnsignedWords(bytes, dash + 1, end - dash - 1)) return 'invalid';
  id.seqHigh = unsignedHigh | 0;
  id.seqLow = unsignedLow | 0;
  return 'complete';
}

/** Whether the text is the single byte `-` (the smallest id) or `+` (the largest); sets `id` then. */
export function parseStreamBound(bytes: Uint8Array, start: number, length: number, id: StreamId): boolean {
  if (length !== 1 && !(length > 1 && bytes[start + 1] === ZERO_BYTE)) return false;
  if (bytes[start] === DASH) id.setZero();
  else if (bytes[start] === PLUS) id.setMax();
  else return false;
  return true;
}

/** Ids end at a zero byte, as C's strings do. */
function endOfText(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== ZERO_BYTE) at++;
  return at;
}
