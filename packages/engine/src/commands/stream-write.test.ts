import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converse } from '../testing/converse.ts';
import { EngineDriver } from '../testing/engine-driver.ts';
import { StreamId } from '../types/stream/stream-id.ts';
import { streamsOf } from '../types/stream/streams.ts';

const OPEN = { 'enable-debug-command': 'yes' };
const MAX = '18446744073709551615';
const SMALL = '-ERR The ID specified in XADD is equal or smaller than the target stream top item';
const INVALID = '-ERR Invalid stream ID specified as stream command argument';

/** The bytes that a reply in RESP2 has for these entries. */
function entries(...rows: readonly (readonly string[])[]): string {
  const bulk = (text: string | undefined): string => `$${text?.length}\r\n${text}\r\n`;
  const entry = ([id, ...texts]: readonly string[]): string =>
    `*2\r\n${bulk(id)}*${texts.length}\r\n${texts.map(bulk).join('')}`;
  return `*${rows.length}\r\n${rows.map(entry).join('')}`;
}

test('XADD takes ids in every form, as long as they grow', () => {
  converse(new EngineDriver().connect(), [
    ['XADD s 0-0 a 1', '-ERR The ID specified in XADD must be greater than 0-0'],
    ['EXISTS s', ':0'],
    ['XADD s 0-* a 1', '$3>0-1'],
    ['XADD s 5 a 1', '$3>5-0'],
    ['XADD s 5-* a 1', '$3>5-1'],
    ['XADD s 5-1 a 1', SMALL],
    ['XADD s 4-* a 1', SMALL],
    ['XADD s - a 1', INVALID],
    ['XADD s 5-x a 1', INVALID],
    [`XADD s ${MAX}-${MAX} a 1`, `$41>${MAX}-${MAX}`],
    ['XADD s * a 1', '-ERR The stream has exhausted the last possible ID, unable to add more items'],
    ['XADD s * a', "-ERR wrong number of arguments for 'xadd' command"],
    ['XADD s * a 1 b', "-ERR wrong number of arguments for 'xadd' command"],
    ['XADD none NOMKSTREAM * a 1', '$-1'],
    ['SET t 1', '+OK'],
    ['XADD t * a 1', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
    ['XLEN s', ':4'],
  ]);
});

test('XADD follows the clock, and the last id where the clock is behind it', () => {
  const client = new EngineDriver().connect();
  const first = client.send('XADD', 's', '*', 'a', '1');
  assert.match(first, /^\$15\r\n\d{13}-0\r\n$/);
  client.send('XADD', 's', '99999999999999-7', 'a', '1');
  assert.equal(client.send('XADD', 's', '*', 'a', '1'), '$16\r\n99999999999999-8\r\n');
});

test('XRANGE and XREVRANGE return what lies between two ids, open or closed', () => {
  const client = new EngineDriver().connect();
  for (const id of ['1-1', '1-2', '2-0', `3-${MAX}`]) client.send('XADD', 's', id, 'f', id, id, '-9223372036854775808');
  const row = (id: string): readonly string[] => [id, 'f', id, id, '-9223372036854775808'];
  const all = ['1-1', '1-2', '2-0', `3-${MAX}`].map(row);
  assert.equal(client.send('XRANGE', 's', '-', '+'), entries(...all));
  assert.equal(client.send('XREVRANGE', 's', '+', '-'), entries(...all.toReversed()));
  assert.equal(client.send('XRANGE', 's', '1', '1'), entries(row('1-1'), row('1-2')));
  assert.equal(client.send('XRANGE', 's', '(1-1', '(2'), entries(row('1-2'), row('2-0')));
  assert.equal(client.send('XREVRANGE', 's', '(2-0', '(1-1'), entries(row('1-2')));
  assert.equal(client.send('XRANGE', 's', '-', '+', 'COUNT', '1'), entries(row('1-1')));
  assert.equal(client.send('XRANGE', 's', '-', '+', 'COUNT', '0'), '*-1\r\n');
  assert.equal(client.send('XRANGE', 's', '3', '2'), '*0\r\n');
  assert.equal(client.send('XRANGE', 'none', '-', '+'), '*0\r\n');
  assert.equal(client.send('XRANGE', 's', `(${MAX}-${MAX}`, '+'), '-ERR invalid start ID for the interval\r\n');
  assert.equal(client.send('XRANGE', 's', '-', '(0-0'), '-ERR invalid end ID for the interval\r\n');
});

/** The ids in a stream that is read beside the keyspace. */
function idsOf(driver: EngineDriver, root: number): readonly string[] {
  const { cursor } = streamsOf(driver.engine.keyspace);
  cursor.seek(root, new StreamId(), new StreamId().setMax());
  const ids: string[] = [];
  while (cursor.next()) ids.push(cursor.id.toString());
  return ids;
}

test('a long stream stays what it should be, and a snapshot what it was, while entries come and go', () => {
  const driver = new EngineDriver({ ...OPEN, 'stream-node-max-entries': '7' });
  const client = driver.connect();
  const model: { rows: (readonly string[])[] } = { rows: [] };
  const add = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const row = [`${i}-${i % 3}`, 'name', `value ${i}`, ...(i % 5 === 0 ? ['other', String(i)] : [])];
      client.send('XADD', 's', ...row);
      model.rows.push(row);
    }
  };
  const remove = (step: number): void => {
    for (const row of model.rows.filter((_, index) => index % step === 0)) client.send('XDEL', 's', row[0] ?? '');
    model.rows = model.rows.filter((_, index) => index % step !== 0);
  };
  add(1, 500);
  remove(3);
  const { keyspace } = driver.engine;
  const before = model.rows.map((row) => row[0]);
  const key = Buffer.from('s');
  const snapshot = keyspace.beginSnapshot();
  const root = snapshot.roots[0]?.root ?? 0;
  const frozen = keyspace.entries.value(keyspace.dict.find(root, key, 0, 1, keyspace.dict.hash(key, 0, 1)));
  add(500, 900);
  remove(4);
  assert.equal(client.send('XTRIM', 's', 'MAXLEN', '333'), `:${model.rows.length - 333}\r\n`);
  model.rows = model.rows.slice(-333);
  assert.equal(client.send('XRANGE', 's', '-', '+'), entries(...model.rows));
  assert.equal(client.send('XREVRANGE', 's', '+', '-'), entries(...model.rows.toReversed()));
  assert.deepEqual(idsOf(driver, frozen), before);
  client.send('DEL', 's');
  keyspace.lazyFree.run(1000);
  assert.deepEqual(idsOf(driver, frozen), before);
  keyspace.endSnapshot(snapshot);
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});

test('ranges of large entries are sent whole, however large they are together', () => {
  const client = new EngineDriver().connect();
  const value = 'x'.repeat(3_000_000);
  const ids = Array.from({ length: 8 }, (_, index) => `${index + 1}-0`);
  for (const id of ids) client.send('XADD', 's', id, 'f', value);
  const expected = entries(...ids.map((id) => [id, 'f', value]));
  let received = client.send('XRANGE', 's', '-', '+');
  while (received.length < expected.length) {
    const more = client.sendRaw('');
    assert.notEqual(more, '', 'the reply ends early');
    received += more;
  }
  assert.ok(received === expected);
});
