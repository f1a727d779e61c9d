// Random bytes and bits for property tests, over the shared repeatable source.
import { createSeededRandom } from '@valkeep/testing';

export interface ByteRandom {
  /** For messages. */
  readonly seed: number;
  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number;
  /** `length` bytes, each below `bound`. */
  bytes(length: number, bound: number): Buffer;
  /** 64 random bits. */
  bits64(): bigint;
}

/** A source that prints its seed and takes it again from VALKEEP_SEED. */
export function makeRandom(): ByteRandom {
  const source = createSeededRandom();
  const below = (bound: number) => source.integer(0, bound - 1);
  return {
    seed: source.seed,
    below,
    bytes: (length, bound) => Buffer.from(Array.from({ length }, () => below(bound))),
    bits64: () => (BigInt(source.bits()) << 32n) | BigInt(source.bits()),
  };
}
