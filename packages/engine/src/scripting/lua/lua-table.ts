/**
 * A Lua table: an array part for the keys 1..n and an ordered hash part for the rest.
 * Hash entries keep their place until a rehash, and a cleared field keeps its key: that is what lets `next`
 * go on from any key while fields are assigned or cleared, and lets call sites remember a place.
 * The order of traversal is Lua's own (field-order.ts), worked out when a traversal begins.
 * Raw access only: metamethods, limits and errors with positions are the runtime's.
 */
import { orderFields } from './field-order.ts';
import { LuaError } from './lua-error.ts';
import type { LuaValue } from './lua-value.ts';

/** Up to this many entries are searched one by one, more get an index. */
const SCANNED_ENTRIES_MAX = 8;

export class LuaHash {
  keys: LuaValue[] = [];
  values: LuaValue[] = [];
  index: Map<LuaValue, number> | undefined = undefined;
  /** The number of fields announced when the table was made: it has a say in the order of traversal. */
  fieldsExpected = 0;
  /** The places in the order of traversal, and the inverse; undefined until a traversal, and when keys have come. */
  order: Int32Array | undefined = undefined;
  ranks: Int32Array | undefined = undefined;
  /** When this many places are taken, cleared fields are dropped. */
  #placesMax = SCANNED_ENTRIES_MAX;

  find(key: LuaValue): number {
    const { index } = this;
    if (index !== undefined) return index.get(key) ?? -1;
    const { keys } = this;
    for (let place = 0; place < keys.length; place++) {
      if (keys[place] === key) return place;
    }
    return -1;
  }

  /** Adds a key that is not present. */
  insert(key: LuaValue, value: LuaValue): void {
    if (this.keys.length >= this.#placesMax) this.#rehash();
    this.order = undefined;
    this.index?.set(key, this.keys.length);
    this.keys.push(key);
    this.values.push(value);
  }

  /** Drops cleared fields; runs again when the places have doubled. */
  #rehash(): void {
    const keys: LuaValue[] = [];
    const values: LuaValue[] = [];
    for (let place = 0; place < this.keys.length; place++) {
      if (this.values[place] === undefined) continue;
      keys.push(this.keys[place]);
      values.push(this.values[place]);
    }
    if (keys.length < this.keys.length || this.index === undefined) {
      this.keys = keys;
      this.values = values;
      this.index = keys.length < SCANNED_ENTRIES_MAX ? undefined : new Map(keys.map((key, place) => [key, place]));
    }
    this.#placesMax = Math.max(SCANNED_ENTRIES_MAX, keys.length * 2);
  }

  /** Settles the order of a traversal that begins. */
  arrange(arrayLength: number): void {
    if (this.order !== undefined || this.keys.length < 2) return;
    const order = orderFields(this.keys, this.values, this.fieldsExpected, arrayLength);
    const ranks = new Int32Array(this.keys.length).fill(order.length);
    for (let rank = 0; rank < order.length; rank++) ranks[order[rank]] = rank;
    this.order = order;
    this.ranks = ranks;
  }
}

export class LuaTable {
  array: LuaValue[] = [];
  hash: LuaHash | undefined = undefined;
  metatable: LuaTable | undefined = undefined;
  readonly = false;

  get(key: LuaValue): LuaValue {
    if (typeof key === 'number' && key >= 1 && key <= this.array.length) {
      const value = this.array[key - 1];
      if (value !== undefined || Number.isInteger(key)) return value;
    }
    const { hash } = this;
    if (hash === undefined) return undefined;
    const place = hash.find(key);
    return place < 0 ? undefined : hash.values[place];
  }

  getString(key: string): LuaValue {
    const { hash } = this;
    if (hash === undefined) return undefined;
    const place = hash.find(key);
    return place < 0 ? undefined : hash.values[place];
  }

  /**
   * Raw assignment. Returns true when the table grew by an entry (to be charged).
   * Throws LuaError for a nil or NaN key, as Lua words it.
   */
  set(key: LuaValue, value: LuaValue): boolean {
    if (typeof key === 'number' && key >= 1 && key <= this.array.length + 1 && Number.isInteger(key)) {
      return this.setAt(key, value);
    }
    if (key === undefined) throw new LuaError('table index is nil', 0);
    if (Number.isNaN(key)) throw new LuaError('table index is NaN', 0);
    return this.#setHash(key, value);
  }

  /** Assignment to an integer key from 1 to the array part's length plus one. */
  setAt(key: number, value: LuaValue): boolean {
    const { array } = this;
    if (key <= array.length) {
      if (value === undefined && key === array.length) array.pop();
      else array[key - 1] = value;
      return false;
    }
    if (this.hash !== undefined) return this.#append(key, value);
    if (value === undefined) return false;
    array.push(value);
    return true;
  }

