// Random choices that can be repeated: the same seed makes the same choices (xoshiro128**, seeded by splitmix32).
// A run prints its seed, and takes it again from VALKEEP_SEED or from an argument.

const TWO_TO_32 = 4_294_967_296;

export class SeededRandom {
  readonly seed: number;
  readonly #state: Uint32Array;

  constructor(seed: number) {
    this.seed = seed >>> 0;
    this.#state = expandSeed(this.seed);
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    state[2] = c ^ a;
    state[3] = d ^ b;
    state[1] = b ^ (c ^ a);
    state[0] = a ^ (d ^ b);
    state[2] = c ^ a ^ (b << 9);
    state[3] = rotate(d ^ b, 11);
    return result;
  }

  /** A number of [0, 1). */
  fraction(): number {
    return this.bits() / TWO_TO_32;
  }

  /** An integer of [min, max], both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of the items, each as likely as the others. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  }

  /** One of the items, with the likelihood of its weight. */
  pickWeighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let rest = this.fraction() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) {
      rest -= weight;
      if (rest < 0) return item;
    }
    return this.pick(items)[1];
  }

  /** `count` results of `make`, where `count` is of [min, max]. */
  times<T>(min: number, max: number, make: () => T): T[] {
    return Array.from({ length: this.integer(min, max) }, make);
  }

  /** The items in random order. */
  shuffle<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, order: this.bits() }))
      .sort((left, right) => left.order - right.order)
      .map(({ item }) => item);
  }

  /** A binary string of random bytes. */
  binaryString(length: number): string {
    let text = '';
    for (let index = 0; index < length; index++) text += String.fromCharCode(this.bits() & 255);
    return text;
  }

  /** Another source, whose choices do not depend on how many this one makes later. */
  fork(): SeededRandom {
    return new SeededRandom(this.bits());
  }
}

/** A source with the seed of VALKEEP_SEED, or with a new one; prints the seed either way. */
export function createSeededRandom(seed = readSeedFromEnvironment()): SeededRandom {
  console.log(`seed ${seed} (VALKEEP_SEED=${seed} repeats this run)`);
  return new SeededRandom(seed);
}

function readSeedFromEnvironment(): number {
  const text = process.env['VALKEEP_SEED'];
  if (text === undefined || text === '') return Math.floor(Math.random() * TWO_TO_32);
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed >= TWO_TO_32)
    throw new Error(`VALKEEP_SEED=${text} is no 32-bit number`);
  return seed;
}

function expandSeed(seed: number): Uint32Array {
  let state = seed;
  return Uint32Array.from({ length: 4 }, () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  });
}

function rotate(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}
