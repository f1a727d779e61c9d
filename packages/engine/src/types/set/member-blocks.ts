// SET_MEMBER blocks: a member of a big set.
//
//   word 1 length   the member's bytes from byte 8 on
import { copyBytes } from '../../encodings/bytes-compare.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { SET_MEMBER } from '../../memory/block-types.ts';

const DATA = 8;

export function createMember(arena: Arena, bytes: Uint8Array, start: number, length: number): Handle {
  const block = arena.allocate(DATA + length, SET_MEMBER);
  arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + 1] = length;
  copyBytes(bytes, start, arena.bytes[block >>> SEGMENT_SHIFT], memberStart(block), length);
  return block;
}

export function memberBytes(arena: Arena, block: Handle): Uint8Array {
  return arena.bytes[block >>> SEGMENT_SHIFT];
}

export function memberStart(block: Handle): number {
  return ((block & GRANULE_MASK) << 4) + DATA;
}

export function memberLength(arena: Arena, block: Handle): number {
  return arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + 1];
}
