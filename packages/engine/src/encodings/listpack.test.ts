import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LISTPACK_EMPTY_BYTES,
  LISTPACK_END,
  listpackBigInteger,
  listpackByteLength,
  listpackEnd,
  listpackEquals,
  listpackFind,
  listpackFirst,
  listpackInteger,
  listpackIsInteger,
  listpackLast,
  listpackLength,
  listpackNext,
  listpackPrevious,
  listpackSeek,
  listpackStringLength,
  listpackStringStart,
  listpackTextLength,
  listpackWriteText,
} from './listpack.ts';
import { isListpackIntact } from './listpack-check.ts';
import {
  createListpack,
  listpackDeleteRange,
  listpackEntrySize,
  listpackInsertAt,
  listpackInsertIntegerAt,
  listpackIntegerEntrySize,
  listpackReplaceAt,
  listpackReplaceIntegerAt,
} from './listpack-edit.ts';
import { startRealValkey } from './testing/real-valkey.ts';
import { type ByteRandom, makeRandom } from './testing/seeded-random.ts';

const START = 11;

/** Numbers at and around each width, as text, and texts that look like numbers but are none. */
const TEXTS: readonly string[] = [
  ...[0, 7, 12, 13, 15, 16, 23, 24, 31, 32, 53, 62, 63].flatMap((bits) =>
    [-1n, 0n, 1n].flatMap((step) => [2n ** BigInt(bits) + step, -(2n ** BigInt(bits)) + step].map(String)),
  ),
  ...['', '-', '-0', '01', '+1', ' 1', '1.0', '99999999999999999999', 'field', '\xff\xff', '\x00', 'a'.repeat(63)],
  ...['b'.repeat(64), 'c'.repeat(125), 'd'.repeat(126), 'e'.repeat(4095), 'f'.repeat(4096), 'g'.repeat(20000)],
];

const bytesOf = (text: string) => Buffer.from(text, 'latin1');

function makeList(texts: readonly string[]): Buffer {
  const bytes = Buffer.alloc(
    START + LISTPACK_EMPTY_BYTES + texts.reduce((sum, text) => sum + text.length + 12, 64),
    0xaa,
  );
  createListpack(bytes, START);
  for (const text of texts) insert(bytes, listpackEnd(bytes, START), text);
  return bytes;
}

function insert(bytes: Buffer, at: number, text: string): void {
  const source = bytesOf(`..${text}..`);
  const size = listpackEntrySize(source, 2, text.length);
  const before = listpackByteLength(bytes, START);
  assert.equal(listpackInsertAt(bytes, START, at, source, 2, text.length), size);
  assert.equal(listpackByteLength(bytes, START), before + size);
}

function textAt(bytes: Buffer, at: number): string {
  const target = Buffer.alloc(listpackTextLength(bytes, at) + 6);
  const end = listpackWriteText(bytes, at, target, 3);
  assert.equal(end - 3, listpackTextLength(bytes, at));
  return target.toString('latin1', 3, end);
}

function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = listpackFirst(bytes, START); at !== -1; at = listpackNext(bytes, at)) texts.push(textAt(bytes, at));
  return texts;
}

function assertHolds(bytes: Buffer, texts: readonly string[], message: string): void {
  assert.equal(isListpackIntact(bytes, START, listpackByteLength(bytes, START)), true, message);
  assert.equal(listpackLength(bytes, START), texts.length, message);
  assert.deepEqual(textsOf(bytes), texts, message);
  assert.equal(bytes[START - 1], 0xaa);
}

test('every kind of element comes back as it was put in', () => {
  const bytes = makeList(TEXTS);
  assert.deepEqual(textsOf(bytes), TEXTS);
  assert.equal(isListpackIntact(bytes, START, listpackByteLength(bytes, START)), true);
});

test('walking back passes the same entries, and each index is found from both ends', () => {
  const bytes = makeList(TEXTS);
  const places: number[] = [];
  for (let at = listpackLast(bytes, START); at !== -1; at = listpackPrevious(bytes, START, at)) places.unshift(at);
  assert.deepEqual(
    places.map((at) => textAt(bytes, at)),
    TEXTS,
  );
  places.forEach((at, index) => {
    assert.equal(listpackSeek(bytes, START, index), at);
    assert.equal(listpackSeek(bytes, START, index - places.length), at);
  });
  assert.equal(listpackSeek(bytes, START, places.length), -1);
  assert.equal(listpackSeek(bytes, START, -places.length - 1), -1);
});

