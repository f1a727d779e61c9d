// The fallback transport: node:net behind the interface of the reactor. It is several times slower at depth 1, needs no
// foreign functions, and cannot serve connections while a handler holds the thread.
// A turn runs in a setImmediate after events: `afterWait`, every ready connection, `beforeWait`.
import { createServer, type Server, type Socket } from 'node:net';
import { assert } from '@valkeep/base';
import { StreamConnection } from './stream-connection.ts';
import type { Listener, ListenOptions, Transport, TransportHooks } from './transport.ts';
import { removeStaleSocket, setSocketPermissions } from './unix-socket-file.ts';

export class Streams implements Transport {
  readonly kind = 'streams';
  readonly canPoll = false;
  readonly #servers = new Set<Server>();
  readonly #connections = new Set<StreamConnection>();
  #ready = new Set<StreamConnection>();
  #hooks: TransportHooks | undefined;
  #lastId = 0;
  #turn: NodeJS.Immediate | undefined;
  #isStopped = false;

  listenNow(): never {
    throw Object.assign(new Error('the streams transport cannot listen at once'), { code: 'ENOTSUP' });
  }

  async listen(options: ListenOptions): Promise<Listener> {
    if (options.mark) throw Object.assign(new Error('node:net cannot set SO_MARK'), { code: 'ENOTSUP' });
    const unixPath = options.port === undefined ? options.address : '';
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    server.on('connection', (socket) => this.#accepted(socket, unixPath));
    await listening(server, options);
    this.#servers.add(server);
    if (unixPath !== '') await this.#setPermissions(server, unixPath, options.unixPermissions ?? 0);
    server.on('error', (error: NodeJS.ErrnoException) => this.#hooks?.onAcceptError(error.code ?? error.message));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { port, close: () => void this.#closeServer(server) };
  }

  start(hooks: TransportHooks): void {
    assert(this.#hooks === undefined, 'the transport was started before');
    this.#hooks = hooks;
    this.wake();
  }

  pollOnce(): void {
    assert(this.canPoll, 'the streams transport cannot serve connections while a handler runs');
  }

  wake(): void {
    if (this.#isStopped || this.#hooks === undefined) return;
    this.#turn ??= setImmediate(this.#runTurn);
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearImmediate(this.#turn);
    const closing = [...this.#servers].map((server) => this.#closeServer(server));
    for (const connection of this.#connections) connection.close();
    await Promise.all(closing);
  }

  readonly #runTurn = (): void => {
    this.#turn = undefined;
    const ready = this.#ready;
    this.#ready = new Set();
    this.#hooks?.afterWait();
    for (const connection of ready) {
      connection.handle();
      if (connection.isReady) this.#changed(connection);
    }
    if (!this.#isStopped) this.#hooks?.beforeWait();
  };

  #changed(connection: StreamConnection): void {
    this.#ready.add(connection);
    this.wake();
  }

  #accepted(socket: Socket, unixPath: string): void {
    const connection = new StreamConnection(++this.#lastId, socket, unixPath, {
      changed: (changed) => this.#changed(changed),
      closed: (closed) => this.#connections.delete(closed),
    });
    this.#connections.add(connection);
    const handler = this.#hooks?.onConnection(connection);
    if (handler === undefined || this.#isStopped) connection.close();
    else connection.open(handler);
  }

  async #setPermissions(server: Server, path: string, permissions: number): Promise<void> {
    try {
      setSocketPermissions(path, permissions);
    } catch (error) {
      await this.#closeServer(server);
      throw error;
    }
  }

  #closeServer(server: Server): Promise<void> {
    if (!this.#servers.delete(server)) return Promise.resolve();
    return new Promise((resolve) => server.close(() => resolve()));
  }
}

/** Waits until the server listens. Rejects with the system's error, its name in `code`. */
function listening(server: Server, options: ListenOptions): Promise<void> {
  const { address, port, backlog } = options;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const listened = (): void => {
      server.off('error', reject);
      resolve();
    };
    if (port === undefined) {
      removeStaleSocket(address);
      server.listen({ path: address, backlog }, listened);
    } else {
      server.listen({ host: address, port, backlog, ipv6Only: true }, listened);
    }
  });
}
