import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc16 } from './crc16.ts';
import { Crc64, crc64 } from './crc64.ts';
import { type Reply, startRealValkey } from './testing/real-valkey.ts';
import { makeRandom } from './testing/seeded-random.ts';

const CHECK = Buffer.from('123456789');

test('the check values are those of the catalogues', () => {
  assert.equal(crc64(CHECK, 0, 9), 0xe9c6d914c4b8d9can);
  assert.equal(crc16(CHECK, 0, 9), 0x31c3);
  assert.equal(crc64(CHECK, 3, 0), 0n);
  assert.equal(crc16(CHECK, 3, 0), 0);
});

/** Bit by bit. */
function slowCrc64(bytes: Uint8Array): bigint {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n;
  }
  return crc;
}

test('a checksum does not depend on how the bytes are cut', () => {
  const random = makeRandom();
  for (let round = 0; round < 300; round++) {
    const bytes = random.bytes(random.below(200), 256);
    const crc = new Crc64();
    for (let at = 0; at < bytes.length; ) {
      const length = Math.min(bytes.length - at, random.below(30));
      crc.update(bytes, at, length);
      at += length;
    }
    assert.equal(crc.value, slowCrc64(bytes), `seed ${random.seed}`);
    const written = new Uint8Array(10);
    assert.equal(crc.write(written, 1), 9);
    assert.equal(Buffer.from(written).readBigUInt64LE(1), crc.value);
    assert.equal(crc.matches(written, 1), true);
    written[1 + random.below(8)] ^= 1 << random.below(8);
    assert.equal(crc.matches(written, 1), false);
  }
});

test('DUMP of a real server ends in the checksum of what is before', async (context) => {
  const server = await startRealValkey(context);
  if (server === undefined) return;
  for (const length of [1, 7, 8, 100, 5000]) {
    const replies: Reply[] = await server.pipeline([
      ['SET', 'k', 'ab1'.repeat(length)],
      ['DUMP', 'k'],
    ]);
    const bytes = Buffer.from(String(replies[1]), 'latin1');
    assert.equal(new Crc64().update(bytes, 0, bytes.length - 8).matches(bytes, bytes.length - 8), true);
  }
});