test('an empty listpack has neither first nor last', () => {
  const bytes = makeList([]);
  assert.equal(listpackFirst(bytes, START), -1);
  assert.equal(listpackLast(bytes, START), -1);
  assert.equal(listpackSeek(bytes, START, 0), -1);
  assert.equal(listpackByteLength(bytes, START), LISTPACK_EMPTY_BYTES);
  assert.equal(bytes[listpackEnd(bytes, START)], LISTPACK_END);
});

test('elements equal exactly the text they were made of, and are found by it', () => {
  const bytes = makeList(TEXTS);
  let at = listpackFirst(bytes, START);
  for (const [i, text] of TEXTS.entries()) {
    for (const [k, other] of TEXTS.entries()) {
      const source = bytesOf(`x${other}1`);
      assert.equal(listpackEquals(bytes, at, source, 1, other.length), text === other, `${text} ${other}`);
      if (i === k) {
        const found = listpackFind(bytes, listpackFirst(bytes, START), source, 1, other.length, 0);
        assert.equal(found, listpackSeek(bytes, START, TEXTS.indexOf(other)), other);
      }
    }
    at = listpackNext(bytes, at);
  }
  assert.equal(listpackFind(bytes, listpackFirst(bytes, START), bytesOf('absent'), 0, 6, 0), -1);
});

test('a search with a skip sees fields only', () => {
  const bytes = makeList(['a', 'b', 'b', '1', '2', 'c', '9223372036854775807', '9223372036854775806', '5']);
  const find = (text: string) => listpackFind(bytes, START + 6, bytesOf(text), 0, text.length, 1);
  assert.equal(find('b'), listpackSeek(bytes, START, 2));
  assert.equal(find('1'), -1);
  assert.equal(find('2'), listpackSeek(bytes, START, 4));
  assert.equal(find('9223372036854775807'), listpackSeek(bytes, START, 6));
  assert.equal(find('9223372036854775806'), -1);
  assert.equal(find('5'), listpackSeek(bytes, START, 8));
  assert.equal(listpackFind(bytes, listpackEnd(bytes, START), bytesOf('a'), 0, 1, 1), -1);
});

test('integers are inserted and replaced without text', () => {
  const bytes = makeList(['x']);
  const texts = ['x'];
  for (const value of [
    0,
    127,
    128,
    -1,
    4095,
    -4096,
    4096,
    32767,
    -32769,
    8388608,
    2 ** 31 - 1,
    -(2 ** 31),
    2 ** 31,
    -(2 ** 53) + 1,
  ]) {
    assert.equal(
      listpackInsertIntegerAt(bytes, START, listpackEnd(bytes, START), value),
      listpackIntegerEntrySize(value),
    );
    texts.push(String(value));
    const at = listpackLast(bytes, START);
    assert.equal(listpackIsInteger(bytes, at), true);
    assert.equal(listpackInteger(bytes, at), value);
    assert.equal(listpackBigInteger(bytes, at), BigInt(value));
    listpackReplaceIntegerAt(bytes, START, START + 6, value);
    texts[0] = String(value);
    assertHolds(bytes, texts, String(value));
  }
});

test('string entries tell where their payload is', () => {
  const bytes = makeList(['s'.repeat(10), 'm'.repeat(100), 'l'.repeat(5000)]);
  for (let at = listpackFirst(bytes, START); at !== -1; at = listpackNext(bytes, at)) {
    const start = listpackStringStart(bytes, at);
    const text = bytes.toString('latin1', start, start + listpackStringLength(bytes, at));
    assert.equal(text, textAt(bytes, at));
    assert.equal(listpackIsInteger(bytes, at), false);
  }
});

function randomText(random: ByteRandom): string {
  if (random.below(3) === 0) return TEXTS[random.below(TEXTS.length)] ?? '';
  if (random.below(2) === 0) return String(BigInt.asIntN(64, random.bits64()) >> BigInt(random.below(64)));
  return random.bytes(random.below(100), 256).toString('latin1');
}

