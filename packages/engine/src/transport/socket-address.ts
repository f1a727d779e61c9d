// Addresses of sockets as the kernel writes them (`struct sockaddr_in`, `_in6`, `_un`) to text and back.
// It works in a scratch region of native memory of its own, whose content no function leaves for the next.
import { isIPv4 } from 'node:net';
import { assert } from '@valkeep/base';
import { type NativeRegion, reserveRegion } from '../memory/native-memory.ts';
import { AF_INET, AF_INET6, AF_UNIX, libc } from './libc-socket.ts';

/** Room for the longest address (`struct sockaddr_un` has 110 bytes). */
export const SOCKET_ADDRESS_BYTES_MAX = 128;
/** `sun_path` with its final zero. */
export const UNIX_PATH_BYTES_MAX = 108;
const TEXT_OFFSET = 256;
const TEXT_BYTES_MAX = 64;
const LENGTH_OFFSET = 512;
const ADDRESS_TEXT_END = 0;

const scratch = reserveRegion(4096);
const view = new DataView(scratch.bytes.buffer);
const textPointer = scratch.pointer + BigInt(TEXT_OFFSET);
const lengthPointer = scratch.pointer + BigInt(LENGTH_OFFSET);

/** An address in native memory, valid until the next call of this module. */
export interface EncodedAddress {
  readonly family: number;
  readonly pointer: bigint;
  readonly byteLength: number;
}

/** Encodes an IPv4 or IPv6 address (digits, not a host name) with its port. */
export function encodeInternetAddress(address: string, port: number): EncodedAddress {
  const family = isIPv4(address) ? AF_INET : AF_INET6;
  const byteLength = family === AF_INET ? 16 : 28;
  const [withoutZone, zone = ''] = address.split('%');
  scratch.bytes.fill(0, 0, byteLength);
  view.setUint16(0, family, true);
  view.setUint16(2, port);
  if (zone !== '') view.setUint32(24, Number(zone), true);
  writeText(withoutZone);
  const result = libc.inet_pton(family, textPointer, scratch.pointer + BigInt(addressOffset(family)));
  assert(result === 1, `${address} is no internet address`);
  return { family, pointer: scratch.pointer, byteLength };
}

/** Encodes the path of a Unix socket. The path is shorter than UNIX_PATH_BYTES_MAX. */
export function encodeUnixPath(path: string): EncodedAddress {
  const bytes = Buffer.from(path);
  assert(bytes.length < UNIX_PATH_BYTES_MAX, 'the path of the Unix socket is too long');
  scratch.bytes.fill(0, 0, 2 + UNIX_PATH_BYTES_MAX);
  view.setUint16(0, AF_UNIX, true);
  scratch.bytes.set(bytes, 2);
  return { family: AF_UNIX, pointer: scratch.pointer, byteLength: 2 + bytes.length + 1 };
}

/** The bytes of a socket's own address; empty where the descriptor has none. */
export function readLocalAddress(descriptor: number): Uint8Array {
  view.setUint32(LENGTH_OFFSET, SOCKET_ADDRESS_BYTES_MAX, true);
  if (libc.getsockname(descriptor, scratch.pointer, lengthPointer) < 0) return new Uint8Array(0);
  return scratch.bytes.slice(0, view.getUint32(LENGTH_OFFSET, true));
}

/** The port of an encoded internet address. */
export function portOf(address: Uint8Array): number {
  return (address[2] << 8) | address[3];
}

/** `ip:port` or `[ip6]:port`, as CLIENT LIST prints it; `?:0` for what is no internet address. */
export function formatInternetAddress(address: Uint8Array): string {
  if (address.length < 16) return '?:0';
  const family = address[0] | (address[1] << 8);
  scratch.bytes.set(address);
  const source = scratch.pointer + BigInt(addressOffset(family));
  if (libc.inet_ntop(family, source, textPointer, TEXT_BYTES_MAX) === 0n) return '?:0';
  const text = readText(scratch);
  return family === AF_INET6 ? `[${text}]:${portOf(address)}` : `${text}:${portOf(address)}`;
}

/** True for 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104. */
export function isLoopback(address: Uint8Array): boolean {
  const family = address[0] | (address[1] << 8);
  if (family === AF_INET) return address[4] === 127;
  if (family !== AF_INET6) return false;
  for (let i = 8; i < 18; i++) if (address[i] !== 0) return false;
  if (address[18] === 0xff && address[19] === 0xff) return address[20] === 127;
  for (let i = 18; i < 23; i++) if (address[i] !== 0) return false;
  return address[23] === 1;
}

function addressOffset(family: number): number {
  return family === AF_INET ? 4 : 8;
}

function writeText(text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  assert(bytes.length < TEXT_BYTES_MAX, 'the text of the address is too long');
  scratch.bytes.set(bytes, TEXT_OFFSET);
  scratch.bytes[TEXT_OFFSET + bytes.length] = ADDRESS_TEXT_END;
}

function readText(region: NativeRegion): string {
  const end = region.bytes.indexOf(ADDRESS_TEXT_END, TEXT_OFFSET);
  return Buffer.from(region.bytes.subarray(TEXT_OFFSET, end)).toString('latin1');
}
