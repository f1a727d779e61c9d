// Directives about logs, command logs and latency records. Rows only; ../directive.ts explains them.
import { choice, INT_MAX, integer, LONG_MAX, special, text, yesNo } from '../directive.ts';

export const loggingDirectives = [
  choice('loglevel', 'notice', ['debug', 'verbose', 'notice', 'warning', 'nothing'], { effect: 'full' }),
  text('logfile', '', { immutable: true, effect: 'full' }),
  choice('log-format', 'legacy', ['legacy', 'logfmt', 'json']),
  choice('log-timestamp-format', 'legacy', ['legacy', 'iso8601', 'milliseconds']),
  yesNo('hide-user-data-from-log', 'yes'),
  yesNo('syslog-enabled', 'no', { immutable: true }),
  text('syslog-ident', 'valkey', { immutable: true }),
  choice(
    'syslog-facility',
    'local0',
    ['user', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
    { immutable: true },
  ),
  yesNo('crash-log-enabled', 'yes'),
  yesNo('crash-memcheck-enabled', 'yes'),
  yesNo('use-exit-on-panic', 'no', { hidden: true }),
  text('debug-context', '', { hidden: true }),
  integer('watchdog-period', 0, [0, INT_MAX], { hidden: true }),

  integer('commandlog-execution-slower-than', 10000, [-1, LONG_MAX], {
    alias: 'slowlog-log-slower-than',
    effect: 'full',
  }),
  integer('commandlog-slow-execution-max-len', 128, [0, LONG_MAX], { alias: 'slowlog-max-len', effect: 'full' }),
  integer('commandlog-request-larger-than', 1024 * 1024, [-1, LONG_MAX], { effect: 'full' }),
  integer('commandlog-large-request-max-len', 128, [0, LONG_MAX], { effect: 'full' }),
  integer('commandlog-reply-larger-than', 1024 * 1024, [-1, LONG_MAX], { effect: 'full' }),
  integer('commandlog-large-reply-max-len', 128, [0, LONG_MAX], { effect: 'full' }),

  yesNo('latency-tracking', 'yes', { effect: 'full' }),
  special('latency-tracking-info-percentiles', { multipleArguments: true, effect: 'full' }),
  integer('latency-monitor-threshold', 0, [0, LONG_MAX], { effect: 'full' }),
];
