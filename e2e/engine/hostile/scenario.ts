// A scenario does something hostile or broken to a server and returns, as text, all that can be seen from outside. The text
// must be the same for ours and for a real Valkey.
import { encodePipeline } from '@valkeep/resp';
import { type RunningServer, waitFor } from '@valkeep/testing';

export interface Scenario {
  /** What happens, as a noun. */
  readonly name: string;
  readonly act: (server: RunningServer) => Promise<string>;
}

/** Scenarios that need the same configuration share a pair of servers. */
export interface ScenarioGroup {
  readonly config: Readonly<Record<string, string>>;
  readonly scenarios: readonly Scenario[];
}

const SHOWN_CHARS_MAX = 2_000;
const CLOSE_LIMIT_MS = 30_000;

type Command = readonly (string | number | Uint8Array)[];

/** Sends bytes on a new connection, closes our direction, and returns everything that came until the server closed. */
export async function exchangeBytes(server: RunningServer, bytes: string | Uint8Array): Promise<string> {
  await using connection = await server.connect({ raw: true, limitMs: CLOSE_LIMIT_MS });
  connection.write(bytes);
  connection.endWriting();
  await waitFor(() => connection.isClosed, { what: 'the server to close the connection', limitMs: CLOSE_LIMIT_MS });
  return shorten(connection.received.toString('latin1'));
}

/** The replies to commands on one new connection, as bytes. */
export async function exchangeCommands(server: RunningServer, commands: readonly Command[]): Promise<string> {
  await using connection = await server.connect({ limitMs: CLOSE_LIMIT_MS });
  const frames = await connection.pipeline(commands);
  return shorten(frames.map(({ bytes }) => bytes.toString('latin1')).join(''));
}

/** Sends bytes of commands one by one, each in a packet of its own. */
export async function trickleCommands(server: RunningServer, commands: readonly Command[]): Promise<string> {
  await using connection = await server.connect({ raw: true });
  for (const byte of encodePipeline(commands)) {
    connection.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  connection.endWriting();
  await waitFor(() => connection.isClosed, { what: 'the server to close the connection' });
  return connection.received.toString('latin1');
}

/** Long texts by their ends and length. */
export function shorten(text: string): string {
  if (text.length <= SHOWN_CHARS_MAX) return text;
  const half = SHOWN_CHARS_MAX / 2;
  return `${text.slice(0, half)} ...${text.length}... ${text.slice(-half)}`;
}
