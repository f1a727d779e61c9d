// Sorted sets with a SORTED_SET_ROOT: a dictionary of member blocks (what score has a member) and a tree of the same
// blocks (what is the order).
//
//   word 1 dictionary (0 once freeing has begun)   word 2 tree
//
// Changes go to a root that may be written; what lies below it is made writable here.
import type { Dict } from '../../encodings/dict.ts';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { SORTED_SET_ROOT } from '../../memory/block-types.ts';
import { forEachDictBlock, freeDict, freeDictSlice } from '../dict-walk.ts';
import { createMember, memberBytes, memberLength, memberScore, memberStart, setMemberScore } from './member-blocks.ts';
import { SortedSetTree } from './sorted-set-tree.ts';

const ROOT_BYTES = 12;
const DICT_WORD = 1;
const TREE_WORD = 2;
/** Leaves of the tree freed in one slice. */
const SLICE_LEAVES = 100;

/** Members are freed with the dictionary. */
function leaveMember(): void {}

export class BigSortedSets {
  readonly arena: Arena;
  readonly dict: Dict;
  readonly #tree: SortedSetTree;
  /** What the last `find` found: the member's block and hash. */
  #found: Handle = 0;
  #hash = 0;

  constructor(arena: Arena, dict: Dict) {
    this.arena = arena;
    this.dict = dict;
    this.#tree = new SortedSetTree(arena);
  }

  create(): Handle {
    const root = this.arena.allocate(ROOT_BYTES, SORTED_SET_ROOT);
    this.#setWord(root, DICT_WORD, this.dict.create());
    this.#setWord(root, TREE_WORD, this.#tree.create());
    return root;
  }

