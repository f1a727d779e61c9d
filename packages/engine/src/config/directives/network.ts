// Directives about listening and connections. Rows only; ../directive.ts explains them.
import { choice, INT_MAX, integer, octal, optionalText, special, UINT_MAX, yesNo } from '../directive.ts';
import { refuseMultipathTcp, refuseRdmaPort } from '../directive-checks.ts';

export const networkDirectives = [
  integer('port', 6379, [0, 65535], { effect: 'full' }),
  special('bind', { multipleArguments: true, effect: 'full' }),
  optionalText('bind-source-addr'),
  optionalText('unixsocket', { immutable: true, effect: 'full' }),
  octal('unixsocketperm', 0, [0, 0o777], { immutable: true, effect: 'full' }),
  optionalText('unixsocketgroup', { immutable: true }),
  integer('tcp-backlog', 511, [0, INT_MAX], { immutable: true, effect: 'full' }),
  integer('tcp-keepalive', 300, [0, INT_MAX], { effect: 'full' }),
  integer('timeout', 0, [0, INT_MAX], { effect: 'full' }),
  integer('maxclients', 10000, [1, UINT_MAX], { effect: 'full' }),
  integer('max-new-connections-per-cycle', 10, [1, 1000]),
  integer('socket-mark-id', 0, [0, UINT_MAX], { immutable: true }),
  yesNo('mptcp', 'no', { immutable: true, validate: refuseMultipathTcp }),

  choice('transport', 'reactor', ['reactor', 'streams'], {
    immutable: true,
    hidden: true,
    own: true,
    effect: 'full',
    summary:
      'How connections are served: `reactor` is epoll on libc and the quick one, `streams` is node:net and the fallback.',
  }),

  integer('io-threads', 1, [1, 256]),
  yesNo('io-threads-always-active', 'no', { hidden: true }),
  integer('prefetch-batch-max-size', 16, [0, 128]),
  integer('min-io-threads-avoid-copy-reply', 7, [0, INT_MAX], { hidden: true }),
  integer('min-string-size-avoid-copy-reply', 16384, [0, INT_MAX], { hidden: true }),
  integer('min-string-size-avoid-copy-reply-threaded', 65536, [0, INT_MAX], { hidden: true }),

  special('rdma-bind', { multipleArguments: true }),
  integer('rdma-port', 0, [0, 65535], { applicable: refuseRdmaPort }),
  integer('rdma-rx-size', 1024 * 1024, [64 * 1024, 16 * 1024 * 1024], { immutable: true }),
  integer('rdma-completion-vector', -1, [-1, 1024], { immutable: true }),
];
