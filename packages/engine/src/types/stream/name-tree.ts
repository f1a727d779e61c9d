// An ordered tree by name: the groups of a stream, the consumers of a group. Names with the same first 16 bytes are told
// apart by the blocks themselves, so the order is that of the whole names.
import { compareBytes } from '../../encodings/bytes-compare.ts';
import { OrderedTree } from '../../encodings/ordered-tree.ts';
import type { Arena, Handle } from '../../memory/arena.ts';
import { NAME_LENGTH, StreamLayout } from './stream-layout.ts';

export abstract class NameTree extends OrderedTree {
  protected readonly layout: StreamLayout;
  readonly #nameOffset: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #length = 0;

  /** `nameOffset` is where the names lie in their blocks. */
  constructor(arena: Arena, nameOffset: number) {
    super(arena);
    this.layout = new StreamLayout(arena);
    this.#nameOffset = nameOffset;
  }

  /** The block with the name of a record. */
  protected abstract blockOf(payload: number): Handle;

  /** Sets the path to the record with this name, or to where it is to be inserted; false where it is not there. */
  seekName(root: Handle, bytes: Uint8Array, start: number, length: number): boolean {
    this.#bytes = bytes;
    this.#start = start;
    this.#length = length;
    this.setKey(this.#word(0), this.#word(4), this.#word(8), this.#word(12));
    return this.seekKey(root) && this.matchesHere();
  }

  protected override compareTie(payload: number): number {
    const block = this.blockOf(payload);
    const { layout } = this;
    const length = layout.word(block, NAME_LENGTH);
    const at = layout.at(block, this.#nameOffset);
    return compareBytes(this.#bytes, this.#start, this.#length, layout.bytesOf(block), at, length);
  }

  #word(offset: number): number {
    let word = 0;
    for (let i = offset; i < offset + 4; i++) {
      word = (word << 8) | (i < this.#length ? this.#bytes[this.#start + i] : 0);
    }
    return word >>> 0;
  }
}
