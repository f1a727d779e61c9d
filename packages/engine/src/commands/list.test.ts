import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';
import { listsOf } from '../types/list/lists.ts';

/** A reply of bulk strings as their texts. */
function texts(reply: string): string[] {
  const found: string[] = [];
  for (let at = reply.indexOf('$'); at >= 0; at = reply.indexOf('$', at)) {
    const line = reply.indexOf('\r\n', at);
    const length = Number(reply.slice(at + 1, line));
    found.push(reply.slice(line + 2, line + 2 + length));
    at = line + 2 + length;
  }
  return found;
}

/** All elements. */
function all(client: DrivenClient, key: string): string[] {
  return texts(client.send('LRANGE', key, '0', '-1'));
}

test('elements are pushed and popped at both ends', () => {
  const client = new EngineDriver().connect();
  assert.equal(client.send('RPUSH', 'l', 'b', 'c'), ':2\r\n');
  assert.equal(client.send('LPUSH', 'l', 'a', '17'), ':4\r\n');
  assert.deepEqual(all(client, 'l'), ['17', 'a', 'b', 'c']);
  assert.equal(client.send('LPOP', 'l'), '$2\r\n17\r\n');
  assert.equal(client.send('RPOP', 'l', '2'), '*2\r\n$1\r\nc\r\n$1\r\nb\r\n');
  assert.equal(client.send('LLEN', 'l'), ':1\r\n');
  assert.equal(client.send('LPOP', 'l'), '$1\r\na\r\n');
  assert.equal(client.send('EXISTS', 'l'), ':0\r\n');
  assert.equal(client.send('LPOP', 'l'), '$-1\r\n');
  assert.equal(client.send('LPOP', 'l', '1'), '*-1\r\n');
  assert.equal(client.send('LPUSHX', 'l', 'x'), ':0\r\n');
});

test('a list becomes big when it grows and packed again when it has shrunk to half', () => {
  const client = new EngineDriver({ 'list-max-listpack-size': '10' }).connect();
  const encoding = () => client.send('OBJECT', 'ENCODING', 'l').split('\r\n')[1];
  for (let i = 0; i < 10; i++) client.send('RPUSH', 'l', String(i));
  assert.equal(encoding(), 'listpack');
  client.send('RPUSH', 'l', 'x');
  assert.equal(encoding(), 'quicklist');
  for (let i = 0; i < 5; i++) client.send('RPOP', 'l');
  assert.equal(encoding(), 'quicklist');
  client.send('RPOP', 'l');
  assert.equal(encoding(), 'listpack');
  assert.deepEqual(all(client, 'l'), ['0', '1', '2', '3', '4']);
});

test('any sequence of commands does to a list what it does to an array', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  for (const fill of ['-1', '3', '-2']) {
    const driver = new EngineDriver({ 'list-max-listpack-size': fill, 'enable-debug-command': 'yes' });
    driver.engine.arena.poison = true;
    const client = driver.connect();
    fuzzList(client, 'l', [], random(seed), 6000);
    assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
  }
});

test('a snapshot sees a long list as it was while it is changed everywhere', () => {
  const driver = new EngineDriver({ 'list-max-listpack-size': '4', 'enable-debug-command': 'yes' });
  const client = driver.connect();
  for (let i = 0; i < 500; i++) client.send('RPUSH', 'l', `e${i}`);
  const { keyspace } = driver.engine;
  const snapshot = keyspace.beginSnapshot();
  const root = snapshot.roots[0].root;
  const key = Buffer.from('l');
  const read = () => {
    const entry = keyspace.dict.find(root, key, 0, 1, keyspace.dict.hash(key, 0, 1));
    const cursor = listsOf(keyspace).createCursor();
    cursor.open(keyspace.entries.kind(entry), keyspace.entries.value(entry));
    const found: string[] = [];
    for (let isThere = cursor.seek(0); isThere; isThere = cursor.next()) found.push(cursor.text());
    return found;
  };
  const before = read();
  fuzzList(client, 'l', all(client, 'l'), random(7), 2000);
  assert.deepEqual(read(), before);
  keyspace.endSnapshot(snapshot);
  assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n');
});

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}