  dictOf(root: Handle): Handle {
    return this.arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + DICT_WORD];
  }

  treeOf(root: Handle): Handle {
    return this.arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + TREE_WORD];
  }

  count(root: Handle): number {
    return this.dict.count(this.dictOf(root));
  }

  /** The block of a member, 0 where it is not there. */
  find(root: Handle, bytes: Uint8Array, start: number, length: number): Handle {
    this.#hash = this.dict.hash(bytes, start, length);
    return this.dict.find(this.dictOf(root), bytes, start, length, this.#hash);
  }

  /** As `find`; `insertSought`, `updateFound` and `removeFound` may follow at once. */
  findForUpdate(root: Handle, bytes: Uint8Array, start: number, length: number): Handle {
    const { dict } = this;
    this.#hash = dict.hash(bytes, start, length);
    if (this.arena.frozenBelow !== 0) this.#setWord(root, DICT_WORD, dict.makeWritable(this.dictOf(root), this.#hash));
    this.#found = dict.find(this.dictOf(root), bytes, start, length, this.#hash);
    return this.#found;
  }

  /** Adds the member that `findForUpdate` just did not find. */
  insertSought(root: Handle, bytes: Uint8Array, start: number, length: number, score: number): void {
    const block = createMember(this.arena, bytes, start, length, score);
    this.#insertIntoTree(root, block, score);
    this.#setWord(root, DICT_WORD, this.dict.insert(this.dictOf(root), block, this.#hash));
  }

  /** As `insertSought`, but the member is in no order until `order` is called for all of them. */
  insertUnordered(root: Handle, bytes: Uint8Array, start: number, length: number, score: number): void {
    const block = createMember(this.arena, bytes, start, length, score);
    this.#setWord(root, DICT_WORD, this.dict.insert(this.dictOf(root), block, this.#hash));
  }

  /** Puts all members in order, where none is yet. */
  order(root: Handle): void {
    this.dict.forEach(this.dictOf(root), (block) => this.#insertIntoTree(root, block, memberScore(this.arena, block)));
  }

  /** Adds a member that is not there. */
  append(root: Handle, bytes: Uint8Array, start: number, length: number, score: number): void {
    this.#hash = this.dict.hash(bytes, start, length);
    this.insertSought(root, bytes, start, length, score);
  }

  /** Gives the member that `findForUpdate` found another score. */
  updateFound(root: Handle, score: number): void {
    const old = this.#found;
    this.#removeFromTree(root, old);
    const block = this.arena.writable(old);
    if (block !== old) this.dict.replaceFound(block);
    setMemberScore(this.arena, block, score);
    this.#insertIntoTree(root, block, score);
  }

  /** Takes out and frees the member that `findForUpdate` found. */
  removeFound(root: Handle): void {
    const block = this.#found;
    this.#setWord(root, DICT_WORD, this.dict.removeFound(this.dictOf(root), this.#hash));
    this.#removeFromTree(root, block);
    this.arena.free(block);
  }

  /** Takes out the members of `count` positions from `rank` on. */
  removeRange(root: Handle, rank: number, count: number): void {
    for (let i = 0; i < count; i++) {
      this.#tree.seekWeight(this.treeOf(root), rank);
      this.arena.free(this.#takeHere(root));
    }
  }

  /** Takes out the first member, or the last: its block is the caller's. */
  takeEnd(root: Handle, isLast: boolean): Handle {
    if (isLast) this.#tree.seekLast(this.treeOf(root));
    else this.#tree.seekFirst(this.treeOf(root));
    return this.#takeHere(root);
  }

  /** Position of a member's block in the order. */
  rankOf(root: Handle, block: Handle): number {
    this.#tree.seekBlock(this.treeOf(root), block);
    return this.#tree.weightBefore();
  }

  /** Calls `visit` for each member's block in order; nothing may change meanwhile. */
  forEachMember(root: Handle, visit: (block: Handle) => void): void {
    this.#tree.nodes.forEach(this.treeOf(root), visit);
  }

  forEachBlock(root: Handle, visit: (block: Handle) => void): void {
    visit(root);
    this.#tree.nodes.forEachNode(this.treeOf(root), visit);
    forEachDictBlock(this.dict, this.dictOf(root), visit);
  }

  free(root: Handle): void {
    const { arena } = this;
    freeDict(arena, this.dict, this.dictOf(root));
    this.#tree.nodes.destroy(this.treeOf(root));
    arena.free(root);
  }

  /** Frees some of it: first dictionary and members, then the tree. Returns the root of what is left, 0 when nothing
   * is. */
  freeSlice(root: Handle): Handle {
    const { arena } = this;
    const left = arena.writable(root);
    const index = this.dictOf(left);
    if (index !== 0) {
      this.#setWord(left, DICT_WORD, freeDictSlice(arena, this.dict, index));
      return left;
    }
    let tree = this.treeOf(left);
    for (let i = 0; i < SLICE_LEAVES && tree !== 0; i++) tree = this.#tree.dropLastLeaf(tree, leaveMember);
    if (tree === 0) {
      arena.free(left);
      return 0;
    }
    this.#setWord(left, TREE_WORD, tree);
    return left;
  }

  /** Throws where dictionary and tree disagree; for the checker. */
  assertSound(root: Handle): void {
    this.#tree.nodes.assertSound(this.treeOf(root));
  }

  /** Takes out the member at the tree's path. */
  #takeHere(root: Handle): Handle {
    const { arena, dict } = this;
    const block = this.#tree.payload;
    this.#setWord(root, TREE_WORD, this.#tree.removeHere());
    const hash = dict.hashOf(block);
    const index = dict.makeWritable(this.dictOf(root), hash);
    dict.find(index, memberBytes(arena, block), memberStart(block), memberLength(arena, block), hash);
    this.#setWord(root, DICT_WORD, dict.removeFound(index, hash));
    return block;
  }

  #insertIntoTree(root: Handle, block: Handle, score: number): void {
    const { arena } = this;
    const tree = this.#tree;
    const length = memberLength(arena, block);
    tree.seekMember(this.treeOf(root), score, memberBytes(arena, block), memberStart(block), length, false);
    this.#setWord(root, TREE_WORD, tree.insertHere(block, 1));
  }

  #removeFromTree(root: Handle, block: Handle): void {
    this.#tree.seekBlock(this.treeOf(root), block);
    this.#setWord(root, TREE_WORD, this.#tree.removeHere());
  }

  #setWord(root: Handle, word: number, value: Handle): void {
    this.arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + word] = value;
  }
}
