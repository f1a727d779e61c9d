// Directives about memory: eviction, expiry, freeing and defragmentation. Rows only; ../directive.ts explains them.
import { choice, INT_MAX, integer, LONG_MAX, memory, ULONG_MAX, yesNo } from '../directive.ts';
import { refuseDefragmentation } from '../directive-checks.ts';

export const memoryDirectives = [
  memory('maxmemory', 0, [0, ULONG_MAX], { effect: 'full' }),
  choice(
    'maxmemory-policy',
    'noeviction',
    [
      'volatile-lru',
      'volatile-lfu',
      'volatile-random',
      'volatile-ttl',
      'allkeys-lru',
      'allkeys-lfu',
      'allkeys-random',
      'noeviction',
    ],
    { effect: 'full' },
  ),
  integer('maxmemory-samples', 5, [1, 64], { effect: 'full' }),
  integer('maxmemory-eviction-tenacity', 10, [0, 100], { effect: 'full' }),
  integer('lfu-log-factor', 10, [0, INT_MAX], { effect: 'full' }),
  integer('lfu-decay-time', 1, [0, INT_MAX], { effect: 'full' }),
  integer('active-expire-effort', 1, [1, 10]),

  yesNo('lazyfree-lazy-eviction', 'yes', { effect: 'full' }),
  yesNo('lazyfree-lazy-expire', 'yes', { effect: 'full' }),
  yesNo('lazyfree-lazy-server-del', 'yes', { effect: 'full' }),
  yesNo('lazyfree-lazy-user-del', 'yes', { effect: 'full' }),
  yesNo('lazyfree-lazy-user-flush', 'yes'),

  yesNo('activedefrag', 'no', { validate: refuseDefragmentation }),
  integer('active-defrag-cycle-min', 1, [1, 99]),
  integer('active-defrag-cycle-max', 25, [1, 99]),
  integer('active-defrag-cycle-us', 500, [0, 100000]),
  integer('active-defrag-threshold-lower', 10, [0, 1000]),
  integer('active-defrag-threshold-upper', 100, [0, 1000]),
  memory('active-defrag-ignore-bytes', 100 * 1024 * 1024, [1, LONG_MAX]),
  integer('active-defrag-max-scan-fields', 1000, [1, LONG_MAX]),
];
