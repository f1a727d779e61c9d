import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LuaTable, tableFromArray } from './lua-table.ts';
import type { LuaValue } from './lua-value.ts';

/** A small generator with a seed, so that a failure can be repeated. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function contentsOf(table: LuaTable): Map<LuaValue, LuaValue> {
  const contents = new Map<LuaValue, LuaValue>();
  let key: LuaValue;
  for (;;) {
    const place = table.nextPlace(table.placeAfter(key));
    if (place < 0) return contents;
    key = table.keyAt(place);
    assert.ok(!contents.has(key), `key ${String(key)} came twice`);
    contents.set(key, table.valueAt(place));
  }
}

describe('a Lua table', () => {
  it('holds what was assigned and iterates over it once, at random', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    const random = makeRandom(seed);
    for (let episode = 0; episode < 60; episode++) {
      const table = new LuaTable();
      const model = new Map<LuaValue, LuaValue>();
      for (let step = 0; step < 400; step++) {
        const kind = random(10);
        const key = kind < 6 ? random(40) : kind < 8 ? `k${random(30)}` : random(20) - 5.5;
        const value = random(3) === 0 ? undefined : step;
        table.set(key, value);
        if (value === undefined) model.delete(key);
        else model.set(key, value);
        assert.equal(table.get(key), value, `seed ${seed}`);
      }
      const contents = contentsOf(table);
      assert.equal(contents.size, model.size, `seed ${seed}`);
      for (const [key, value] of model) assert.equal(contents.get(key), value, `seed ${seed}`);
      const length = table.length();
      assert.ok(length === 0 || model.has(length), `seed ${seed}`);
      assert.ok(!model.has(length + 1), `seed ${seed}`);
    }
  });

  it('lets fields be cleared while it is traversed', () => {
    const table = tableFromArray([1, 2, 3, 4]);
    for (let at = 0; at < 20; at++) table.setString(`k${at}`, at);
    let seen = 0;
    let key: LuaValue;
    for (;;) {
      const place = table.nextPlace(table.placeAfter(key));
      if (place < 0) break;
      key = table.keyAt(place);
      table.set(key, undefined);
      seen++;
    }
    assert.equal(seen, 24);
    assert.equal(table.nextPlace(0), -1);
  });

  it('does not keep the places of fields that come and go', () => {
    const table = new LuaTable();
    for (let at = 0; at < 100_000; at++) {
      table.setString(`k${at}`, at);
      table.setString(`k${at - 5}`, undefined);
    }
    assert.ok(table.capacity() < 100);
  });

  it('moves following keys into the array part when a hole is filled', () => {
    const table = new LuaTable();
    for (let at = 50; at >= 1; at--) table.set(at, at);
    assert.equal(table.array.length, 50);
    assert.equal(table.length(), 50);
  });

  it('takes 0 and -0 for one key, and refuses nil and NaN', () => {
    const table = new LuaTable();
    table.set(-0, 'zero');
    assert.equal(table.get(0), 'zero');
    assert.ok(Object.is(table.keyAt(table.nextPlace(0)), 0));
    assert.throws(() => table.set(undefined, 1));
    assert.throws(() => table.set(Number.NaN, 1));
  });
});
