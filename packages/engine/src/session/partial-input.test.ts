import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRandom } from '../encodings/testing/seeded-random.ts';
import { Clock } from '../keyspace/clock.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

function encode(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** What CLIENT LIST says of the memory for the input of the client with this name. */
function bufferBytes(driver: EngineDriver, name: string): number {
  const line = driver.connect().send('CLIENT', 'LIST', 'NAME', name);
  const [, used = '', free = ''] = / qbuf=(\d+) qbuf-free=(\d+) /.exec(line) ?? [];
  return Number(used) + Number(free);
}

test('commands are understood however their bytes are cut into pieces', () => {
  const { seed, below } = makeRandom();
  const driver = new EngineDriver({ 'enable-debug-command': 'yes' });
  const client = driver.connect();
  for (let round = 0; round < 60; round++) {
    const values = Array.from({ length: 1 + below(4) }, (_value, at) =>
      String.fromCharCode(97 + at).repeat(below(8) === 0 ? below(300_000) : below(2000)),
    );
    const text = values.map((value, at) => encode('SET', `key${at}`, value)).join('') + encode('MGET', 'key0', 'key1');
    let replies = '';
    for (let at = 0; at < text.length; ) {
      const length = below(3) === 0 ? 1 + below(20) : 1 + below(90_000);
      replies += client.sendRaw(text.slice(at, at + length));
      if (below(10) === 0) for (const each of driver.engine.clients) driver.engine.io.trimInput(each, below(2) === 0);
      at += length;
    }
    assert(replies.startsWith('+OK\r\n'.repeat(values.length)), `seed ${seed}, round ${round}`);
    const [first] = values;
    assert(replies.includes(`$${first.length}\r\n${first}\r\n`), `seed ${seed}, round ${round}`);
    assert.equal(client.send('DEBUG', 'ARENA-CHECK'), '+OK\r\n', `seed ${seed}, round ${round}`);
  }
});

test('a block for input stays as a spare for a moment, and goes when the client is silent', () => {
  let nowMs = 1_000_000;
  const clock = new Clock(
    () => nowMs,
    () => nowMs,
  );
  const driver = new EngineDriver({}, clock);
  const client = driver.connect();
  client.send('CLIENT', 'SETNAME', 'slow');
  assert.equal(bufferBytes(driver, 'slow'), 0);
  const command = encode('PING');
  client.sendRaw(command.slice(0, 5));
  assert.equal(client.sendRaw(command.slice(5)), '+PONG\r\n');
  const kept = bufferBytes(driver, 'slow');
  assert(kept >= 16_384 && kept <= 32_768, `${kept}`);
  driver.engine.clientSet.checkIdle();
  assert.equal(bufferBytes(driver, 'slow'), kept);
  nowMs += 3000;
  clock.read();
  driver.engine.clientSet.checkIdle();
  assert.equal(bufferBytes(driver, 'slow'), 0);
});

test('memory for a large argument that does not come is given back, and taken again when it does', () => {
  let nowMs = 1_000_000;
  const clock = new Clock(
    () => nowMs,
    () => nowMs,
  );
  const driver = new EngineDriver({}, clock);
  const client = driver.connect();
  client.send('CLIENT', 'SETNAME', 'slow');
  client.sendRaw('*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1000000\r\nabc');
  assert(bufferBytes(driver, 'slow') > 1_000_000);
  nowMs += 3000;
  clock.read();
  driver.engine.clientSet.checkIdle();
  assert(bufferBytes(driver, 'slow') < 100_000);
  assert.equal(client.sendRaw(`${'d'.repeat(999_997)}\r\n`), '+OK\r\n');
  assert.equal(client.send('GETRANGE', 'a', '0', '4'), '$5\r\nabcdd\r\n');
  assert.equal(client.send('STRLEN', 'a'), ':1000000\r\n');
});
