// How many nodes Valkey's radix tree would have for the ids of a stream's nodes: XINFO shows it. A radix tree over keys
// of 16 bytes has one node for each key, one for each place where keys part, and one for each run of bytes in between.

const KEY_BYTES = 16;
const NO_PLACE = -1;

/** Takes keys in ascending order, then tells the number of nodes. */
export class RadixNodeCount {
  #keys = 0;
  #nodes = 0;
  readonly #last = new Int32Array(4);
  /** Depths at which the keys so far part from one another, on the way to the last key. */
  readonly #places: number[] = [];
  #lastShared = NO_PLACE;

  /** Adds a key of four words, most significant first. */
  add(word0: number, word1: number, word2: number, word3: number): void {
    const words = [word0 | 0, word1 | 0, word2 | 0, word3 | 0];
    const shared = this.#keys === 0 ? NO_PLACE : sharedBytes(this.#last, words);
    if (this.#keys > 0) this.#endKey(Math.max(this.#lastShared, shared));
    this.#endPlacesBelow(shared);
    if (shared > (this.#places.at(-1) ?? NO_PLACE)) this.#places.push(shared);
    this.#last.set(words);
    this.#lastShared = shared;
    this.#keys++;
  }

  finish(): number {
    if (this.#keys === 0) return 1;
    this.#endKey(this.#lastShared);
    this.#endPlacesBelow(NO_PLACE);
    return this.#nodes;
  }

  /** Counts a key whose bytes part from all others' behind `place`, and the run that leads to it. */
  #endKey(place: number): void {
    this.#nodes += KEY_BYTES > place + 1 ? 2 : 1;
  }

  #endPlacesBelow(shared: number): void {
    const places = this.#places;
    for (let place = places.at(-1); place !== undefined && place > shared; place = places.at(-1)) {
      places.pop();
      const above = Math.max(places.at(-1) ?? NO_PLACE, shared);
      this.#nodes += place > above + 1 ? 2 : 1;
    }
  }
}

/** Bytes at the start that both keys have. */
function sharedBytes(left: Int32Array, right: readonly number[]): number {
  for (let word = 0; word < 4; word++) {
    const difference = left[word] ^ right[word];
    if (difference !== 0) return word * 4 + (Math.clz32(difference) >>> 3);
  }
  return KEY_BYTES;
}
