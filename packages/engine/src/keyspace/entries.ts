// Keyspace entries in the arena: how a key, its deadline, its access clock and its value lie in a block.
//
//   word 0  type | epoch       word 1  key length       word 2  access clock (24 bits) | kind << 24
//   word 3  length of an embedded string, or the handle of the value
//   [16..24 deadline, float64 Unix milliseconds, ENTRY_WITH_DEADLINE only]  key bytes  [embedded string]
//
// Nothing here looks keys up or keeps statistics; see Database.

import { copyBytes } from '../encodings/bytes-compare.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import { ENTRY, ENTRY_WITH_DEADLINE, STRING_BYTES } from '../memory/block-types.ts';
import { embedsInOriginal, encodingName, KIND_STRING_BLOCK, KIND_STRING_EMBEDDED } from './value-kind.ts';

const PLAIN_HEADER = 16;
const DEADLINE_HEADER = 24;
/** Entries up to this size carry their string themselves; larger strings have a block of their own. */
const EMBEDDED_ENTRY_BYTES_MAX = 4096;
/** Where the data of a STRING_BYTES block starts. */
export const STRING_DATA = 16;
const CLOCK_MASK = 0xffffff;

export class Entries {
  readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  hasDeadline(entry: Handle): boolean {
    return (this.arena.words[entry >>> SEGMENT_SHIFT][(entry & GRANULE_MASK) << 2] & 0xff) === ENTRY_WITH_DEADLINE;
  }

  /** Unix milliseconds; Infinity where the key does not expire. */
  deadline(entry: Handle): number {
    if (!this.hasDeadline(entry)) return Number.POSITIVE_INFINITY;
    return this.arena.doubles[entry >>> SEGMENT_SHIFT][((entry & GRANULE_MASK) << 1) + 2];
  }

  /** Sets the deadline of a writable entry that has room for one. */
  setDeadline(entry: Handle, deadline: number): void {
    this.arena.doubles[entry >>> SEGMENT_SHIFT][((entry & GRANULE_MASK) << 1) + 2] = deadline;
  }

  kind(entry: Handle): number {
    return this.arena.words[entry >>> SEGMENT_SHIFT][((entry & GRANULE_MASK) << 2) + 2] >>> 24;
  }

  setKind(entry: Handle, kind: number): void {
    const words = this.arena.words[entry >>> SEGMENT_SHIFT];
    const index = ((entry & GRANULE_MASK) << 2) + 2;
    words[index] = ((words[index] & CLOCK_MASK) | (kind << 24)) >>> 0;
  }

  /** The access clock: seconds (LRU) or minutes and a counter (LFU), 24 bits. */
  clock(entry: Handle): number {
    return this.arena.words[entry >>> SEGMENT_SHIFT][((entry & GRANULE_MASK) << 2) + 2] & CLOCK_MASK;
  }

  /** Allowed on read-only entries too: the access clock is no part of a snapshot. */
  setClock(entry: Handle, clock: number): void {
    const words = this.arena.words[entry >>> SEGMENT_SHIFT];
    const index = ((entry & GRANULE_MASK) << 2) + 2;
    words[index] = ((words[index] & 0xff000000) | (clock & CLOCK_MASK)) >>> 0;
  }

  /** The value's handle; for an embedded string its length. */
  value(entry: Handle): Handle {
    return this.arena.words[entry >>> SEGMENT_SHIFT][((entry & GRANULE_MASK) << 2) + 3];
  }

  /** Sets the value's handle of a writable entry. */
  setValue(entry: Handle, value: Handle): void {
    this.arena.words[entry >>> SEGMENT_SHIFT][((entry & GRANULE_MASK) << 2) + 3] = value;
  }

  bytes(entry: Handle): Uint8Array {
    return this.arena.bytes[entry >>> SEGMENT_SHIFT];
  }

  /** Where the key starts in `bytes(entry)`. */
  keyStart(entry: Handle): number {
    return ((entry & GRANULE_MASK) << 4) + (this.hasDeadline(entry) ? DEADLINE_HEADER : PLAIN_HEADER);
  }

