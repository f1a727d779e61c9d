import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@valkeep/testing';
import { Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from './arena.ts';
import { STRING_BYTES } from './block-types.ts';

/** Fills a block behind its header with a value that tells it from others. */
function mark(arena: Arena, handle: Handle, value: number): void {
  const words = arena.words[handle >>> SEGMENT_SHIFT];
  const base = (handle & GRANULE_MASK) << 2;
  words.fill(value, base + 1, base + (arena.capacity(handle) >>> 2));
}

function isMarked(arena: Arena, handle: Handle, value: number): boolean {
  const words = arena.words[handle >>> SEGMENT_SHIFT];
  const base = (handle & GRANULE_MASK) << 2;
  return words.subarray(base + 1, base + (arena.capacity(handle) >>> 2)).every((word) => word === value);
}

test('blocks never overlap, keep their bytes, and their sizes add up to usedBytes', () => {
  const random = createSeededRandom();
  const arena = new Arena(2);
  arena.poison = true;
  const live: { handle: Handle; value: number }[] = [];
  for (let step = 1; step < 30_000; step++) {
    const frees = live.length > 0 && random.integer(0, 99) < (step % 10_000 < 6000 ? 40 : 70);
    if (!frees) {
      const large = random.integer(0, 99) === 0;
      const handle = arena.allocate(random.integer(1, large ? 200_000 : 2000), STRING_BYTES);
      mark(arena, handle, step);
      live.push({ handle, value: step });
      continue;
    }
    const [block] = live.splice(random.integer(0, live.length - 1), 1);
    if (block === undefined) continue;
    assert.ok(isMarked(arena, block.handle, block.value), 'a block lost its bytes');
    arena.free(block.handle);
  }
  let total = 0;
  let count = 0;
  arena.forEachBlock((_, byteLength) => {
    total += byteLength;
    count++;
  });
  assert.equal(count, live.length);
  assert.equal(total, arena.usedBytes);
  for (const { handle } of live) arena.free(handle);
  assert.equal(arena.usedBytes, 0);
  arena.destroy();
});

test('a block that was freed twice is noticed', () => {
  const arena = new Arena(1);
  const handle = arena.allocate(100, STRING_BYTES);
  arena.free(handle);
  assert.throws(() => arena.free(handle), /freed twice/);
  arena.destroy();
});

test('while a snapshot lives, a changed block is a copy and a freed one is kept', () => {
  const arena = new Arena(1);
  const changed = arena.allocate(64, STRING_BYTES);
  const freed = arena.allocate(64, STRING_BYTES);
  mark(arena, changed, 1);
  mark(arena, freed, 2);
  const freeze = arena.freeze();
  const copy = arena.writable(changed);
  assert.notEqual(copy, changed);
  mark(arena, copy, 3);
  arena.free(freed);
  assert.ok(isMarked(arena, changed, 1));
  assert.ok(isMarked(arena, freed, 2));
  assert.equal(arena.writable(copy), copy, 'what was made after the snapshot is changed in place');
  arena.release(freeze);
  assert.equal(arena.keptBytes, 128, 'both are kept until they are released');
  arena.releaseKept(Number.MAX_SAFE_INTEGER);
  assert.equal(arena.usedBytes, 64);
  assert.equal(arena.keptBytes, 0);
  arena.destroy();
});

test('freed memory is used again before more is taken', () => {
  const arena = new Arena(1);
  for (let round = 0; round < 5; round++) {
    const handles = Array.from({ length: 20_000 }, () => arena.allocate(200, STRING_BYTES));
    for (const handle of handles) arena.free(handle);
  }
  assert.ok(arena.heldBytes < 20_000 * 300, `${arena.heldBytes} bytes are held`);
  arena.destroy();
});
