// Ours and the reference, started alike, with the same connections to each. A server that has died is started again, so
// that one crash does not end the run.
import type { RespFrame } from '@valkeep/resp';
import { type RespConnection, type RunningServer, startServer, waitFor } from '@valkeep/testing';
import { CONNECTIONS } from './steps.ts';

export interface ServerPairOptions {
  readonly ours: readonly string[];
  readonly reference: readonly string[];
  readonly appendfsync: string;
  /** Further directives for our server only. */
  readonly oursArgs?: readonly string[];
}

export interface Session {
  readonly server: RunningServer;
  readonly connections: readonly RespConnection[];
  /** CLIENT ID of each connection. */
  readonly clientIds: readonly string[];
  /** For commands of the harness itself. */
  readonly control: RespConnection;
}

export type Side = 'ours' | 'reference';
export const sides: readonly Side[] = ['ours', 'reference'];
export type Both<T> = Readonly<Record<Side, T>>;

const REPLY_LIMIT_MS = 5_000;

const configuration = {
  appendonly: 'yes',
  'auto-aof-rewrite-percentage': '0',
  'lazyfree-lazy-expire': 'no',
  'lazyfree-lazy-user-del': 'no',
  databases: '16',
  // Small limits, so that few elements change the encoding.
  'hash-max-listpack-entries': '12',
  'hash-max-listpack-value': '32',
  'set-max-intset-entries': '10',
  'set-max-listpack-entries': '12',
  'set-max-listpack-value': '32',
  'zset-max-listpack-entries': '12',
  'zset-max-listpack-value': '32',
  'list-max-listpack-size': '8',
  'stream-node-max-entries': '5',
};

export class ServerPair {
  readonly #options: ServerPairOptions;
  readonly #servers = new Map<Side, RunningServer>();
  readonly #sessions = new Map<Side, Session>();

  constructor(options: ServerPairOptions) {
    this.#options = options;
  }

  /** Empties both servers and opens new connections, in the given protocol. */
  async reset(protocol: 2 | 3): Promise<void> {
    await Promise.all(sides.map((side) => this.#resetSide(side, protocol)));
  }

  session(side: Side): Session {
    const session = this.#sessions.get(side);
    if (session === undefined) throw new Error('reset() comes first');
    return session;
  }

  /** Asks both at the same time. */
  async both<T>(ask: (session: Session, side: Side) => Promise<T>): Promise<Both<T>> {
    const [ours, reference] = await Promise.all([
      ask(this.session('ours'), 'ours'),
      ask(this.session('reference'), 'reference'),
    ]);
    return { ours, reference };
  }

  /** Sends a command of the harness to both. */
  controlBoth(args: readonly string[]): Promise<Both<RespFrame>> {
    return this.both(({ control }) => control.request(args));
  }

  async stop(): Promise<void> {
    for (const side of sides) {
      await this.#closeSession(side);
      await this.#servers.get(side)?.stop();
    }
  }

  async #resetSide(side: Side, protocol: 2 | 3): Promise<void> {
    await this.#closeSession(side);
    const server = await this.#ensureServer(side);
    const connect = () => server.connect({ limitMs: REPLY_LIMIT_MS });
    const control = await connect();
    await awaitNoClients(control);
    await control.call('FLUSHALL');
    const connections: RespConnection[] = [];
    while (connections.length < CONNECTIONS) connections.push(await connect());
    for (const connection of connections) if (protocol === 3) await connection.call('HELLO', 3);
    const clientIds: string[] = [];
    for (const connection of connections) clientIds.push(String(await connection.call('CLIENT', 'ID')));
    this.#sessions.set(side, { server, connections, clientIds, control });
  }

  async #closeSession(side: Side): Promise<void> {
    const session = this.#sessions.get(side);
    if (session === undefined) return;
    for (const connection of [...session.connections, session.control]) await connection[Symbol.asyncDispose]();
    this.#sessions.delete(side);
  }

  async #ensureServer(side: Side): Promise<RunningServer> {
    const running = this.#servers.get(side);
    if (running !== undefined && (await isAlive(running))) return running;
    await running?.stop();
    const { appendfsync, oursArgs = [] } = this.#options;
    const args = side === 'ours' ? oursArgs : [];
    const server = await startServer({ command: this.#options[side], args, config: { ...configuration, appendfsync } });
    await using connection = await server.connect();
    // Whether and when a key is found expired must not depend on a timer.
    await connection.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
    this.#servers.set(side, server);
    return server;
  }
}

/** What other connections left open (a blocked command) must be over before the data is emptied. */
async function awaitNoClients(control: RespConnection): Promise<void> {
  const isAlone = async () => /connected_clients:1\r/.test(String(await control.call('INFO', 'clients')));
  await waitFor(isAlone, { what: 'the end of all other connections' });
}

async function isAlive(server: RunningServer): Promise<boolean> {
  try {
    await using connection = await server.connect({ limitMs: REPLY_LIMIT_MS });
    return (await connection.request(['PING'])).value.kind === 'simple';
  } catch {
    return false; // it is started again, and the log of the old one belongs to the difference that was reported
  }
}
