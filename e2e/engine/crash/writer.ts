// A writer that sends without pause, several writes ahead of the replies, until its connection breaks; and a reader that
// notes what it is shown, because what another client has seen must not be lost either.
import { type PlainReply, ReplyError, toPlainReply } from '@valkeep/resp';
import type { RespConnection, RunningServer } from '@valkeep/testing';
import type { WrittenKey } from './write-log.ts';

const AHEAD_MAX = 12;

/** Writes to the keys in turn until the server is gone. Throws when a write is answered with an error. */
export async function writeUntilKilled(server: RunningServer, keys: readonly WrittenKey[]): Promise<void> {
  await using connection = await server.connect();
  const pending: Promise<void>[] = [];
  for (let turn = 0; !connection.isClosed; turn++) {
    const written = keys[turn % keys.length];
    if (written === undefined) throw new Error('there is nothing to write');
    pending.push(writeOnce(connection, written));
    if (pending.length >= AHEAD_MAX) await pending.shift();
  }
  await Promise.all(pending);
}

async function writeOnce(connection: RespConnection, written: WrittenKey): Promise<void> {
  const commands = written.form.write(written.key, written.sent);
  written.sent++;
  const number = written.sent;
  const replies = await answersOf(connection.pipeline(commands));
  if (replies === undefined) return;
  const error = replies.flat().find((reply) => reply instanceof ReplyError);
  if (error !== undefined) throw error;
  written.safe = Math.max(written.safe, number);
}

/** Reads one key again and again; what it shows counts as safe. */
export async function readUntilKilled(server: RunningServer, written: WrittenKey): Promise<void> {
  await using connection = await server.connect();
  while (!connection.isClosed) {
    const replies = await answersOf(connection.pipeline([written.form.read(written.key)]));
    if (replies !== undefined) written.safe = Math.max(written.safe, written.form.countOf(String(replies[0])));
  }
}

/** The replies, or undefined when the connection ended before they came. */
async function answersOf(frames: ReturnType<RespConnection['pipeline']>): Promise<PlainReply[] | undefined> {
  try {
    return (await frames).map(({ value }) => toPlainReply(value));
  } catch (error) {
    if (error instanceof Error && /closed the connection|ECONNRESET|EPIPE|after end/.test(error.message))
      return undefined;
    throw error;
  }
}