  keyLength(entry: Handle): number {
    return this.arena.words[entry >>> SEGMENT_SHIFT][((entry & GRANULE_MASK) << 2) + 1];
  }

  /** Memory, start and length of a string value: `stringBytes[stringStart ... + stringLength]`. */
  stringBytes(entry: Handle): Uint8Array {
    const holder = this.kind(entry) === KIND_STRING_BLOCK ? this.value(entry) : entry;
    return this.arena.bytes[holder >>> SEGMENT_SHIFT];
  }

  stringStart(entry: Handle): number {
    if (this.kind(entry) === KIND_STRING_BLOCK) return ((this.value(entry) & GRANULE_MASK) << 4) + STRING_DATA;
    return this.keyStart(entry) + this.keyLength(entry);
  }

  stringLength(entry: Handle): number {
    const value = this.value(entry);
    if (this.kind(entry) !== KIND_STRING_BLOCK) return value;
    return this.arena.words[value >>> SEGMENT_SHIFT][((value & GRANULE_MASK) << 2) + 1];
  }

  setStringLength(entry: Handle, length: number): void {
    if (this.kind(entry) !== KIND_STRING_BLOCK) return this.setValue(entry, length);
    const value = this.value(entry);
    this.arena.words[value >>> SEGMENT_SHIFT][((value & GRANULE_MASK) << 2) + 1] = length;
  }

  /** The name of the value's encoding as OBJECT ENCODING gives it. */
  encodingName(entry: Handle): string {
    const kind = this.kind(entry);
    if (kind !== KIND_STRING_EMBEDDED) return encodingName(kind);
    const embeds = embedsInOriginal(this.keyLength(entry), this.stringLength(entry), this.hasDeadline(entry));
    return embeds ? 'embstr' : 'raw';
  }

  /** Bytes of an entry with a key and an embedded string of these lengths. */
  static size(keyLength: number, stringLength: number, withDeadline: boolean): number {
    return (withDeadline ? DEADLINE_HEADER : PLAIN_HEADER) + keyLength + stringLength;
  }

  /** Whether a string of this length goes into the entry. */
  static embeds(keyLength: number, stringLength: number): boolean {
    return DEADLINE_HEADER + keyLength + stringLength <= EMBEDDED_ENTRY_BYTES_MAX;
  }

  /** A new entry with room for an embedded string of `stringLength`, whose bytes the caller writes. */
  create(
    key: Uint8Array,
    keyStart: number,
    keyLength: number,
    kind: number,
    stringLength: number,
    deadline: number,
  ): Handle {
    const withDeadline = deadline !== Number.POSITIVE_INFINITY;
    const size = Entries.size(keyLength, stringLength, withDeadline);
    const entry = this.arena.allocate(size, withDeadline ? ENTRY_WITH_DEADLINE : ENTRY);
    const segment = entry >>> SEGMENT_SHIFT;
    const words = this.arena.words[segment];
    const base = (entry & GRANULE_MASK) << 2;
    words[base + 1] = keyLength;
    words[base + 2] = (kind << 24) >>> 0;
    words[base + 3] = stringLength;
    if (withDeadline) this.arena.doubles[segment][(base >>> 1) + 2] = deadline;
    const header = withDeadline ? DEADLINE_HEADER : PLAIN_HEADER;
    copyBytes(key, keyStart, this.arena.bytes[segment], (base << 2) + header, keyLength);
    return entry;
  }

  /** A STRING_BYTES block with room for `capacity` bytes. */
  createStringBlock(length: number, capacity: number): Handle {
    const block = this.arena.allocate(STRING_DATA + capacity, STRING_BYTES);
    const words = this.arena.words[block >>> SEGMENT_SHIFT];
    words[((block & GRANULE_MASK) << 2) + 1] = length;
    return block;
  }

  /** Bytes that an embedded string can grow to without moving the entry. */
  embeddedRoom(entry: Handle): number {
    const header = this.hasDeadline(entry) ? DEADLINE_HEADER : PLAIN_HEADER;
    return this.arena.capacity(entry) - header - this.keyLength(entry);
  }
}
