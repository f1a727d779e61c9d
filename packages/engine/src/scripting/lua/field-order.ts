/**
 * The order in which Valkey's Lua gives the fields of a table: pairs, cjson.encode and replies show it to clients.
 * Lua keeps fields in a vector of nodes, by MurmurHash3 (seeded with the length) for strings, and goes through it from
 * the front. Nothing here stores values: the vector is played through once, with the keys in the order they came, when a
 * table is first traversed. Keys that were deleted in between can make a difference; tables as keys have an order of our own.
 */
import type { LuaValue } from './lua-value.ts';

const NONE = -1;
const words = new Float64Array(1);
const halves = new Uint32Array(words.buffer);

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

/** MurmurHash3, 32 bits. */
export function hashOfString(text: string): number {
  const { length } = text;
  let hash = length;
  const blocksEnd = length & ~3;
  for (let at = 0; at < blocksEnd; at += 4) {
    const block =
      text.charCodeAt(at) |
      (text.charCodeAt(at + 1) << 8) |
      (text.charCodeAt(at + 2) << 16) |
      (text.charCodeAt(at + 3) << 24);
    hash ^= Math.imul(rotateLeft(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(rotateLeft(hash, 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = length - 1; at >= blocksEnd; at--) tail = (tail << 8) | text.charCodeAt(at);
  if (blocksEnd < length) hash ^= Math.imul(rotateLeft(Math.imul(tail, 0xcc9e2d51), 15), 0x1b873593);
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hashOfNumber(value: number): number {
  words[0] = value;
  return (halves[0] + halves[1]) >>> 0;
}

function log2Ceiling(value: number): number {
  return value <= 1 ? 0 : 32 - Math.clz32(value - 1);
}

function isIndex(key: LuaValue): key is number {
  return typeof key === 'number' && key >= 1 && key <= 2 ** 26 && Number.isInteger(key);
}

/** How the slots of an array part would be used: by powers of two. Gives its best size and how many keys go there. */
function arraySizeFor(counts: readonly number[], total: number): { size: number; used: number } {
  let below = 0;
  let used = 0;
  let size = 0;
  for (let log = 0, power = 1; power / 2 < total; log++, power *= 2) {
    below += counts[log] ?? 0;
    if ((counts[log] ?? 0) > 0 && below > power / 2) {
      size = power;
      used = below;
    }
    if (below === total) break;
  }
  return { size, used };
}

class NodeVector {
  readonly #keys: readonly LuaValue[];
  readonly #hashes: Float64Array;
  readonly #arrayLength: number;
  #arraySize: number;
  /** Per node the key's number, and the next node of its chain. */
  #nodes = new Int32Array(0);
  #next = new Int32Array(0);
  #lastFree = 0;
  readonly #indexes: number[] = [];

  constructor(keys: readonly LuaValue[], fieldsExpected: number, arrayLength: number) {
    this.#keys = keys;
    this.#hashes = new Float64Array(keys.length);
    this.#arrayLength = arrayLength;
    this.#arraySize = arrayLength;
    if (fieldsExpected > 0) this.#allocate(fieldsExpected);
  }

  #allocate(fields: number): void {
    const size = fields === 0 ? 0 : 2 ** log2Ceiling(fields);
    this.#nodes = new Int32Array(size).fill(NONE);
    this.#next = new Int32Array(size).fill(NONE);
    this.#lastFree = size;
  }

  add(number: number): void {
    const key = this.#keys[number];
    if (typeof key === 'string') this.#hashes[number] = hashOfString(key);
    else if (typeof key === 'number') this.#hashes[number] = hashOfNumber(key);
    else this.#hashes[number] = typeof key === 'boolean' ? Number(key) : number;
    this.#insert(number);
  }

  #insert(number: number): void {
    for (;;) {
      const key = this.#keys[number];
      if (isIndex(key) && key <= this.#arraySize) {
        this.#indexes.push(number);
        return;
      }
      if (this.#insertNode(number)) return;
      this.#grow(key);
    }
  }

  #mainPosition(number: number): number {
    const key = this.#keys[number];
    const size = this.#nodes.length;
    if (key === 0) return 0;
    if (typeof key === 'string' || typeof key === 'boolean') return this.#hashes[number] % size;
    return this.#hashes[number] % ((size - 1) | 1);
  }

  #insertNode(number: number): boolean {
    const nodes = this.#nodes;
    const next = this.#next;
    if (nodes.length === 0) return false;
    const main = this.#mainPosition(number);
    const occupant = nodes[main];
    if (occupant === NONE) {
      nodes[main] = number;
      return true;
    }
    let free = this.#lastFree - 1;
    while (free >= 0 && nodes[free] !== NONE) free--;
    this.#lastFree = Math.max(0, free);
    if (free < 0) return false;
    let other = this.#mainPosition(occupant);
    if (other !== main) {
      // The occupant is not at its own place: it makes room.
      while (next[other] !== main) other = next[other];
      next[other] = free;
      nodes[free] = occupant;
      next[free] = next[main];
      next[main] = NONE;
      nodes[main] = number;
    } else {
      nodes[free] = number;
      next[free] = next[main];
      next[main] = free;
    }
    return true;
  }

  /** A full vector: everything is counted and placed anew, from the back to the front. */
  #grow(extra: LuaValue): void {
    const counts: number[] = [];
    const held = this.#nodes.filter((number) => number !== NONE);
    const keys: LuaValue[] = [extra];
    for (const number of held) keys.push(this.#keys[number]);
    for (const number of this.#indexes) keys.push(this.#keys[number]);
    let total = this.#arrayLength;
    for (let log = 0, from = 1; from <= this.#arrayLength; log++) {
      const to = Math.min(2 ** log, this.#arrayLength);
      counts[log] = to - from + 1;
      from = to + 1;
    }
    for (const key of keys) {
      if (!isIndex(key)) continue;
      const log = log2Ceiling(key);
      counts[log] = (counts[log] ?? 0) + 1;
      total++;
    }
    const { size, used } = arraySizeFor(counts, total);
    this.#arraySize = Math.max(this.#arraySize, size);
    this.#allocate(this.#arrayLength + keys.length - used);
    for (let at = held.length - 1; at >= 0; at--) this.#insert(held[at]);
  }

  order(): Int32Array {
    const keys = this.#keys;
    const indexes = this.#indexes.sort((a, b) => Number(keys[a]) - Number(keys[b]));
    return Int32Array.from([...indexes, ...this.#nodes.filter((number) => number !== NONE)]);
  }
}

/**
 * The places of the keys that have values, in Lua's order. `fieldsExpected` is the number of fields that Lua was told of
 * when the table was made, `arrayLength` the number of items in its array part.
 */
export function orderFields(
  keys: readonly LuaValue[],
  values: readonly LuaValue[],
  fieldsExpected: number,
  arrayLength: number,
): Int32Array {
  const vector = new NodeVector(keys, fieldsExpected, arrayLength);
  for (let place = 0; place < keys.length; place++) {
    if (values[place] !== undefined) vector.add(place);
  }
  return vector.order();
}
