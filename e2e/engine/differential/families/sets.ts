import { buildFamily } from './family.ts';

export const sets = buildFamily(
  'sets',
  `
  14 SADD $tkey {$member}+
  5 SREM $tkey {$member}+
  3 SISMEMBER $tkey $member
  3 SMISMEMBER $tkey {$member}+
  4 SMEMBERS $tkey
  2 SCARD $tkey
  3 SMOVE $tkey $tkey $member
  3 SINTER {$tkey}+
  3 SINTERCARD #{$tkey}+ [LIMIT $count]
  3 SINTERSTORE $tkey {$tkey}+
  3 SUNION {$tkey}+
  3 SUNIONSTORE $tkey {$tkey}+
  3 SDIFF {$tkey}+
  3 SDIFFSTORE $tkey {$tkey}+
  2 SRANDMEMBER $tkey [$count]
  1 SPOP $tkey 1000000
  1 SPOP $tkey 0
  2 SADD $wild {$member}+
  2 SPOP $wild [$count]
  `,
);
