// HASH_FIELD blocks: a field of a big hash and its value.
//
//   word 1 length of the field   word 2 length of the value   [16..24 deadline, HASH_FIELD_WITH_DEADLINE only]
//   the field's bytes from KEY_OFFSET on, the value's bytes behind them
import { copyBytes } from '../../encodings/bytes-compare.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { HASH_FIELD, HASH_FIELD_WITH_DEADLINE, KEY_OFFSET } from '../../memory/block-types.ts';

const LENGTH_WORD = 1;
const VALUE_LENGTH_WORD = 2;
const DEADLINE_DOUBLE = 2;
export const NO_DEADLINE = Number.POSITIVE_INFINITY;
/** A value shares the block of a longer one as long as no more than about a quarter of the block is left over. */
const WASTE_BYTES_MAX = 32;

/** A block for a field with room for a value of `valueLength`, whose bytes the caller writes. */
export function createField(
  arena: Arena,
  bytes: Uint8Array,
  start: number,
  length: number,
  valueLength: number,
  deadline: number,
): Handle {
  const type = deadline === NO_DEADLINE ? HASH_FIELD : HASH_FIELD_WITH_DEADLINE;
  const block = arena.allocate(KEY_OFFSET[type] + length + valueLength, type);
  const segment = block >>> SEGMENT_SHIFT;
  const base = (block & GRANULE_MASK) << 2;
  const words = arena.words[segment];
  words[base + LENGTH_WORD] = length;
  words[base + VALUE_LENGTH_WORD] = valueLength;
  if (deadline !== NO_DEADLINE) arena.doubles[segment][(base >>> 1) + DEADLINE_DOUBLE] = deadline;
  copyBytes(bytes, start, arena.bytes[segment], (base << 2) + KEY_OFFSET[type], length);
  return block;
}

export function writeValue(arena: Arena, block: Handle, bytes: Uint8Array, start: number, length: number): void {
  arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + VALUE_LENGTH_WORD] = length;
  copyBytes(bytes, start, arena.bytes[block >>> SEGMENT_SHIFT], valueStart(arena, block), length);
}

/** Whether a value of this length is to be written over the block's own. */
export function takesValue(arena: Arena, block: Handle, length: number): boolean {
  const capacity = arena.capacity(block);
  const size = KEY_OFFSET[arena.typeOf(block)] + fieldLength(arena, block) + length;
  return size <= capacity && size * 4 >= capacity * 3 - WASTE_BYTES_MAX && arena.isWritable(block);
}

export function fieldBytes(arena: Arena, block: Handle): Uint8Array {
  return arena.bytes[block >>> SEGMENT_SHIFT];
}

export function fieldStart(arena: Arena, block: Handle): number {
  return ((block & GRANULE_MASK) << 4) + KEY_OFFSET[arena.typeOf(block)];
}

export function fieldLength(arena: Arena, block: Handle): number {
  return arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + LENGTH_WORD];
}

export function valueStart(arena: Arena, block: Handle): number {
  return fieldStart(arena, block) + fieldLength(arena, block);
}

export function valueLength(arena: Arena, block: Handle): number {
  return arena.words[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 2) + VALUE_LENGTH_WORD];
}

/** Unix milliseconds; NO_DEADLINE where the field does not expire. */
export function fieldDeadline(arena: Arena, block: Handle): number {
  if (arena.typeOf(block) !== HASH_FIELD_WITH_DEADLINE) return NO_DEADLINE;
  return arena.doubles[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 1) + DEADLINE_DOUBLE];
}

/** Moves the deadline of a HASH_FIELD_WITH_DEADLINE block that may be written. */
export function setFieldDeadline(arena: Arena, block: Handle, deadline: number): void {
  arena.doubles[block >>> SEGMENT_SHIFT][((block & GRANULE_MASK) << 1) + DEADLINE_DOUBLE] = deadline;
}
