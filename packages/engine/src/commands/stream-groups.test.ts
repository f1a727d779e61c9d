import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../keyspace/clock.ts';
import { converse } from '../testing/converse.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

const OPEN = { 'enable-debug-command': 'yes' };

test('a group delivers each entry once, keeps it pending, and knows how far it has read', () => {
  converse(new EngineDriver(OPEN).connect(), [
    [
      'XGROUP CREATE s g $',
      '-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.',
    ],
    ['XGROUP CREATE s g $ MKSTREAM', '+OK'],
    ['XGROUP CREATE s g 0', '-BUSYGROUP Consumer Group name already exists'],
    ['XADD s 1-0 a 1', '$3>1-0'],
    ['XADD s 2-0 a 2', '$3>2-0'],
    ['XADD s 3-0 a 3', '$3>3-0'],
    ['XREADGROUP GROUP g c1 COUNT 1 STREAMS s >', '*1>*2>$1>s>*1>*2>$3>1-0>*2>$1>a>$1>1'],
    ['XREADGROUP GROUP g c2 COUNT 1 STREAMS s >', '*1>*2>$1>s>*1>*2>$3>2-0>*2>$1>a>$1>2'],
    ['XREADGROUP GROUP g c1 STREAMS s 0', '*1>*2>$1>s>*1>*2>$3>1-0>*2>$1>a>$1>1'],
    ['XREADGROUP GROUP g c3 STREAMS s 0', '*1>*2>$1>s>*0'],
    ['XPENDING s g', '*4>:2>$3>1-0>$3>2-0>*2>*2>$2>c1>$1>1>*2>$2>c2>$1>1'],
    [
      'XINFO GROUPS s',
      '*1>*12>$4>name>$1>g>$9>consumers>:3>$7>pending>:2>$17>last-delivered-id>$3>2-0>$12>entries-read>:2>$3>lag>:1',
    ],
    ['XDEL s 1-0', ':1'],
    ['XREADGROUP GROUP g c1 STREAMS s 0', '*1>*2>$1>s>*1>*2>$3>1-0>*-1'],
    ['XACK s g 1-0 9-0', ':1'],
    ['XACK s g 1-0', ':0'],
    ['XACK none g 1-0', ':0'],
    ['XGROUP DELCONSUMER s g c2', ':1'],
    ['XPENDING s g', '*4>:0>$-1>$-1>*-1'],
    ['XGROUP CREATECONSUMER s g c4', ':1'],
    ['XGROUP CREATECONSUMER s g c4', ':0'],
    [
      'XREADGROUP GROUP none c STREAMS s >',
      "-NOGROUP No such key 's' or consumer group 'none' in XREADGROUP with GROUP option",
    ],
    ['COPY s t', ':1'],
    ['DEBUG ARENA-CHECK', '+OK'],
    ['XGROUP DESTROY s g', ':1'],
    ['XGROUP DESTROY s g', ':0'],
    ['DEBUG ARENA-CHECK', '+OK'],
    ['DEL s t', ':2'],
    ['DEBUG ARENA-CHECK', '+OK'],
  ]);
});

test('XCLAIM and XAUTOCLAIM hand pending entries over, and drop those that are gone', () => {
  converse(new EngineDriver(OPEN).connect(), [
    ['XGROUP CREATE s g 0 MKSTREAM', '+OK'],
    ['XADD s 1-0 a 1', '$3>1-0'],
    ['XADD s 2-0 a 2', '$3>2-0'],
    ['XADD s 3-0 a 3', '$3>3-0'],
    [
      'XREADGROUP GROUP g c1 COUNT 3 STREAMS s >',
      '*1>*2>$1>s>*3>*2>$3>1-0>*2>$1>a>$1>1>*2>$3>2-0>*2>$1>a>$1>2>*2>$3>3-0>*2>$1>a>$1>3',
    ],
    ['XCLAIM s g c2 0 1-0 JUSTID', '*1>$3>1-0'],
    ['XCLAIM s g c2 100000 2-0', '*0'],
    ['XCLAIM s g c2 0 9-0 FORCE', '*0'],
    ['XCLAIM s g c2 0 2-0 RETRYCOUNT 7 IDLE 100000', '*1>*2>$3>2-0>*2>$1>a>$1>2'],
    ['XCLAIM s g c2 0 2-0 NOTHING', "-ERR Unrecognized XCLAIM option 'NOTHING'"],
    ['XDEL s 1-0', ':1'],
    ['XAUTOCLAIM s g c3 0 - COUNT 2', '*3>$3>3-0>*1>*2>$3>2-0>*2>$1>a>$1>2>*1>$3>1-0'],
    ['XAUTOCLAIM s g c3 0 (2-0 COUNT 2 JUSTID', '*3>$3>0-0>*1>$3>3-0>*0'],
    ['XPENDING s g', '*4>:2>$3>2-0>$3>3-0>*1>*2>$2>c3>$1>2'],
    ['DEBUG ARENA-CHECK', '+OK'],
  ]);
});

