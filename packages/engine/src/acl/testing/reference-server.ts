// For tests: a connection to a real Valkey 9.1, replies as values or as they came.
import { type PlainReply, ReplyError, toPlainReply } from '@valkeep/resp';
import {
  findReferenceEngines,
  noReferenceEngines,
  type RespConnection,
  type RunningServer,
  startServer,
} from '@valkeep/testing';

const engines = findReferenceEngines();

/** False, or why tests beside the reference are skipped. */
export const skipWithoutReference = engines === undefined ? noReferenceEngines : false;

export class ReferenceServer {
  readonly #server: RunningServer;
  readonly #connection: RespConnection;

  /** `args` are further arguments of the server. */
  static async start(...args: readonly string[]): Promise<ReferenceServer> {
    if (engines === undefined) throw new Error(noReferenceEngines);
    const server = await startServer({ command: [engines.program('valkey-9.1-server')], args });
    return new ReferenceServer(server, await server.connect());
  }

  private constructor(server: RunningServer, connection: RespConnection) {
    this.#server = server;
    this.#connection = connection;
  }

  /** The reply to a command of binary strings; an error is its line with `-` in front. */
  async call(...words: readonly string[]): Promise<PlainReply> {
    const reply = toPlainReply((await this.#connection.request(words)).value);
    return reply instanceof ReplyError ? `-${reply.message}` : reply;
  }

  /** The reply as it came, a binary string. */
  async callRaw(...words: readonly string[]): Promise<string> {
    return (await this.#connection.request(words)).bytes.toString('latin1');
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