function fuzzList(client: DrivenClient, key: string, model: string[], below: (n: number) => number, steps: number) {
  const value = (): string => {
    const kind = below(20);
    if (kind === 0) return 'L'.repeat(9000 + below(5)) + String(below(3));
    if (kind < 4) return 'm'.repeat(below(300));
    return below(2) === 0 ? String(below(40) - 20) : `v${below(40)}`;
  };
  const steer = ['RPUSH', 'LPUSH', 'LINSERT', 'LSET', 'LREM', 'LTRIM', 'LPOP', 'RPOP', 'LMOVE', 'LINDEX', 'LPOS'];
  for (let step = 0; step < steps; step++) {
    const pick = below(model.length > 400 ? steer.length : 2 * steer.length);
    // A short list grows: the first four do.
    const name = steer[pick < steer.length ? pick : pick % 4];
    apply(client, key, model, name, below, value);
    if (step % 50 === 0) assert.deepEqual(all(client, key), model);
  }
  assert.deepEqual(all(client, key), model);
}

function apply(
  client: DrivenClient,
  key: string,
  model: string[],
  name: string,
  below: (n: number) => number,
  value: () => string,
): void {
  const index = below(model.length + 2) - 1;
  const text = value();
  switch (name) {
    case 'RPUSH':
      model.push(text);
      assert.equal(client.send('RPUSH', key, text), `:${model.length}\r\n`);
      break;
    case 'LPUSH':
      model.unshift(text);
      assert.equal(client.send('LPUSH', key, text), `:${model.length}\r\n`);
      break;
    case 'LINSERT': {
      const pivot = model[Math.max(0, index)];
      if (pivot === undefined) break;
      const behind = below(2) === 0;
      model.splice(model.indexOf(pivot) + (behind ? 1 : 0), 0, text);
      const reply = client.send('LINSERT', key, behind ? 'AFTER' : 'BEFORE', pivot, text);
      assert.equal(reply, `:${model.length}\r\n`);
      break;
    }
    case 'LSET':
      if (index < 0 || index >= model.length) break;
      model[index] = text;
      assert.equal(client.send('LSET', key, String(index), text), '+OK\r\n');
      break;
    case 'LREM':
      assert.equal(client.send('LREM', key, String(index), text), `:${removeFrom(model, index, text)}\r\n`);
      break;
    default:
      applyRest(client, key, model, name, index, text);
  }
}

/** LREM on an array; returns how many are gone. */
function removeFrom(model: string[], count: number, text: string): number {
  const most = count === 0 ? model.length : Math.abs(count);
  let removed = 0;
  while (removed < most) {
    const at = count < 0 ? model.lastIndexOf(text) : model.indexOf(text);
    if (at < 0) break;
    model.splice(at, 1);
    removed++;
  }
  return removed;
}

function applyRest(
  client: DrivenClient,
  key: string,
  model: string[],
  name: string,
  index: number,
  text: string,
): void {
  const bulk = (word: string | undefined) => (word === undefined ? '$-1\r\n' : `$${word.length}\r\n${word}\r\n`);
  switch (name) {
    case 'LTRIM': {
      const cut = Math.min(3, Math.max(0, index));
      client.send('LTRIM', key, String(cut), '-2');
      model.splice(0, cut);
      model.pop();
      break;
    }
    case 'LPOP':
      assert.equal(client.send('LPOP', key), bulk(model.shift()));
      break;
    case 'RPOP':
      assert.equal(client.send('RPOP', key), bulk(model.pop()));
      break;
    case 'LMOVE': {
      const word = model.pop();
      if (word !== undefined) model.unshift(word);
      assert.equal(client.send('RPOPLPUSH', key, key), bulk(word));
      break;
    }
    case 'LINDEX':
      assert.equal(client.send('LINDEX', key, String(index)), bulk(model.at(index)));
      break;
    default: {
      const at = model.indexOf(text);
      assert.equal(client.send('LPOS', key, text), at < 0 ? '$-1\r\n' : `:${at}\r\n`);
    }
  }
}
