import { buildFamily } from './family.ts';

const EXPIRY = 'EX $seconds|PX $milliseconds|EXAT $at|PXAT $atms';

export const strings = buildFamily(
  'strings',
  `
  12 SET $skey $value [NX|XX|IFEQ $value] [GET] [${EXPIRY}|KEEPTTL]
  4 SET $skey $int
  6 GET $skey
  2 GETSET $skey $value
  2 GETDEL $skey
  3 GETEX $skey [${EXPIRY}|PERSIST]
  3 GETRANGE $skey $index $index
  1 SUBSTR $skey $index $index
  3 SETRANGE $skey $offset $value
  4 APPEND $skey $value
  2 STRLEN $skey
  4 INCR $skey
  2 DECR $skey
  4 INCRBY $skey $int
  3 DECRBY $skey $int
  6 INCRBYFLOAT $skey $float
  3 SETNX $skey $value
  2 SETEX $skey $seconds $value
  2 PSETEX $skey $milliseconds $value
  3 MGET {$skey}+
  4 MSET {$skey $value}+
  3 MSETNX {$skey $value}+
  3 MSETEX #{$skey $value}+ [NX|XX] [${EXPIRY}|KEEPTTL]
  3 DELIFEQ $skey $value
  4 LCS $skey $skey [LEN] [IDX] [MINMATCHLEN $count] [WITHMATCHLEN]
  `,
);
