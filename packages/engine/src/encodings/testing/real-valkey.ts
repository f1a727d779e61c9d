// A real Valkey 9.1 for differential tests of encodings: started for one test, which skips with a word where the program
// is missing. Doubles stay text, since their text is what is compared.
import type { TestContext } from 'node:test';
import { type RespValue, toPlainReply } from '@valkeep/resp';
import { findReferenceEngines, noReferenceEngines, startServer } from '@valkeep/testing';

/** Strings (and doubles) as binary strings, errors as Error. */
export type Reply = string | number | null | Error | Reply[];

export type Command = readonly (string | Uint8Array)[];

export interface RealValkey {
  /** Sends all commands at once; resolves to their replies in order. */
  pipeline(commands: readonly Command[]): Promise<Reply[]>;
  call(...command: Command): Promise<Reply>;
}

/** Starts a server for the length of the test; skips the test and returns undefined where there is none. */
export async function startRealValkey(context: TestContext): Promise<RealValkey | undefined> {
  const engines = findReferenceEngines();
  if (engines === undefined) {
    context.skip(noReferenceEngines);
    return undefined;
  }
  const server = await startServer({ command: [engines.program('valkey-9.1-server')] });
  context.after(() => server.stop());
  const connection = await server.connect();
  const pipeline = async (commands: readonly Command[]) =>
    (await connection.pipeline(commands)).map((frame) => toReply(frame.value));
  return { pipeline, call: async (...command) => (await pipeline([command]))[0] ?? null };
}

function toReply(value: RespValue): Reply {
  if (value.kind === 'double') return value.text;
  if (value.kind === 'array') return value.items.map(toReply);
  const plain = toPlainReply(value);
  if (plain === null || plain instanceof Error) return plain;
  return typeof plain === 'number' ? plain : String(plain);
}
