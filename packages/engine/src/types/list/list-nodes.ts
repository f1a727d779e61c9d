// The nodes of lists. A packed one is a LIST_NODE block: word 1 says where its listpack starts, so that elements come
// and go at either end without moving the others; the room before and behind the listpack is free. A plain one is a
// STRING_BYTES block with a single large element. A packed list is one packed node, a big one a chain of nodes.
//
// Methods that change a node return its handle, which may be a new one (it grew, shrank, or a snapshot still sees the
// old one); the caller stores it. Texts to insert must not lie in the node that changes. Positions (`at`) are offsets
// from the start of the listpack.
import { copyBytes } from '../../encodings/bytes-compare.ts';
import {
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  listpackByteLength,
  listpackEnd,
  listpackEntryBytes,
  listpackLast,
  listpackLength,
  listpackSeek,
} from '../../encodings/listpack.ts';
import {
  createListpack,
  listpackDeleteRange,
  listpackEntrySize,
  listpackFinishAppending,
  listpackInsertAt,
  listpackPutText,
  listpackReplaceAt,
} from '../../encodings/listpack-edit.ts';
import { STRING_DATA } from '../../keyspace/entries.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { LIST_NODE, STRING_BYTES } from '../../memory/block-types.ts';

/** Where the listpack starts at the earliest. */
const DATA = 8;
/** Blocks up to this size are not made smaller when elements go. */
const SHRINK_ABOVE_BYTES = 256;

export class ListNodes {
  readonly arena: Arena;
  /** Growing blocks stop here, as a full node needs no more. */
  bytesMax = 8192;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  createPacked(): Handle {
    return this.#createEmpty(DATA + LISTPACK_EMPTY_BYTES);
  }

  /** A packed node with one element. */
  createWith(text: Uint8Array, start: number, length: number): Handle {
    const node = this.#createEmpty(DATA + LISTPACK_EMPTY_BYTES + listpackEntrySize(text, start, length));
    return this.pushLast(node, text, start, length);
  }

  createPlain(text: Uint8Array, start: number, length: number): Handle {
    const node = this.arena.allocate(STRING_DATA + length, STRING_BYTES);
    this.arena.words[node >>> SEGMENT_SHIFT][((node & GRANULE_MASK) << 2) + 1] = length;
    copyBytes(text, start, this.bytesOf(node), this.plainStart(node), length);
    return node;
  }

  isPlain(node: Handle): boolean {
    return this.arena.typeOf(node) === STRING_BYTES;
  }

  plainStart(node: Handle): number {
    return ((node & GRANULE_MASK) << 4) + STRING_DATA;
  }

  plainLength(node: Handle): number {
    return this.arena.words[node >>> SEGMENT_SHIFT][((node & GRANULE_MASK) << 2) + 1];
  }

  /** The memory that a node's elements lie in. */
  bytesOf(node: Handle): Uint8Array {
    return this.arena.bytes[node >>> SEGMENT_SHIFT];
  }

  /** Where the listpack of a packed node starts in `bytesOf`. */
  listOf(node: Handle): number {
    const granule = node & GRANULE_MASK;
    return (granule << 4) + this.arena.words[node >>> SEGMENT_SHIFT][(granule << 2) + 1];
  }

  /** Bytes of the listpack. */
  sizeOf(node: Handle): number {
    return listpackByteLength(this.bytesOf(node), this.listOf(node));
  }

  /** Number of elements. */
  countOf(node: Handle): number {
    return this.isPlain(node) ? 1 : listpackLength(this.bytesOf(node), this.listOf(node));
  }

  /** The element of an index of a packed node; the index must be there. */
  positionOf(node: Handle, index: number): number {
    const list = this.listOf(node);
    return listpackSeek(this.bytesOf(node), list, index) - list;
  }

  pushLast(node: Handle, text: Uint8Array, start: number, length: number): Handle {
    const target = this.#roomBehind(node, listpackEntrySize(text, start, length));
    const bytes = this.bytesOf(target);
    const list = this.listOf(target);
    const end = listpackPutText(bytes, listpackEnd(bytes, list), text, start, length);
    listpackFinishAppending(bytes, list, end, 1);
    return target;
  }

