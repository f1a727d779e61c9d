// An incremental parser of what servers send, in RESP2 and RESP3. Chunks of any size go in, whole frames come out. It keeps
// a stack of open aggregates instead of starting again with each chunk, so its time is linear in the bytes.
// Must stay true: no input or output, and the same frames however the bytes are cut. Streamed types of RESP3 are not
// supported, because no server sends them.
import { assert } from '@valkeep/base';
import { ByteQueue } from './byte-queue.ts';
import { type RespFrame, RespProtocolError, type RespValue } from './resp-value.ts';

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const NO_BYTES = Buffer.alloc(0);

const LINE_BYTES_MAX = 1_048_576;
const BULK_BYTES_MAX = 4_294_967_296;
const ITEMS_MAX = 1_073_741_824;
const DEPTH_MAX = 1024;

export interface RespParserOptions {
  /** Keep the bytes of each frame (RespFrame.bytes). */
  readonly captureBytes?: boolean;
}

type AggregateKind = 'array' | 'set' | 'push' | 'map' | 'attribute';

interface OpenAggregate {
  readonly kind: AggregateKind;
  readonly items: RespValue[];
  missing: number;
}

const aggregateKinds: ReadonlyMap<string, AggregateKind> = new Map([
  ['*', 'array'],
  ['~', 'set'],
  ['>', 'push'],
  ['%', 'map'],
  ['|', 'attribute'],
]);

export class RespParser {
  readonly #captureBytes: boolean;
  readonly #queue = new ByteQueue();
  readonly #open: OpenAggregate[] = [];
  /** Where the next value starts. */
  #position = 0;
  /** Where the frame started that is being read. */
  #frameStart = 0;
  /** Up to here there is no line feed for the line at `#position`. */
  #scanned = 0;
  /** The bulk whose payload is awaited: its type byte, and where its payload starts and ends. */
  #bulk: { type: string; start: number; end: number } | undefined;

  constructor({ captureBytes = false }: RespParserOptions = {}) {
    this.#captureBytes = captureBytes;
  }

  /** Bytes that belong to a frame which is not complete yet. */
  get pendingBytes(): number {
    return this.#queue.length;
  }

  /** Takes bytes and returns the frames they complete. Throws a RespProtocolError, after which the parser is of no use. */
  feed(chunk: Uint8Array): RespFrame[] {
    this.#queue.append(chunk);
    const frames: RespFrame[] = [];
    for (let value = this.#readValue(); value !== undefined; value = this.#readValue()) {
      const frameValue = this.#close(value);
      if (frameValue !== undefined) frames.push(this.#buildFrame(frameValue));
    }
    this.#dropUsed();
    return frames;
  }

  #buildFrame(value: RespValue): RespFrame {
    const bytes = this.#captureBytes
      ? Buffer.from(this.#queue.bytes.subarray(this.#frameStart, this.#position))
      : NO_BYTES;
    this.#frameStart = this.#position;
    return { value, bytes };
  }

  /** Puts a value into the aggregate that waits for it. Returns the outermost value once it is whole. */
  #close(value: RespValue): RespValue | undefined {
    let closed = value;
    for (;;) {
      const top = this.#open.at(-1);
      if (top === undefined) return closed;
      if (top.kind === 'attribute' && top.missing === 0) {
        closed = { kind: 'attributed', attributes: top.items, value: closed };
      } else {
        top.items.push(closed);
        top.missing--;
        // The attributes are whole, but they still wait for the value that they belong to.
        if (top.missing > 0 || top.kind === 'attribute') return undefined;
        closed = { kind: top.kind, items: top.items };
      }
      this.#open.pop();
    }
  }

  /** The next value that is no aggregate with items; opens those on the way. Undefined when bytes are missing. */
  #readValue(): RespValue | undefined {
    for (;;) {
      if (this.#bulk !== undefined) return this.#readBulk(this.#bulk);
      const line = this.#readLine();
      if (line === undefined) return undefined;
      const type = line.charAt(0);
      const rest = line.slice(1);
      if (type === '$' || type === '=' || type === '!') {
        if (type === '$' && rest === '-1') return { kind: 'null', form: '$' };
        this.#awaitBulk(type, rest);
        continue;
      }
      const aggregate = aggregateKinds.get(type);
      if (aggregate === undefined) return readScalar(type, rest);
      if (type === '*' && rest === '-1') return { kind: 'null', form: '*' };
      const empty = this.#openAggregate(aggregate, parseLength(rest, ITEMS_MAX));
      if (empty !== undefined) return empty;
    }
  }

