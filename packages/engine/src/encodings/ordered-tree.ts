// An ordered tree in the arena (a B+ tree with weights): the order of a big sorted set, the nodes of a big list, the
// nodes and pending entries of a stream.
//
// Every record, of leaves and of inner nodes alike, is six words: a key of 16 bytes (four words, most significant
// first), a payload (what a leaf names, or a child), and a weight (what a leaf's record counts for, or the child's
// sum). So the record at a position is found as quickly as the record with a key. Payloads whose keys are equal are
// ordered by `compareTie`, which a sorted set overrides to compare members.
//
// Work goes through a path: `seek...` sets it, `next`, `previous` move it, `insertHere`, `removeHere`, `updateHere`
// change the tree at it and return the root, which may be a new one. A change ends the path: seek again. Whole trees are
// walked, checked and freed through `nodes`.
import { assert } from '@valkeep/base';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import {
  CAPACITY,
  COUNT,
  DEPTH_MAX,
  LEVEL,
  MERGE_BELOW,
  MERGE_MAX,
  nodeBytes,
  PAYLOAD,
  RECORD_WORDS,
  RECORDS,
  RECORDS_FIRST,
  RECORDS_MAX,
  sumWeights,
  TreeNodes,
  WEIGHT,
} from './tree-nodes.ts';

export class OrderedTree {
  protected readonly arena: Arena;
  /** What needs no path: walking, checking and freeing whole trees. */
  readonly nodes: TreeNodes;
  /** The key that `seekKey`, and `insertHere` look at: most significant word first. */
  key0 = 0;
  key1 = 0;
  key2 = 0;
  key3 = 0;
  #depth = 0;
  #nodes = new Float64Array(DEPTH_MAX);
  #indexes = new Int32Array(DEPTH_MAX);
  #record = new Uint32Array(RECORD_WORDS);

  constructor(arena: Arena) {
    this.arena = arena;
    this.nodes = new TreeNodes(arena);
  }

  /** Order of the sought record beside one with an equal key: below 0 when it comes first. */
  protected compareTie(_payload: Handle): number {
    return 0;
  }

  /** An empty tree. */
  create(): Handle {
    return this.nodes.createNode(0, RECORDS_FIRST);
  }

  /** Sum of the weights. */
  weight(root: Handle): number {
    const words = this.arena.words[root >>> SEGMENT_SHIFT];
    return sumWeights(words, (root & GRANULE_MASK) << 2);
  }

  isEmpty(root: Handle): boolean {
    return this.nodes.countOf(root) === 0;
  }

  setKey(key0: number, key1: number, key2: number, key3: number): void {
    this.key0 = key0;
    this.key1 = key1;
    this.key2 = key2;
    this.key3 = key3;
  }

  /** Sets the path to the first record that is not below the key; false where there is none (the path is the end). */
  seekKey(root: Handle): boolean {
    let node = root;
    let depth = 0;
    for (;;) {
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      const base = (node & GRANULE_MASK) << 2;
      this.#nodes[depth] = node;
      if (words[base + LEVEL] === 0) {
        this.#indexes[depth] = this.#lowerBound(words, base);
        this.#depth = depth;
        return this.#settle();
      }
      const index = this.#childFor(words, base);
      this.#indexes[depth++] = index;
      node = words[base + RECORDS + index * RECORD_WORDS + PAYLOAD];
    }
  }

  /** Whether the record at the path has the sought key, and ties with it. */
  matchesHere(): boolean {
    const { words, record } = this.#here();
    return this.#compare(words, record) === 0;
  }

  /** Sets the path to the record that holds position `position`, 0 to weight - 1; returns the rest within the record. */
  seekWeight(root: Handle, position: number): number {
    let rest = position;
    let node = root;
    let depth = 0;
    for (;;) {
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      const base = (node & GRANULE_MASK) << 2;
      const count = words[base + COUNT];
      let index = 0;
      let record = base + RECORDS;
      for (; index < count - 1 && rest >= words[record + WEIGHT]; index++) {
        rest -= words[record + WEIGHT];
        record += RECORD_WORDS;
      }
      this.#nodes[depth] = node;
      this.#indexes[depth] = index;
      if (words[base + LEVEL] === 0) {
        this.#depth = depth;
        return rest;
      }
      depth++;
      node = words[record + PAYLOAD];
    }
  }

