import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../keyspace/clock.ts';
import { type DrivenClient, EngineDriver } from '../testing/engine-driver.ts';

/** The fields of each line of CLIENT LIST. */
function list(client: DrivenClient, ...filters: readonly string[]): Map<string, string>[] {
  const [, ...lines] = client
    .send('CLIENT', 'LIST', ...filters)
    .split('\r\n')[1]
    .split('\n')
    .reverse();
  return lines.reverse().map(
    (line) =>
      new Map(
        line.split(' ').map((word): [string, string] => {
          const at = word.indexOf('=');
          return [word.slice(0, at), word.slice(at + 1)];
        }),
      ),
  );
}

function ids(client: DrivenClient, ...filters: readonly string[]): string[] {
  return list(client, ...filters).map((fields) => fields.get('id') ?? '');
}

test('CLIENT LIST has the fields of Valkey 9.1 in their order', () => {
  const client = new EngineDriver().connect();
  const names = [...list(client)[0].keys()].join(' ');
  assert.equal(
    names,
    'id addr laddr fd name age idle flags capa db sub psub ssub multi watch qbuf qbuf-free argv-mem multi-mem rbs rbp ' +
      'obl oll omem tot-mem events cmd user redir resp lib-name lib-ver tot-net-in tot-net-out tot-cmds',
  );
});

test('CLIENT LIST shows what a client is doing', () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  const other = driver.connect();
  other.send('CLIENT', 'SETNAME', 'worker');
  other.send('CLIENT', 'SETINFO', 'lib-name', 'lib');
  other.send('SELECT', '4');
  other.send('WATCH', 'a', 'b');
  other.send('MULTI');
  other.send('SET', 'a', '12345');
  const [fields] = list(client, 'NAME', 'worker');
  const shown = ['name', 'flags', 'db', 'multi', 'watch', 'cmd', 'lib-name'].map((name) => fields.get(name));
  assert.deepEqual(shown, ['worker', 'x', '4', '1', '2', 'set', 'lib']);
  assert(Number(fields.get('multi-mem')) > 5);
});

test('CLIENT LIST filters, and all filters must let a client pass', () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  const other = driver.connect();
  other.send('CLIENT', 'SETNAME', 'b');
  other.send('SUBSCRIBE', 'channel');
  assert.deepEqual(ids(client), ['1', '2']);
  assert.deepEqual(ids(client, 'SKIPME', 'yes'), ['2']);
  assert.deepEqual(ids(client, 'ID', '2', '7', '1'), ['1', '2']);
  assert.deepEqual(ids(client, 'NOT-ID', '2'), ['1']);
  assert.deepEqual(ids(client, 'TYPE', 'pubsub'), ['2']);
  assert.deepEqual(ids(client, 'NOT-TYPE', 'pubsub', 'NAME', 'b'), []);
  assert.deepEqual(ids(client, 'FLAGS', 'P'), ['2']);
  assert.deepEqual(ids(client, 'NOT-FLAGS', 'P'), ['1']);
  assert.deepEqual(ids(client, 'IP', '127.0.0.1', 'DB', '0', 'USER', 'default'), ['1', '2']);
  assert.deepEqual(ids(client, 'MAXAGE', '100'), []);
});

test('CLIENT LIST says which filter makes no sense', () => {
  const client = new EngineDriver().connect();
  const errors: [string[], string][] = [
    [['ID', 'x'], 'syntax error'],
    [['ID', '0'], 'client-id should be greater than 0'],
    [['TYPE', 'x'], "Unknown client type 'x'"],
    [['USER', 'nobody'], "No such user 'nobody'"],
    [['MAXAGE', 'x'], 'maxage is not an integer or out of range'],
    [['IDLE', '0'], 'idle should be greater than 0'],
    [['NOT-IDLE', '1'], 'syntax error'],
    [['FLAGS', 'Q'], 'Unknown flags found in the provided filter: Q'],
    [['NOT-FLAGS', 'Q'], 'Unknown flags found in the NOT-FLAGS filter: Q'],
    [['CAPA', 'x'], 'Unknown capa found in the provided filter: x'],
    [['DB', '99'], 'DB number should be between 0 and 15'],
    [['NOT-DB', 'x'], 'NOT-DB is not an integer or out of range'],
    [['NAME'], 'syntax error'],
  ];
  for (const [filters, error] of errors) {
    assert.equal(client.send('CLIENT', 'LIST', ...filters), `-ERR ${error}\r\n`, filters.join(' '));
  }
});

