// Repeatable randomness for property tests: take the seed from VALKEEP_SEED or the clock, put it into each message.

export interface SeededRandom {
  readonly seed: number;
  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number;
  /** `length` bytes, each below `bound`. */
  bytes(length: number, bound: number): Buffer;
  /** 64 random bits. */
  bits64(): bigint;
}

/** A generator (mulberry32) whose seed is printed by the test that fails. */
export function makeRandom(seed = Number(process.env['VALKEEP_SEED'] ?? Date.now() & 0x7fffffff)): SeededRandom {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (bound: number) => Math.floor((next() / 4294967296) * bound);
  return {
    seed,
    below,
    bytes: (length, bound) => Buffer.from(Array.from({ length }, () => below(bound))),
    bits64: () => (BigInt(next()) << 32n) | BigInt(next()),
  };
}