  pushFirst(node: Handle, text: Uint8Array, start: number, length: number): Handle {
    const size = listpackEntrySize(text, start, length);
    const target = this.#roomBefore(node, size);
    const bytes = this.bytesOf(target);
    const list = this.listOf(target);
    const total = listpackByteLength(bytes, list);
    const count = listpackLength(bytes, list);
    listpackPutText(bytes, list - size + LISTPACK_HEADER_BYTES, text, start, length);
    this.#setList(target, list - size);
    writeHeader(bytes, list - size, total + size, count + 1);
    return target;
  }

  /** Takes the first of several elements out. */
  popFirst(node: Handle): Handle {
    const target = this.arena.writable(node);
    const bytes = this.bytesOf(target);
    const list = this.listOf(target);
    const total = listpackByteLength(bytes, list);
    const count = listpackLength(bytes, list);
    const size = listpackEntryBytes(bytes, list + LISTPACK_HEADER_BYTES);
    this.#setList(target, list + size);
    writeHeader(bytes, list + size, total - size, count - 1);
    return this.#shrink(target, total - size);
  }

  /** Takes the last of several elements out. */
  popLast(node: Handle): Handle {
    const target = this.arena.writable(node);
    const bytes = this.bytesOf(target);
    const list = this.listOf(target);
    const last = listpackLast(bytes, list);
    const count = listpackLength(bytes, list);
    const total = last + 1 - list;
    bytes[last] = LISTPACK_END;
    writeHeader(bytes, list, total, count - 1);
    return this.#shrink(target, total);
  }

  insert(node: Handle, at: number, text: Uint8Array, start: number, length: number): Handle {
    const target = this.#roomBehind(node, listpackEntrySize(text, start, length));
    const list = this.listOf(target);
    listpackInsertAt(this.bytesOf(target), list, list + at, text, start, length);
    return target;
  }

  replace(node: Handle, at: number, text: Uint8Array, start: number, length: number): Handle {
    const old = listpackEntryBytes(this.bytesOf(node), this.listOf(node) + at);
    const target = this.#roomBehind(node, Math.max(0, listpackEntrySize(text, start, length) - old));
    const list = this.listOf(target);
    listpackReplaceAt(this.bytesOf(target), list, list + at, text, start, length);
    return target;
  }

  /** Takes `count` elements out, from the one at `at` on. */
  deleteRange(node: Handle, at: number, count: number): Handle {
    const target = this.arena.writable(node);
    const list = this.listOf(target);
    listpackDeleteRange(this.bytesOf(target), list, list + at, count);
    return this.#shrink(target, this.sizeOf(target));
  }

  /** Moves the elements from `index` on to a new node, which is returned in `splitOff`. */
  split(node: Handle, index: number): Handle {
    const at = this.positionOf(node, index);
    const count = this.countOf(node) - index;
    const entryBytes = this.sizeOf(node) - 1 - at;
    const right = this.#createEmpty(DATA + LISTPACK_EMPTY_BYTES + entryBytes);
    this.#appendEntries(right, node, at, entryBytes, count);
    this.splitOff = right;
    return this.deleteRange(node, at, count);
  }

  splitOff: Handle = 0;

  /** Appends the elements of the packed node `other`, which stays as it is. */
  appendAll(node: Handle, other: Handle): Handle {
    const entryBytes = this.sizeOf(other) - LISTPACK_EMPTY_BYTES;
    const target = this.#roomBehind(node, entryBytes);
    this.#appendEntries(target, other, LISTPACK_HEADER_BYTES, entryBytes, this.countOf(other));
    return target;
  }

  /** Gives back room that a node does not need, when it is not going to change soon. */
  seal(node: Handle): Handle {
    if (this.isPlain(node)) return node;
    const needed = DATA + this.sizeOf(node);
    if (this.arena.capacity(node) * 7 <= needed * 8) return node;
    return this.#move(node, needed, DATA);
  }

  copy(node: Handle): Handle {
    if (this.isPlain(node)) return this.createPlain(this.bytesOf(node), this.plainStart(node), this.plainLength(node));
    const size = this.sizeOf(node);
    const copy = this.#createEmpty(DATA + size);
    const from = (this.listOf(node) - ((node & GRANULE_MASK) << 4)) | 0;
    this.#copyList(node, from, copy, DATA, size);
    return copy;
  }

