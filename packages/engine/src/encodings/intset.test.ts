import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  areSafeWords,
  compareWords,
  integerHigh,
  integerLow,
  joinBigWords,
  joinWords,
  parseIntegerWords,
  splitInteger,
  wordsTextLength,
  writeWords,
} from './integer-words.ts';
import {
  createIntset,
  INTSET_HEADER_BYTES,
  intsetByteLength,
  intsetGrowth,
  intsetHighAt,
  intsetInsert,
  intsetLength,
  intsetLowAt,
  intsetNumberAt,
  intsetRemove,
  intsetSearch,
  intsetSearchText,
  intsetTextLengthAt,
  intsetWriteTextAt,
  isIntsetIntact,
} from './intset.ts';
import { type Reply, startRealValkey } from './testing/real-valkey.ts';
import { type ByteRandom, makeRandom } from './testing/seeded-random.ts';

const START = 5;

const EDGES = [0n, 15n, 16n, 31n, 32n, 52n, 53n, 62n].flatMap((bits) =>
  [-1n, 0n, 1n].flatMap((step) => [2n ** bits + step, -(2n ** bits) + step]),
);
EDGES.push(2n ** 63n - 1n, -(2n ** 63n), -(2n ** 63n) + 1n);

function randomMember(random: ByteRandom): bigint {
  if (random.below(4) === 0) return EDGES[random.below(EDGES.length)] ?? 0n;
  return BigInt.asIntN(64, random.bits64()) >> BigInt(random.below(64));
}

/** The two words of a number, through its text. */
function words(value: bigint): [high: number, low: number] {
  const text = Buffer.from(String(value));
  assert.equal(parseIntegerWords(text, 0, text.length), true);
  return [integerHigh, integerLow];
}

function membersOf(bytes: Uint8Array): bigint[] {
  const members: bigint[] = [];
  for (let i = 0; i < intsetLength(bytes, START); i++) {
    members.push(joinBigWords(intsetHighAt(bytes, START, i), intsetLowAt(bytes, START, i)));
  }
  return members;
}

const rising = (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0);

test('words are exact, compare as numbers and are written as text', () => {
  const random = makeRandom();
  const values = [...EDGES, ...Array.from({ length: 500 }, () => randomMember(random))];
  const target = new Uint8Array(32);
  values.forEach((value, i) => {
    const [high, low] = words(value);
    assert.equal(joinBigWords(high, low), value);
    if (areSafeWords(high)) {
      assert.equal(joinWords(high, low), Number(value));
      splitInteger(Number(value));
      assert.deepEqual([integerHigh, integerLow], [high, low]);
    } else assert.ok(value > 2n ** 53n - 2n || value < 2n - 2n ** 53n);
    const end = writeWords(target, 1, high, low);
    assert.equal(Buffer.from(target.subarray(1, end)).toString(), String(value));
    assert.equal(wordsTextLength(high, low), end - 1);
    const other = values[(i * 7) % values.length] ?? 0n;
    assert.equal(Math.sign(compareWords(high, low, ...words(other))), rising(value, other));
  });
  assert.equal(parseIntegerWords(Buffer.from('9223372036854775808'), 0, 19), false);
  assert.equal(parseIntegerWords(Buffer.from('x'), 0, 1), false);
});

test('random inserts and removals keep it equal to a sorted array', () => {
  const random = makeRandom();
  for (let episode = 0; episode < 30; episode++) {
    const bytes = new Uint8Array(4000).fill(0xaa);
    createIntset(bytes, START);
    const model = new Set<bigint>();
    const narrow = random.below(64);
    for (let round = 0; round < 200; round++) {
      const known = [...model];
      const value =
        random.below(3) === 0 ? (known[random.below(known.length)] ?? 0n) : randomMember(random) >> BigInt(narrow);
      const [high, low] = words(value);
      const size = intsetByteLength(bytes, START);
      if (random.below(3) > 0) {
        const growth = model.has(value) ? 0 : intsetGrowth(bytes, START, high, low);
        assert.equal(intsetInsert(bytes, START, high, low), !model.has(value));
        assert.equal(intsetByteLength(bytes, START), size + growth);
        model.add(value);
      } else assert.equal(intsetRemove(bytes, START, high, low), model.delete(value));
      assert.deepEqual(membersOf(bytes), [...model].sort(rising), `seed ${random.seed}`);
      assert.equal(bytes[START + Math.max(size, intsetByteLength(bytes, START))], 0xaa);
      bytes.fill(0xaa, START + intsetByteLength(bytes, START));
      assert.equal(isIntsetIntact(bytes, START, intsetByteLength(bytes, START)), model.size > 0);
    }
  }
});

test('a number that is absent is told with the place where it belongs', () => {
  const bytes = new Uint8Array(400);
  createIntset(bytes, START);
  for (const value of [10n, 20n, 30n]) intsetInsert(bytes, START, ...words(value));
  assert.equal(intsetSearch(bytes, START, ...words(20n)), 1);
  assert.equal(intsetSearch(bytes, START, ...words(5n)), -1);
  assert.equal(intsetSearch(bytes, START, ...words(25n)), -3);
  assert.equal(intsetSearch(bytes, START, ...words(2n ** 40n)), -4);
  assert.equal(intsetSearch(bytes, START, ...words(-(2n ** 40n))), -1);
  assert.equal(intsetSearchText(bytes, START, Buffer.from('30'), 0, 2), 2);
  assert.equal(intsetSearchText(bytes, START, Buffer.from('030'), 0, 3), -4);
  assert.equal(intsetNumberAt(bytes, START, 2), 30);
  const target = new Uint8Array(10);
  assert.equal(intsetWriteTextAt(bytes, START, 2, target, 1), 3);
  assert.equal(intsetTextLengthAt(bytes, START, 2), 2);
});

test('damaged sets are refused', () => {
  const bytes = new Uint8Array(100);
  const refuses = (...body: number[]) => {
    bytes.set(body, START);
    assert.equal(isIntsetIntact(bytes, START, body.length), false, body.join());
  };
  refuses(2, 0, 0, 0, 0, 0, 0, 0);
  refuses(2, 0, 0);
  refuses(3, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1);
  refuses(2, 1, 0, 0, 1, 0, 0, 0, 1, 1);
  refuses(2, 0, 0, 0, 2, 0, 0, 0, 1, 1);
  refuses(2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 1, 1);
  refuses(2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 0);
  refuses(2, 0, 0, 0, 2, 0, 0, 128, 1, 0, 2, 0);
});

test('a set dumped by a real server is byte for byte the one made here', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  await server.call('CONFIG', 'SET', 'rdbcompression', 'no');
  const random = makeRandom();
  for (let round = 0; round < 100; round++) {
    const narrow = BigInt(random.below(64));
    const members = Array.from({ length: 1 + random.below(6) }, () => randomMember(random) >> narrow);
    const bytes = new Uint8Array(400);
    createIntset(bytes, START);
    for (const member of members) intsetInsert(bytes, START, ...words(member));
    const replies: Reply[] = await server.pipeline([
      ['DEL', 's'],
      ['SADD', 's', ...members.map(String)],
      ['DUMP', 's'],
    ]);
    const dump = Buffer.from(String(replies[2]), 'latin1');
    const expected = dump.subarray(dump[1] !== undefined && dump[1] < 64 ? 2 : 3, dump.length - 10);
    const made = Buffer.from(bytes.subarray(START, START + intsetByteLength(bytes, START)));
    assert.deepEqual(made, Buffer.from(expected), `seed ${random.seed}`);
    assert.ok(made.length >= INTSET_HEADER_BYTES);
  }
});