test('XREAD waits for entries, and a consumer for entries that are new', () => {
  const driver = new EngineDriver();
  const writer = driver.connect();
  const reader = driver.connect();
  const consumer = driver.connect();
  writer.send('XADD', 's', '1-0', 'a', '1');
  writer.send('XGROUP', 'CREATE', 's', 'g', '$');
  assert.equal(reader.send('XREAD', 'BLOCK', '0', 'STREAMS', 's', 't', '$', '0'), '');
  assert.equal(consumer.send('XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', '0', 'STREAMS', 's', '>'), '');
  writer.send('XADD', 's', '2-0', 'a', '2');
  const entry = '*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n2-0\r\n*2\r\n$1\r\na\r\n$1\r\n2\r\n';
  assert.equal(reader.received(), entry);
  assert.equal(consumer.received(), entry);
  assert.equal(consumer.send('XREADGROUP', 'GROUP', 'g', 'c', 'BLOCK', '0', 'STREAMS', 's', '>'), '');
  writer.send('XGROUP', 'DESTROY', 's', 'g');
  assert.match(consumer.received(), /^-NOGROUP No such key 's' or consumer group 'g'/);
});

test('followers hear of deliveries as claims', () => {
  const clock = new Clock();
  const driver = new EngineDriver({}, clock);
  const client = driver.connect();
  const effects: string[] = [];
  driver.engine.effects.addSink({
    append: (_database, bytes, start, length) => {
      const text = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
      effects.push(
        text
          .replace(/[*$]\d+\r\n/g, '')
          .replaceAll('\r\n', ' ')
          .trim(),
      );
    },
  });
  const heard = (): readonly string[] => effects.splice(0).map((text) => text.replace(/TIME \d+/, 'TIME now'));
  client.send('XADD', 's', '1-*', 'a', '1');
  assert.deepEqual(heard(), ['XADD s 1-0 a 1']);
  client.send('XADD', 's', 'MAXLEN', '~', '5', '2-0', 'a', '1');
  assert.deepEqual(heard(), ['XADD s MAXLEN = 2 2-0 a 1']);
  client.send('XGROUP', 'CREATE', 's', 'g', '0');
  assert.deepEqual(heard(), ['XGROUP CREATE s g 0']);
  client.send('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '1', 'STREAMS', 's', '>');
  assert.deepEqual(heard(), [
    'MULTI',
    'XCLAIM s g c 0 1-0 TIME now RETRYCOUNT 1 FORCE JUSTID LASTID 1-0',
    'XGROUP SETID s g 1-0 ENTRIESREAD 1',
    'EXEC',
  ]);
  client.send('XREADGROUP', 'GROUP', 'g', 'd', 'NOACK', 'COUNT', '1', 'STREAMS', 's', '>');
  assert.deepEqual(heard(), ['MULTI', 'XGROUP CREATECONSUMER s g d', 'XGROUP SETID s g 2-0 ENTRIESREAD 2', 'EXEC']);
  client.send('XREADGROUP', 'GROUP', 'g', 'd', 'STREAMS', 's', '0');
  client.send('XACK', 's', 'g', '9-9');
  assert.deepEqual(heard(), []);
  client.send('XACK', 's', 'g', '1-0');
  assert.deepEqual(heard(), ['XACK s g 1-0']);
});
