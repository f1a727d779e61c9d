// Directives about who may do what. Rows only; ../directive.ts explains them.
import { choice, integer, LONG_MAX, optionalText, text, yesNo } from '../directive.ts';

const PROTECTED_ACTIONS = ['no', 'yes', 'local'];

export const securityDirectives = [
  yesNo('protected-mode', 'yes', { effect: 'full' }),
  optionalText('requirepass', { sensitive: true, binary: true, effect: 'full' }),
  text('aclfile', '', { immutable: true, effect: 'full' }),
  choice('acl-pubsub-default', 'resetchannels', ['allchannels', 'resetchannels'], { effect: 'full' }),
  integer('acllog-max-len', 128, [0, LONG_MAX], { effect: 'full' }),

  choice('enable-protected-configs', 'no', PROTECTED_ACTIONS, { immutable: true, effect: 'full' }),
  choice('enable-debug-command', 'no', PROTECTED_ACTIONS, { immutable: true, effect: 'full' }),
  choice('enable-module-command', 'no', PROTECTED_ACTIONS, { immutable: true }),
  yesNo('enable-debug-assert', 'no', { immutable: true, hidden: true }),
  yesNo('lua-enable-insecure-api', 'no', {
    alias: 'lua-enable-deprecated-api',
    protected: true,
    hidden: true,
    effect: 'full',
  }),
];
