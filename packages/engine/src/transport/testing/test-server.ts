// A server for tests of transports: it gives each connection a handler, counts what happens and stops at the end.
// `promise` registers a test once for each transport.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { Reactor } from '../reactor.ts';
import { Streams } from '../streams.ts';
import type { Connection, ConnectionHandler, Listener, ListenOptions, Transport } from '../transport.ts';
import { EchoHandler } from './echo-handler.ts';

export type TransportKind = Transport['kind'];
const kinds: readonly TransportKind[] = ['reactor', 'streams'];
const BACKLOG = 511;
const WAIT_MS = 20_000;

export function makeTransport(kind: string): Transport {
  return kind === 'streams' ? new Streams() : new Reactor();
}

/** Registers a test with a started server on each transport, or on those that are named. */
export function promise(name: string, body: (server: TestServer) => Promise<void>, on = kinds): void {
  for (const kind of on) {
    test(`${kind}: ${name}`, { timeout: 60_000 }, async () => {
      const server = new TestServer(kind);
      try {
        await body(server);
      } finally {
        await server.stop();
      }
    });
  }
}

export class TestServer {
  readonly transport: Transport;
  readonly connections: Connection[] = [];
  readonly acceptErrors: string[] = [];
  readonly echoes: EchoHandler[] = [];
  readonly #clients: Socket[] = [];
  /** Replaces the echo. */
  makeHandler: (connection: Connection) => ConnectionHandler | undefined = (connection) => this.echo(connection);
  beforeWait: () => void = () => {};
  afterWait: () => void = () => {};
  turns = 0;

  constructor(kind: TransportKind) {
    this.transport = makeTransport(kind);
    this.transport.start({
      onConnection: (connection) => {
        this.connections.push(connection);
        return this.makeHandler(connection);
      },
      beforeWait: () => this.beforeWait(),
      afterWait: () => {
        this.turns++;
        this.afterWait();
      },
      onAcceptError: (error) => this.acceptErrors.push(error),
    });
  }

  echo(connection: Connection): EchoHandler {
    const handler = new EchoHandler(connection);
    this.echoes.push(handler);
    return handler;
  }

  listen(options: Partial<ListenOptions> = {}): Promise<Listener> {
    const address = options.address ?? '127.0.0.1';
    return this.transport.listen({ backlog: BACKLOG, ...options, address });
  }

  /** Listens on a free port of loopback. */
  listenAnywhere(): Promise<Listener> {
    return this.listen({ port: 0 });
  }

  /** A connected client; errors of it are awaited by those tests that want them. */
  async connect(port: number, host = '127.0.0.1'): Promise<Socket> {
    return this.#connected(connect({ port, host, noDelay: true, allowHalfOpen: true }));
  }

  async connectUnix(path: string): Promise<Socket> {
    return this.#connected(connect({ path, allowHalfOpen: true }));
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.transport.stop();
  }

  async #connected(client: Socket): Promise<Socket> {
    this.#clients.push(client);
    await once(client, 'connect');
    client.on('error', () => undefined);
    return client;
  }
}

/** Reads exactly as many bytes from a client as `byteLength`. */
export async function receive(client: Socket, byteLength: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let count = 0;
  const deadline = AbortSignal.timeout(WAIT_MS);
  while (count < byteLength) {
    const chunk: Buffer | null = client.read();
    if (chunk === null) {
      assert.ok(!client.readableEnded && !client.destroyed, `ended after ${count} of ${byteLength} bytes`);
      await Promise.race([
        once(client, 'readable', { signal: deadline }),
        once(client, 'end', { signal: deadline }),
        once(client, 'close', { signal: deadline }),
      ]);
      continue;
    }
    chunks.push(chunk);
    count += chunk.length;
  }
  const all = Buffer.concat(chunks);
  if (all.length > byteLength) client.unshift(all.subarray(byteLength));
  return all.subarray(0, byteLength);
}

/** Sends text and checks that the same comes back. */
export async function expectEcho(client: Socket, text: string): Promise<void> {
  client.write(text, 'latin1');
  assert.equal((await receive(client, text.length)).toString('latin1'), text);
}

/** Waits until `condition` holds, looking again after each pass of the event loop. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (!condition()) {
    assert.ok(performance.now() < end, `still waiting until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
