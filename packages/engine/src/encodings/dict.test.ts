import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@valkeep/testing';
import { Arena, type Freeze, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import { SET_MEMBER } from '../memory/block-types.ts';
import { Dict } from './dict.ts';

const KEY_START = 8;

/** A dictionary of members beside a Map: every change is made to both. */
class Pair {
  readonly arena = new Arena(2);
  readonly dict = new Dict(this.arena, 1, 2);
  root = this.dict.create();
  readonly model = new Map<string, Handle>();

  constructor() {
    this.arena.poison = true;
  }

  find(key: string): Handle {
    const bytes = Buffer.from(key);
    return this.dict.find(this.root, bytes, 0, bytes.length, this.dict.hash(bytes, 0, bytes.length));
  }

  put(key: string): void {
    const bytes = Buffer.from(key);
    const hash = this.dict.hash(bytes, 0, bytes.length);
    this.root = this.dict.makeWritable(this.root, hash);
    const old = this.dict.find(this.root, bytes, 0, bytes.length, hash);
    const entry = this.#createEntry(bytes);
    if (old === 0) {
      this.root = this.dict.insert(this.root, entry, hash);
    } else {
      this.dict.replaceFound(entry);
      this.arena.free(old);
    }
    this.model.set(key, entry);
  }

  remove(key: string): void {
    const bytes = Buffer.from(key);
    const hash = this.dict.hash(bytes, 0, bytes.length);
    this.root = this.dict.makeWritable(this.root, hash);
    const entry = this.dict.find(this.root, bytes, 0, bytes.length, hash);
    assert.notEqual(entry, 0);
    this.root = this.dict.removeFound(this.root, hash);
    this.arena.free(entry);
    this.model.delete(key);
  }

  keyOf(entry: Handle): string {
    const bytes = this.arena.bytes[entry >>> SEGMENT_SHIFT];
    const base = (entry & GRANULE_MASK) << 4;
    const length = this.arena.words[entry >>> SEGMENT_SHIFT][(base >>> 2) + 1];
    return Buffer.from(bytes.subarray(base + KEY_START, base + KEY_START + length)).toString();
  }

  keys(root: Handle): string[] {
    const keys: string[] = [];
    this.dict.forEach(root, (entry) => keys.push(this.keyOf(entry)));
    return keys.sort();
  }

  #createEntry(key: Uint8Array): Handle {
    const entry = this.arena.allocate(KEY_START + key.length, SET_MEMBER);
    const base = (entry & GRANULE_MASK) << 4;
    this.arena.words[entry >>> SEGMENT_SHIFT][(base >>> 2) + 1] = key.length;
    this.arena.bytes[entry >>> SEGMENT_SHIFT].set(key, base + KEY_START);
    return entry;
  }
}

test('a dictionary agrees with a Map while it grows and shrinks, and snapshots keep their state', () => {
  const random = createSeededRandom();
  const pair = new Pair();
  const frozen: { freeze: Freeze; root: Handle; keys: string[] }[] = [];
  for (let step = 0; step < 100_000; step++) {
    const key = `k${random.integer(0, 19_999)}`;
    assert.equal(pair.find(key), pair.model.get(key) ?? 0);
    const grows = step % 50_000 < 33_000;
    if (random.integer(0, 99) < (grows ? 70 : 15)) pair.put(key);
    else if (pair.model.has(key)) pair.remove(key);
    if (step % 7000 !== 0) continue;
    assert.equal(pair.dict.count(pair.root), pair.model.size);
    const [state] = frozen.length < 2 ? [] : frozen.splice(random.integer(0, 1), 1);
    if (state === undefined) {
      frozen.push({ freeze: pair.arena.freeze(), root: pair.root, keys: [...pair.model.keys()].sort() });
    } else {
      assert.deepEqual(pair.keys(state.root), state.keys);
      pair.arena.release(state.freeze);
      pair.arena.releaseKept(Number.MAX_SAFE_INTEGER);
    }
  }
  assert.deepEqual(pair.keys(pair.root), [...pair.model.keys()].sort());
  pair.arena.destroy();
});

test('a scan returns every key that is there all along, while the dictionary grows and shrinks under it', () => {
  const pair = new Pair();
  for (let index = 0; index < 3000; index++) pair.put(`kept${index}`);
  const seen = new Set<string>();
  let cursor = 0;
  let step = 0;
  do {
    cursor = pair.dict.scan(pair.root, cursor, (entry) => seen.add(pair.keyOf(entry)));
    step++;
    for (let index = 0; index < 30; index++) {
      const key = `passing${step % 200}-${index}`;
      if (pair.model.has(key)) pair.remove(key);
      else pair.put(key);
    }
  } while (cursor !== 0);
  for (let index = 0; index < 3000; index++) assert.ok(seen.has(`kept${index}`), `kept${index} was missed`);
  pair.arena.destroy();
});

test('random entries are picked evenly', () => {
  const random = createSeededRandom();
  const pair = new Pair();
  for (let index = 0; index < 5000; index++) pair.put(`k${index}`);
  const picks = 100_000;
  const counts = new Map<Handle, number>();
  for (let pick = 0; pick < picks; pick++) {
    const entry = pair.dict.randomEntry(pair.root, () => random.bits() / 2 ** 32);
    counts.set(entry, (counts.get(entry) ?? 0) + 1);
  }
  const mean = picks / 5000;
  let chiSquare = (5000 - counts.size) * mean;
  for (const count of counts.values()) chiSquare += (count - mean) ** 2 / mean;
  // 5000 degrees of freedom: mean 5000, deviation 100. Ten deviations never happen by chance.
  assert.ok(chiSquare < 6000, `chi-square is ${chiSquare}`);
  pair.arena.destroy();
});

test('entries may come in the order of their hashes, as they do when a dictionary is copied', () => {
  const source = new Pair();
  for (let i = 0; i < 20_000; i++) source.put(`key:${i}`);
  const copy = new Pair();
  source.dict.forEach(source.root, (entry) => copy.put(source.keyOf(entry)));
  assert.equal(copy.dict.count(copy.root), 20_000);
  for (const key of source.model.keys()) assert.notEqual(copy.find(key), 0);
  const [taken, before] = [copy.dict.byteSize(copy.root), source.dict.byteSize(source.root)];
  assert.ok(taken < before * 1.5, `${taken} bytes instead of ${before}`);
  source.arena.destroy();
  copy.arena.destroy();
});
