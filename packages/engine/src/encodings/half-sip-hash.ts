// HalfSipHash-1-3 (Aumasson and Bernstein's SipHash on 32-bit words; 64-bit key, 32-bit output): the seeded hash of
// keys, fields and members. A seed that clients cannot know keeps them from choosing keys that collide.

/** The hash of `length` bytes at `start`, an unsigned 32-bit number. `k0` and `k1` are the key. */
export function halfSipHash(bytes: Uint8Array, start: number, length: number, k0: number, k1: number): number {
  let v0 = k0 | 0;
  let v1 = k1 | 0;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  const tail = start + (length & ~3);
  for (let i = start; i < tail; i += 4) {
    const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  let last = length << 24;
  switch (length & 3) {
    case 3:
      last |= bytes[tail] | (bytes[tail + 1] << 8) | (bytes[tail + 2] << 16);
      break;
    case 2:
      last |= bytes[tail] | (bytes[tail + 1] << 8);
      break;
    case 1:
      last |= bytes[tail];
      break;
  }
  v3 ^= last;
  // One compression round for the last word, then three to finish.
  for (let round = 0; round < 4; round++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    if (round === 0) {
      v0 ^= last;
      v2 ^= 0xff;
    }
  }
  return (v1 ^ v3) >>> 0;
}
