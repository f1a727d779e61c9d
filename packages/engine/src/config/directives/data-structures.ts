// Directives about how values are kept. Rows only; ../directive.ts explains them.
import { INT_MAX, INT_MIN, integer, LONG_MAX, memory, optionalText, yesNo } from '../directive.ts';
import { checkHashSeed } from '../directive-checks.ts';

export const dataStructuresDirectives = [
  yesNo('activerehashing', 'yes'),
  optionalText('hash-seed', { immutable: true, binary: true, validate: checkHashSeed, effect: 'full' }),

  integer('hash-max-listpack-entries', 512, [0, LONG_MAX], { alias: 'hash-max-ziplist-entries', effect: 'full' }),
  memory('hash-max-listpack-value', 64, [0, LONG_MAX], { alias: 'hash-max-ziplist-value', effect: 'full' }),
  integer('list-max-listpack-size', -2, [INT_MIN, INT_MAX], { alias: 'list-max-ziplist-size', effect: 'full' }),
  integer('list-compress-depth', 0, [0, INT_MAX]),
  integer('set-max-intset-entries', 512, [0, LONG_MAX], { effect: 'full' }),
  integer('set-max-listpack-entries', 128, [0, LONG_MAX], { effect: 'full' }),
  integer('set-max-listpack-value', 64, [0, LONG_MAX], { effect: 'full' }),
  integer('zset-max-listpack-entries', 128, [0, LONG_MAX], { alias: 'zset-max-ziplist-entries', effect: 'full' }),
  memory('zset-max-listpack-value', 64, [0, LONG_MAX], { alias: 'zset-max-ziplist-value', effect: 'full' }),
  memory('stream-node-max-bytes', 4096, [0, LONG_MAX], { effect: 'full' }),
  integer('stream-node-max-entries', 100, [0, LONG_MAX], { effect: 'full' }),
  memory('hll-sparse-max-bytes', 3000, [0, LONG_MAX]),
];
