// What both transports promise to a session: bytes, ends and errors of connections.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { reserveRegion } from '../memory/native-memory.ts';
import { expectEcho, promise, receive, until } from './testing/test-server.ts';
import { BROKEN, type Connection, WOULD_BLOCK } from './transport.ts';

const MEGABYTE = 1024 * 1024;
const CHURN_CONNECTIONS = 1000;
const CHURN_AT_ONCE = 100;

promise('pipelined requests come back in order', async (server) => {
  const { port } = await server.listenAnywhere();
  const client = await server.connect(port);
  await expectEcho(client, Array.from({ length: 10_000 }, (_, i) => `PING ${i}\r\n`).join(''));
});

promise('single bytes come through one by one', async (server) => {
  const { port } = await server.listenAnywhere();
  const client = await server.connect(port);
  for (const byte of 'each of these bytes travels alone') await expectEcho(client, byte);
});

promise('a client that closed its sending half still gets the rest', async (server) => {
  const { port } = await server.listenAnywhere();
  const client = await server.connect(port);
  client.end('last words');
  assert.equal((await receive(client, 10)).toString(), 'last words');
  client.resume();
  await once(client, 'end');
  assert.equal(server.echoes[0].ended, true);
});

/** Sends megabytes and digests what returns, pausing now and then so that the server's writes fall short. */
async function sendAndDigest(client: Socket, megabytes: number): Promise<[string, string]> {
  const [sent, received] = [createHash('sha1'), createHash('sha1')];
  const receiving = (async () => {
    for (let i = 0; i < megabytes; i++) {
      received.update(await receive(client, MEGABYTE));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  for (let i = 0; i < megabytes; i++) {
    const block = Buffer.alloc(MEGABYTE, `block ${i} of many. `);
    sent.update(block);
    if (!client.write(block)) await once(client, 'drain');
  }
  await receiving;
  return [sent.digest('hex'), received.digest('hex')];
}

promise('64 MB go both ways past a slow reader, over short writes', async (server) => {
  const { port } = await server.listenAnywhere();
  const client = await server.connect(port);
  const [sent, received] = await sendAndDigest(client, 64);
  assert.equal(received, sent);
  assert.ok(server.echoes[0].shortWrites > 0, 'no write was short');
  assert.ok(server.echoes[0].writable > 0, 'onWritable never came');
});

promise('a thousand connections come and go', async (server) => {
  const { port } = await server.listenAnywhere();
  const visit = async (name: string): Promise<void> => {
    const client = await server.connect(port);
    await expectEcho(client, name);
    client.end();
    client.resume();
    await once(client, 'close');
  };
  for (let i = 0; i < CHURN_CONNECTIONS; i += CHURN_AT_ONCE) {
    await Promise.all(Array.from({ length: CHURN_AT_ONCE }, (_, k) => visit(`client ${i + k}`)));
  }
  assert.equal(server.echoes.filter((echo) => echo.ended).length, CHURN_CONNECTIONS);
});

promise('a connection closed in the handler of another one hears nothing more', async (server) => {
  const { port } = await server.listenAnywhere();
  const region = reserveRegion(4096);
  const called: Connection[] = [];
  server.makeHandler = (connection) => ({
    onReadable: () => {
      called.push(connection);
      connection.read(region, 0, 4096);
      for (const other of server.connections) if (other !== connection) other.close();
    },
    onWritable: () => undefined,
  });
  const clients = [await server.connect(port), await server.connect(port)];
  await until(() => server.connections.length === 2, 'both are accepted');
  for (const client of clients) client.write('now');
  for (const client of clients) client.resume();
  await until(() => clients.some((client) => client.readableEnded || client.destroyed), 'one is closed');
  assert.equal(called.length, 1);
});

promise('an event of a closed connection does not reach its successor on the same descriptor', async (server) => {
  const { port } = await server.listenAnywhere();
  const region = reserveRegion(4096);
  const called: number[] = [];
  server.makeHandler = (connection) => ({
    onReadable: () => {
      called.push(connection.id);
      connection.read(region, 0, 4096);
      server.connections[1].close();
    },
    onWritable: () => undefined,
  });
  const first = await server.connect(port);
  const second = await server.connect(port);
  await until(() => server.connections.length === 2, 'both are accepted');
  const before = server.turns;
  first.write('closes the second');
  const third = server.connect(port);
  process.nextTick(() => process.nextTick(() => second.write('comes too late')));
  await third;
  await until(() => server.connections.length === 3 && server.turns > before, 'the third is accepted');
  assert.deepEqual(called, [1]);
});

promise('a reset is told by name', async (server) => {
  const { port } = await server.listenAnywhere();
  const client = await server.connect(port);
  await expectEcho(client, 'hello');
  client.resetAndDestroy();
  await until(() => server.echoes[0].broken !== '', 'the server notices');
  assert.equal(server.echoes[0].broken, 'ECONNRESET');
});

promise('a peer that vanishes half way through a reply breaks the connection', async (server) => {
  const { port } = await server.listenAnywhere();
  const region = reserveRegion(MEGABYTE);
  let error = '';
  server.makeHandler = (connection) => {
    const fill = (): void => {
      let count = 0;
      while (count >= 0) count = connection.write(region, 0, MEGABYTE);
      if (count === WOULD_BLOCK) return connection.wantWrite(true);
      assert.equal(count, BROKEN);
      error = connection.error;
      connection.close();
    };
    return { onReadable: fill, onWritable: fill };
  };
  const client = await server.connect(port);
  client.write('send me everything');
  await receive(client, MEGABYTE);
  client.destroy();
  await until(() => error !== '', 'the write fails');
  assert.match(error, /^(EPIPE|ECONNRESET)$/);
});

promise('a paused connection is not read, and goes on where it was', async (server) => {
  const { port } = await server.listenAnywhere();
  const client = await server.connect(port);
  await expectEcho(client, 'before');
  const [echo] = server.echoes;
  const { reads } = echo;
  echo.connection.wantRead(false);
  client.write('while paused');
  await expectEcho(await server.connect(port), 'another client passes meanwhile');
  assert.equal(echo.reads, reads);
  echo.connection.wantRead(true);
  assert.equal((await receive(client, 12)).toString(), 'while paused');
});

promise('unread bytes are announced again', async (server) => {
  const { port } = await server.listenAnywhere();
  const region = reserveRegion(4096);
  const read: string[] = [];
  server.makeHandler = (connection) => ({
    onReadable: () => {
      const count = connection.read(region, 7, 2);
      read.push(Buffer.from(region.bytes.subarray(7, 7 + count)).toString());
    },
    onWritable: () => undefined,
  });
  const client = await server.connect(port);
  client.write('abcdef');
  await until(() => read.length === 3, 'all was read');
  assert.deepEqual(read, ['ab', 'cd', 'ef']);
});

promise('a connection refused at once may still say why', async (server) => {
  const { port } = await server.listenAnywhere();
  const region = reserveRegion(4096);
  region.bytes.set(Buffer.from('-ERR no'));
  server.makeHandler = (connection) => {
    connection.write(region, 0, 7);
    return undefined;
  };
  const client = await server.connect(port);
  assert.equal((await receive(client, 7)).toString(), '-ERR no');
  await once(client.resume(), 'end');
});
