// The first word of every arena block: its type in the low 8 bits, the epoch in which it was made in the upper 24.
// Blocks with a key (entries, fields, members) keep the key's length in word 1; the key's bytes start at
// `KEY_OFFSET[type]`, so one dictionary serves them all.

export const FREE_BLOCK = 0;
/** Keyspace entry without a deadline: word 2 `access clock | kind << 24`, word 3 value length or handle, key at 16. */
export const ENTRY = 1;
/** Keyspace entry with a deadline: as ENTRY, the deadline (float64, Unix milliseconds) at byte 16, key at 24. */
export const ENTRY_WITH_DEADLINE = 2;
/** Field of a big hash: word 2 value length, key at 12, value behind it. */
export const HASH_FIELD = 3;
/** Member of a big set: key at 8. */
export const SET_MEMBER = 4;
/** Member of a big sorted set: score (float64) at 8, key at 16. */
export const SORTED_SET_MEMBER = 5;
/** Bytes of a string value: word 1 length, word 2 capacity, data at 16. */
export const STRING_BYTES = 6;
/** Directory of a dictionary. */
export const DICT_DIRECTORY = 7;
/** Sub-table of a dictionary. */
export const DICT_TABLE = 8;
/** Node of an ordered tree. */
export const TREE_NODE = 9;
/** A listpack: word 1 byte length in use, listpack at 8. */
export const LISTPACK = 10;
/** An intset: word 1 byte length in use, intset at 8. */
export const INTSET = 11;
/** Root of a big sorted set: word 1 dictionary, word 2 tree. */
export const SORTED_SET_ROOT = 12;
/** Root of a big list: word 1 tree, words 2 and 3 first and last node, word 4 elements, word 5 nodes. */
export const LIST_ROOT = 13;
/** Root of a stream and its parts. */
export const STREAM_ROOT = 14;
export const STREAM_GROUP = 15;
export const STREAM_CONSUMER = 16;
export const STREAM_PENDING = 17;
/** Bytes that belong to a session: partial frames, queued commands, output. */
export const SESSION_BYTES = 18;
/** Field of a big hash with a deadline (float64) at 16: word 2 value length, key at 24. */
export const HASH_FIELD_WITH_DEADLINE = 19;
/** Some entries of a stream: words 1 to 4 the id they are counted from, listpack at 20. */
export const STREAM_NODE = 20;
/** Consumers of a group by number: word 1 how many fit, handles from word 2 on. */
export const STREAM_CONSUMERS = 21;
/** Some elements of a list: word 1 where the listpack starts, counted from the block's start. */
export const LIST_NODE = 22;

export const BLOCK_TYPE_COUNT = 23;

/** Where the key of a keyed block starts; 0 for blocks without a key. */
export const KEY_OFFSET = new Uint8Array(BLOCK_TYPE_COUNT);
KEY_OFFSET[ENTRY] = 16;
KEY_OFFSET[ENTRY_WITH_DEADLINE] = 24;
KEY_OFFSET[HASH_FIELD] = 12;
KEY_OFFSET[HASH_FIELD_WITH_DEADLINE] = 24;
KEY_OFFSET[SET_MEMBER] = 8;
KEY_OFFSET[SORTED_SET_MEMBER] = 16;
KEY_OFFSET[STREAM_GROUP] = 64;
KEY_OFFSET[STREAM_CONSUMER] = 40;