  #openAggregate(kind: AggregateKind, count: number): RespValue | undefined {
    const missing = kind === 'map' || kind === 'attribute' ? count * 2 : count;
    if (missing === 0 && kind !== 'attribute') return { kind, items: [] };
    if (this.#open.length >= DEPTH_MAX) throw new RespProtocolError(`more than ${DEPTH_MAX} nested aggregates`);
    this.#open.push({ kind, items: [], missing });
    return undefined;
  }

  #awaitBulk(type: string, length: string): void {
    const start = this.#position;
    this.#bulk = { type, start, end: start + parseLength(length, BULK_BYTES_MAX) };
  }

  #readBulk({ type, start, end }: { type: string; start: number; end: number }): RespValue | undefined {
    const { bytes, length } = this.#queue;
    if (length < end + 2) return undefined;
    if (bytes[end] !== CARRIAGE_RETURN || bytes[end + 1] !== LINE_FEED) {
      throw new RespProtocolError('a bulk string does not end with CRLF');
    }
    this.#bulk = undefined;
    this.#position = end + 2;
    this.#scanned = this.#position;
    const text = bytes.toString('latin1', start, end);
    if (type === '$') return { kind: 'bulk', text };
    if (type === '!') return { kind: 'bulk-error', text };
    if (text.charAt(3) !== ':') throw new RespProtocolError('a verbatim string has no format');
    return { kind: 'verbatim', format: text.slice(0, 3), text: text.slice(4) };
  }

  #readLine(): string | undefined {
    const { bytes, length } = this.#queue;
    const found = bytes.subarray(0, length).indexOf(LINE_FEED, this.#scanned);
    if (found < 0) {
      this.#scanned = length;
      if (length - this.#position > LINE_BYTES_MAX) throw new RespProtocolError('a line is too long');
      return undefined;
    }
    if (found === this.#position || bytes[found - 1] !== CARRIAGE_RETURN) {
      throw new RespProtocolError('a line does not end with CRLF');
    }
    const line = bytes.toString('latin1', this.#position, found - 1);
    this.#position = found + 1;
    this.#scanned = this.#position;
    return line;
  }

  /** Forgets what is no longer needed: all that was read, or all before the open frame when its bytes are kept. */
  #dropUsed(): void {
    const used = this.#captureBytes ? this.#frameStart : (this.#bulk?.start ?? this.#position);
    this.#queue.drop(used);
    this.#position -= used;
    this.#scanned -= used;
    this.#frameStart = Math.max(0, this.#frameStart - used);
    if (this.#bulk !== undefined) {
      this.#bulk.start -= used;
      this.#bulk.end -= used;
    }
    assert(this.#position >= 0, 'the parser dropped bytes that it still needs');
  }
}

function readScalar(type: string, rest: string): RespValue {
  switch (type) {
    case '+':
      return { kind: 'simple', text: rest };
    case '-':
      return { kind: 'error', text: rest };
    case ':':
      return { kind: 'integer', text: checkNumber(rest) };
    case '(':
      return { kind: 'big-number', text: checkNumber(rest) };
    case ',':
      return { kind: 'double', text: rest };
    case '#':
      if (rest !== 't' && rest !== 'f') throw new RespProtocolError(`'${rest}' is no boolean`);
      return { kind: 'boolean', value: rest === 't' };
    case '_':
      return { kind: 'null', form: '_' };
    default:
      throw new RespProtocolError(`'${type}' starts no RESP type`);
  }
}

function checkNumber(text: string): string {
  if (!/^-?\d+$/.test(text)) throw new RespProtocolError(`'${text}' is no number`);
  return text;
}

function parseLength(text: string, max: number): number {
  const length = /^\d+$/.test(text) ? Number(text) : -1;
  if (length < 0 || length > max) throw new RespProtocolError(`'${text}' is no length`);
  return length;
}
