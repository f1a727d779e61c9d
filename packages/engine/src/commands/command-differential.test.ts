// COMMAND INFO of every command that we have, beside the real server's: arity, flags, keys, categories and tips are
// protocol. Sets may come in any order; notes of key specs are prose of the original.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlainReply, RespParser, toPlainReply } from '@valkeep/resp';
import { ReferenceServer, skipWithoutReference as skip } from '../acl/testing/reference-server.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

const FIRST_SET = 2;
const CATEGORIES = 6;
const TIPS = 7;
const KEY_SPECS = 8;
const SUBCOMMANDS = 9;

test('COMMAND INFO says of each command what Valkey says', { skip }, async () => {
  const client = new EngineDriver().connect();
  const names = ourReply(client.send('COMMAND', 'LIST'))
    .map(String)
    .filter((name) => !name.includes('|'));
  const ours = ourReply(client.send('COMMAND', 'INFO', ...names));
  const reference = await ReferenceServer.start();
  const theirs = await reference.call('COMMAND', 'INFO', ...names);
  await reference.stop();
  assert.ok(Array.isArray(theirs));
  for (const [i, name] of names.entries()) assert.deepEqual(comparable(ours[i]), comparable(theirs[i]), name);
});

function ourReply(bytes: string): PlainReply[] {
  const parser = new RespParser();
  const [frame] = parser.feed(Buffer.from(bytes, 'latin1'));
  const reply = toPlainReply(frame.value);
  assert.ok(Array.isArray(reply));
  return reply;
}

function comparable(info: PlainReply | undefined): unknown {
  assert.ok(Array.isArray(info), 'the command is known');
  return info.map((part, i) => {
    if (!Array.isArray(part)) return part;
    if (i === FIRST_SET || i === CATEGORIES || i === TIPS) return part.map(String).sort();
    if (i === KEY_SPECS) return part.map((spec) => (Array.isArray(spec) && spec[0] === 'notes' ? spec.slice(2) : spec));
    return i === SUBCOMMANDS ? part.map(comparable).sort(byName) : part;
  });
}

function byName(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : 1;
}
