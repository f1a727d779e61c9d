// Directives about the process itself. Rows only; ../directive.ts explains them.
import { choice, flags, INT_MAX, integer, LONG_MAX, memory, optionalText, special, text, yesNo } from '../directive.ts';
import { checkLocale, checkShutdownFlags, checkTitleTemplate } from '../directive-checks.ts';

const SHUTDOWN_FLAGS = ['default', 'save', 'nosave', 'now', 'force', 'safe', 'failover'];

export const processDirectives = [
  integer('databases', 16, [1, INT_MAX], { immutable: true, effect: 'full' }),
  special('dir', { protected: true, denyLoading: true, effect: 'full' }),
  integer('hz', 10, [0, INT_MAX], { clamp: { min: 1n, max: 500n }, effect: 'full' }),
  yesNo('daemonize', 'no', { immutable: true }),
  choice('supervised', 'no', ['upstart', 'systemd', 'auto', 'no'], { immutable: true }),
  optionalText('pidfile', { immutable: true, effect: 'full' }),
  yesNo('set-proc-title', 'yes', { immutable: true, effect: 'full' }),
  text('proc-title-template', '{title} {listen-addr} {server-mode}', {
    validate: checkTitleTemplate,
    effect: 'full',
  }),
  yesNo('always-show-logo', 'no', { immutable: true }),
  text('locale-collate', '', { applicable: checkLocale }),
  text('ignore-warnings', ''),
  yesNo('extended-redis-compatibility', 'no', { effect: 'full' }),

  integer('busy-reply-threshold', 5000, [0, LONG_MAX], { alias: 'lua-time-limit', effect: 'full' }),
  memory('script-memory-limit', 256 * 1024 * 1024, [1024 * 1024, LONG_MAX], {
    own: true,
    summary: 'Bytes that one running script may hold; a script that needs more ends with an error.',
    effect: 'full',
  }),

  integer('shutdown-timeout', 10, [0, INT_MAX]),
  flags('shutdown-on-sigint', SHUTDOWN_FLAGS, { validate: checkShutdownFlags }),
  flags('shutdown-on-sigterm', SHUTDOWN_FLAGS, { validate: checkShutdownFlags }),

  optionalText('server-cpulist', { alias: 'server_cpulist', immutable: true }),
  optionalText('bio-cpulist', { alias: 'bio_cpulist', immutable: true }),
  choice('oom-score-adj', 'no', ['no', 'yes', 'relative', 'absolute'], { synonyms: { relative: 'yes' } }),
  special('oom-score-adj-values', { multipleArguments: true }),
  yesNo('disable-thp', 'yes', { immutable: true }),
  yesNo('jemalloc-bg-thread', 'yes'),
];