  setString(key: string, value: LuaValue): boolean {
    return this.#setHash(key, value);
  }

  #setHash(key: LuaValue, value: LuaValue): boolean {
    let { hash } = this;
    if (hash === undefined) {
      if (value === undefined) return false;
      hash = new LuaHash();
      this.hash = hash;
    }
    const place = hash.find(key);
    if (place >= 0) {
      // A field that comes back takes a new place in the order.
      if (hash.values[place] === undefined) hash.order = undefined;
      hash.values[place] = value;
      return false;
    }
    if (value === undefined) return false;
    hash.insert(key === 0 ? 0 : key, value);
    return true;
  }

  /** The key after the array part: it may sit in the hash, and others that follow it may move over. */
  #append(key: number, value: LuaValue): boolean {
    const { array, hash } = this;
    if (hash === undefined) return false;
    const place = hash.find(key);
    if (value === undefined) {
      if (place >= 0) hash.values[place] = undefined;
      return false;
    }
    if (place >= 0) hash.values[place] = undefined;
    array.push(value);
    for (let next = key + 1; ; next++) {
      const moved = hash.find(next);
      if (moved < 0 || hash.values[moved] === undefined) return true;
      array.push(hash.values[moved]);
      hash.values[moved] = undefined;
    }
  }

  /** A border: n with t[n] set and t[n+1] nil, or 0. */
  length(): number {
    const { array } = this;
    let high = array.length;
    if (high === 0) return this.hash === undefined ? 0 : this.#hashBorder(0);
    if (array[high - 1] !== undefined) return this.hash === undefined ? high : this.#hashBorder(high);
    let low = 0;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (array[middle - 1] === undefined) high = middle;
      else low = middle;
    }
    return low;
  }

  #hashBorder(from: number): number {
    const { hash } = this;
    let border = from;
    while (hash !== undefined) {
      const place = hash.find(border + 1);
      if (place < 0 || hash.values[place] === undefined) break;
      border++;
    }
    return border;
  }

  /**
   * The place of the first set field at or after a place, -1 at the end. Places count the array part, then the hash.
   * keyAt and valueAt read it; the place after a key is placeAfter(key).
   */
  nextPlace(from: number): number {
    const { array, hash } = this;
    let place = from;
    for (; place < array.length; place++) {
      if (array[place] !== undefined) return place;
    }
    if (hash === undefined) return -1;
    if (place === array.length) hash.arrange(array.length);
    const { values, order } = hash;
    const end = order === undefined ? values.length : order.length;
    for (let at = place - array.length; at < end; at++) {
      if (values[order === undefined ? at : order[at]] !== undefined) return at + array.length;
    }
    return -1;
  }

  keyAt(place: number): LuaValue {
    const { array, hash } = this;
    if (place < array.length) return place + 1;
    if (hash === undefined) return undefined;
    const at = place - array.length;
    return hash.keys[hash.order === undefined ? at : hash.order[at]];
  }

  valueAt(place: number): LuaValue {
    const { array, hash } = this;
    if (place < array.length) return array[place];
    if (hash === undefined) return undefined;
    const at = place - array.length;
    return hash.values[hash.order === undefined ? at : hash.order[at]];
  }

  /** Where iteration goes on after a key; throws for a key that never was in the table. */
  placeAfter(key: LuaValue): number {
    if (key === undefined) return 0;
    const { array, hash } = this;
    if (typeof key === 'number' && key >= 1 && key <= array.length && Number.isInteger(key)) return key;
    const place = hash === undefined ? -1 : hash.find(key);
    if (place >= 0) {
      const ranks = hash?.order === undefined ? undefined : hash.ranks;
      return array.length + (ranks === undefined ? place : ranks[place]) + 1;
    }
    // The array part shrinks when its last field is cleared during a traversal.
    if (typeof key === 'number' && key > array.length && Number.isInteger(key)) return array.length;
    throw new LuaError("invalid key to 'next'", 0);
  }

  /** Announces how many fields will be set, as a table constructor does. To be called while there are none. */
  expectFields(count: number): void {
    this.hash ??= new LuaHash();
    this.hash.fieldsExpected = count;
  }

  /** Entries of both parts that may be set: an upper bound of the number of fields. */
  capacity(): number {
    return this.array.length + (this.hash === undefined ? 0 : this.hash.keys.length);
  }
}

/** A table over a list of the host, which the table owns from here on. It must hold no nil at its end. */
export function tableFromArray(array: LuaValue[]): LuaTable {
  const table = new LuaTable();
  table.array = array;
  return table;
}

export function tableFromEntries(entries: Iterable<readonly [string, LuaValue]>): LuaTable {
  const table = new LuaTable();
  for (const [key, value] of entries) table.setString(key, value);
  return table;
}
