// A connection of the reactor: one descriptor, what it waits for, and its bytes. `read` and `write` are one system
// call each and run once per request: nothing is allocated in them as long as the offset is 0.
import type { NativeRegion } from '../memory/native-memory.ts';
import type { Epoll } from './epoll.ts';
import { EAGAIN, EINTR, errorName, lastErrorNumber } from './errno.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, libc } from './libc-socket.ts';
import { formatInternetAddress, isLoopback, readLocalAddress } from './socket-address.ts';
import { setTcpKeepAlive } from './socket-options.ts';
import { BROKEN, type Connection, type ConnectionHandler, WOULD_BLOCK } from './transport.ts';

/** A broken connection counts as readable and writable: the call that follows says what is wrong. */
const READABLE = EPOLLIN | EPOLLERR | EPOLLHUP;
const WRITABLE = EPOLLOUT | EPOLLERR | EPOLLHUP;
const CLOSED = -1;

/** Where connections of a descriptor are found; the reactor's. */
export interface ConnectionTable {
  [descriptor: number]: ReactorConnection | undefined;
}

export interface AcceptedSocket {
  readonly descriptor: number;
  /** The peer's address as the kernel gave it. */
  readonly peer: Uint8Array;
  /** The path of the listener where it is a Unix socket, else empty. */
  readonly path: string;
}

const noHandler: ConnectionHandler = { onReadable: () => {}, onWritable: () => {} };

export class ReactorConnection implements Connection {
  readonly id: number;
  /** The id in 32 bits, as events carry it. */
  readonly tag: number;
  descriptor: number;
  readonly isUnixSocket: boolean;
  handler: ConnectionHandler = noHandler;
  error = '';
  readonly #epoll: Epoll;
  readonly #table: ConnectionTable;
  readonly #socket: AcceptedSocket;
  #interest = EPOLLIN;
  #registered = false;
  #isRunning = false;
  #remoteAddress: string | undefined;
  #localAddress: string | undefined;

  constructor(id: number, socket: AcceptedSocket, epoll: Epoll, table: ConnectionTable) {
    this.id = id;
    this.tag = id | 0;
    this.descriptor = socket.descriptor;
    this.isUnixSocket = socket.path !== '';
    this.#socket = socket;
    this.#epoll = epoll;
    this.#table = table;
  }

  get remoteAddress(): string {
    this.#remoteAddress ??= this.isUnixSocket ? `${this.#socket.path}:0` : formatInternetAddress(this.#socket.peer);
    return this.#remoteAddress;
  }

  get localAddress(): string {
    if (this.isUnixSocket) return `${this.#socket.path}:0`;
    this.#localAddress ??= formatInternetAddress(readLocalAddress(this.descriptor));
    return this.#localAddress;
  }

  get isLocal(): boolean {
    return this.isUnixSocket || isLoopback(this.#socket.peer);
  }

  /** Takes part in the loop from now on, with this handler. */
  open(handler: ConnectionHandler): void {
    this.handler = handler;
    this.#registered = true;
    this.#table[this.descriptor] = this;
    if (this.#interest !== 0) this.#epoll.add(this.descriptor, this.#interest, this.tag);
  }

  /** Handles events of a wait. Not while its handler runs already: a poll from inside it must not call it again. */
  handle(events: number): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      if ((events & READABLE) !== 0 && (this.#interest & EPOLLIN) !== 0) this.handler.onReadable();
      if ((events & WRITABLE) !== 0 && (this.#interest & EPOLLOUT) !== 0) this.handler.onWritable();
    } finally {
      this.#isRunning = false;
    }
  }

  read(region: NativeRegion, offset: number, length: number): number {
    const pointer = offset === 0 ? region.pointer : region.pointer + BigInt(offset);
    const count = libc.read(this.descriptor, pointer, length);
    return count >= 0 ? count : this.#failed(pointer, length, libc.read);
  }

  write(region: NativeRegion, offset: number, length: number): number {
    const pointer = offset === 0 ? region.pointer : region.pointer + BigInt(offset);
    const count = libc.write(this.descriptor, pointer, length);
    return count >= 0 ? count : this.#failed(pointer, length, libc.write);
  }

  wantWrite(on: boolean): void {
    this.#want(on ? this.#interest | EPOLLOUT : this.#interest & ~EPOLLOUT);
  }

  wantRead(on: boolean): void {
    this.#want(on ? this.#interest | EPOLLIN : this.#interest & ~EPOLLIN);
  }

  setKeepAlive(seconds: number): void {
    if (!this.isUnixSocket && this.descriptor !== CLOSED) setTcpKeepAlive(this.descriptor, seconds);
  }

  close(): void {
    if (this.descriptor === CLOSED) return;
    if (this.#registered) this.#table[this.descriptor] = undefined;
    // The kernel takes a closed descriptor out of the epoll set by itself.
    libc.close(this.descriptor);
    this.descriptor = CLOSED;
    this.#interest = 0;
    this.#registered = false;
  }

  #want(interest: number): void {
    const before = this.#interest;
    if (interest === before || this.descriptor === CLOSED) return;
    this.#interest = interest;
    if (!this.#registered) return;
    // Errors are reported whether asked for or not: who waits for nothing has to leave the set, or it would spin.
    if (interest === 0) this.#epoll.remove(this.descriptor);
    else if (before === 0) this.#epoll.add(this.descriptor, interest, this.tag);
    else this.#epoll.modify(this.descriptor, interest, this.tag);
  }

  #failed(pointer: bigint, length: number, call: typeof libc.read): number {
    let errorNumber = lastErrorNumber();
    while (errorNumber === EINTR) {
      const count = call(this.descriptor, pointer, length);
      if (count >= 0) return count;
      errorNumber = lastErrorNumber();
    }
    if (errorNumber === EAGAIN) return WOULD_BLOCK;
    this.error = errorName(errorNumber);
    return BROKEN;
  }
}
