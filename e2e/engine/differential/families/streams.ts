import { buildFamily } from './family.ts';

const TRIM = '{MAXLEN|MINID} [=|~] $count [LIMIT $count]';

export const streams = buildFamily(
  'streams',
  `
  16 XADD $xkey [NOMKSTREAM] $newid {$field $value}+
  4 XADD $xkey ${TRIM} $newid $field $value
  2 XADD $wild * $field $value
  2 XLEN $xkey
  4 XRANGE $xkey $rangeid $rangeid [COUNT $count]
  3 XREVRANGE $xkey $rangeid $rangeid [COUNT $count]
  4 XREAD [COUNT $count] STREAMS $xkey {$id|$|+}
  2 XREAD [COUNT $count] STREAMS $xkey $xkey $id {$id|+}
  4 XDEL $xkey {$id}+
  3 XTRIM $xkey ${TRIM}
  2 XSETID $xkey $id [ENTRIESADDED $count] [MAXDELETEDID $id]
  3 XINFO STREAM $xkey [FULL [COUNT $count]]
  3 XINFO GROUPS $xkey
  3 XINFO CONSUMERS $xkey $group
  `,
);

export const streamGroups = buildFamily(
  'stream-groups',
  `
  8 XADD $xkey $newid {$field $value}+
  6 XGROUP CREATE $xkey $group {$id|$|0} [MKSTREAM] [ENTRIESREAD $index]
  2 XGROUP SETID $xkey $group {$id|$} [ENTRIESREAD $index]
  1 XGROUP DESTROY $xkey $group
  2 XGROUP CREATECONSUMER $xkey $group $consumer
  2 XGROUP DELCONSUMER $xkey $group $consumer
  10 XREADGROUP GROUP $group $consumer [COUNT $count] [NOACK] STREAMS $xkey {>|>|>|$id|0}
  2 XREADGROUP GROUP $group $consumer STREAMS $xkey $xkey > >
  4 XACK $xkey $group {$id}+
  3 XPENDING $xkey $group
  3 XPENDING $xkey $group [IDLE {0|100000}] $rangeid $rangeid $count [$consumer]
  4 XCLAIM $xkey $group $consumer {0|100000} {$id}+ [IDLE {0|5000}|TIME $atms] [RETRYCOUNT $count] [FORCE] [JUSTID] [LASTID $id]
  4 XAUTOCLAIM $xkey $group $consumer {0|100000} {$id|-} [COUNT $positive] [JUSTID]
  2 XDEL $xkey {$id}+
  2 XINFO STREAM $xkey FULL
  2 XINFO GROUPS $xkey
  2 XINFO CONSUMERS $xkey $group
  `,
);
