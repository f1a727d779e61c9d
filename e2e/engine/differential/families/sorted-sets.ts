import { buildFamily } from './family.ts';

const COMBINE = '[WEIGHTS {$float}+] [AGGREGATE {SUM|MIN|MAX}]';

export const sortedSets = buildFamily(
  'sorted-sets',
  `
  16 ZADD $zkey [NX|XX] [GT|LT] [CH] {$score $member}+
  8 ZADD $zkey {$score $member}+
  3 ZADD $zkey [NX|XX] [GT|LT] [CH] INCR $score $member
  5 ZINCRBY $zkey $score $member
  4 ZREM $zkey {$member}+
  2 ZSCORE $zkey $member
  2 ZMSCORE $zkey {$member}+
  2 ZCARD $zkey
  3 ZCOUNT $zkey $bound $bound
  3 ZLEXCOUNT $zkey $lexbound $lexbound
  3 ZRANK $zkey $member [WITHSCORE]
  3 ZREVRANK $zkey $member [WITHSCORE]
  4 ZRANGE $zkey $index $index [REV] [WITHSCORES]
  4 ZRANGE $zkey $bound $bound BYSCORE [REV] [LIMIT $index $index] [WITHSCORES]
  4 ZRANGE $zkey $lexbound $lexbound BYLEX [REV] [LIMIT $index $index]
  2 ZREVRANGE $zkey $index $index [WITHSCORES]
  2 ZRANGEBYSCORE $zkey $bound $bound [WITHSCORES] [LIMIT $index $index]
  2 ZREVRANGEBYSCORE $zkey $bound $bound [WITHSCORES] [LIMIT $index $index]
  2 ZRANGEBYLEX $zkey $lexbound $lexbound [LIMIT $index $index]
  2 ZREVRANGEBYLEX $zkey $lexbound $lexbound [LIMIT $index $index]
  2 ZRANGESTORE $zkey $zkey $index $index [REV]
  2 ZRANGESTORE $zkey $zkey $bound $bound BYSCORE [REV] [LIMIT $index $index]
  2 ZRANGESTORE $zkey $zkey $lexbound $lexbound BYLEX [REV] [LIMIT $index $index]
  2 ZREMRANGEBYRANK $zkey $index $index
  2 ZREMRANGEBYSCORE $zkey $bound $bound
  2 ZREMRANGEBYLEX $zkey $lexbound $lexbound
  3 ZPOPMIN $zkey [$count]
  3 ZPOPMAX $zkey [$count]
  3 ZMPOP #{$zkey}+ {MIN|MAX} [COUNT $positive]
  3 ZUNION #{$tzkey}+ ${COMBINE} [WITHSCORES]
  3 ZINTER #{$tzkey}+ ${COMBINE} [WITHSCORES]
  3 ZDIFF #{$tzkey}+ [WITHSCORES]
  3 ZUNIONSTORE $zkey #{$tzkey}+ ${COMBINE}
  3 ZINTERSTORE $zkey #{$tzkey}+ ${COMBINE}
  3 ZDIFFSTORE $zkey #{$tzkey}+
  2 ZINTERCARD #{$tzkey}+ [LIMIT $count]
  2 ZRANDMEMBER $zkey [$count [WITHSCORES]]
  `,
);
