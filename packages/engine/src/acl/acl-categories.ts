// The ACL categories, one bit each, in the order in which ACL CAT and COMMAND INFO name them. A command's categories
// follow from its flags, plus those that its table row adds.

export const CATEGORY_NAMES = [
  'keyspace',
  'read',
  'write',
  'set',
  'sortedset',
  'list',
  'hash',
  'string',
  'bitmap',
  'hyperloglog',
  'geo',
  'stream',
  'pubsub',
  'admin',
  'fast',
  'slow',
  'blocking',
  'dangerous',
  'connection',
  'transaction',
  'scripting',
] as const;

export type CategoryName = (typeof CATEGORY_NAMES)[number];

const BITS: ReadonlyMap<string, number> = new Map(CATEGORY_NAMES.map((name, index) => [name, 1 << index]));

/** The bit of a category by its name in any case, or undefined where there is no such category. */
export function findCategoryBit(name: string): number | undefined {
  return BITS.get(name.toLowerCase());
}

/** The names of all categories in `bits`. */
export function categoryNames(bits: number): CategoryName[] {
  return CATEGORY_NAMES.filter((_name, index) => (bits & (1 << index)) !== 0);
}

/**
 * The categories of a command from its table row: `flags` and `extra` are lower-case words separated by spaces.
 * Throws on a category that does not exist: a mistake in the table.
 */
export function categoriesOf(flags: string, extra: string): number {
  const has = new Set(flags.split(' '));
  const words = extra.split(' ').filter((word) => word !== '');
  if (has.has('write')) words.push('write');
  if (has.has('readonly') && !words.includes('scripting')) words.push('read');
  if (has.has('admin')) words.push('admin', 'dangerous');
  if (has.has('pubsub')) words.push('pubsub');
  if (has.has('blocking')) words.push('blocking');
  words.push(has.has('fast') ? 'fast' : 'slow');
  return words.reduce((bits, word) => bits | requireCategoryBit(word), 0);
}

function requireCategoryBit(word: string): number {
  const bit = BITS.get(word);
  if (bit === undefined) throw new Error(`a command row names the unknown ACL category ${word}`);
  return bit;
}
