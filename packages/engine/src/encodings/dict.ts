// A dictionary in the arena: the index of the keyspace and of every big hash, set and sorted set.
//
// Extendible hashing: a directory maps the first `depth` bits of a key's hash to sub-tables; a sub-table has up to 256
// buckets of 64 bytes (one cache line: 12 tags, a link, 12 handles), chosen by the next bits, and a few overflow
// buckets behind them. A sub-table that is full doubles, or splits in two once it has 256 buckets. So growth is never
// more than one sub-table's work, nothing is ever half-way, and buckets are ranges of hash values at any size: a scan
// walks hash values upwards and its cursor is the next one, right through growth and shrinking.
//
// The dictionary names keys by the blocks that carry them (`KEY_OFFSET`); who owns it owns those blocks. Calls that
// change something return the directory's handle, which may be a new one: the caller stores it. Lookups for writing
// make what lies on the way writable for the snapshot rule of the arena.
import { assert } from '@valkeep/base';
import { type Arena, GRANULE_MASK, type Handle, SEGMENT_SHIFT } from '../memory/arena.ts';
import { DICT_DIRECTORY, DICT_TABLE, KEY_OFFSET } from '../memory/block-types.ts';
import { bytesEqual } from './bytes-compare.ts';
import {
  BUCKET_WORDS,
  bucketOf,
  clearTag,
  DEPTH_MAX,
  DIRECTORY_COUNT,
  DIRECTORY_DEPTH,
  DIRECTORY_TABLES,
  FILL_MAX,
  FILL_MIN,
  HANDLES_WORD,
  LINK_WORD,
  overflowBuckets,
  SLOTS,
  setTag,
  TABLE_BITS,
  TABLE_BITS_MAX,
  TABLE_COUNT,
  TABLE_DEADLINE_DOUBLE,
  TABLE_HEADER_WORDS,
  TABLE_OVERFLOW,
  TABLE_PREFIX,
  tableBytes,
  tagOf,
  type VisitEntry,
  visitBucket,
  visitChain,
  visitWithPlaces,
} from './dict-layout.ts';
import { randomEntryOf } from './dict-random.ts';
import { halfSipHash } from './half-sip-hash.ts';

/** Words from an entry's start to its next line of the cache. */
const TOUCH_WORDS = 16;
/** Keys that `touch` takes at once. */
export const TOUCHES_MAX = 16;
const SEGMENT_WORDS_MASK = 2 ** 28 - 1;

export class Dict {
  readonly #arena: Arena;
  readonly #seed0: number;
  readonly #seed1: number;
  /** The slot that the last `find` stopped at: segment, word index of the handle, sub-table and its bucket chain. */
  #slotWords: Uint32Array = new Uint32Array(0);
  #slotIndex = 0;
  /** What `touch` read, added up: without a use of it the compiler would leave the reads out. */
  touched = 0;
  readonly #touchSegments = new Uint32Array(TOUCHES_MAX);
  readonly #touchPlaces = new Uint32Array(TOUCHES_MAX);

  constructor(arena: Arena, seed0: number, seed1: number) {
    this.#arena = arena;
    this.#seed0 = seed0;
    this.#seed1 = seed1;
  }

