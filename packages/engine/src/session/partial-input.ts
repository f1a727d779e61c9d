// Input that is not a whole command yet, in a block of the client's own, and a big bulk string on its way into a block
// that will become the value. A block whose input is done stays for a while as a spare: who sends one command in pieces
// sends the next one so too. Spare blocks do not outlive a few seconds of silence.
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import { SESSION_BYTES, STRING_BYTES } from '../memory/block-types.ts';
import type { RequestParser } from './request-parser.ts';
import { BIG_BULK_BYTES } from './request-parser.ts';

/** Where the data of a block begin. */
const BLOCK_DATA = 16;
/** Room for input in a fresh block. */
const BLOCK_BYTES_MIN = 16 * 1024;
/** A spare block that is larger and was not needed lately is replaced by a fresh one. */
const SPARE_BYTES_MAX = 32 * 1024;
/** A block that has less room than this grows before more is read into it; it grows by more where that was not enough. */
const ROOM_BYTES_MIN = 4 * 1024;
const ROOM_BYTES_GREEDY = 64 * 1024;

export class PartialInput {
  parser: RequestParser;
  block: Handle;
  /** Bytes of input in the block. */
  length: number;
  /** A big bulk string on its way, and how much of it (with CR LF) is there. */
  bulkBlock: Handle = 0;
  bulkFilled = 0;
  /** The last read filled all the room there was. */
  wasFilled = false;
  /** The block was needed since `trim` looked at it last. */
  wasUsed = true;
  readonly #arena: Arena;

  /** Takes over the frame that `parser` is in, which ends at `end` of its memory. `spare` is the client's last input. */
  constructor(arena: Arena, parser: RequestParser, end: number, spare: PartialInput | undefined) {
    this.#arena = arena;
    this.parser = parser;
    this.length = end - parser.frameStart;
    const awaited = parser.bulkLength > 0 && parser.bulkLength < BIG_BULK_BYTES ? parser.bulkLength + 2 : 0;
    const byteLength = BLOCK_DATA + Math.max(this.length + awaited, BLOCK_BYTES_MIN);
    this.block = takeBlock(arena, spare, byteLength);
    const bytes = arena.bytes[this.block >>> SEGMENT_SHIFT];
    bytes.set(parser.args.bytes.subarray(parser.frameStart, end), this.dataStart);
    parser.rebase(bytes, this.dataStart - parser.frameStart);
    this.startBigBulk();
  }

  get dataStart(): number {
    return ((this.block & GRANULE_MASK) << 4) + BLOCK_DATA;
  }

  /** Nothing is left to do: the block only waits to be needed again. */
  get isSpare(): boolean {
    return this.length === 0 && this.bulkBlock === 0 && !this.parser.isInFrame;
  }

  /** Bytes of input that are not processed. */
  get byteLength(): number {
    return this.length + this.bulkFilled;
  }

  /** Bytes of the blocks. */
  get memoryBytes(): number {
    const { bulkBlock } = this;
    return this.#arena.capacity(this.block) + (bulkBlock === 0 ? 0 : this.#arena.capacity(bulkBlock));
  }

  /** A big bulk string gets a block of its own; what is there of it already moves over. */
  startBigBulk(): void {
    const { parser } = this;
    if (parser.bulkLength < BIG_BULK_BYTES || this.bulkBlock !== 0) return;
    const arena = this.#arena;
    const block = arena.allocate(BLOCK_DATA + parser.bulkLength + 2, STRING_BYTES);
    arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + 1] = parser.bulkLength;
    const have = this.dataStart + this.length - parser.position;
    const target = ((block & GRANULE_MASK) << 4) + BLOCK_DATA;
    arena.copyBetween(this.block >>> SEGMENT_SHIFT, parser.position, block >>> SEGMENT_SHIFT, target, have);
    this.length -= have;
    this.bulkBlock = block;
    this.bulkFilled = have;
  }

  /** Where the bulk string's data begin; makes room for all of it where `trim` took some. */
  bulkStart(): number {
    const wanted = BLOCK_DATA + this.parser.bulkLength + 2;
    if (this.#arena.capacity(this.bulkBlock) < wanted) this.bulkBlock = this.#arena.reallocate(this.bulkBlock, wanted);
    return ((this.bulkBlock & GRANULE_MASK) << 4) + BLOCK_DATA;
  }

  /** The bulk string is complete: it becomes an argument. */
  completeBulk(): void {
    this.parser.completeBulk(this.bulkBlock, this.bulkStart(), this.parser.bulkLength);
    this.bulkBlock = 0;
    this.bulkFilled = 0;
    // Who sends one large argument sends more: what a whole read has of the next one is to find room.
    const wanted = BLOCK_DATA + ROOM_BYTES_GREEDY;
    if (this.#arena.capacity(this.block) < wanted) this.#move(wanted);
  }

  /** Makes room for more input; returns the number of bytes that may be read to `dataStart + length`. */
  makeRoom(): number {
    const arena = this.#arena;
    const awaited = this.parser.bulkLength + 2 - (this.dataStart + this.length - this.parser.position);
    const room = Math.max(this.wasFilled ? ROOM_BYTES_GREEDY : ROOM_BYTES_MIN, awaited);
    const needed = BLOCK_DATA + this.length + room;
    if (arena.capacity(this.block) < needed) this.#move(this.length > ROOM_BYTES_GREEDY ? needed * 2 : needed);
    return arena.capacity(this.block) - BLOCK_DATA - this.length;
  }

  /** Drops what was parsed: only unparsed input stays, at the start of the block. */
  compact(): void {
    const { parser, dataStart } = this;
    const done = parser.frameStart - dataStart;
    if (done > 0) {
      parser.args.bytes.copyWithin(dataStart, parser.frameStart, dataStart + this.length);
      parser.rebase(parser.args.bytes, -done);
      this.length -= done;
    }
    this.startBigBulk();
  }

  /** Gives memory back that is not needed; `isIdle`: the client has been silent. False: the whole input may go. */
  trim(isIdle: boolean): boolean {
    const arena = this.#arena;
    if (this.isSpare) {
      if (isIdle) return false;
      if (!this.wasUsed && arena.capacity(this.block) > SPARE_BYTES_MAX) {
        arena.free(this.block);
        this.block = arena.allocate(BLOCK_DATA + BLOCK_BYTES_MIN, SESSION_BYTES);
      }
    } else if (isIdle && this.bulkBlock !== 0 && this.bulkFilled * 2 < arena.capacity(this.bulkBlock)) {
      this.bulkBlock = arena.reallocate(this.bulkBlock, BLOCK_DATA + this.bulkFilled);
    }
    this.wasUsed = false;
    return true;
  }

  free(): void {
    this.parser.args.release();
    this.#arena.free(this.block);
    if (this.bulkBlock !== 0) this.#arena.free(this.bulkBlock);
  }

  #move(byteLength: number): void {
    const before = this.dataStart;
    this.block = this.#arena.reallocate(this.block, byteLength);
    this.parser.rebase(this.#arena.bytes[this.block >>> SEGMENT_SHIFT], this.dataStart - before);
  }
}

/** The spare input's block where it is large enough, else a fresh one in its place. */
function takeBlock(arena: Arena, spare: PartialInput | undefined, byteLength: number): Handle {
  if (spare !== undefined) {
    if (arena.capacity(spare.block) >= byteLength) return spare.block;
    arena.free(spare.block);
  }
  return arena.allocate(byteLength, SESSION_BYTES);
}
