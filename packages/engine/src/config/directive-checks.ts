// What single values must satisfy beyond their type. Each check says why it refuses, in the original's words, which
// clients read; undefined accepts. Nothing here touches the system: a check sees the value alone.
import { isIPv4, isIPv6 } from 'node:net';
import type { Check } from './directive.ts';

const ADDRESS_LENGTH_MAX = 46;
const HOSTNAME_LENGTH_MAX = 256;
const HASH_SEED_LENGTH_MAX = 256;
const TITLE_VARIABLES = ['title', 'listen-addr', 'server-mode', 'config-file', 'port', 'tls-port', 'unixsocket'];
/** Title variables that are always filled, so that a title made of one of them is not empty. */
const FILLED_TITLE_VARIABLES = ['listen-addr', 'config-file', 'port', 'tls-port'];
/** Locales that exist on every system we run on; sorting by any other is not offered. */
const LOCALES = ['', 'C', 'POSIX', 'C.UTF-8', 'C.utf8'];

export function checkNotEmpty(directive: string): Check<string> {
  return (value) => (value === '' ? `${directive} can't be empty` : undefined);
}

export function checkFileName(directive: string, noun: 'filename' | 'dirname'): Check<string> {
  return (value) => {
    if (value === '') return `${directive} can't be empty`;
    return /[/\\]/.test(value) ? `${directive} can't be a path, just a ${noun}` : undefined;
  };
}

export function checkShutdownFlags(flags: readonly string[]): string | undefined {
  return flags.includes('save') && flags.includes('nosave')
    ? "shutdown options SAVE and NOSAVE can't be used simultaneously"
    : undefined;
}

/** Names kept in nodes.conf: no byte that separates its fields, and nothing unprintable. */
export function checkNodeName(value: string): string | undefined {
  return isNodeWord(value) ? undefined : 'Announced human node name contained invalid character';
}

export function checkAnnouncedAddress(value: string): string | undefined {
  if (value.length >= ADDRESS_LENGTH_MAX) return 'cluster-announce-ip is too long';
  return isNodeWord(value) ? undefined : 'cluster-announce-ip contains invalid character';
}

export function checkHostname(value: string): string | undefined {
  if (value.length >= HOSTNAME_LENGTH_MAX) return `Hostnames must be less than ${HOSTNAME_LENGTH_MAX} characters`;
  return /^[A-Za-z0-9.-]*$/.test(value)
    ? undefined
    : 'Hostnames may only contain alphanumeric characters, hyphens or dots';
}

export function checkAddressV4(value: string): string | undefined {
  return value === '' || isIPv4(value) ? undefined : 'Invalid IPv4 address';
}

export function checkAddressV6(value: string): string | undefined {
  return value === '' || isIPv6(value) ? undefined : 'Invalid IPv6 address';
}

export function checkHashSeed(value: string): string | undefined {
  return value.length > HASH_SEED_LENGTH_MAX
    ? `hash-seed must be less than or equal to ${HASH_SEED_LENGTH_MAX} characters`
    : undefined;
}

/** The template must name known variables only, `{{` standing for a brace, and must not come out empty. */
export function checkTitleTemplate(value: string): string | undefined {
  const refusal = 'template format is invalid or contains unknown variables';
  let filled = false;
  const rest = value.replace(/\{\{|\{([^}]*)\}/g, (part, variable: string | undefined) => {
    if (part === '{{') return '\x01';
    if (variable === undefined || !TITLE_VARIABLES.includes(variable)) return '{';
    filled ||= FILLED_TITLE_VARIABLES.includes(variable);
    return '';
  });
  if (rest.includes('{')) return refusal;
  return filled || rest.replaceAll(' ', '') !== '' ? undefined : refusal;
}

export function checkLocale(value: string): string | undefined {
  return LOCALES.includes(value) ? undefined : 'Invalid locale name';
}

export function refuseDefragmentation(enabled: boolean): string | undefined {
  return enabled
    ? 'Active defragmentation cannot be enabled: it requires a server compiled with a modified Jemalloc like the one shipped by default with the source distribution'
    : undefined;
}

export function refuseMultipathTcp(enabled: boolean): string | undefined {
  return enabled ? 'MPTCP is not supported on this platform' : undefined;
}

export function refuseTls(enabled: boolean): string | undefined {
  return enabled ? 'Unable to update TLS configuration. Check server logs.' : undefined;
}

export function refuseTlsPort(port: bigint): string | undefined {
  return refuseTls(port !== 0n);
}

export function refuseRdmaPort(port: bigint): string | undefined {
  return port === 0n ? undefined : 'No RDMA building support.';
}

function isNodeWord(value: string): boolean {
  return /^[\x2d-\x3a\x41-\x5a\x5f\x60\x61-\x7a\x80-\xff]*$/.test(value);
}
