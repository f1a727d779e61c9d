// The quick transport: epoll on libc through node:ffi, on Node's main thread. Its loop sleeps for Node as well: the
// epoll set contains the descriptor of libuv's own loop, and no wait is longer than until Node's next timer.
// A turn: wait, `afterWait`, every ready connection, `beforeWait`. Several turns run before libuv is handed the thread,
// but never more than HAND_OVER_MS, and only the first one may sleep: handlers may have left promises to run.
import { assert } from '@valkeep/base';
import { Epoll, NESTING_MAX } from './epoll.ts';
import { EPOLLIN } from './libc-socket.ts';
import { type ListeningSocket, openListeningSocket, openListeningSocketNow } from './listening-socket.ts';
import { NodeEventLoop } from './node-event-loop.ts';
import { type AcceptedSocket, ReactorConnection } from './reactor-connection.ts';
import { LISTENER_TAG, ReactorListener } from './reactor-listener.ts';
import type { Listener, ListenOptions, Transport, TransportHooks } from './transport.ts';

const TURNS_MAX = 64;
const HAND_OVER_MS = 1;

export class Reactor implements Transport {
  readonly kind = 'reactor';
  readonly canPoll = true;
  readonly #epoll = new Epoll();
  readonly #node = new NodeEventLoop();
  readonly #connections: (ReactorConnection | undefined)[] = [];
  readonly #listeners = new Map<number, ReactorListener>();
  #hooks: TransportHooks | undefined;
  #lastId = 0;
  #level = 0;
  #isAwake = false;
  #nodeIsReady = false;
  #isStopped = false;
  #immediate: NodeJS.Immediate | undefined;

  async listen(options: ListenOptions): Promise<Listener> {
    return this.#listenOn(await openListeningSocket(options));
  }

  listenNow(options: ListenOptions): Listener {
    return this.#listenOn(openListeningSocketNow(options));
  }

  #listenOn(socket: ListeningSocket): Listener {
    const listener = new ReactorListener(socket, this.#epoll, {
      accepted: (accepted) => this.#accepted(accepted),
      failed: (error) => this.#hooks?.onAcceptError(error),
      closed: (closed) => this.#listeners.delete(closed.descriptor),
    });
    this.#listeners.set(listener.descriptor, listener);
    return listener;
  }

  start(hooks: TransportHooks): void {
    assert(this.#hooks === undefined, 'the reactor was started before');
    this.#hooks = hooks;
    this.#node.hold();
    this.#epoll.add(this.#node.descriptor, EPOLLIN, LISTENER_TAG);
    this.#immediate = setImmediate(this.#run);
  }

  pollOnce(): void {
    // Deeper than this, handlers that poll are nested in handlers that poll; they just do not poll any further.
    if (this.#level + 1 >= NESTING_MAX || this.#isStopped) return;
    this.#level++;
    try {
      this.#dispatch(this.#epoll.wait(this.#level, 0));
    } finally {
      this.#level--;
    }
  }

  wake(): void {
    this.#isAwake = true;
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearImmediate(this.#immediate);
    this.#node.release();
    for (const listener of this.#listeners.values()) listener.close();
    for (const connection of this.#connections) connection?.close();
    this.#epoll.close();
  }

  readonly #run = (): void => {
    try {
      this.#runTurns();
    } finally {
      if (!this.#isStopped) this.#immediate = setImmediate(this.#run);
    }
  };

  #runTurns(): void {
    const timeoutMs = this.#isAwake ? 0 : this.#node.idleMs();
    this.#isAwake = false;
    let count = this.#epoll.wait(0, timeoutMs);
    const endMs = performance.now() + HAND_OVER_MS;
    this.#turn(count);
    // After a turn with a single event the next look would most likely find nothing: a lone client is served sooner when
    // libuv gets the thread at once and the next turn sleeps (5 % at one connection).
    for (let turn = 1; turn < TURNS_MAX && count > 1; turn++) {
      if (this.#isStopped || this.#nodeIsReady || performance.now() > endMs) return;
      count = this.#epoll.wait(0, 0);
      if (count > 0) this.#turn(count);
    }
  }

  #turn(count: number): void {
    const hooks = this.#hooks;
    if (hooks === undefined) return;
    this.#nodeIsReady = false;
    hooks.afterWait();
    this.#dispatch(count);
    if (!this.#isStopped) hooks.beforeWait();
  }

  #dispatch(count: number): void {
    const level = this.#level;
    const epoll = this.#epoll;
    for (let i = 0; i < count && !this.#isStopped; i++) {
      const descriptor = epoll.descriptorAt(level, i);
      const tag = epoll.tagAt(level, i);
      if (tag === LISTENER_TAG) {
        this.#dispatchOther(descriptor);
        continue;
      }
      // An event of a connection that was closed in this turn, whose descriptor may be another one's by now, is void.
      const connection = this.#connections[descriptor];
      if (connection !== undefined && connection.tag === tag) connection.handle(epoll.eventsAt(level, i));
    }
  }

  #dispatchOther(descriptor: number): void {
    const listener = this.#listeners.get(descriptor);
    if (listener !== undefined) listener.acceptAll();
    else this.#nodeIsReady = true;
  }

  #accepted(socket: AcceptedSocket): void {
    const connection = new ReactorConnection(++this.#lastId, socket, this.#epoll, this.#connections);
    const handler = this.#hooks?.onConnection(connection);
    if (handler === undefined || this.#isStopped) connection.close();
    else if (connection.descriptor >= 0) connection.open(handler);
  }
}
