// What the reactor has to know of Node's own event loop (libuv): the descriptor that tells of its events, and how long
// it has nothing to do. With both, the reactor can sleep on behalf of Node as well.
import ffi from 'node:ffi';

const { functions: uv } = ffi.dlopen(null, {
  uv_backend_fd: { arguments: ['pointer'], return: 'i32' },
  uv_backend_timeout: { arguments: ['pointer'], return: 'i32' },
  uv_update_time: { arguments: ['pointer'], return: 'void' },
});

/** setInterval's longest period. */
const LONGEST_MS = 2 ** 31 - 1;
const nothing = (): void => {};

export class NodeEventLoop {
  readonly #loop = ffi.getCurrentEventLoop();
  #keepAlive: NodeJS.Timeout | undefined;

  /** Becomes readable when a completion, a signal or a socket of Node waits to be handled. */
  get descriptor(): number {
    return uv.uv_backend_fd(this.#loop);
  }

  /** Keeps the process alive, and libuv's answer honest: without anything alive it says 0, "do not sleep". */
  hold(): void {
    this.#keepAlive = setInterval(nothing, LONGEST_MS);
  }

  release(): void {
    clearInterval(this.#keepAlive);
  }

  /**
   * Milliseconds until Node has something to do: 0 for now, -1 for nothing in sight. Called in a setImmediate callback.
   * Node counts the running immediate as work until its queue is through; making and clearing another one has it count
   * again, so that only real ones remain.
   */
  idleMs(): number {
    clearImmediate(setImmediate(nothing));
    uv.uv_update_time(this.#loop);
    return uv.uv_backend_timeout(this.#loop);
  }
}