  hash(bytes: Uint8Array, start: number, length: number): number {
    return halfSipHash(bytes, start, length, this.#seed0, this.#seed1);
  }

  /** The hash of the key that a block carries. */
  hashOf(entry: Handle): number {
    const segment = entry >>> SEGMENT_SHIFT;
    const base = (entry & GRANULE_MASK) << 4;
    const words = this.#arena.words[segment];
    const start = base + KEY_OFFSET[words[base >>> 2] & 0xff];
    return halfSipHash(this.#arena.bytes[segment], start, words[(base >>> 2) + 1], this.#seed0, this.#seed1);
  }

  /** An empty dictionary: the handle of its directory. */
  create(): Handle {
    const root = this.#arena.allocate((DIRECTORY_TABLES + 1) * 4, DICT_DIRECTORY);
    const words = this.#arena.words[root >>> SEGMENT_SHIFT];
    const base = (root & GRANULE_MASK) << 2;
    words[base + DIRECTORY_DEPTH] = 0;
    words[base + DIRECTORY_COUNT] = 0;
    words[base + 3] = 0;
    words[base + DIRECTORY_TABLES] = this.#createTable(0, 0);
    return root;
  }

  /** Number of entries. */
  count(root: Handle): number {
    return this.#arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + DIRECTORY_COUNT];
  }

  /** Number of directory slots; `tableAt` names the sub-table of each (several slots may share one). */
  directorySize(root: Handle): number {
    return 1 << this.#arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + DIRECTORY_DEPTH];
  }

  tableAt(root: Handle, slot: number): Handle {
    return this.#arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + DIRECTORY_TABLES + slot];
  }

  /** Directory slots that share the sub-table at `slot`. */
  tableSpan(root: Handle, slot: number): number {
    const depth = this.#arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + DIRECTORY_DEPTH];
    const table = this.tableAt(root, slot);
    const prefix = this.#arena.words[table >>> SEGMENT_SHIFT][((table & GRANULE_MASK) << 2) + TABLE_PREFIX];
    return 1 << (depth - prefix);
  }

  /** The entry with the key, or 0. `hash` is the key's hash. */
  find(root: Handle, bytes: Uint8Array, start: number, length: number, hash: number): Handle {
    const arena = this.#arena;
    const table = this.#tableOf(root, hash);
    const words = arena.words[table >>> SEGMENT_SHIFT];
    const base = (table & GRANULE_MASK) << 2;
    const first = base + TABLE_HEADER_WORDS;
    let bucket = first + bucketOf(hash, words[base + TABLE_PREFIX], words[base + TABLE_BITS]) * BUCKET_WORDS;
    const pattern = Math.imul(tagOf(hash), 0x01010101);
    for (;;) {
      for (let group = 0; group < 3; group++) {
        const mixed = words[bucket + group] ^ pattern;
        let hits = (mixed - 0x01010101) & ~mixed & 0x80808080;
        while (hits !== 0) {
          const lane = (31 - Math.clz32(hits & -hits)) >>> 3;
          const slot = bucket + HANDLES_WORD + group * 4 + lane;
          const entry = words[slot];
          if (entry !== 0 && this.#hasKey(entry, bytes, start, length)) {
            this.#slotWords = words;
            this.#slotIndex = slot;
            return entry;
          }
          hits &= hits - 1;
        }
      }
      const link = words[bucket + LINK_WORD];
      if (link === 0) return 0;
      bucket = first + link * BUCKET_WORDS;
    }
  }

  /** Puts another block in the place of the entry that the last `find` returned; its key must be the same. Nothing may
   * have changed the dictionary in between, and the way to it must be writable (`makeWritable`). */
  replaceFound(entry: Handle): void {
    this.#slotWords[this.#slotIndex] = entry;
  }

  /** Makes directory and sub-table of a hash writable; returns the directory's handle. Free when there is no snapshot. */
  makeWritable(root: Handle, hash: number): Handle {
    const arena = this.#arena;
    if (arena.frozenBelow === 0) return root;
    const writableRoot = arena.writable(root);
    const table = this.#tableOf(writableRoot, hash);
    if (arena.isWritable(table)) return writableRoot;
    this.#setTable(writableRoot, hash, arena.writable(table));
    return writableRoot;
  }

  /**
   * Reads what finding keys with these hashes will read: all buckets, then the entries that they point to. The loops
   * that read do nothing else, so that the processor has many of their reads under way at once. Changes nothing.
   */
  touch(root: Handle, hashes: Uint32Array, count: number): void {
    const { words } = this.#arena;
    const segments = this.#touchSegments;
    const places = this.#touchPlaces;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const table = this.#tableOf(root, hashes[i]);
      segments[i] = table >>> SEGMENT_SHIFT;
      places[i] = this.#bucketIn(table, hashes[i]);
    }
    for (let i = 0; i < count; i++) sum += words[segments[i]][places[i]];
    for (let i = 0; i < count; i++) {
      const entry = this.#likelyEntry(words[segments[i]], places[i], hashes[i]);
      segments[i] = entry >>> SEGMENT_SHIFT;
      places[i] = (entry & GRANULE_MASK) << 2;
    }
    for (let i = 0; i < count; i++) {
      const segment = words[segments[i]];
      // An entry is often on two lines of the cache.
      sum += segment[places[i]] + segment[(places[i] + TOUCH_WORDS) & SEGMENT_WORDS_MASK];
    }
    this.touched = sum;
  }

  /** Index of the first word of the bucket where a hash is at home. */
  #bucketIn(table: Handle, hash: number): number {
    const words = this.#arena.words[table >>> SEGMENT_SHIFT];
    const base = (table & GRANULE_MASK) << 2;
    const bucket = bucketOf(hash, words[base + TABLE_PREFIX], words[base + TABLE_BITS]);
    return base + TABLE_HEADER_WORDS + bucket * BUCKET_WORDS;
  }

