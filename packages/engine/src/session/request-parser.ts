// Splits the bytes of a client into commands: RESP arrays of bulk strings, or inline words. It keeps its state between
// calls, so a frame may arrive byte by byte and nothing is parsed twice. It copies nothing: arguments are places in
// the memory that it was given; who moves that memory calls `rebase`.

import type { Args } from './args.ts';
import { splitInline } from './inline-command.ts';

export const READY = 1;
export const INCOMPLETE = 0;
export const PROTOCOL_ERROR = -1;

/** Longest header line or inline command (Valkey's PROTO_INLINE_MAX_SIZE). */
/** The original reads 16 KB at once, and takes a line whose end comes with the read that makes it too long. */
const INLINE_BYTES_MAX = 80 * 1024;
const LINE_BYTES_MAX = 64 * 1024;
const COUNT_MAX = 2 ** 31 - 1;
const UNAUTHENTICATED_COUNT_MAX = 10;
const UNAUTHENTICATED_BULK_MAX = 16384;
/** Bulk strings of at least this size are read into a block of their own. */
export const BIG_BULK_BYTES = 32 * 1024;

const BAD_LINE_END = 'invalid CRLF in request';
const CR = 13;
const LF = 10;
const NO_BULK = -1;

export class RequestParser {
  readonly args: Args;
  /** Everything before this place is parsed. */
  position = 0;
  /** Where the current frame starts; bytes before it are done with. */
  frameStart = 0;
  /** What is wrong, after PROTOCOL_ERROR. */
  error = '';
  /** Length of the bulk string that is awaited, or -1. */
  bulkLength = NO_BULK;
  /** Largest bulk string (`proto-max-bulk-len`). */
  bulkBytesMax = 512 * 1024 * 1024;
  /** True while the client has not authenticated though it must. */
  restricted = false;
  #remaining = 0;
  /** `completeBulk` brought the last argument: the next `parse` says so. */
  #isReady = false;

  constructor(args: Args) {
    this.args = args;
  }

  /** Starts on new memory, with nothing left of a frame that went wrong. */
  start(bytes: Uint8Array, position: number): void {
    this.args.count = 0;
    this.bulkLength = NO_BULK;
    this.#remaining = 0;
    this.error = '';
    this.args.bytes = bytes;
    this.position = position;
    this.frameStart = position;
  }

  /** Parses on up to `end`: READY with a command in `args` (maybe an empty one), INCOMPLETE or PROTOCOL_ERROR. */
  parse(end: number): number {
    if (this.#isReady) {
      this.#isReady = false;
      return READY;
    }
    if (this.#remaining === 0) {
      this.frameStart = this.position;
      this.args.count = 0;
      if (this.position >= end) return INCOMPLETE;
      if (this.args.bytes[this.position] !== 42) return this.#parseInline(end);
      const started = this.#parseCount(end);
      if (started !== READY || this.#remaining === 0) return started;
    }
    return this.#parseBulks(end);
  }

  /** True inside of a frame. */
  get isInFrame(): boolean {
    return this.#remaining > 0 || this.#isReady;
  }

  /** The frame was moved by `delta` to `bytes`. */
  rebase(bytes: Uint8Array, delta: number): void {
    this.args.rebase(bytes, delta);
    this.position += delta;
    this.frameStart += delta;
  }

  /** Takes over the awaited bulk string, which was read into a block of its own. */
  completeBulk(block: number, start: number, length: number): void {
    this.args.pushBlock(block, start, length);
    this.#remaining--;
    this.bulkLength = NO_BULK;
    this.#isReady = this.#remaining === 0;
  }

  #parseCount(end: number): number {
    const count = this.#line(end, 'too big mbulk count string');
    if (count === undefined) return this.error === '' ? INCOMPLETE : PROTOCOL_ERROR;
    if (Number.isNaN(count) || count > COUNT_MAX) return this.#fail('invalid multibulk length');
    if (this.restricted && count > UNAUTHENTICATED_COUNT_MAX) return this.#fail('unauthenticated multibulk length');
    this.#remaining = Math.max(0, count);
    this.bulkLength = NO_BULK;
    return READY;
  }

