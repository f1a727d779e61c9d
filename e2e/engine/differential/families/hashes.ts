import { buildFamily } from './family.ts';

const EXPIRY = 'EX $seconds|PX $milliseconds|EXAT $at|PXAT $atms';
const FIELDS = 'FIELDS #{$field}+';

export const hashes = buildFamily(
  'hashes',
  `
  12 HSET $hkey {$field $value}+
  2 HMSET $hkey {$field $value}+
  4 HSET $hkey $field $int
  4 HGET $hkey $field
  3 HMGET $hkey {$field}+
  4 HGETALL $hkey
  2 HKEYS $hkey
  2 HVALS $hkey
  2 HLEN $hkey
  2 HSTRLEN $hkey $field
  2 HEXISTS $hkey $field
  5 HDEL $hkey {$field}+
  3 HSETNX $hkey $field $value
  4 HINCRBY $hkey $field $int
  5 HINCRBYFLOAT $hkey $field $float
  2 HRANDFIELD $hkey
  3 HRANDFIELD $hkey $count [WITHVALUES]
  `,
);

/** Fields with a time to live: a family of its own, because a server may come to it later. */
export const hashExpiry = buildFamily(
  'hash-expiry',
  `
  6 HSET $hkey {$field $value}+
  2 HGETALL $hkey
  5 HSETEX $hkey [NX|XX] [FNX|FXX] [${EXPIRY}|KEEPTTL] FIELDS #{$field $value}+
  4 HGETEX $hkey [${EXPIRY}|PERSIST] ${FIELDS}
  3 HGETDEL $hkey ${FIELDS}
  3 HEXPIRE $hkey $seconds [NX|XX|GT|LT] ${FIELDS}
  3 HPEXPIRE $hkey $milliseconds [NX|XX|GT|LT] ${FIELDS}
  2 HPEXPIRE $hkey $brief ${FIELDS}
  2 HEXPIREAT $hkey $at [NX|XX|GT|LT] ${FIELDS}
  2 HPEXPIREAT $hkey $atms [NX|XX|GT|LT] ${FIELDS}
  2 HPERSIST $hkey ${FIELDS}
  2 HTTL $hkey ${FIELDS}
  2 HPTTL $hkey ${FIELDS}
  2 HEXPIRETIME $hkey ${FIELDS}
  2 HPEXPIRETIME $hkey ${FIELDS}
  2 HDEL $hkey {$field}+
  1 COPY $hkey $hkey REPLACE
  `,
);