test('random edits keep it equal to an array', () => {
  const random = makeRandom();
  const bytes = Buffer.alloc(1 << 20, 0xaa);
  createListpack(bytes, START);
  const model: string[] = [];
  for (let round = 0; round < 3000; round++) {
    const index = random.below(model.length + 1);
    const place = index === model.length ? listpackEnd(bytes, START) : listpackSeek(bytes, START, index);
    const end = listpackEnd(bytes, START);
    const action = random.below(model.length > 40 ? 4 : 3);
    if (action < 2 || index === model.length) {
      const text = randomText(random);
      insert(bytes, place, text);
      model.splice(index, 0, text);
    } else if (action === 2) {
      const text = randomText(random);
      listpackReplaceAt(bytes, START, place, bytesOf(text), 0, text.length);
      model.splice(index, 1, text);
    } else {
      const count = random.below(30);
      const freed = listpackDeleteRange(bytes, START, place, count);
      assert.equal(listpackEnd(bytes, START), end - freed);
      model.splice(index, count);
    }
    const written = Math.max(end, listpackEnd(bytes, START)) + 1;
    assert.equal(bytes[written], 0xaa, 'nothing is written behind the list');
    bytes.fill(0xaa, listpackEnd(bytes, START) + 1, written);
    assertHolds(bytes, model, `round ${round} seed ${random.seed}`);
  }
});

test('the count goes unknown past 65534 entries and is then found by counting', () => {
  const bytes = Buffer.alloc(300_000, 0xaa);
  createListpack(bytes, START);
  for (let i = 0; i < 65_540; i++) listpackInsertIntegerAt(bytes, START, listpackEnd(bytes, START), i & 127);
  assert.equal(listpackLength(bytes, START), 65_540);
  assert.equal(bytes.readUint16LE(START + 4), 65_535);
  assert.equal(isListpackIntact(bytes, START, listpackByteLength(bytes, START)), true);
  listpackDeleteRange(bytes, START, listpackFirst(bytes, START), 10);
  assert.equal(listpackLength(bytes, START), 65_530);
  assert.equal(listpackInteger(bytes, listpackSeek(bytes, START, -1)), 65_539 & 127);
});

test('damaged bytes are either refused or can be walked to both sides', () => {
  const random = makeRandom();
  for (let round = 0; round < 20_000; round++) {
    const source = makeList(Array.from({ length: random.below(6) }, () => randomText(random).slice(0, 200)));
    const size = listpackByteLength(source, START);
    for (let i = 0; i <= random.below(3); i++) source[START + random.below(size)] = random.below(256);
    const claimed = random.below(4) === 0 ? random.below(size + 1) : size;
    // A copy of exactly this size: a read outside of it would show as a wrong answer or a RangeError.
    const bytes = Buffer.concat([Buffer.alloc(START, 0xaa), source.subarray(START, START + claimed)]);
    if (!isListpackIntact(bytes, START, claimed)) continue;
    const forward = textsOf(bytes);
    const backward: string[] = [];
    for (let at = listpackLast(bytes, START); at !== -1; at = listpackPrevious(bytes, START, at)) {
      backward.unshift(textAt(bytes, at));
    }
    assert.deepEqual(forward, backward, `seed ${random.seed}`);
    assert.equal(forward.length, listpackLength(bytes, START));
  }
});

/** The payload of DUMP without type, length, version and checksum, for small listpacks. */
function listpackOfDump(dump: string): Buffer {
  const bytes = bytesOf(dump);
  const first = bytes[1] ?? 0;
  const head = first < 64 ? 2 : first < 128 ? 3 : 6;
  return bytes.subarray(head, bytes.length - 10);
}

test('a hash dumped by a real server is byte for byte the listpack made here', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  await server.pipeline([
    ['CONFIG', 'SET', 'rdbcompression', 'no'],
    ['CONFIG', 'SET', 'hash-max-listpack-value', '30000'],
  ]);
  const random = makeRandom();
  for (let round = 0; round < 300; round++) {
    const fields = [...new Set(Array.from({ length: 1 + random.below(12) }, () => randomText(random)))];
    const texts = fields.flatMap((field) => [field, randomText(random)]);
    const replies = await server.pipeline([
      ['DEL', 'h'],
      ['HSET', 'h', ...texts],
      ['DUMP', 'h'],
    ]);
    const bytes = makeList(texts);
    const expected = listpackOfDump(String(replies[2]));
    assert.deepEqual(bytes.subarray(START, listpackEnd(bytes, START) + 1), expected, `seed ${random.seed}`);
  }
});
