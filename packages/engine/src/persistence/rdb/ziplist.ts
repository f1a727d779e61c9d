// Ziplists and zipmaps, the small encodings of servers before version 7: read from files, never written. Both are
// checked as they are read; what does not fit gives undefined.
//
//   ziplist  bytes(4) tail(4) count(2), entries, 0xff; an entry: length of the one before (1, or 0xfe and 4), head, content
//   zipmap   count(1), then key and value in turn: length (1 below 254, or 0xfe and 4), [unused bytes(1) for values],
//            content; 0xff
import { binaryString } from '../../encodings/bytes-compare.ts';

const ZIPLIST_HEADER = 10;
const END = 0xff;
const LONG = 0xfe;
const HEAD_14_BITS = 1;
const HEAD_32_BITS = 2;
const INTEGER_16 = 0xc0;
const INTEGER_32 = 0xd0;
const INTEGER_64 = 0xe0;
const INTEGER_24 = 0xf0;
const INTEGER_8 = 0xfe;
/** 0xf1 to 0xfd are the integers 0 to 12. */
const INTEGER_SMALL_FIRST = 0xf1;
const INTEGER_SMALL_LAST = 0xfd;
const LENGTH_UNKNOWN = 65535;

interface Element {
  readonly text: string;
  readonly next: number;
}

/** The elements of a ziplist, as binary strings. */
export function readZiplist(bytes: Uint8Array, start: number, length: number): readonly string[] | undefined {
  if (length < ZIPLIST_HEADER + 1) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length);
  if (view.getUint32(0, true) !== length || bytes[start + length - 1] !== END) return undefined;
  const elements: string[] = [];
  const end = length - 1;
  let last = ZIPLIST_HEADER;
  for (let at = ZIPLIST_HEADER; at < end; ) {
    const head = at + (view.getUint8(at) === LONG ? 5 : 1);
    const element = head < end ? readElement(view, head, end) : undefined;
    if (element === undefined || lengthBefore(view, at) !== at - last) return undefined;
    elements.push(element.text);
    last = at;
    at = element.next;
  }
  if (view.getUint32(4, true) !== last) return undefined;
  const count = view.getUint16(8, true);
  return count === LENGTH_UNKNOWN || count === elements.length ? elements : undefined;
}

/** What an entry says is the length of the one before it. */
function lengthBefore(view: DataView, at: number): number {
  const first = view.getUint8(at);
  return first === LONG ? view.getUint32(at + 1, true) : first;
}

function readElement(view: DataView, at: number, end: number): Element | undefined {
  const head = view.getUint8(at);
  if (head >= INTEGER_16) return readInteger(view, at, head, end);
  if (head >> 6 === 0) return readText(view, at + 1, head, end);
  if (head >> 6 === HEAD_14_BITS) {
    return at + 2 <= end ? readText(view, at + 2, ((head & 0x3f) << 8) | view.getUint8(at + 1), end) : undefined;
  }
  if (head >> 6 === HEAD_32_BITS && at + 5 <= end) return readText(view, at + 5, view.getUint32(at + 1), end);
  return undefined;
}

function readText(view: DataView, at: number, length: number, end: number): Element | undefined {
  if (length > end - at) return undefined;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  return { text: binaryString(bytes, 0, length), next: at + length };
}

function readInteger(view: DataView, at: number, head: number, end: number): Element | undefined {
  if (head >= INTEGER_SMALL_FIRST && head <= INTEGER_SMALL_LAST) {
    return { text: String(head - INTEGER_SMALL_FIRST), next: at + 1 };
  }
  const size = integerBytes(head);
  const next = at + 1 + size;
  if (size === 0 || next > end) return undefined;
  return { text: integerText(view, at + 1, size), next };
}

function integerBytes(head: number): number {
  switch (head) {
    case INTEGER_8:
      return 1;
    case INTEGER_16:
      return 2;
    case INTEGER_24:
      return 3;
    case INTEGER_32:
      return 4;
    case INTEGER_64:
      return 8;
    default:
      return 0;
  }
}

function integerText(view: DataView, at: number, size: number): string {
  if (size === 1) return String(view.getInt8(at));
  if (size === 2) return String(view.getInt16(at, true));
  if (size === 3) return String((view.getInt8(at + 2) << 16) | view.getUint16(at, true));
  if (size === 4) return String(view.getInt32(at, true));
  return String(view.getBigInt64(at, true));
}

/** Keys and values of a zipmap in turn, as binary strings. */
export function readZipmap(bytes: Uint8Array, start: number, length: number): readonly string[] | undefined {
  if (length < 2 || bytes[start + length - 1] !== END) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length);
  const elements: string[] = [];
  const end = length - 1;
  for (let at = 1; at < end; ) {
    const element = readZipmapText(view, at, end, elements.length % 2 === 1);
    if (element === undefined) return undefined;
    elements.push(element.text);
    at = element.next;
  }
  if (elements.length === 0 || elements.length % 2 === 1) return undefined;
  const count = view.getUint8(0);
  return count >= LONG || count === elements.length / 2 ? elements : undefined;
}

function readZipmapText(view: DataView, at: number, end: number, isValue: boolean): Element | undefined {
  const first = view.getUint8(at);
  if (first === END) return undefined;
  const isLong = first === LONG;
  const unusedAt = at + (isLong ? 5 : 1);
  if (unusedAt + (isValue ? 1 : 0) > end) return undefined;
  const length = isLong ? view.getUint32(at + 1, true) : first;
  // A long form for a length that has a short one is nothing that a server has written.
  if (isLong && length < LONG) return undefined;
  const unused = isValue ? view.getUint8(unusedAt) : 0;
  const element = readText(view, unusedAt + (isValue ? 1 : 0), length, end);
  if (element === undefined || element.next + unused > end) return undefined;
  return { text: element.text, next: element.next + unused };
}
