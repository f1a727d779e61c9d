import { buildFamily } from './family.ts';

export const lists = buildFamily(
  'lists',
  `
  8 RPUSH $lkey {$value}+
  8 LPUSH $lkey {$value}+
  2 RPUSHX $lkey {$value}+
  2 LPUSHX $lkey {$value}+
  4 LPOP $lkey [$count]
  4 RPOP $lkey [$count]
  5 LRANGE $lkey $index $index
  3 LINDEX $lkey $index
  2 LLEN $lkey
  4 LSET $lkey $index $value
  4 LINSERT $lkey {BEFORE|AFTER} $value $value
  4 LREM $lkey $index $value
  3 LTRIM $lkey $index $index
  4 LPOS $lkey $value [RANK $index] [COUNT $count] [MAXLEN $count]
  4 LMOVE $lkey $lkey {LEFT|RIGHT} {LEFT|RIGHT}
  2 RPOPLPUSH $lkey $lkey
  4 LMPOP #{$lkey}+ {LEFT|RIGHT} [COUNT $positive]
  `,
);

/** Blocking forms: they find data, or give up after a moment. */
export const blocking = buildFamily(
  'blocking',
  `
  4 RPUSH $lkey {$value}+
  3 ZADD $zkey {$score $member}+
  2 BLPOP {$lkey}+ 0.001
  2 BRPOP {$lkey}+ 0.001
  2 BLMOVE $lkey $lkey {LEFT|RIGHT} {LEFT|RIGHT} 0.001
  1 BRPOPLPUSH $lkey $lkey 0.001
  2 BLMPOP 0.001 #{$lkey}+ {LEFT|RIGHT} [COUNT $positive]
  2 BZPOPMIN {$zkey}+ 0.001
  2 BZPOPMAX {$zkey}+ 0.001
  2 BZMPOP 0.001 #{$zkey}+ {MIN|MAX} [COUNT $positive]
  1 XREAD [COUNT $count] BLOCK 1 STREAMS $xkey $id
  1 BLPOP $lkey {-1|abc|1e400|nan}
  `,
);
