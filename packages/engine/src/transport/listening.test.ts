// What both transports promise about listening: addresses, ports, Unix sockets, errors, want of descriptors, stopping.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { expectEcho, makeTransport, promise, receive, TestServer } from './testing/test-server.ts';

const DESCRIPTORS = 64;
const MORE_THAN_DESCRIPTORS = 80;
/** Turns a server may take in this test when it rests between its tries; one that spins takes tens of thousands. */
const TURNS_MAX = 2000;

promise('port 0 binds a free port and says which', async (server) => {
  const { port } = await server.listen({ port: 0 });
  assert.ok(port > 0);
  await expectEcho(await server.connect(port), 'hello');
  assert.equal(server.connections[0].localAddress, `127.0.0.1:${port}`);
  assert.match(server.connections[0].remoteAddress, /^127\.0\.0\.1:[1-9]\d*$/);
  assert.equal(server.connections[0].isLocal, true);
  assert.equal(server.connections[0].isUnixSocket, false);
});

promise('a port that is taken is refused with EADDRINUSE', async (server) => {
  const { port } = await server.listen({ port: 0 });
  await assert.rejects(server.listen({ port }), { code: 'EADDRINUSE' });
});

promise('an address that is not ours is refused with EADDRNOTAVAIL', async (server) => {
  await assert.rejects(server.listen({ address: '192.0.2.1', port: 0 }), { code: 'EADDRNOTAVAIL' });
});

promise('IPv6 has its own socket beside IPv4 on the same port', async (server) => {
  const { port } = await server.listen({ address: '::', port: 0 });
  await server.listen({ address: '0.0.0.0', port });
  await expectEcho(await server.connect(port, '::1'), 'six');
  await expectEcho(await server.connect(port, '127.0.0.1'), 'four');
  const [six, four] = server.connections;
  assert.equal(six.localAddress, `[::1]:${port}`);
  assert.match(six.remoteAddress, /^\[::1\]:[1-9]\d*$/);
  assert.equal(four.localAddress, `127.0.0.1:${port}`);
  assert.deepEqual([six.isLocal, four.isLocal], [true, true]);
});

promise('a host name is resolved', async (server) => {
  const { port } = await server.listen({ address: 'localhost', port: 0 });
  await expectEcho(await server.connect(port, 'localhost'), 'by name');
});

promise('a Unix socket has its permissions, replaces a stale one and is removed at the end', async (server) => {
  const folder = mkdtempSync(join(tmpdir(), 'transport-'));
  try {
    const path = join(folder, 'server.sock');
    await leaveStaleSocket(path);
    assert.ok(existsSync(path), 'there is no stale socket');
    const listener = await server.listen({ address: path, unixPermissions: 0o640 });
    assert.equal(statSync(path).mode & 0o777, 0o640);
    await expectEcho(await server.connectUnix(path), 'hello');
    const [connection] = server.connections;
    assert.deepEqual([connection.isUnixSocket, connection.isLocal], [true, true]);
    assert.deepEqual([connection.remoteAddress, connection.localAddress], [`${path}:0`, `${path}:0`]);
    assert.equal(listener.port, 0);
    await server.stop();
    assert.equal(existsSync(path), false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

promise('a file in the way of a Unix socket is left alone', async (server) => {
  const folder = mkdtempSync(join(tmpdir(), 'transport-'));
  try {
    const path = join(folder, 'precious.txt');
    writeFileSync(path, 'precious');
    await assert.rejects(server.listen({ address: path }), { code: 'EADDRINUSE' });
    assert.ok(statSync(path).isFile());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

promise('stopping closes connections, frees the port and is idempotent', async (server) => {
  const { port } = await server.listen({ port: 0 });
  const client = await server.connect(port);
  await expectEcho(client, 'hello');
  const stopped = server.transport.stop();
  await once(client.resume(), 'end');
  client.end();
  await stopped;
  await server.transport.stop();
  await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  const next = new TestServer(server.transport.kind);
  await next.listen({ port });
  await expectEcho(await next.connect(port), 'on the same port');
  await next.stop();
});

promise('a closed listener accepts no more and leaves connections alone', async (server) => {
  const listener = await server.listen({ port: 0 });
  const client = await server.connect(listener.port);
  await expectEcho(client, 'before');
  listener.close();
  listener.close();
  await assert.rejects(once(connect(listener.port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  await expectEcho(client, 'after');
});

test('streams: a mark on the socket is refused', async () => {
  const transport = makeTransport('streams');
  await assert.rejects(transport.listen({ address: '127.0.0.1', port: 0, backlog: 1, mark: 7 }), { code: 'ENOTSUP' });
});

promise('when descriptors run out it rests, serves those it has, and accepts again later', async (server) => {
  const child = await startLimited(server.transport.kind);
  try {
    const first = await server.connect(child.port);
    await expectEcho(first, 'first');
    const others: Socket[] = [];
    for (let i = 0; i < MORE_THAN_DESCRIPTORS; i++) others.push(await server.connect(child.port));
    await expectEcho(first, 'still served');
    // The reactor leaves them in the backlog and says so; libuv accepts and closes them on its own.
    if (server.transport.kind === 'reactor') assert.match(await child.nextLine(), /EMFILE/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const client of others) client.destroy();
    await untilServed(server, child.port);
  } finally {
    child.stop();
  }
  assert.ok(Number(/(\d+) turns/.exec(await child.lastLine())?.[1]) < TURNS_MAX, 'it spun');
});

/** A Unix socket whose server is gone without removing it. */
async function leaveStaleSocket(path: string): Promise<void> {
  const program = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', program, path]), 'exit');
}

interface LimitedServer {
  readonly port: number;
  nextLine(): Promise<string>;
  lastLine(): Promise<string>;
  stop(): void;
}

/** An echo server in a process that may open few descriptors. */
async function startLimited(kind: string): Promise<LimitedServer> {
  const script = join(import.meta.dirname, 'testing/limited-server.ts');
  const command = `ulimit -n ${DESCRIPTORS}; exec "$0" --no-warnings "$1" "$2"`;
  const child = spawn('/bin/sh', ['-c', command, process.execPath, script, kind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => String((await lines.next()).value);
  const lastLine = async (): Promise<string> => {
    for (let last = '', line = await lines.next(); ; line = await lines.next()) {
      if (line.done) return last;
      last = line.value;
    }
  };
  return { port: Number(await nextLine()), nextLine, lastLine, stop: () => child.kill('SIGTERM') };
}

/** Connects until somebody answers: connections from the backlog may be closed before. */
async function untilServed(server: TestServer, port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      const client = await server.connect(port);
      client.write('served');
      assert.equal((await receive(client, 6)).toString(), 'served');
      return;
    } catch (error) {
      if (attempt === 99) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