  #createEmpty(byteLength: number): Handle {
    const node = this.arena.allocate(byteLength, LIST_NODE);
    const base = (node & GRANULE_MASK) << 4;
    this.#setList(node, base + DATA);
    createListpack(this.bytesOf(node), base + DATA);
    return node;
  }

  #setList(node: Handle, list: number): void {
    const granule = node & GRANULE_MASK;
    this.arena.words[node >>> SEGMENT_SHIFT][(granule << 2) + 1] = list - (granule << 4);
  }

  /** Offset of the listpack within the block. */
  #offsetOf(node: Handle): number {
    return this.arena.words[node >>> SEGMENT_SHIFT][((node & GRANULE_MASK) << 2) + 1];
  }

  #roomBehind(node: Handle, size: number): Handle {
    const total = this.sizeOf(node);
    if (this.#offsetOf(node) + total + size <= this.arena.capacity(node)) return this.arena.writable(node);
    return this.#relocate(node, DATA + total + size, true);
  }

  #roomBefore(node: Handle, size: number): Handle {
    if (this.#offsetOf(node) >= DATA + size) return this.arena.writable(node);
    return this.#relocate(node, DATA + this.sizeOf(node) + size, false);
  }

  /** Makes room at one end: moves the listpack to the other, within the block where that makes room for a while. */
  #relocate(node: Handle, needed: number, behind: boolean): Handle {
    const capacity = this.arena.capacity(node);
    const total = this.sizeOf(node);
    if (needed * 4 <= capacity * 3) {
      const target = this.arena.writable(node);
      const offset = behind ? DATA : capacity - total;
      this.#copyList(target, this.#offsetOf(target), target, offset, total);
      this.#setList(target, ((target & GRANULE_MASK) << 4) + offset);
      return target;
    }
    const wanted = Math.max(needed, Math.min(needed + (needed >> 1), this.bytesMax));
    return this.#move(node, wanted, behind ? DATA : -1);
  }

  /** Moves a node to a block of `byteLength` bytes, its listpack to `offset` or (-1) to the end of the block. */
  #move(node: Handle, byteLength: number, offset: number): Handle {
    const { arena } = this;
    const total = this.sizeOf(node);
    const fresh = arena.allocate(byteLength, LIST_NODE);
    const to = offset < 0 ? arena.capacity(fresh) - total : offset;
    this.#copyList(node, this.#offsetOf(node), fresh, to, total);
    this.#setList(fresh, ((fresh & GRANULE_MASK) << 4) + to);
    arena.free(node);
    return fresh;
  }

  #copyList(from: Handle, fromOffset: number, to: Handle, toOffset: number, length: number): void {
    const fromStart = ((from & GRANULE_MASK) << 4) + fromOffset;
    const toStart = ((to & GRANULE_MASK) << 4) + toOffset;
    this.arena.copyBetween(from >>> SEGMENT_SHIFT, fromStart, to >>> SEGMENT_SHIFT, toStart, length);
  }

  /** Copies entries of `from`, which start at `at`, to the end of `to`, which has the room. */
  #appendEntries(to: Handle, from: Handle, at: number, entryBytes: number, count: number): void {
    const bytes = this.bytesOf(to);
    const end = listpackEnd(bytes, this.listOf(to));
    const toOffset = end - ((to & GRANULE_MASK) << 4);
    this.#copyList(from, this.#offsetOf(from) + at, to, toOffset, entryBytes);
    listpackFinishAppending(bytes, this.listOf(to), end + entryBytes, count);
  }

  #shrink(node: Handle, total: number): Handle {
    const capacity = this.arena.capacity(node);
    if (capacity <= SHRINK_ABOVE_BYTES || (DATA + total) * 4 > capacity) return node;
    return this.#move(node, (DATA + total) * 2, DATA);
  }
}

function writeHeader(bytes: Uint8Array, list: number, total: number, count: number): void {
  bytes[list] = total & 0xff;
  bytes[list + 1] = (total >> 8) & 0xff;
  bytes[list + 2] = (total >> 16) & 0xff;
  bytes[list + 3] = total >>> 24;
  bytes[list + 4] = count & 0xff;
  bytes[list + 5] = count >> 8;
}
