// The name of a group or of a consumer, as a binary string.
import { binaryString } from '../../encodings/bytes-compare.ts';
import type { Handle } from '../../memory/arena.ts';
import { NAME_LENGTH, type StreamLayout } from './stream-layout.ts';

/** `nameOffset` is where names lie in blocks of this type. */
export function latin1Name(layout: StreamLayout, block: Handle, nameOffset: number): string {
  return binaryString(layout.bytesOf(block), layout.at(block, nameOffset), layout.word(block, NAME_LENGTH));
}
