// The whole state of a server, read by commands, in an order that does not depend on the server: each database, each key,
// its type, encoding, deadline and content. Keys that depend on chance are left out.
import type { RespFrame } from '@valkeep/resp';
import { toPlainReply } from '@valkeep/resp';
import type { RespConnection } from '@valkeep/testing';
import { WILD_PREFIX } from './vocabulary.ts';

export interface StateItem {
  /** Database and command, for people. */
  readonly database: number;
  readonly command: readonly string[];
  readonly reply: RespFrame;
}

const DATABASES = [0, 1, 2, 15];

const readers: Readonly<Record<string, (key: string) => readonly (readonly string[])[]>> = {
  string: (key) => [['GET', key]],
  hash: (key) => [['HGETALL', key]],
  list: (key) => [['LRANGE', key, '0', '-1']],
  set: (key) => [['SMEMBERS', key]],
  zset: (key) => [
    ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
    ['ZRANGE', key, '-inf', '+inf', 'BYSCORE', 'REV'],
  ],
  stream: (key) => [
    ['XRANGE', key, '-', '+'],
    ['XINFO', 'STREAM', key, 'FULL', 'COUNT', '0'],
  ],
};

/** Reads everything. The connection ends up in database 0. */
export async function readState(control: RespConnection): Promise<StateItem[]> {
  const items: StateItem[] = [];
  for (const database of DATABASES) {
    await control.call('SELECT', database);
    const ask = async (command: readonly string[]) => {
      const reply = await control.request(command);
      items.push({ database, command, reply });
      return toPlainReply(reply.value);
    };
    await ask(['DBSIZE']);
    for (const key of await listKeys(control)) {
      const type = String(await ask(['TYPE', key]));
      const commands = [['OBJECT', 'ENCODING', key], ['PEXPIRETIME', key], ...(readers[type]?.(key) ?? [])];
      for (const command of commands) await ask(command);
    }
  }
  await control.call('SELECT', 0);
  return items;
}

async function listKeys(control: RespConnection): Promise<string[]> {
  const keys = await control.call('KEYS', '*');
  if (!Array.isArray(keys)) throw new Error('KEYS gave no list');
  return keys
    .map(String)
    .filter((key) => !key.startsWith(WILD_PREFIX))
    .sort();
}
