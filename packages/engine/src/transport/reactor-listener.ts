// Accepts connections from one listening socket, a bounded number per turn. When the process is out of descriptors it
// leaves the epoll set for a moment: the socket stays readable, and waiting on it would spin.
import { rmSync } from 'node:fs';
import { type NativeRegion, reserveRegion } from '../memory/native-memory.ts';
import type { Epoll } from './epoll.ts';
import { EAGAIN, ECONNABORTED, EINTR, errorName, lastErrorNumber } from './errno.ts';
import { EPOLLIN, libc, SOCK_CLOEXEC, SOCK_NONBLOCK } from './libc-socket.ts';
import type { ListeningSocket } from './listening-socket.ts';
import type { AcceptedSocket } from './reactor-connection.ts';
import { SOCKET_ADDRESS_BYTES_MAX } from './socket-address.ts';
import type { Listener } from './transport.ts';

/** Connections accepted per turn and listener; more wait for the next turn, after those that are being served. */
const ACCEPTS_PER_TURN_MAX = 64;
const REST_MS = 100;
/** The tag of events that belong to no connection; ids of connections start at 1. */
export const LISTENER_TAG = 0;

const scratch: NativeRegion = reserveRegion(4096);
const lengthWord = new Uint32Array(scratch.bytes.buffer, SOCKET_ADDRESS_BYTES_MAX, 1);
const lengthPointer = scratch.pointer + BigInt(SOCKET_ADDRESS_BYTES_MAX);

export interface ListenerEvents {
  accepted(socket: AcceptedSocket): void;
  failed(error: string): void;
  closed(listener: ReactorListener): void;
}

export class ReactorListener implements Listener {
  readonly #socket: ListeningSocket;
  readonly #epoll: Epoll;
  readonly #events: ListenerEvents;
  #rest: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(socket: ListeningSocket, epoll: Epoll, events: ListenerEvents) {
    this.#socket = socket;
    this.#epoll = epoll;
    this.#events = events;
    epoll.add(socket.descriptor, EPOLLIN, LISTENER_TAG);
  }

  get port(): number {
    return this.#socket.port;
  }

  get descriptor(): number {
    return this.#socket.descriptor;
  }

  acceptAll(): void {
    for (let count = 0; count < ACCEPTS_PER_TURN_MAX && !this.#isClosed; count++) {
      if (!this.#accept()) return;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#rest);
    libc.close(this.#socket.descriptor);
    if (this.#socket.path !== '') rmSync(this.#socket.path, { force: true });
    this.#events.closed(this);
  }

  /** True when it is worth while to try again. */
  #accept(): boolean {
    lengthWord[0] = SOCKET_ADDRESS_BYTES_MAX;
    const flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
    const descriptor = libc.accept4(this.#socket.descriptor, scratch.pointer, lengthPointer, flags);
    if (descriptor < 0) return this.#failed(lastErrorNumber());
    const peer = scratch.bytes.slice(0, Math.min(lengthWord[0], SOCKET_ADDRESS_BYTES_MAX));
    this.#events.accepted({ descriptor, peer, path: this.#socket.path });
    return true;
  }

  #failed(errorNumber: number): boolean {
    if (errorNumber === EINTR || errorNumber === ECONNABORTED) return true;
    if (errorNumber === EAGAIN) return false;
    this.#epoll.remove(this.#socket.descriptor);
    this.#rest = setTimeout(() => this.#epoll.add(this.#socket.descriptor, EPOLLIN, LISTENER_TAG), REST_MS);
    this.#events.failed(errorName(errorNumber));
    return false;
  }
}
