// The functions of libc that sockets and epoll need, and the numbers Linux gives to their constants.
// Calls with up to three integer or pointer arguments take V8's quick path (about 50 ns); a fourth argument costs half
// a microsecond. So what runs per request is `read` and `write`, never `recv` and `send`.
// Pointers are addresses in native memory only; a pointer to a JavaScript buffer must never be passed.
import ffi from 'node:ffi';

export const { functions: libc } = ffi.dlopen(null, {
  __errno_location: { arguments: [], return: 'pointer' },
  read: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  write: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  close: { arguments: ['i32'], return: 'i32' },
  socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
  bind: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
  listen: { arguments: ['i32', 'i32'], return: 'i32' },
  accept4: { arguments: ['i32', 'pointer', 'pointer', 'i32'], return: 'i32' },
  getsockname: { arguments: ['i32', 'pointer', 'pointer'], return: 'i32' },
  setsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'u32'], return: 'i32' },
  epoll_create1: { arguments: ['i32'], return: 'i32' },
  epoll_ctl: { arguments: ['i32', 'i32', 'i32', 'pointer'], return: 'i32' },
  epoll_wait: { arguments: ['i32', 'pointer', 'i32', 'i32'], return: 'i32' },
  inet_pton: { arguments: ['i32', 'pointer', 'pointer'], return: 'i32' },
  inet_ntop: { arguments: ['i32', 'pointer', 'pointer', 'u32'], return: 'pointer' },
});

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;

export const SOCK_STREAM = 1;
export const SOCK_NONBLOCK = 0x800;
export const SOCK_CLOEXEC = 0x80000;

export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_KEEPALIVE = 9;
export const SO_MARK = 36;

export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const TCP_KEEPIDLE = 4;
export const TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6;

export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;

export const EPOLL_CLOEXEC = 0x80000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;
export const EPOLLIN = 1;
export const EPOLLOUT = 4;
export const EPOLLERR = 8;
export const EPOLLHUP = 16;
