import { buildFamily } from './family.ts';

export const bitmaps = buildFamily(
  'bitmaps',
  `
  4 SETBIT $skey $offset $bit
  3 GETBIT $skey $offset
  3 BITCOUNT $skey [$index $index [BYTE|BIT]]
  3 BITPOS $skey $bit [$index [$index [BYTE|BIT]]]
  3 BITOP {AND|OR|XOR|NOT|DIFF} $skey {$skey}+
  5 BITFIELD $skey {GET $bittype $bitoffset|SET $bittype $bitoffset $int|INCRBY $bittype $bitoffset $int|OVERFLOW {WRAP|SAT|FAIL}}+
  2 BITFIELD_RO $skey {GET $bittype $bitoffset}+
  `,
);