  /** The first entry of a bucket whose tag fits, or 0. */
  #likelyEntry(words: Uint32Array, bucket: number, hash: number): Handle {
    const pattern = Math.imul(tagOf(hash), 0x01010101);
    for (let group = 0; group < 3; group++) {
      const mixed = words[bucket + group] ^ pattern;
      const hits = (mixed - 0x01010101) & ~mixed & 0x80808080;
      if (hits === 0) continue;
      const lane = (31 - Math.clz32(hits & -hits)) >>> 3;
      return words[bucket + HANDLES_WORD + group * 4 + lane];
    }
    return 0;
  }

  /** Adds an entry whose key is not there yet; returns the directory's handle. */
  insert(root: Handle, entry: Handle, hash: number): Handle {
    let target = this.makeWritable(root, hash);
    while (!this.#place(this.#tableOf(target, hash), entry, hash)) target = this.#makeRoom(target, hash);
    const index = ((target & GRANULE_MASK) << 2) + DIRECTORY_COUNT;
    this.#arena.words[target >>> SEGMENT_SHIFT][index]++;
    return target;
  }

  /** Takes out the entry that the last `find` returned (the way to it writable); its block stays the caller's. */
  removeFound(root: Handle, hash: number): Handle {
    const slot = this.#slotIndex;
    const words = this.#slotWords;
    words[slot] = 0;
    clearTag(words, slot);
    this.#arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + DIRECTORY_COUNT]--;
    const table = this.#tableOf(root, hash);
    const base = (table & GRANULE_MASK) << 2;
    const count = --words[base + TABLE_COUNT];
    const bits = words[base + TABLE_BITS];
    if (bits > 0 && count < FILL_MIN << bits) this.#rebuild(root, hash, table, bits - 1);
    return root;
  }

  /** Visits the entries of the next bucket of a scan. `cursor` counts in hash values: 0 starts; returns the next cursor,
   * 0 at the end. An entry that is there all along is visited at least once, whatever happens between the calls. */
  scan(root: Handle, cursor: number, visit: VisitEntry): number {
    const hash = cursor >>> 0;
    const table = this.#tableOf(root, hash);
    const base = (table & GRANULE_MASK) << 2;
    const words = this.#arena.words[table >>> SEGMENT_SHIFT];
    const prefix = words[base + TABLE_PREFIX];
    const bits = words[base + TABLE_BITS];
    const bucket = base + TABLE_HEADER_WORDS + bucketOf(hash, prefix, bits) * BUCKET_WORDS;
    visitChain(words, base + TABLE_HEADER_WORDS, bucket, visit);
    const rangeBits = 32 - prefix - bits;
    const next = (Math.floor(hash / 2 ** rangeBits) + 1) * 2 ** rangeBits;
    return next >= 2 ** 32 ? 0 : next;
  }

  /** Visits every entry of a sub-table; the dictionary must not change meanwhile. */
  forEachInTable(table: Handle, visit: VisitEntry): void {
    const base = (table & GRANULE_MASK) << 2;
    const words = this.#arena.words[table >>> SEGMENT_SHIFT];
    const first = base + TABLE_HEADER_WORDS;
    const buckets = (1 << words[base + TABLE_BITS]) + words[base + TABLE_OVERFLOW];
    for (let i = 0; i < buckets; i++) visitBucket(words, first + i * BUCKET_WORDS, visit);
  }

  /** Visits every entry; the dictionary must not change meanwhile. */
  forEach(root: Handle, visit: VisitEntry): void {
    const size = this.directorySize(root);
    for (let slot = 0; slot < size; slot += this.tableSpan(root, slot)) {
      this.forEachInTable(this.tableAt(root, slot), visit);
    }
  }

  /** An entry, each with the same probability; 0 where there is none. `random` gives numbers in [0, 1). */
  randomEntry(root: Handle, random: () => number): Handle {
    return this.count(root) === 0 ? 0 : randomEntryOf(this.#arena, this, root, random);
  }

  /** Earliest deadline noted for a sub-table: a lower bound, Infinity where none was noted. */
  tableDeadline(table: Handle): number {
    return this.#arena.doubles[table >>> SEGMENT_SHIFT][((table & GRANULE_MASK) << 1) + TABLE_DEADLINE_DOUBLE];
  }

  setTableDeadline(table: Handle, deadline: number): void {
    const doubles = this.#arena.doubles[table >>> SEGMENT_SHIFT];
    doubles[((table & GRANULE_MASK) << 1) + TABLE_DEADLINE_DOUBLE] = deadline;
  }

  /** Lowers the noted deadline of the sub-table that holds a hash; the way to it must be writable. */
  noteDeadline(root: Handle, hash: number, deadline: number): void {
    const table = this.#tableOf(root, hash);
    if (deadline < this.tableDeadline(table)) this.setTableDeadline(table, deadline);
  }

  tableCount(table: Handle): number {
    return this.#arena.words[table >>> SEGMENT_SHIFT][((table & GRANULE_MASK) << 2) + TABLE_COUNT];
  }

  /** Frees directory and sub-tables, not the entries. */
  destroy(root: Handle): void {
    const size = this.directorySize(root);
    for (let slot = 0; slot < size; ) {
      const span = this.tableSpan(root, slot);
      this.#arena.free(this.tableAt(root, slot));
      slot += span;
    }
    this.#arena.free(root);
  }

  /** Bytes of directory and sub-tables. */
  byteSize(root: Handle): number {
    let total = this.#arena.capacity(root);
    const size = this.directorySize(root);
    for (let slot = 0; slot < size; slot += this.tableSpan(root, slot)) {
      total += this.#arena.capacity(this.tableAt(root, slot));
    }
    return total;
  }

  #tableOf(root: Handle, hash: number): Handle {
    const words = this.#arena.words[root >>> SEGMENT_SHIFT];
    const base = (root & GRANULE_MASK) << 2;
    const depth = words[base + DIRECTORY_DEPTH];
    return words[base + DIRECTORY_TABLES + (depth === 0 ? 0 : hash >>> (32 - depth))];
  }

  #hasKey(entry: Handle, bytes: Uint8Array, start: number, length: number): boolean {
    const segment = entry >>> SEGMENT_SHIFT;
    const base = (entry & GRANULE_MASK) << 4;
    const words = this.#arena.words[segment];
    if (words[(base >>> 2) + 1] !== length) return false;
    return bytesEqual(this.#arena.bytes[segment], base + KEY_OFFSET[words[base >>> 2] & 0xff], bytes, start, length);
  }

  #createTable(bits: number, prefix: number): Handle {
    const size = tableBytes(bits);
    const table = this.#arena.allocate(size, DICT_TABLE);
    const words = this.#arena.words[table >>> SEGMENT_SHIFT];
    const base = (table & GRANULE_MASK) << 2;
    words.fill(0, base + 1, base + (size >>> 2));
    words[base + TABLE_BITS] = bits;
    words[base + TABLE_PREFIX] = prefix;
    this.setTableDeadline(table, Number.POSITIVE_INFINITY);
    return table;
  }

  /** Puts an entry into its bucket; false where the sub-table has to grow first. */
  #place(table: Handle, entry: Handle, hash: number): boolean {
    const words = this.#arena.words[table >>> SEGMENT_SHIFT];
    const base = (table & GRANULE_MASK) << 2;
    const bits = words[base + TABLE_BITS];
    const prefix = words[base + TABLE_PREFIX];
    if (words[base + TABLE_COUNT] >= FILL_MAX << bits && (bits < TABLE_BITS_MAX || prefix < DEPTH_MAX)) return false;
    const first = base + TABLE_HEADER_WORDS;
    let bucket = first + bucketOf(hash, prefix, bits) * BUCKET_WORDS;
    for (;;) {
      for (let slot = 0; slot < SLOTS; slot++) {
        if (words[bucket + HANDLES_WORD + slot] !== 0) continue;
        words[bucket + HANDLES_WORD + slot] = entry;
        setTag(words, bucket, slot, tagOf(hash));
        words[base + TABLE_COUNT]++;
        return true;
      }
      const link = words[bucket + LINK_WORD];
      if (link === 0) break;
      bucket = first + link * BUCKET_WORDS;
    }
    if (words[base + TABLE_OVERFLOW] >= overflowBuckets(bits)) return false;
    const added = (1 << bits) + words[base + TABLE_OVERFLOW]++;
    words[bucket + LINK_WORD] = added;
    const target = first + added * BUCKET_WORDS;
    words[target + HANDLES_WORD] = entry;
    setTag(words, target, 0, tagOf(hash));
    words[base + TABLE_COUNT]++;
    return true;
  }

  /** Grows, splits or tidies the sub-table of a hash, whichever gives it room. */
  #makeRoom(root: Handle, hash: number): Handle {
    let table = this.#tableOf(root, hash);
    const [bits, prefix, count, overflow] = this.#fillOf(table);
    const isSparse = bits >= 3 && count < (FILL_MAX << bits) / 2;
    if (isSparse) {
      // Overflow buckets were left behind by removed entries; or entries came in the order of their hashes (a copy, a
      // load), so that a part of the range is full while the rest is empty: then tidying gives nothing.
      this.#rebuild(root, hash, table, bits);
      table = this.#tableOf(root, hash);
      const [newBits, , , newOverflow] = this.#fillOf(table);
      if (newBits > bits || newOverflow < overflow) return root;
    }
    if (bits < TABLE_BITS_MAX) {
      this.#rebuild(root, hash, table, bits + 1);
      return root;
    }
    assert(prefix < DEPTH_MAX, 'a sub-table cannot be split further');
    return this.#split(root, hash, table, prefix);
  }

  #fillOf(table: Handle): [bits: number, prefix: number, count: number, overflow: number] {
    const words = this.#arena.words[table >>> SEGMENT_SHIFT];
    const base = (table & GRANULE_MASK) << 2;
    return [
      words[base + TABLE_BITS],
      words[base + TABLE_PREFIX],
      words[base + TABLE_COUNT],
      words[base + TABLE_OVERFLOW],
    ];
  }

  /** Moves a sub-table's entries to a new one of another size. */
  #rebuild(root: Handle, hash: number, table: Handle, bits: number): void {
    const arena = this.#arena;
    const base = (table & GRANULE_MASK) << 2;
    const prefix = arena.words[table >>> SEGMENT_SHIFT][base + TABLE_PREFIX];
    const deadline = this.tableDeadline(table);
    let newBits = bits;
    for (;;) {
      const fresh = this.#createTable(newBits, prefix);
      this.setTableDeadline(fresh, deadline);
      if (this.#moveAll(table, () => fresh, prefix + newBits)) {
        this.#setTable(root, hash, fresh);
        arena.free(table);
        return;
      }
      arena.free(fresh);
      newBits++;
    }
  }

  #split(root: Handle, hash: number, table: Handle, prefix: number): Handle {
    const arena = this.#arena;
    const deadline = this.tableDeadline(table);
    const halves = [
      this.#createTable(TABLE_BITS_MAX, prefix + 1),
      this.#createTable(TABLE_BITS_MAX, prefix + 1),
    ] as const;
    for (const half of halves) this.setTableDeadline(half, deadline);
    const moved = this.#moveAll(table, (entryHash) => halves[(entryHash >>> (31 - prefix)) & 1], 32);
    assert(moved, 'half of a sub-table did not fit into a new one');
    const depth = arena.words[root >>> SEGMENT_SHIFT][((root & GRANULE_MASK) << 2) + DIRECTORY_DEPTH];
    const target = prefix === depth ? this.#doubleDirectory(root) : root;
    const side = (hash >>> (31 - prefix)) & 1;
    const bit = (1 << (31 - prefix)) >>> 0;
    this.#setTable(target, hash, halves[side]);
    this.#setTable(target, (hash ^ bit) >>> 0, halves[1 - side]);
    arena.free(table);
    return target;
  }

  /** Moves all entries of a sub-table to others, which look at no more than `bits` bits of the hash. */
  #moveAll(table: Handle, targetOf: (hash: number) => Handle, bits: number): boolean {
    const words = this.#arena.words[table >>> SEGMENT_SHIFT];
    let fits = true;
    const move = (entry: Handle, hash: number) => {
      fits &&= this.#place(targetOf(hash), entry, hash);
    };
    if (!visitWithPlaces(words, (table & GRANULE_MASK) << 2, bits, move)) {
      this.forEachInTable(table, (entry) => move(entry, this.hashOf(entry)));
    }
    return fits;
  }

  #doubleDirectory(root: Handle): Handle {
    const arena = this.#arena;
    const size = this.directorySize(root);
    const fresh = arena.allocate((DIRECTORY_TABLES + size * 2) * 4, DICT_DIRECTORY);
    const from = arena.words[root >>> SEGMENT_SHIFT];
    const to = arena.words[fresh >>> SEGMENT_SHIFT];
    const fromBase = (root & GRANULE_MASK) << 2;
    const toBase = (fresh & GRANULE_MASK) << 2;
    to[toBase + DIRECTORY_DEPTH] = from[fromBase + DIRECTORY_DEPTH] + 1;
    to[toBase + DIRECTORY_COUNT] = from[fromBase + DIRECTORY_COUNT];
    to[toBase + 3] = from[fromBase + 3];
    for (let slot = 0; slot < size; slot++) {
      const table = from[fromBase + DIRECTORY_TABLES + slot];
      to[toBase + DIRECTORY_TABLES + slot * 2] = table;
      to[toBase + DIRECTORY_TABLES + slot * 2 + 1] = table;
    }
    arena.free(root);
    return fresh;
  }

  /** Points every directory slot whose prefix is that of `table` around `hash` to `table`. */
  #setTable(root: Handle, hash: number, table: Handle): void {
    const arena = this.#arena;
    const words = arena.words[root >>> SEGMENT_SHIFT];
    const base = (root & GRANULE_MASK) << 2;
    const depth = words[base + DIRECTORY_DEPTH];
    const prefix = arena.words[table >>> SEGMENT_SHIFT][((table & GRANULE_MASK) << 2) + TABLE_PREFIX];
    const span = 1 << (depth - prefix);
    const first = (prefix === 0 ? 0 : hash >>> (32 - prefix)) * span;
    words.fill(table, base + DIRECTORY_TABLES + first, base + DIRECTORY_TABLES + first + span);
  }
}
