// Directives about TLS. Until TLS is served, those that would turn it on are refused with the text that the original has for a
// configuration it cannot load. Rows only; ../directive.ts explains them.
import { choice, INT_MAX, integer, optionalText, yesNo } from '../directive.ts';
import { refuseTls, refuseTlsPort } from '../directive-checks.ts';

export const tlsDirectives = [
  integer('tls-port', 0, [0, 65535], { applicable: refuseTlsPort }),
  yesNo('tls-cluster', 'no', { applicable: refuseTls }),
  yesNo('tls-replication', 'no', { applicable: refuseTls }),
  choice('tls-auth-clients', 'yes', ['no', 'yes', 'optional']),
  choice('tls-auth-clients-user', 'off', ['CN', 'URI', 'off']),

  optionalText('tls-cert-file', { volatile: true }),
  optionalText('tls-key-file', { volatile: true }),
  optionalText('tls-key-file-pass', { sensitive: true }),
  optionalText('tls-client-cert-file', { volatile: true }),
  optionalText('tls-client-key-file', { volatile: true }),
  optionalText('tls-client-key-file-pass', { sensitive: true }),
  optionalText('tls-dh-params-file', { volatile: true }),
  optionalText('tls-ca-cert-file', { volatile: true }),
  optionalText('tls-ca-cert-dir', { volatile: true }),
  integer('tls-auto-reload-interval', 0, [0, INT_MAX]),

  optionalText('tls-protocols'),
  optionalText('tls-ciphers'),
  optionalText('tls-ciphersuites'),
  yesNo('tls-prefer-server-ciphers', 'no'),
  yesNo('tls-session-caching', 'yes'),
  integer('tls-session-cache-size', 20 * 1024, [0, INT_MAX]),
  integer('tls-session-cache-timeout', 300, [0, INT_MAX]),
  integer('max-new-tls-connections-per-cycle', 1, [1, 1000]),
];
