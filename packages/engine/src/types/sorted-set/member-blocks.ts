// A member of a big sorted set in a block of its own, named by the dictionary and by the tree.
//
//   word 1 length of the member   bytes 8..16 score (float64)   the member from byte 16 on

import { copyBytes } from '../../encodings/bytes-compare.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { SORTED_SET_MEMBER } from '../../memory/block-types.ts';

export const MEMBER_LENGTH_WORD = 1;
export const MEMBER_DATA = 16;

export function createMember(arena: Arena, bytes: Uint8Array, start: number, length: number, score: number): Handle {
  const block = arena.allocate(MEMBER_DATA + length, SORTED_SET_MEMBER);
  const segment = block >>> SEGMENT_SHIFT;
  const granule = block & GRANULE_MASK;
  arena.words[segment][(granule << 2) + MEMBER_LENGTH_WORD] = length;
  arena.doubles[segment][(granule << 1) + 1] = score;
  copyBytes(bytes, start, arena.bytes[segment], (granule << 4) + MEMBER_DATA, length);
  return block;
}

export function memberScore(arena: Arena, block: Handle): number {
  return arena.doubles[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 1) + 1];
}

/** Sets the score of a block that may be written. */
export function setMemberScore(arena: Arena, block: Handle, score: number): void {
  arena.doubles[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 1) + 1] = score;
}

export function memberBytes(arena: Arena, block: Handle): Uint8Array {
  return arena.bytes[block >>> SEGMENT_SHIFT];
}

export function memberStart(block: Handle): number {
  return ((block & GRANULE_MASK) << 4) + MEMBER_DATA;
}

export function memberLength(arena: Arena, block: Handle): number {
  return arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + MEMBER_LENGTH_WORD];
}