test('CLIENT KILL closes by address or filter, and spares who asks unless told otherwise', () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  const [second, third] = [driver.connect(), driver.connect()];
  assert.equal(client.send('CLIENT', 'KILL', '1.2.3.4:5'), '-ERR No such client\r\n');
  assert.equal(client.send('CLIENT', 'KILL', 'ID', '2'), ':1\r\n');
  assert(second.isClosed && !third.isClosed);
  assert.equal(client.send('CLIENT', 'KILL', 'TYPE', 'normal'), ':1\r\n');
  assert(third.isClosed && !client.isClosed);
  assert.equal(client.send('CLIENT', 'KILL', 'SKIPME', 'no'), ':1\r\n');
  assert(client.isClosed);
});

test('names and library facts are single plain words', () => {
  const client = new EngineDriver().connect();
  assert.match(client.send('CLIENT', 'SETNAME', 'a b'), /^-ERR Client names cannot contain spaces/);
  assert.match(client.send('CLIENT', 'SETINFO', 'lib-ver', 'a\nb'), /^-ERR lib-ver cannot contain spaces/);
  assert.equal(client.send('CLIENT', 'SETINFO', 'colour', 'red'), "-ERR Unrecognized option 'colour'\r\n");
  assert.equal(client.send('CLIENT', 'GETNAME'), '$-1\r\n');
});

test('CLIENT REPLY leaves out replies, however long', () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  client.send('SET', 'long', 'x'.repeat(300_000));
  assert.equal(client.send('CLIENT', 'REPLY', 'OFF'), '');
  assert.equal(client.send('GET', 'long'), '');
  assert.equal(client.send('CLIENT', 'REPLY', 'ON'), '+OK\r\n');
  assert.equal(client.send('CLIENT', 'REPLY', 'SKIP'), '');
  assert.equal(client.send('GET', 'long'), '');
  assert.equal(client.send('PING'), '+PONG\r\n');
});

test('a pause of writes lets reads pass, keeps expired keys and runs what waited when it ends', () => {
  let nowMs = 1_000_000;
  const driver = new EngineDriver(
    {},
    new Clock(
      () => nowMs,
      () => nowMs,
    ),
  );
  const client = driver.connect();
  const writer = driver.connect();
  client.send('SET', 'short', '1', 'PX', '10');
  client.send('CLIENT', 'PAUSE', '10000', 'WRITE');
  nowMs += 50;
  assert.equal(client.send('GET', 'short'), '$-1\r\n');
  assert.equal(client.send('DBSIZE'), ':1\r\n');
  assert.equal(writer.send('SET', 'a', '1'), '');
  assert.equal(writer.send('GET', 'a'), '');
  assert.deepEqual(ids(client, 'FLAGS', 'b'), ['2']);
  assert.match(client.send('INFO', 'clients'), /blocked_clients:1\r\n[\s\S]*paused_actions:write\r\n/);
  assert.equal(client.send('CLIENT', 'UNBLOCK', '2'), ':0\r\n');
  assert.equal(client.send('CLIENT', 'UNPAUSE'), '+OK\r\n');
  assert.equal(writer.received(), '+OK\r\n$1\r\n1\r\n');
});