  #parseBulks(end: number): number {
    const { args } = this;
    const bytes = args.bytes;
    while (this.#remaining > 0) {
      if (this.bulkLength === NO_BULK) {
        if (this.position >= end) return INCOMPLETE;
        const type = bytes[this.position];
        if (type !== 36) {
          if (this.#lineEnd(end) < 0) return this.error === '' ? INCOMPLETE : PROTOCOL_ERROR;
          return this.#fail(`expected '$', got '${String.fromCharCode(type)}'`);
        }
        const length = this.#line(end, 'too big bulk count string');
        if (length === undefined) return this.error === '' ? INCOMPLETE : PROTOCOL_ERROR;
        if (!(length >= 0 && length <= this.bulkBytesMax)) return this.#fail('invalid bulk length');
        if (this.restricted && length > UNAUTHENTICATED_BULK_MAX) return this.#fail('unauthenticated bulk length');
        this.bulkLength = length;
      }
      if (end - this.position < this.bulkLength + 2) return INCOMPLETE;
      const lineEnd = this.position + this.bulkLength;
      if (bytes[lineEnd] !== CR || bytes[lineEnd + 1] !== LF) return this.#fail(BAD_LINE_END);
      args.push(this.position, this.bulkLength);
      this.position += this.bulkLength + 2;
      this.bulkLength = NO_BULK;
      this.#remaining--;
    }
    return READY;
  }

  /** The number behind the type byte of a header line: NaN for a bad one, undefined for an incomplete line. */
  #line(end: number, tooLong: string): number | undefined {
    const bytes = this.args.bytes;
    let at = this.position + 1;
    // The common case first: up to nine digits and the line end.
    let value = 0;
    const limit = Math.min(end - 1, at + 9);
    while (at < limit) {
      const digit = bytes[at] - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    if (
      at < end - 1 &&
      bytes[at] === CR &&
      bytes[at + 1] === LF &&
      at > this.position + 1 &&
      (bytes[this.position + 1] !== 48 || at === this.position + 2)
    ) {
      this.position = at + 2;
      return value;
    }
    return this.#unusualLine(end, tooLong);
  }

  #unusualLine(end: number, tooLong: string): number | undefined {
    const cr = this.#lineEnd(end, tooLong);
    if (cr < 0) return undefined;
    if (this.args.bytes[cr + 1] !== LF) {
      this.#fail(BAD_LINE_END);
      return undefined;
    }
    const text = Buffer.from(
      this.args.bytes.buffer,
      this.args.bytes.byteOffset + this.position + 1,
      cr - this.position - 1,
    ).toString('latin1');
    this.position = cr + 2;
    return /^(0|-?[1-9][0-9]{0,18})$/.test(text) ? Number(text) : Number.NaN;
  }

  /** The place of the CR that ends the line, -1 where it has not come yet (with `error` set when it is too long). */
  #lineEnd(end: number, tooLong = 'too big bulk count string'): number {
    const cr = this.args.bytes.subarray(this.position, end).indexOf(CR);
    if (cr >= 0 && this.position + cr + 1 < end) return this.position + cr;
    if (cr < 0 && end - this.position > LINE_BYTES_MAX) this.#fail(tooLong);
    return -1;
  }

  #parseInline(end: number): number {
    const bytes = this.args.bytes;
    const newline = bytes.subarray(this.position, end).indexOf(LF);
    // The original looks at the line as a C string: it never sees a line end behind a NUL byte.
    if (newline < 0 || bytes.subarray(this.position, this.position + newline).includes(0)) {
      return end - this.position > LINE_BYTES_MAX ? this.#fail('too big inline request') : INCOMPLETE;
    }
    if (newline > INLINE_BYTES_MAX) return this.#fail('too big inline request');
    const lineStart = this.position;
    let lineEnd = this.position + newline;
    this.position = lineEnd + 1;
    if (lineEnd > lineStart && bytes[lineEnd - 1] === CR) lineEnd--;
    if (!splitInline(this.args, lineStart, lineEnd)) return this.#fail('unbalanced quotes in request');
    return READY;
  }

  #fail(reason: string): number {
    this.error = reason;
    return PROTOCOL_ERROR;
  }
}
