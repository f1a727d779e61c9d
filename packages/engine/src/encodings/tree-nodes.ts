// Nodes of an ordered tree: how they lie in the arena, and what can be done to a node or a whole tree without a path.
//
//   word 1 records   word 2 level (0: leaf)   word 3 capacity   records of six words from word 4 on
import { assert } from '@valkeep/base';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import { TREE_NODE } from '../memory/block-types.ts';

export const COUNT = 1;
export const LEVEL = 2;
export const CAPACITY = 3;
export const RECORDS = 4;
export const RECORD_WORDS = 6;
export const PAYLOAD = 4;
export const WEIGHT = 5;
export const RECORDS_MAX = 42;
export const RECORDS_FIRST = 2;
/** A node below this is joined with a neighbour where both fit into MERGE_MAX. */
export const MERGE_BELOW = 10;
export const MERGE_MAX = 32;
/** 42 ** 8 records are more than the arena can hold. */
export const DEPTH_MAX = 12;

export function nodeBytes(records: number): number {
  return (RECORDS + records * RECORD_WORDS) * 4;
}

export class TreeNodes {
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  createNode(level: number, capacity: number): Handle {
    const node = this.#arena.allocate(nodeBytes(capacity), TREE_NODE);
    const words = this.#arena.words[node >>> SEGMENT_SHIFT];
    const base = (node & GRANULE_MASK) << 2;
    words[base + COUNT] = 0;
    words[base + LEVEL] = level;
    words[base + CAPACITY] = capacity;
    return node;
  }

  countOf(node: Handle): number {
    return this.#arena.words[node >>> SEGMENT_SHIFT][((node & GRANULE_MASK) << 2) + COUNT];
  }

  capacityOf(node: Handle): number {
    return this.#arena.words[node >>> SEGMENT_SHIFT][((node & GRANULE_MASK) << 2) + CAPACITY];
  }

  /** Moves the records of `from` from `index` on to the end of `to`. */
  moveRecords(from: Handle, index: number, to: Handle): void {
    const fromWords = this.#arena.words[from >>> SEGMENT_SHIFT];
    const toWords = this.#arena.words[to >>> SEGMENT_SHIFT];
    const fromBase = (from & GRANULE_MASK) << 2;
    const toBase = (to & GRANULE_MASK) << 2;
    const count = fromWords[fromBase + COUNT] - index;
    const source = fromBase + RECORDS + index * RECORD_WORDS;
    const target = toBase + RECORDS + toWords[toBase + COUNT] * RECORD_WORDS;
    for (let i = 0; i < count * RECORD_WORDS; i++) toWords[target + i] = fromWords[source + i];
    fromWords[fromBase + COUNT] = index;
    toWords[toBase + COUNT] += count;
  }

  /** The first child of an inner node has no lower bound of its own; before it gets a neighbour to its left, it takes
   * the one that the parent has for the node. */
  setFirstKey(node: Handle, parentWords: Uint32Array, parentRecord: number): void {
    const words = this.#arena.words[node >>> SEGMENT_SHIFT];
    const base = (node & GRANULE_MASK) << 2;
    if (words[base + LEVEL] === 0) return;
    for (let i = 0; i < PAYLOAD; i++) words[base + RECORDS + i] = parentWords[parentRecord + i];
  }

  /** Calls `visit` for each record in order; the tree must not change meanwhile. */
  forEach(root: Handle, visit: (payload: Handle, weight: number) => void): void {
    const words = this.#arena.words[root >>> SEGMENT_SHIFT];
    const base = (root & GRANULE_MASK) << 2;
    const isLeaf = words[base + LEVEL] === 0;
    for (let index = 0; index < words[base + COUNT]; index++) {
      const record = base + RECORDS + index * RECORD_WORDS;
      if (isLeaf) visit(words[record + PAYLOAD], words[record + WEIGHT]);
      else this.forEach(words[record + PAYLOAD], visit);
    }
  }

  /** Calls `visit` for each node, for the checker and for sizes. */
  forEachNode(root: Handle, visit: (node: Handle) => void): void {
    visit(root);
    const words = this.#arena.words[root >>> SEGMENT_SHIFT];
    const base = (root & GRANULE_MASK) << 2;
    if (words[base + LEVEL] === 0) return;
    for (let index = 0; index < words[base + COUNT]; index++) {
      this.forEachNode(words[base + RECORDS + index * RECORD_WORDS + PAYLOAD], visit);
    }
  }

  /** Frees the nodes, not what the leaves name. */
  destroy(root: Handle): void {
    const words = this.#arena.words[root >>> SEGMENT_SHIFT];
    const base = (root & GRANULE_MASK) << 2;
    if (words[base + LEVEL] > 0) {
      for (let index = 0; index < words[base + COUNT]; index++) {
        this.destroy(words[base + RECORDS + index * RECORD_WORDS + PAYLOAD]);
      }
    }
    this.#arena.free(root);
  }

  /** Throws where the tree breaks its own rules: counts, weights, order, levels. For the checker. */
  assertSound(root: Handle): void {
    const words = this.#arena.words[root >>> SEGMENT_SHIFT];
    const base = (root & GRANULE_MASK) << 2;
    const level = words[base + LEVEL];
    const count = words[base + COUNT];
    assert(count <= words[base + CAPACITY], 'a tree node holds more records than fit');
    for (let index = 0; index < count && level > 0; index++) {
      const record = base + RECORDS + index * RECORD_WORDS;
      const child = words[record + PAYLOAD];
      const childWords = this.#arena.words[child >>> SEGMENT_SHIFT];
      const childBase = (child & GRANULE_MASK) << 2;
      assert(childWords[childBase + LEVEL] === level - 1, 'a tree node has a child of the wrong level');
      assert(childWords[childBase + COUNT] > 0, 'a tree node has an empty child');
      assert(sumWeights(childWords, childBase) === words[record + WEIGHT], 'a tree weight is not the sum below it');
      this.assertSound(child);
    }
  }
}

/** Sum of the weights of a node's records. */
export function sumWeights(words: Uint32Array, base: number): number {
  let total = 0;
  const end = base + RECORDS + words[base + COUNT] * RECORD_WORDS;
  for (let record = base + RECORDS; record < end; record += RECORD_WORDS) total += words[record + WEIGHT];
  return total;
}
