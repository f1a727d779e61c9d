import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@valkeep/testing';
import { Arena, type Freeze } from '../memory/arena.ts';
import { OrderedTree } from './ordered-tree.ts';

interface Row {
  readonly key: number;
  readonly payload: number;
  weight: number;
}

const STEPS = 30_000;
const KEYS = 3000;

function lowerBound(model: readonly Row[], key: number): number {
  let low = 0;
  let high = model.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((model[middle]?.key ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The tree beside a sorted array: every step is done on both. */
class Pair {
  readonly arena = new Arena(2);
  readonly tree = new OrderedTree(this.arena);
  root = this.tree.create();
  readonly model: Row[] = [];
  readonly #random = createSeededRandom();
  readonly #frozen: { readonly freeze: Freeze; readonly root: number; readonly payloads: string }[] = [];

  constructor() {
    this.arena.poison = true;
  }

  step(index: number): void {
    const key = this.#random.integer(0, KEYS - 1);
    const at = lowerBound(this.model, key);
    this.tree.setKey(0, key, 0, 0);
    assert.equal(this.tree.seekKey(this.root), at < this.model.length);
    if (at < this.model.length) assert.equal(this.tree.payload, this.model[at]?.payload);
    const isThere = this.model[at]?.key === key;
    const dice = this.#random.integer(0, 99);
    const grows = index % 10_000 < 6000;
    if (dice < (grows ? 60 : 25) && !isThere) this.#insert(at, key, index + 1);
    else if (dice < 90 && isThere) this.#remove(at);
    else if (this.model.length > 0) this.#reweigh();
    if (index % 1500 === 0) this.#freezeOrThaw();
  }

  #insert(at: number, key: number, payload: number): void {
    const weight = this.#random.integer(1, 5);
    this.root = this.tree.insertHere(payload, weight);
    this.model.splice(at, 0, { key, payload, weight });
  }

  #remove(at: number): void {
    this.root = this.tree.removeHere();
    this.model.splice(at, 1);
  }

  #reweigh(): void {
    const at = this.#random.integer(0, this.model.length - 1);
    const row = this.model[at];
    if (row === undefined) return;
    const before = this.model.slice(0, at).reduce((sum, { weight }) => sum + weight, 0);
    assert.equal(this.tree.seekWeight(this.root, before), 0);
    assert.equal(this.tree.payload, row.payload);
    assert.equal(this.tree.weightBefore(), before);
    row.weight = this.#random.integer(1, 5);
    this.root = this.tree.updateHere(row.payload, row.weight);
  }

  payloads(root: number): string {
    const found: number[] = [];
    this.tree.nodes.forEach(root, (payload) => found.push(payload));
    return found.join();
  }

  #freezeOrThaw(): void {
    this.tree.nodes.assertSound(this.root);
    assert.equal(this.payloads(this.root), this.model.map(({ payload }) => payload).join());
    if (this.#frozen.length < 2) {
      this.#frozen.push({ freeze: this.arena.freeze(), root: this.root, payloads: this.payloads(this.root) });
    } else {
      this.thaw(this.#random.integer(0, 1));
    }
  }

  thaw(index: number): void {
    const [state] = this.#frozen.splice(index, 1);
    if (state === undefined) return;
    assert.equal(this.payloads(state.root), state.payloads);
    this.arena.release(state.freeze);
    this.arena.releaseKept(Number.MAX_SAFE_INTEGER);
  }

  thawAll(): void {
    while (this.#frozen.length > 0) this.thaw(0);
  }
}

test('a tree agrees with a sorted array, and snapshots keep the state they were made at', () => {
  const pair = new Pair();
  for (let index = 0; index < STEPS; index++) pair.step(index);
  pair.thawAll();
  let blocks = 0;
  pair.arena.forEachBlock(() => blocks++);
  let nodes = 0;
  pair.tree.nodes.forEachNode(pair.root, () => nodes++);
  assert.equal(blocks, nodes, 'every block in use is a node of the tree');
  pair.arena.destroy();
});

test('a tree is freed leaf by leaf and gives every block back', () => {
  const arena = new Arena(2);
  const tree = new OrderedTree(arena);
  let root = tree.create();
  for (let payload = 1; payload <= 5000; payload++) {
    tree.seekEnd(root);
    root = tree.insertHere(payload, 1);
  }
  assert.equal(tree.weight(root), 5000);
  let freed = 0;
  while (root !== 0) root = tree.dropLastLeaf(root, () => freed++);
  assert.equal(freed, 5000);
  assert.equal(arena.usedBytes, 0);
  arena.destroy();
});

test('a path walks forwards and backwards over all records', () => {
  const arena = new Arena(2);
  const tree = new OrderedTree(arena);
  let root = tree.create();
  for (let payload = 1; payload <= 1000; payload++) {
    tree.seekEnd(root);
    root = tree.insertHere(payload, 1);
  }
  const forwards: number[] = [];
  for (let more = tree.seekFirst(root); more; more = tree.next()) forwards.push(tree.payload);
  const backwards: number[] = [];
  for (let more = tree.seekLast(root); more; more = tree.previous()) backwards.push(tree.payload);
  assert.deepEqual(
    forwards,
    Array.from({ length: 1000 }, (_, index) => index + 1),
  );
  assert.deepEqual(backwards.reverse(), forwards);
  arena.destroy();
});
