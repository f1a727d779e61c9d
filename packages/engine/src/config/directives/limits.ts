// Directives that limit what clients may send, wait for and be told. Rows only; ../directive.ts explains them.
import { integer, LONG_MAX, memory, memoryOrPercent, special } from '../directive.ts';

export const limitsDirectives = [
  memory('proto-max-bulk-len', 512 * 1024 * 1024, [1024 * 1024, LONG_MAX], { effect: 'full' }),
  memory('client-query-buffer-limit', 1024 * 1024 * 1024, [1024 * 1024, LONG_MAX], { effect: 'full' }),
  special('client-output-buffer-limit', { multipleArguments: true, effect: 'full' }),
  memoryOrPercent('maxmemory-clients', 0, [-100, LONG_MAX], { effect: 'full' }),
  integer('tracking-table-max-keys', 1000000, [0, LONG_MAX], { effect: 'full' }),
  special('notify-keyspace-events', { effect: 'full' }),
];