test('a pause of everything ends by itself', () => {
  let nowMs = 1_000_000;
  const driver = new EngineDriver(
    {},
    new Clock(
      () => nowMs,
      () => nowMs,
    ),
  );
  const client = driver.connect();
  client.send('CLIENT', 'PAUSE', '1000');
  assert.equal(client.send('PING'), '');
  nowMs += 2000;
  assert.equal(driver.connect().send('PING'), '+PONG\r\n');
  driver.turn();
  assert.equal(client.received(), '+PONG\r\n');
});

test('CLIENT PAUSE says what is wrong with its arguments', () => {
  const client = new EngineDriver().connect();
  assert.equal(client.send('CLIENT', 'PAUSE', 'x'), '-ERR timeout is not an integer or out of range\r\n');
  assert.equal(client.send('CLIENT', 'PAUSE', '-1'), '-ERR timeout is negative\r\n');
  assert.equal(client.send('CLIENT', 'PAUSE', '1', 'some'), '-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n');
});

test('a client with more input than its limit is closed, queued commands included', () => {
  const driver = new EngineDriver({ 'client-query-buffer-limit': '1048576' });
  const client = driver.connect();
  client.send('SET', 'a', 'x'.repeat(2_000_000));
  assert(client.isClosed);
  const queueing = driver.connect();
  queueing.send('MULTI');
  for (let i = 0; i < 20 && !queueing.isClosed; i++) queueing.send('SET', 'a', 'x'.repeat(60_000));
  assert(queueing.isClosed);
  assert.match(driver.connect().send('INFO', 'stats'), /client_query_buffer_limit_disconnections:2\r\n/);
});

test('a reply beyond the output limit closes the client instead', () => {
  const driver = new EngineDriver();
  const client = driver.connect();
  client.send('CONFIG', 'SET', 'client-output-buffer-limit', 'normal 50000 0 0');
  client.send('SET', 'a', 'x'.repeat(60_000));
  assert.equal(client.send('GET', 'a'), '');
  assert(client.isClosed);
});

test('maxmemory-clients closes the clients that take most', () => {
  let nowMs = 1_000_000;
  const clock = new Clock(
    () => nowMs,
    () => nowMs,
  );
  const driver = new EngineDriver({ 'maxmemory-clients': '131072' }, clock);
  const [small, large] = [driver.connect(), driver.connect()];
  large.send('MULTI');
  large.send('SET', 'a', 'x'.repeat(200_000));
  nowMs += 20;
  small.send('PING');
  assert(large.isClosed && !small.isClosed);
});

test('inline words may mix quotes', () => {
  const client = new EngineDriver().connect();
  assert.equal(
    client.sendRaw('set """tes"t-\'k\'e"y" "test"\'-\'value\r\nget test\'-\'key\r\n'),
    '+OK\r\n$10\r\ntest-value\r\n',
  );
});

test('a reply that is to be skipped is skipped too when the command had to wait', () => {
  const driver = new EngineDriver();
  const [client, other] = [driver.connect(), driver.connect()];
  client.send('CLIENT', 'REPLY', 'SKIP');
  client.send('BLPOP', 'list', '0');
  other.send('RPUSH', 'list', 'a');
  assert.equal(client.received(), '');
  client.send('CLIENT', 'REPLY', 'SKIP');
  other.send('CLIENT', 'PAUSE', '100000', 'WRITE');
  client.send('SET', 'a', '1');
  other.send('CLIENT', 'UNPAUSE');
  assert.equal(client.received(), '');
  assert.equal(client.send('GET', 'a'), '$1\r\n1\r\n');
});

test('a web request ends the connection without an answer, and the log says so once', () => {
  const driver = new EngineDriver();
  for (let i = 0; i < 3; i++) {
    const client = driver.connect();
    assert.equal(client.sendRaw('POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET a 1\r\n'), '');
    assert(client.isClosed);
  }
  assert.equal(driver.logged.filter((line) => line.includes('SECURITY ATTACK')).length, 1);
  assert.equal(driver.connect().send('GET', 'a'), '$-1\r\n');
});
