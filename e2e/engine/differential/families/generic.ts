import { buildFamily } from './family.ts';

export const generic = buildFamily(
  'generic',
  `
  4 DEL {$key}+
  2 UNLINK {$key}+
  3 EXISTS {$key}+
  2 TOUCH {$key}+
  3 TYPE $key
  5 RENAME $key $key
  3 RENAMENX $key $key
  5 COPY $key $key [DB $db] [REPLACE]
  4 MOVE $key $db
  2 KEYS $pattern
  1 DBSIZE
  3 SELECT $db
  2 SWAPDB $db $db
  4 OBJECT ENCODING $key
  1 OBJECT REFCOUNT $key
  1 OBJECT IDLETIME $key
  1 OBJECT FREQ $key
  1 FLUSHDB [ASYNC|SYNC]
  1 ECHO $value
  1 PING [$value]
  `,
);

export const expiry = buildFamily(
  'expiry',
  `
  5 EXPIRE $key $seconds [NX|XX|GT|LT]
  4 PEXPIRE $key $milliseconds [NX|XX|GT|LT]
  3 PEXPIRE $key $brief
  4 EXPIREAT $key $at [NX|XX|GT|LT]
  4 PEXPIREAT $key $atms [NX|XX|GT|LT]
  3 PERSIST $key
  3 TTL $key
  3 PTTL $key
  2 EXPIRETIME $key
  2 PEXPIRETIME $key
  2 SET $skey $value PX $brief
  2 GETEX $skey PX $brief
  2 RENAME $key $key
  2 COPY $key $key REPLACE
  2 SET $skey $value KEEPTTL
  `,
);

export const sorting = buildFamily(
  'sorting',
  `
  4 RPUSH $lkey {$int}+
  2 SET {weight_1|weight_2|weight_7|weight_10} $int
  8 SORT $ltzkey [BY $sortby] [LIMIT $index $index] [GET $sortget] [GET $sortget] [ASC|DESC] [ALPHA] [STORE $lkey]
  2 SORT_RO $ltzkey [BY $sortby] [LIMIT $index $index] [GET $sortget] [ASC|DESC] [ALPHA]
  2 SORT $ltzkey ALPHA
  `,
);

export const transactions = buildFamily(
  'transactions',
  `
  6 MULTI
  6 EXEC
  1 DISCARD
  3 WATCH {$key}+
  1 UNWATCH
  `,
);

/** Whole walks (see steps.ts): a cursor means something to its own server only. */
export const scanning = buildFamily(
  'scanning',
  `
  4 SCAN 0 [MATCH $pattern] [COUNT $positive] [TYPE $type]
  3 HSCAN $hkey 0 [MATCH $pattern] [COUNT $positive] [NOVALUES]
  3 SSCAN $tkey 0 [MATCH $pattern] [COUNT $positive]
  3 ZSCAN $zkey 0 [MATCH $pattern] [COUNT $positive]
  `,
);