  /** Sets the path to the first record; false where the tree is empty. */
  seekFirst(root: Handle): boolean {
    return this.#descend(0, root, false);
  }

  /** Sets the path to the last record; false where the tree is empty. */
  seekLast(root: Handle): boolean {
    return this.#descend(0, root, true);
  }

  /** Sets the path behind the last record, for an insertion at the end. */
  seekEnd(root: Handle): void {
    this.#descend(0, root, true);
    if (this.nodes.countOf(this.#nodes[this.#depth]) > 0) this.#indexes[this.#depth]++;
  }

  /** Moves to the next record; false at the end. */
  next(): boolean {
    this.#indexes[this.#depth]++;
    return this.#settle();
  }

  /** Moves to the record before; false at the start (the path is then the first record still). */
  previous(): boolean {
    for (let depth = this.#depth; depth >= 0; depth--) {
      if (this.#indexes[depth] === 0) continue;
      this.#indexes[depth]--;
      return depth === this.#depth || this.#descend(depth + 1, this.#childAt(depth), true);
    }
    return false;
  }

  /** The weight of all records before the path. */
  weightBefore(): number {
    let total = 0;
    for (let depth = 0; depth <= this.#depth; depth++) {
      const node = this.#nodes[depth];
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      const base = ((node & GRANULE_MASK) << 2) + RECORDS;
      for (let index = 0; index < this.#indexes[depth]; index++) total += words[base + index * RECORD_WORDS + WEIGHT];
    }
    return total;
  }

  get payload(): Handle {
    const { words, record } = this.#here();
    return words[record + PAYLOAD];
  }

  get recordWeight(): number {
    const { words, record } = this.#here();
    return words[record + WEIGHT];
  }

  keyWord(index: number): number {
    const { words, record } = this.#here();
    return words[record + index];
  }

  /** Inserts a record with the set key before the path (`seekKey`, `seekEnd`, `seekWeight`); returns the root. */
  insertHere(payload: Handle, weight: number): Handle {
    this.#makePathWritable();
    this.#addWeight(weight);
    this.#lowerBounds();
    const record = this.#record;
    record[0] = this.key0;
    record[1] = this.key1;
    record[2] = this.key2;
    record[3] = this.key3;
    record[PAYLOAD] = payload;
    record[WEIGHT] = weight;
    this.#insertRecord(this.#depth, this.#indexes[this.#depth]);
    return this.#nodes[0];
  }

  /** Replaces payload and weight of the record at the path; returns the root. */
  updateHere(payload: Handle, weight: number): Handle {
    this.#makePathWritable();
    const { words, record } = this.#here();
    this.#addWeight(weight - words[record + WEIGHT]);
    words[record + PAYLOAD] = payload;
    words[record + WEIGHT] = weight;
    return this.#nodes[0];
  }

  /** Takes the record at the path out; its payload stays the caller's. Returns the root. */
  removeHere(): Handle {
    this.#makePathWritable();
    const { words, record } = this.#here();
    this.#addWeight(-words[record + WEIGHT]);
    this.#removeRecord(this.#depth, this.#indexes[this.#depth]);
    return this.#collapse(this.#nodes[0]);
  }

  /** Takes the last leaf out, calling `visit` for its records: one slice of freeing a big tree. Returns the root, or 0
   * when that was all (the tree is freed then). */
  dropLastLeaf(root: Handle, visit: (payload: Handle) => void): Handle {
    this.#descend(0, root, true);
    this.#makePathWritable();
    const leaf = this.#nodes[this.#depth];
    const words = this.arena.words[leaf >>> SEGMENT_SHIFT];
    const base = (leaf & GRANULE_MASK) << 2;
    const count = words[base + COUNT];
    for (let index = 0; index < count; index++) visit(words[base + RECORDS + index * RECORD_WORDS + PAYLOAD]);
    if (this.#depth === 0) {
      this.arena.free(leaf);
      return 0;
    }
    this.#addWeight(-sumWeights(words, base));
    this.arena.free(leaf);
    this.#removeRecord(this.#depth - 1, this.#indexes[this.#depth - 1]);
    return this.#collapse(this.#nodes[0]);
  }

  #childAt(depth: number): Handle {
    const node = this.#nodes[depth];
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    return words[((node & GRANULE_MASK) << 2) + RECORDS + this.#indexes[depth] * RECORD_WORDS + PAYLOAD];
  }

  #here(): { readonly words: Uint32Array; readonly record: number } {
    const node = this.#nodes[this.#depth];
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const record = ((node & GRANULE_MASK) << 2) + RECORDS + this.#indexes[this.#depth] * RECORD_WORDS;
    return { words, record };
  }

  /** Order of the sought key beside a record's. */
  #compare(words: Uint32Array, record: number): number {
    const order = this.#compareKey(words, record);
    return order !== 0 ? order : this.compareTie(words[record + PAYLOAD]);
  }

  #compareKey(words: Uint32Array, record: number): number {
    if (this.key0 !== words[record]) return this.key0 < words[record] ? -1 : 1;
    if (this.key1 !== words[record + 1]) return this.key1 < words[record + 1] ? -1 : 1;
    if (this.key2 !== words[record + 2]) return this.key2 < words[record + 2] ? -1 : 1;
    if (this.key3 !== words[record + 3]) return this.key3 < words[record + 3] ? -1 : 1;
    return 0;
  }

  /** First record of a leaf that is not below the sought one. */
  #lowerBound(words: Uint32Array, base: number): number {
    let low = 0;
    let high = words[base + COUNT];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(words, base + RECORDS + middle * RECORD_WORDS) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The last child that may hold the sought record. A child's key in its parent is a lower bound; where it equals the
   * sought key, the child's first record decides. The first child has no lower bound. */
  #childFor(words: Uint32Array, base: number): number {
    let low = 1;
    let high = words[base + COUNT];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const record = base + RECORDS + middle * RECORD_WORDS;
      let order = this.#compareKey(words, record);
      if (order === 0) order = this.#compareWithFirst(words[record + PAYLOAD]);
      if (order >= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #compareWithFirst(node: Handle): number {
    let at = node;
    for (;;) {
      const words = this.arena.words[at >>> SEGMENT_SHIFT];
      const base = (at & GRANULE_MASK) << 2;
      if (words[base + LEVEL] === 0) return this.#compare(words, base + RECORDS);
      at = words[base + RECORDS + PAYLOAD];
    }
  }

  /** A path behind a leaf's last record moves to the next leaf's first; false at the end of the tree. */
  #settle(): boolean {
    if (this.#indexes[this.#depth] < this.nodes.countOf(this.#nodes[this.#depth])) return true;
    for (let depth = this.#depth - 1; depth >= 0; depth--) {
      if (this.#indexes[depth] + 1 >= this.nodes.countOf(this.#nodes[depth])) continue;
      this.#indexes[depth]++;
      return this.#descend(depth + 1, this.#childAt(depth), false);
    }
    return false;
  }

  #descend(fromDepth: number, node: Handle, last: boolean): boolean {
    let depth = fromDepth;
    let at = node;
    for (;;) {
      const words = this.arena.words[at >>> SEGMENT_SHIFT];
      const base = (at & GRANULE_MASK) << 2;
      const count = words[base + COUNT];
      const index = last && count > 0 ? count - 1 : 0;
      this.#nodes[depth] = at;
      this.#indexes[depth] = index;
      if (words[base + LEVEL] === 0) {
        this.#depth = depth;
        return count > 0;
      }
      at = words[base + RECORDS + index * RECORD_WORDS + PAYLOAD];
      depth++;
    }
  }

  #makePathWritable(): void {
    if (this.arena.frozenBelow === 0) return;
    for (let depth = 0; depth <= this.#depth; depth++) {
      const node = this.#nodes[depth];
      const writable = this.arena.writable(node);
      if (writable === node) continue;
      this.#nodes[depth] = writable;
      if (depth > 0) this.#setChild(depth - 1, this.#indexes[depth - 1], writable);
    }
  }

