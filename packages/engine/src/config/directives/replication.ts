// Directives about primaries and replicas. Rows only; ../directive.ts explains them.
import { choice, INT_MAX, integer, LONG_MAX, memory, optionalText, special, yesNo } from '../directive.ts';
import { refuseMultipathTcp } from '../directive-checks.ts';

export const replicationDirectives = [
  special('replicaof', { alias: 'slaveof', immutable: true, multipleArguments: true }),
  optionalText('primaryauth', { alias: 'masterauth', sensitive: true, binary: true }),
  optionalText('primaryuser', { alias: 'masteruser', sensitive: true }),
  yesNo('replica-read-only', 'yes', { alias: 'slave-read-only' }),
  yesNo('replica-serve-stale-data', 'yes', { alias: 'slave-serve-stale-data' }),
  yesNo('replica-lazy-flush', 'yes', { alias: 'slave-lazy-flush' }),
  integer('replica-priority', 100, [0, INT_MAX], { alias: 'slave-priority' }),
  yesNo('replica-announced', 'yes'),
  optionalText('replica-announce-ip', { alias: 'slave-announce-ip' }),
  integer('replica-announce-port', 0, [0, 65535], { alias: 'slave-announce-port' }),
  yesNo('replica-ignore-maxmemory', 'yes', { alias: 'slave-ignore-maxmemory' }),
  yesNo('replica-ignore-disk-write-errors', 'no'),

  memory('repl-backlog-size', 10 * 1024 * 1024, [1, LONG_MAX], { clamp: { min: 16384n, max: LONG_MAX } }),
  integer('repl-backlog-ttl', 60 * 60, [0, LONG_MAX]),
  integer('repl-timeout', 60, [1, INT_MAX]),
  integer('repl-ping-replica-period', 10, [1, INT_MAX], { alias: 'repl-ping-slave-period' }),
  yesNo('repl-disable-tcp-nodelay', 'no'),
  yesNo('repl-mptcp', 'no', { immutable: true, validate: refuseMultipathTcp }),
  yesNo('repl-diskless-sync', 'yes'),
  integer('repl-diskless-sync-delay', 5, [0, INT_MAX]),
  integer('repl-diskless-sync-max-replicas', 0, [0, INT_MAX]),
  choice('repl-diskless-load', 'disabled', ['disabled', 'on-empty-db', 'swapdb', 'flush-before-load'], {
    denyLoading: true,
  }),
  yesNo('dual-channel-replication-enabled', 'no'),

  integer('min-replicas-to-write', 0, [0, INT_MAX], { alias: 'min-slaves-to-write' }),
  integer('min-replicas-max-lag', 10, [0, INT_MAX], { alias: 'min-slaves-max-lag' }),
  choice('propagation-error-behavior', 'ignore', ['ignore', 'panic', 'panic-on-replicas']),
  yesNo('import-mode', 'no', { effect: 'full' }),
];
