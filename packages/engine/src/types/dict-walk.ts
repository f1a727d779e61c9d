// Walking through the blocks of a dictionary one by one, and freeing a dictionary with its blocks bit by bit.
// The dictionary must not change while it is walked through.
import type { Dict } from '../encodings/dict.ts';
import { DIRECTORY_TABLES } from '../encodings/dict-layout.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';

export class DictWalk {
  readonly #dict: Dict;
  #root: Handle = 0;
  #slot = 0;
  /** The blocks of the current sub-table. */
  readonly #blocks: Handle[] = [];
  #index = 0;

  constructor(dict: Dict) {
    this.#dict = dict;
  }

  /** Starts in front of the first block. */
  open(root: Handle): void {
    this.#root = root;
    this.#slot = 0;
    this.#blocks.length = 0;
    this.#index = 0;
  }

  /** The next block, 0 behind the last. */
  next(): Handle {
    while (this.#index === this.#blocks.length) if (!this.#nextTable()) return 0;
    return this.#blocks[this.#index++];
  }

  #nextTable(): boolean {
    const dict = this.#dict;
    this.#blocks.length = 0;
    this.#index = 0;
    if (this.#slot >= dict.directorySize(this.#root)) return false;
    dict.forEachInTable(dict.tableAt(this.#root, this.#slot), (block) => this.#blocks.push(block));
    this.#slot += dict.tableSpan(this.#root, this.#slot);
    return true;
  }
}

/** Frees a dictionary and the blocks that it names. */
export function freeDict(arena: Arena, dict: Dict, root: Handle): void {
  dict.forEach(root, (block) => arena.free(block));
  dict.destroy(root);
}

/** Frees the last sub-table with its blocks of a dictionary that nobody looks into any more; returns what is left, 0
 * when nothing is. */
export function freeDictSlice(arena: Arena, dict: Dict, root: Handle): Handle {
  const left = arena.writable(root);
  const words = arena.words[left >>> SEGMENT_SHIFT];
  const tables = ((left & GRANULE_MASK) << 2) + DIRECTORY_TABLES;
  let last = dict.directorySize(left) - 1;
  while (words[tables + last] === 0) last--;
  const table = words[tables + last];
  const span = dict.tableSpan(left, last);
  words.fill(0, tables + last + 1 - span, tables + last + 1);
  dict.forEachInTable(table, (block) => arena.free(block));
  arena.free(table);
  if (last + 1 > span) return left;
  arena.free(left);
  return 0;
}

/** Calls `visit` for each block of a dictionary: its own and those that it names. */
export function forEachDictBlock(dict: Dict, root: Handle, visit: (block: Handle) => void): void {
  visit(root);
  const size = dict.directorySize(root);
  for (let slot = 0; slot < size; slot += dict.tableSpan(root, slot)) visit(dict.tableAt(root, slot));
  dict.forEach(root, visit);
}