  #setChild(depth: number, index: number, child: Handle): void {
    const node = this.#nodes[depth];
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    words[((node & GRANULE_MASK) << 2) + RECORDS + index * RECORD_WORDS + PAYLOAD] = child;
  }

  #addWeight(delta: number): void {
    for (let depth = 0; depth < this.#depth; depth++) {
      const node = this.#nodes[depth];
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      words[((node & GRANULE_MASK) << 2) + RECORDS + this.#indexes[depth] * RECORD_WORDS + WEIGHT] += delta;
    }
  }

  /** The first record of a leaf may lie below the bound its parents have for it. */
  #lowerBounds(): void {
    for (let depth = this.#depth; depth > 0 && this.#indexes[depth] === 0; depth--) {
      const node = this.#nodes[depth - 1];
      const words = this.arena.words[node >>> SEGMENT_SHIFT];
      const record = ((node & GRANULE_MASK) << 2) + RECORDS + this.#indexes[depth - 1] * RECORD_WORDS;
      words[record] = this.key0;
      words[record + 1] = this.key1;
      words[record + 2] = this.key2;
      words[record + 3] = this.key3;
    }
  }

  /** Inserts `#record` at `index` of the path's node at `depth`; what a split leaves over goes to its parent. */
  #insertRecord(depth: number, index: number): void {
    if (this.nodes.countOf(this.#nodes[depth]) < this.nodes.capacityOf(this.#nodes[depth])) {
      this.#writeRecord(this.#nodes[depth], index);
    } else if (this.nodes.capacityOf(this.#nodes[depth]) < RECORDS_MAX) {
      this.#growNode(depth);
      this.#writeRecord(this.#nodes[depth], index);
    } else {
      this.#splitAndInsert(depth, index);
    }
  }

  #writeRecord(node: Handle, index: number): void {
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const base = (node & GRANULE_MASK) << 2;
    const count = words[base + COUNT];
    const at = base + RECORDS + index * RECORD_WORDS;
    if (index < count) words.copyWithin(at + RECORD_WORDS, at, base + RECORDS + count * RECORD_WORDS);
    words[base + COUNT] = count + 1;
    for (let i = 0; i < RECORD_WORDS; i++) words[at + i] = this.#record[i];
  }

  /** Only roots are smaller than RECORDS_MAX. */
  #growNode(depth: number): void {
    assert(depth === 0, 'a tree node below the root has less than the full capacity');
    const node = this.#nodes[0];
    const capacity = Math.min(RECORDS_MAX, this.nodes.capacityOf(node) * 2 + 1);
    const grown = this.arena.reallocate(node, nodeBytes(capacity));
    this.arena.words[grown >>> SEGMENT_SHIFT][((grown & GRANULE_MASK) << 2) + CAPACITY] = capacity;
    this.#nodes[0] = grown;
  }

  /** Splits in the middle; at either end the new record starts a node of its own, so that appending fills nodes. */
  #splitAndInsert(depth: number, index: number): void {
    const left = this.#nodes[depth];
    const leftWords = this.arena.words[left >>> SEGMENT_SHIFT];
    const leftBase = (left & GRANULE_MASK) << 2;
    const level = leftWords[leftBase + LEVEL];
    const count = leftWords[leftBase + COUNT];
    const at = index === count ? count : index === 0 ? 0 : count >>> 1;
    const right = this.nodes.createNode(level, RECORDS_MAX);
    this.nodes.moveRecords(left, at, right);
    const goesRight = at === count || index > at;
    this.#writeRecord(goesRight ? right : left, goesRight ? index - at : index);
    if (depth === 0) return this.#growRoot(left, right, level + 1);
    this.#setWeightOf(depth - 1, this.#indexes[depth - 1], sumWeights(leftWords, leftBase));
    this.#fillRecordFor(right);
    this.#insertRecord(depth - 1, this.#indexes[depth - 1] + 1);
  }

  #growRoot(left: Handle, right: Handle, level: number): void {
    const root = this.nodes.createNode(level, RECORDS_FIRST);
    this.#fillRecordFor(left);
    this.#writeRecord(root, 0);
    this.#fillRecordFor(right);
    this.#writeRecord(root, 1);
    this.#nodes[0] = root;
  }

  /** Sets `#record` to what a parent says of a node: its first key, its handle, its weight. */
  #fillRecordFor(node: Handle): void {
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const base = (node & GRANULE_MASK) << 2;
    for (let i = 0; i < PAYLOAD; i++) this.#record[i] = words[base + RECORDS + i];
    this.#record[PAYLOAD] = node;
    this.#record[WEIGHT] = sumWeights(words, base);
  }

  #setWeightOf(depth: number, index: number, weight: number): void {
    const node = this.#nodes[depth];
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    words[((node & GRANULE_MASK) << 2) + RECORDS + index * RECORD_WORDS + WEIGHT] = weight;
  }

  #removeRecord(depth: number, index: number): void {
    const node = this.#nodes[depth];
    const words = this.arena.words[node >>> SEGMENT_SHIFT];
    const base = (node & GRANULE_MASK) << 2;
    const count = words[base + COUNT];
    const at = base + RECORDS + index * RECORD_WORDS;
    words.copyWithin(at, at + RECORD_WORDS, base + RECORDS + count * RECORD_WORDS);
    words[base + COUNT] = count - 1;
    if (depth === 0) return;
    const parentIndex = this.#indexes[depth - 1];
    if (count === 1) {
      this.arena.free(node);
      this.#removeRecord(depth - 1, parentIndex);
    } else if (count - 1 < MERGE_BELOW) {
      const siblings = this.nodes.countOf(this.#nodes[depth - 1]);
      const joined = parentIndex + 1 < siblings && this.#join(depth - 1, parentIndex);
      if (!joined && parentIndex > 0) this.#join(depth - 1, parentIndex - 1);
    }
  }

  /** Joins the children `index` and `index + 1` of the path's node at `depth` where both fit into one. */
  #join(depth: number, index: number): boolean {
    const parent = this.#nodes[depth];
    const words = this.arena.words[parent >>> SEGMENT_SHIFT];
    const record = ((parent & GRANULE_MASK) << 2) + RECORDS + index * RECORD_WORDS;
    const left = words[record + PAYLOAD];
    const right = words[record + RECORD_WORDS + PAYLOAD];
    if (this.nodes.countOf(left) + this.nodes.countOf(right) > MERGE_MAX) return false;
    const target = this.arena.writable(left);
    const source = this.arena.writable(right);
    words[record + PAYLOAD] = target;
    words[record + WEIGHT] += words[record + RECORD_WORDS + WEIGHT];
    this.nodes.setFirstKey(source, words, record + RECORD_WORDS);
    this.nodes.moveRecords(source, 0, target);
    this.arena.free(source);
    this.#removeRecord(depth, index + 1);
    return true;
  }

  #collapse(root: Handle): Handle {
    let top = root;
    for (;;) {
      const words = this.arena.words[top >>> SEGMENT_SHIFT];
      const base = (top & GRANULE_MASK) << 2;
      if (words[base + LEVEL] === 0 || words[base + COUNT] > 1) return top;
      const child = words[base + COUNT] === 1 ? words[base + RECORDS + PAYLOAD] : this.create();
      this.arena.free(top);
      top = child;
    }
  }
}
