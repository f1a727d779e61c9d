import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '@valkeep/testing';
import { Clock } from '../keyspace/clock.ts';
import { converse } from '../testing/converse.ts';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';

/** Strings of a flat array reply, the cursor and its like left to the caller. */
function bulks(reply: string): string[] {
  return [...reply.matchAll(/\$\d+\r\n([^\r]*)\r\n/g)].map(([, text]) => text);
}

function scanAll(client: DrivenClient, ...options: string[]): string[] {
  const found: string[] = [];
  let cursor = '0';
  do {
    const [next = '0', ...keys] = bulks(client.send('SCAN', cursor, ...options));
    found.push(...keys);
    cursor = next;
  } while (cursor !== '0');
  return found;
}

test('a scan finds every key that is there all along, however the keyspace grows and shrinks meanwhile', () => {
  const random = createSeededRandom();
  const client = new EngineDriver().connect();
  for (let i = 0; i < 2000; i++) client.send('SET', `stay:${i}`, 'x');
  const found = new Set<string>();
  let cursor = '0';
  do {
    const [next = '0', ...keys] = bulks(client.send('SCAN', cursor, 'COUNT', '20'));
    for (const key of keys) found.add(key);
    cursor = next;
    for (let i = 0; i < 100; i++) client.send('SET', `more:${random.integer(0, 20_000)}`, 'x');
    if (random.integer(0, 20) === 0) {
      for (let i = 0; i < 20_000; i++) client.send('DEL', `more:${i}`);
    }
  } while (cursor !== '0');
  for (let i = 0; i < 2000; i++) assert.ok(found.has(`stay:${i}`), `stay:${i}`);
});

test('a scan filters by pattern and type and leaves out what is over', () => {
  const clock = new Clock();
  const client = new EngineDriver({}, clock).connect();
  client.send('MSET', 'a1', '1', 'a2', '2', 'b1', '3');
  client.send('SET', 'a3', '1', 'PXAT', String(clock.nowMs + 1_000_000));
  assert.deepEqual(scanAll(client, 'MATCH', 'a*').sort(), ['a1', 'a2', 'a3']);
  assert.deepEqual(scanAll(client, 'TYPE', 'STRING', 'COUNT', '1').sort(), ['a1', 'a2', 'a3', 'b1']);
  assert.deepEqual(scanAll(client, 'TYPE', 'list'), []);
});

test('bad cursors and options are named', () => {
  converse(new EngineDriver().connect(), [
    ['SCAN x', '-ERR invalid cursor'],
    ['SCAN -1', '-ERR invalid cursor'],
    ['SCAN 18446744073709551616', '-ERR invalid cursor'],
    ['SCAN 18446744073709551615', '*2>$1>0>*0'],
    ['SCAN 0 COUNT 0', '-ERR syntax error'],
    ['SCAN 0 COUNT x', '-ERR value is not an integer or out of range'],
    ['SCAN 0 TYPE foo', "-ERR unknown type name 'foo'"],
    ['SCAN 0 NOVALUES', '-ERR NOVALUES option can only be used in HSCAN'],
    ['RANDOMKEY', '$-1'],
    ['SET a 1', '+OK'],
    ['RANDOMKEY', '$1>a'],
    ['KEYS ?', '*1>$1>a'],
    ['KEYS b*', '*0'],
  ]);
});
