// What a keyspace entry holds: the type that clients see and the encoding that the engine chose, one byte together.
// Type numbers are those of RDB and of `scan ... type`; encodings are ours.

export const STRING = 0;
export const LIST = 1;
export const SET = 2;
export const SORTED_SET = 3;
export const HASH = 4;
export const STREAM = 6;

export type ValueType = typeof STRING | typeof LIST | typeof SET | typeof SORTED_SET | typeof HASH | typeof STREAM;

const ENCODING_SHIFT = 4;

/** A string inside of the entry: word 3 is its length, the bytes follow the key. */
export const KIND_STRING_EMBEDDED = STRING;
/** The same, and the text is a 64-bit integer in canonical form. */
export const KIND_STRING_INTEGER = STRING | (1 << ENCODING_SHIFT);
/** The same, but a client changed it in place: OBJECT ENCODING says `raw`. */
export const KIND_STRING_RAW = STRING | (2 << ENCODING_SHIFT);
/** A string in a STRING_BYTES block. */
export const KIND_STRING_BLOCK = STRING | (3 << ENCODING_SHIFT);
/** A list in one LISTPACK block, or with a LIST_ROOT. */
export const KIND_LIST_PACKED = LIST;
export const KIND_LIST_BIG = LIST | (1 << ENCODING_SHIFT);
/** A set in one INTSET or LISTPACK block, or a dictionary of SET_MEMBER blocks. */
export const KIND_SET_INTEGERS = SET;
export const KIND_SET_PACKED = SET | (1 << ENCODING_SHIFT);
export const KIND_SET_BIG = SET | (2 << ENCODING_SHIFT);
/** A sorted set in one LISTPACK block, or with a SORTED_SET_ROOT. */
export const KIND_SORTED_SET_PACKED = SORTED_SET;
export const KIND_SORTED_SET_BIG = SORTED_SET | (1 << ENCODING_SHIFT);
/** A hash in one LISTPACK block, or a dictionary of HASH_FIELD blocks; EXPIRING where some of these have deadlines. */
export const KIND_HASH_PACKED = HASH;
export const KIND_HASH_BIG = HASH | (1 << ENCODING_SHIFT);
export const KIND_HASH_EXPIRING = HASH | (2 << ENCODING_SHIFT);
/** A stream with a STREAM_ROOT. */
export const KIND_STREAM = STREAM;

/** One of the types above. */
export function typeOfKind(kind: number): number {
  return kind & 0xf;
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
  [STRING]: 'string',
  [LIST]: 'list',
  [SET]: 'set',
  [SORTED_SET]: 'zset',
  [HASH]: 'hash',
  [STREAM]: 'stream',
};

/** The name of a type as TYPE and SCAN spell it. */
export function typeName(kind: number): string {
  return TYPE_NAMES[typeOfKind(kind)];
}

const BIG_NAMES: Readonly<Record<number, string>> = {
  [KIND_STRING_INTEGER]: 'int',
  [KIND_STRING_RAW]: 'raw',
  [KIND_STRING_BLOCK]: 'raw',
  [KIND_LIST_PACKED]: 'listpack',
  [KIND_LIST_BIG]: 'quicklist',
  [KIND_SET_INTEGERS]: 'intset',
  [KIND_SET_PACKED]: 'listpack',
  [KIND_SET_BIG]: 'hashtable',
  [KIND_SORTED_SET_PACKED]: 'listpack',
  [KIND_SORTED_SET_BIG]: 'skiplist',
  [KIND_HASH_PACKED]: 'listpack',
  [KIND_HASH_BIG]: 'hashtable',
  [KIND_HASH_EXPIRING]: 'hashtable',
  [KIND_STREAM]: 'stream',
};

/** Bytes up to which Valkey keeps key, deadline and string in one object: two cache lines. */
const EMBEDDED_BYTES_MAX = 128;
const OBJECT_BYTES = 8;
const DEADLINE_BYTES = 8;
/** What a short string costs beside its bytes: three of header, and the zero behind it. */
const STRING_COST = 4;

/** The name that OBJECT ENCODING gives: Valkey's name for what we keep in our own way. */
export function encodingName(kind: number): string {
  return kind === KIND_STRING_EMBEDDED ? 'embstr' : BIG_NAMES[kind];
}

/** Whether Valkey would keep a string in the object of its key, which its OBJECT ENCODING tells. */
export function embedsInOriginal(keyLength: number, stringLength: number, hasDeadline: boolean): boolean {
  const keyCost = keyLength < 32 ? 3 : keyLength < 253 ? 5 : 7;
  const total = OBJECT_BYTES + keyLength + keyCost + (hasDeadline ? DEADLINE_BYTES : 0) + STRING_COST + stringLength;
  return total <= EMBEDDED_BYTES_MAX;
}
