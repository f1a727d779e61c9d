// The numbers of RDB: opcodes between the keys of a file, types of values, forms of lengths and strings, versions.
// They are protocol and equal Valkey's.

export const OPCODE_SLOT_IMPORT = 243;
export const OPCODE_SLOT_INFO = 244;
export const OPCODE_FUNCTION = 245;
export const OPCODE_FUNCTION_BEFORE_RELEASE = 246;
export const OPCODE_MODULE_AUX = 247;
export const OPCODE_IDLE = 248;
export const OPCODE_FREQUENCY = 249;
export const OPCODE_AUX = 250;
export const OPCODE_RESIZE = 251;
export const OPCODE_DEADLINE_MS = 252;
export const OPCODE_DEADLINE_SECONDS = 253;
export const OPCODE_DATABASE = 254;
export const OPCODE_END = 255;

export const TYPE_STRING = 0;
export const TYPE_LIST = 1;
export const TYPE_SET = 2;
export const TYPE_SORTED_SET = 3;
export const TYPE_HASH = 4;
export const TYPE_SORTED_SET_2 = 5;
export const TYPE_MODULE_BEFORE_RELEASE = 6;
export const TYPE_MODULE_2 = 7;
export const TYPE_HASH_ZIPMAP = 9;
export const TYPE_LIST_ZIPLIST = 10;
export const TYPE_SET_INTSET = 11;
export const TYPE_SORTED_SET_ZIPLIST = 12;
export const TYPE_HASH_ZIPLIST = 13;
export const TYPE_LIST_QUICKLIST = 14;
export const TYPE_STREAM_LISTPACKS = 15;
export const TYPE_HASH_LISTPACK = 16;
export const TYPE_SORTED_SET_LISTPACK = 17;
export const TYPE_LIST_QUICKLIST_2 = 18;
export const TYPE_STREAM_LISTPACKS_2 = 19;
export const TYPE_SET_LISTPACK = 20;
export const TYPE_STREAM_LISTPACKS_3 = 21;
/** A hash whose fields may have deadlines. */
export const TYPE_HASH_2 = 22;
/** Types and opcodes within mean other things in files of versions that are not ours. */
export const FOREIGN_TYPE_MIN = 22;
export const FOREIGN_TYPE_MAX = 243;

/** The two upper bits of a length's first byte, and the whole byte for the longer ones. */
export const LENGTH_6_BITS = 0;
export const LENGTH_14_BITS = 1;
export const LENGTH_32_BITS = 0x80;
export const LENGTH_64_BITS = 0x81;
export const LENGTH_IS_FORM = 3;

/** Forms of strings that are not kept as they are. */
export const FORM_INTEGER_8 = 0;
export const FORM_INTEGER_16 = 1;
export const FORM_INTEGER_32 = 2;
export const FORM_COMPRESSED = 3;

/** How a node of a list is kept. */
export const NODE_PLAIN = 1;
export const NODE_PACKED = 2;

/** From this version on all types are there that are written without deadlines of fields. */
export const VERSION_WRITTEN = 11;
export const VERSION_MAX = 80;
const FOREIGN_VERSION_MIN = 12;
const FOREIGN_VERSION_MAX = 79;

export function isForeignVersion(version: number): boolean {
  return version >= FOREIGN_VERSION_MIN && version <= FOREIGN_VERSION_MAX;
}

/** The first nine bytes of a file. */
export function magicOf(version: number): string {
  const name = version > FOREIGN_VERSION_MAX ? 'VALKEY' : 'REDIS0';
  return `${name}${String(version).padStart(3, '0')}`;
}
