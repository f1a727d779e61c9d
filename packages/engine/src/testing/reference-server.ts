// For tests: a real Valkey 9.1 beside the engine, for as long as the tests of one file run.
import { after, before } from 'node:test';
import {
  findReferenceEngines,
  noReferenceEngines,
  type RespConnection,
  type RunningServer,
  startServer,
} from '@valkeep/testing';

export class ReferenceServer {
  /** For `test`: why there is no server here, false where there is one. */
  readonly skip: string | false;
  #server: RunningServer | undefined;
  #connection: RespConnection | undefined;

  /** To be made at the top of a test file: the server starts before its tests and ends behind them. */
  constructor() {
    const engines = findReferenceEngines();
    this.skip = engines === undefined ? noReferenceEngines : false;
    if (engines === undefined) return;
    before(async () => {
      const command = [engines.program('valkey-9.1-server')];
      this.#server = await startServer({ command, config: { 'enable-debug-command': 'yes' } });
      this.#connection = await this.#server.connect();
    });
    after(async () => {
      await this.#connection?.[Symbol.asyncDispose]();
      await this.#server?.stop();
    });
  }

  get connection(): RespConnection {
    if (this.#connection === undefined) throw new Error('the real server has not started');
    return this.#connection;
  }
}
