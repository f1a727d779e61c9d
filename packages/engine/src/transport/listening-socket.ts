// Opens the sockets that connections are accepted from: IPv4, IPv6 (never both on one socket) and Unix paths.
// TCP_NODELAY is set here because Linux hands it on to what is accepted; that spares a call per connection.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { constants } from 'node:os';
import { lastErrorNumber, systemError } from './errno.ts';
import {
  AF_INET6,
  AF_UNIX,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  libc,
  SO_MARK,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
} from './libc-socket.ts';
import {
  type EncodedAddress,
  encodeInternetAddress,
  encodeUnixPath,
  portOf,
  readLocalAddress,
  UNIX_PATH_BYTES_MAX,
} from './socket-address.ts';
import { setSocketOption } from './socket-options.ts';
import type { ListenOptions } from './transport.ts';
import { removeStaleSocket, setSocketPermissions } from './unix-socket-file.ts';

/** An open listening socket. */
export interface ListeningSocket {
  readonly descriptor: number;
  /** 0 for a Unix socket. */
  readonly port: number;
  /** The path of a Unix socket, else empty. */
  readonly path: string;
}

/** Opens a listening socket. Throws an Error whose `code` is the system's (EADDRINUSE, EADDRNOTAVAIL, EACCES ...). */
export async function openListeningSocket(options: ListenOptions): Promise<ListeningSocket> {
  if (options.port === undefined || isIP(options.address) !== 0) return openListeningSocketNow(options);
  const { address } = await lookup(options.address);
  return openInternet(address, options.port, options);
}

/** The same at once; names of hosts are not looked up (EADDRNOTAVAIL). */
export function openListeningSocketNow(options: ListenOptions): ListeningSocket {
  if (options.port === undefined) return openUnix(options);
  if (isIP(options.address) === 0) throw systemError('listen', constants.errno.EADDRNOTAVAIL, options.address);
  return openInternet(options.address, options.port, options);
}

function openInternet(address: string, port: number, options: ListenOptions): ListeningSocket {
  const descriptor = openSocket(encodeInternetAddress(address, port).family);
  try {
    const encoded = encodeInternetAddress(address, port);
    setTcpOptions(descriptor, encoded.family, options.mark ?? 0);
    bindAndListen(descriptor, encoded, options);
  } catch (error) {
    libc.close(descriptor);
    throw error;
  }
  return { descriptor, port: portOf(readLocalAddress(descriptor)), path: '' };
}

function openUnix(options: ListenOptions): ListeningSocket {
  const path = options.address;
  if (Buffer.byteLength(path) >= UNIX_PATH_BYTES_MAX) {
    throw systemError('bind', constants.errno.ENAMETOOLONG, path);
  }
  removeStaleSocket(path);
  const descriptor = openSocket(AF_UNIX);
  try {
    bindAndListen(descriptor, encodeUnixPath(path), options);
    setSocketPermissions(path, options.unixPermissions ?? 0);
  } catch (error) {
    libc.close(descriptor);
    throw error;
  }
  return { descriptor, port: 0, path };
}

function openSocket(family: number): number {
  const descriptor = libc.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw systemError('socket', lastErrorNumber());
  return descriptor;
}

function setTcpOptions(descriptor: number, family: number, mark: number): void {
  if (family === AF_INET6) setSocketOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  setSocketOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  setSocketOption(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  if (mark !== 0) setSocketOption(descriptor, SOL_SOCKET, SO_MARK, mark);
}

function bindAndListen(descriptor: number, encoded: EncodedAddress, options: ListenOptions): void {
  const subject = options.port === undefined ? options.address : `${options.address}:${options.port}`;
  if (libc.bind(descriptor, encoded.pointer, encoded.byteLength) < 0) {
    throw systemError('listen', lastErrorNumber(), subject);
  }
  if (libc.listen(descriptor, options.backlog) < 0) throw systemError('listen', lastErrorNumber(), subject);
}
