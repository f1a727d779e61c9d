import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binaryString, bytesEqual, compareBytes, copyBytes, indexOfByte, indexOfBytes } from './bytes-compare.ts';
import { makeRandom } from './testing/seeded-random.ts';

const LENGTHS = [0, 1, 2, 7, 23, 24, 25, 69, 70, 71, 72, 200, 5000];

test('equality sees a difference at each place, for short and long runs', () => {
  for (const length of LENGTHS) {
    const a = Buffer.alloc(length + 8, 7);
    const b = Buffer.alloc(length + 8, 7);
    assert.equal(bytesEqual(a, 3, b, 5, length), true);
    for (let i = 0; i < length; i += Math.max(1, length >> 5)) {
      b[5 + i] = 8;
      assert.equal(bytesEqual(a, 3, b, 5, length), false, `length ${length}, place ${i}`);
      b[5 + i] = 7;
    }
  }
});

test('order is that of memcmp with the shorter run first', () => {
  const random = makeRandom();
  for (let round = 0; round < 3000; round++) {
    const a = random.bytes(random.below(100), 3);
    const b =
      random.below(3) === 0 ? Buffer.concat([a, random.bytes(random.below(3), 3)]) : random.bytes(random.below(100), 3);
    const order = compareBytes(Buffer.concat([Buffer.from('xx'), a]), 2, a.length, b, 0, b.length);
    assert.equal(Math.sign(order), Buffer.compare(a, b), `${a.toString('hex')} ${b.toString('hex')} ${random.seed}`);
  }
});

test('a copy within one array is right for all overlaps, and nothing beside it changes', () => {
  const random = makeRandom();
  for (let round = 0; round < 2000; round++) {
    const bytes = random.bytes(200, 256);
    const length = random.below(80);
    const from = random.below(200 - length);
    const to = random.below(200 - length);
    const expected = Buffer.from(bytes);
    Buffer.from(bytes).copy(expected, to, from, from + length);
    copyBytes(bytes, from, bytes, to, length);
    assert.deepEqual(bytes, expected, `${from} ${to} ${length} ${random.seed}`);
  }
});

test('a copy between plain arrays keeps what lies around it', () => {
  for (const length of LENGTHS) {
    const from = new Uint8Array(length + 10).map((_, i) => i * 7 + 1);
    const to = new Uint8Array(length + 10);
    copyBytes(from, 4, to, 6, length);
    assert.deepEqual([...to.subarray(6, 6 + length)], [...from.subarray(4, 4 + length)]);
    assert.equal(to.subarray(0, 6).some(Boolean) || to.subarray(6 + length).some(Boolean), false);
  }
});

test('searches stay within their run', () => {
  const random = makeRandom();
  for (let round = 0; round < 2000; round++) {
    const bytes = random.bytes(200, 3);
    const start = random.below(20);
    const length = random.below(180);
    const needle = random.bytes(random.below(5), 3);
    const within = bytes.subarray(start, start + length);
    const found = within.indexOf(needle);
    const expected = found === -1 ? -1 : start + found;
    assert.equal(indexOfBytes(bytes, start, length, needle, 0, needle.length), expected, `${random.seed}`);
    const byte = random.below(4);
    const place = within.indexOf(byte);
    assert.equal(indexOfByte(bytes, start, length, byte), place === -1 ? -1 : start + place, `${random.seed}`);
  }
});

test('a binary string has one char per byte', () => {
  assert.equal(binaryString(new Uint8Array([1, 0xff, 0, 0x41]), 1, 3), '\xff\0A');
});
