// Options as the kernel has them afterwards.
import assert from 'node:assert/strict';
import ffi from 'node:ffi';
import { reserveRegion } from '../memory/native-memory.ts';
import {
  IPPROTO_TCP,
  SO_KEEPALIVE,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
} from './libc-socket.ts';
import { promise, type TestServer, until } from './testing/test-server.ts';
import type { Connection } from './transport.ts';

const { functions: libc } = ffi.dlopen(null, {
  getsockopt: { arguments: ['i32', 'i32', 'i32', 'pointer', 'pointer'], return: 'i32' },
});
const region = reserveRegion(4096);
const words = new Int32Array(region.bytes.buffer);

function option(connection: Connection, level: number, name: number): number {
  words[1] = 4;
  assert.equal(libc.getsockopt(connection.descriptor, level, name, region.pointer, region.pointer + 4n), 0);
  return words[0];
}

async function accepted(server: TestServer): Promise<Connection> {
  const { port } = await server.listenAnywhere();
  await server.connect(port);
  await until(() => server.connections.length === 1, 'the connection is accepted');
  return server.connections[0];
}

promise(
  'accepted connections send at once (TCP_NODELAY)',
  async (server) => {
    assert.equal(option(await accepted(server), IPPROTO_TCP, TCP_NODELAY), 1);
  },
  ['reactor'],
);

promise(
  'keep-alive probes after the period, then three times within it, and can be switched off',
  async (server) => {
    const connection = await accepted(server);
    const alive = (): number[] => [
      option(connection, SOL_SOCKET, SO_KEEPALIVE),
      option(connection, IPPROTO_TCP, TCP_KEEPIDLE),
      option(connection, IPPROTO_TCP, TCP_KEEPINTVL),
      option(connection, IPPROTO_TCP, TCP_KEEPCNT),
    ];
    connection.setKeepAlive(300);
    assert.deepEqual(alive(), [1, 300, 100, 3]);
    connection.setKeepAlive(1);
    assert.deepEqual(alive(), [1, 1, 1, 3]);
    connection.setKeepAlive(0);
    assert.equal(option(connection, SOL_SOCKET, SO_KEEPALIVE), 0);
  },
  ['reactor'],
);
