// Sets options of sockets. An option that the kernel refuses is an error for a listener (the operator asked for it) and
// is let go for a connection (it may be broken already, which its next read says).
import { reserveRegion } from '../memory/native-memory.ts';
import { lastErrorNumber, systemError } from './errno.ts';
import {
  IPPROTO_TCP,
  libc,
  SO_KEEPALIVE,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
} from './libc-socket.ts';

/** Unanswered probes before the peer counts as gone. */
const KEEPALIVE_PROBES = 3;

const region = reserveRegion(4096);
const value = new Int32Array(region.bytes.buffer, 0, 1);

/** Sets an option of 4 bytes; false where the kernel refuses. */
export function trySocketOption(descriptor: number, level: number, name: number, content: number): boolean {
  value[0] = content;
  return libc.setsockopt(descriptor, level, name, region.pointer, 4) === 0;
}

/** Sets an option of 4 bytes; throws a system error where the kernel refuses. */
export function setSocketOption(descriptor: number, level: number, name: number, content: number): void {
  if (!trySocketOption(descriptor, level, name, content)) throw systemError('setsockopt', lastErrorNumber());
}

/**
 * Probes a silent peer after `seconds`, then three times within that period again; 0 switches it off.
 * The division by three is Valkey's: a dead peer is found within about twice the period.
 */
export function setTcpKeepAlive(descriptor: number, seconds: number): void {
  if (!trySocketOption(descriptor, SOL_SOCKET, SO_KEEPALIVE, seconds > 0 ? 1 : 0) || seconds <= 0) return;
  trySocketOption(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
  trySocketOption(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, Math.max(1, Math.trunc(seconds / 3)));
  trySocketOption(descriptor, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
}
