import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crc64 } from './crc64.ts';
import { lzfCompress, lzfDecompress } from './lzf.ts';
import { type Reply, startRealValkey } from './testing/real-valkey.ts';
import { type ByteRandom, makeRandom } from './testing/seeded-random.ts';

/** Bytes with repetitions of all lengths and distances. */
function makeInput(random: ByteRandom, size: number): Buffer {
  const bytes = random.bytes(size, [2, 8, 256][random.below(3)] ?? 2);
  for (let i = 0; i < random.below(20); i++) {
    const from = random.below(size);
    bytes.copy(bytes, random.below(size), from, from + random.below(400));
  }
  return bytes;
}

function compress(input: Buffer): Buffer | undefined {
  const target = Buffer.alloc(input.length + 10, 0xaa);
  const source = Buffer.concat([Buffer.from('.'), input, Buffer.from('..')]);
  const size = lzfCompress(source, 1, input.length, target, 3, input.length - 1);
  assert.equal(target[3 + input.length - 1], 0xaa);
  return size === 0 ? undefined : target.subarray(3, 3 + size);
}

function decompress(compressed: Buffer, length: number): Buffer | undefined {
  const target = Buffer.alloc(length + 4, 0xaa);
  const isGood = lzfDecompress(Buffer.concat([Buffer.from('.'), compressed]), 1, compressed.length, target, 2, length);
  assert.equal(target[1], 0xaa);
  assert.equal(target[2 + length], 0xaa);
  return isGood ? target.subarray(2, 2 + length) : undefined;
}

test('what is compressed comes back, and nothing grows', () => {
  const random = makeRandom();
  let shrunk = 0;
  for (let round = 0; round < 1000; round++) {
    const input = makeInput(random, 4 + random.below(round % 20 === 0 ? 20_000 : 600));
    const compressed = compress(input);
    if (compressed === undefined) continue;
    shrunk++;
    assert.deepEqual(decompress(compressed, input.length), input, `seed ${random.seed}`);
    assert.equal(decompress(compressed, input.length + 1), undefined);
    assert.equal(decompress(compressed, input.length - 1), undefined);
  }
  assert.ok(shrunk > 500);
});

test('runs are compressed well, random bytes and very short input not at all', () => {
  const random = makeRandom();
  assert.ok((compress(Buffer.alloc(10_000, 'a'))?.length ?? 10_000) < 150);
  assert.ok((compress(Buffer.from('key:000000001,key:000000002,'.repeat(40)))?.length ?? 9999) < 80);
  assert.equal(compress(random.bytes(1000, 256)), undefined);
  assert.equal(compress(Buffer.from('aaa')), undefined);
});

test('damaged input is refused or stands for something else, but never writes outside', () => {
  const random = makeRandom();
  for (let round = 0; round < 5000; round++) {
    const input = makeInput(random, 50 + random.below(300));
    const compressed = compress(input) ?? random.bytes(40, 256);
    for (let i = 0; i <= random.below(3); i++) compressed[random.below(compressed.length)] = random.below(256);
    decompress(compressed.subarray(0, compressed.length - random.below(3)), input.length);
  }
});

/** A DUMP payload of a string that is kept compressed. */
function buildDump(compressed: Buffer, length: number): Buffer {
  const long = (value: number) => Buffer.from([0x80, value >>> 24, value >>> 16, value >>> 8, value]);
  const body = Buffer.concat([
    Buffer.from([0, 0xc3]),
    long(compressed.length),
    long(length),
    compressed,
    Buffer.from([11, 0]),
  ]);
  const dump = Buffer.concat([body, Buffer.alloc(8)]);
  new Crc64().update(dump, 0, body.length).write(dump, body.length);
  return dump;
}

/** Compressed bytes and their length of a DUMP, when it has any. */
function compressedOfDump(dump: Buffer): { compressed: Buffer; length: number } | undefined {
  if (dump[1] !== 0xc3) return undefined;
  let at = 2;
  const readLength = () => {
    const head = dump[at++] ?? 0;
    if (head < 64) return head;
    if (head < 128) return ((head & 63) << 8) | (dump[at++] ?? 0);
    at += 4;
    return dump.readUInt32BE(at - 4);
  };
  const size = readLength();
  const length = readLength();
  return { compressed: dump.subarray(at, at + size), length };
}

test('a real server restores what was compressed here, and what it compressed is read here', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  const random = makeRandom();
  let compared = 0;
  for (let round = 0; round < 300; round++) {
    const input = makeInput(random, 30 + random.below(9000));
    const compressed = compress(input);
    if (compressed === undefined) continue;
    compared++;
    const replies: Reply[] = await server.pipeline([
      ['RESTORE', 'ours', '0', buildDump(compressed, input.length), 'REPLACE'],
      ['GET', 'ours'],
      ['SET', 'theirs', input],
      ['DUMP', 'theirs'],
    ]);
    assert.equal(replies[0], 'OK', `seed ${random.seed}`);
    assert.equal(replies[1], input.toString('latin1'));
    const theirs = compressedOfDump(Buffer.from(String(replies[3]), 'latin1'));
    if (theirs !== undefined) assert.deepEqual(decompress(theirs.compressed, theirs.length), input);
  }
  assert.ok(compared > 100);
});
