// What transports promise about their turns: the order of hooks, Node going on beside them while they are busy and while
// they are idle, waking, and serving connections from inside a handler.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { reserveRegion } from '../memory/native-memory.ts';
import { expectEcho, promise, receive, type TestServer, until } from './testing/test-server.ts';
import type { Connection } from './transport.ts';

const TIMERS = 21;
const TIMER_MS = 5;
/** Half of the timers come within this; the rest may suffer from other load on the machine. */
const MEDIAN_LATENESS_MS_MAX = 3;
const IDLE_MS = 300;
/** Turns while idle; a loop that polls every 2 ms would take 150. */
const IDLE_TURNS_MAX = 20;

async function medianLatenessMs(): Promise<number> {
  const late: number[] = [];
  for (let i = 0; i < TIMERS; i++) {
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, TIMER_MS));
    late.push(performance.now() - start - TIMER_MS);
  }
  return late.sort((a, b) => a - b)[(TIMERS - 1) / 2];
}

/** Node's ways to go on: timers, files, immediates and signals. */
async function expectNodeGoesOn(): Promise<void> {
  const late = await medianLatenessMs();
  assert.ok(late < MEDIAN_LATENESS_MS_MAX, `timers are ${late} ms late`);
  for (let i = 0; i < 10; i++) assert.ok((await readFile(import.meta.filename)).length > 0);
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  const signal = once(process, 'SIGWINCH');
  process.kill(process.pid, 'SIGWINCH');
  await signal;
}

promise('timers, files, immediates and signals come while the loop is idle', async (server) => {
  await server.listenAnywhere();
  await expectNodeGoesOn();
});

/** Makes each connection answer itself for ever: it writes what makes its peer write. */
function keepBusy(clients: readonly Socket[]): void {
  for (const client of clients) {
    client.on('data', (chunk) => client.write(chunk));
    client.write('round and round');
  }
}

promise('timers, files, immediates and signals come while the loop is busy', async (server) => {
  const { port } = await server.listenAnywhere();
  const clients = await Promise.all(Array.from({ length: 10 }, () => server.connect(port)));
  keepBusy(clients);
  await expectNodeGoesOn();
  assert.ok(server.echoes.every((echo) => echo.reads > 1));
});

promise('a connection that is always readable does not hold up Node', async (server) => {
  const { port } = await server.listenAnywhere();
  let calls = 0;
  server.makeHandler = () => ({
    onReadable: () => {
      calls++;
    },
    onWritable: () => undefined,
  });
  (await server.connect(port)).write('nobody reads this');
  await until(() => calls > 0, 'the handler is called');
  await expectNodeGoesOn();
  assert.ok(calls > 100, `it was told only ${calls} times`);
});

promise('it sleeps while nothing happens', async (server) => {
  const { port } = await server.listenAnywhere();
  await expectEcho(await server.connect(port), 'hello');
  const { turns } = server;
  const cpu = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const { user, system } = process.cpuUsage(cpu);
  assert.ok(server.turns - turns < IDLE_TURNS_MAX, `${server.turns - turns} turns`);
  assert.ok((user + system) / 1000 < IDLE_MS / 10, `${(user + system) / 1000} ms of CPU`);
});

promise('promises that a handler leaves run before the next sleep', async (server) => {
  const { port } = await server.listenAnywhere();
  const region = reserveRegion(4096);
  server.makeHandler = (connection) => ({
    onReadable: () => {
      const count = connection.read(region, 0, 4096);
      if (count <= 0) return connection.close();
      void Promise.resolve().then(() => process.nextTick(() => connection.write(region, 0, count)));
    },
    onWritable: () => undefined,
  });
  const client = await server.connect(port);
  for (let i = 0; i < 20; i++) await expectEcho(client, 'later');
});

promise('a turn is afterWait, all ready connections, beforeWait', async (server) => {
  const { port } = await server.listenAnywhere();
  const region = reserveRegion(4096);
  const log: string[] = [];
  server.makeHandler = (connection) => ({
    onReadable: () => {
      connection.read(region, 0, 4096);
      log.push('connection');
    },
    onWritable: () => undefined,
  });
  const clients = [await server.connect(port), await server.connect(port)];
  await until(() => server.connections.length === 2, 'both are accepted');
  server.afterWait = () => log.push('afterWait');
  server.beforeWait = () => log.push('beforeWait');
  for (const client of clients) client.write('now');
  await until(() => log.includes('connection'), 'they are served');
  const served = log.join(' ').replaceAll('afterWait beforeWait', '').trim();
  assert.equal(served, 'afterWait connection connection beforeWait');
});

promise('wake brings a turn at once, from a timer and from beforeWait itself', async (server) => {
  await server.listenAnywhere();
  await new Promise((resolve) => setTimeout(resolve, 20));
  let wanted = 5;
  server.beforeWait = () => {
    if (--wanted > 0) server.transport.wake();
  };
  const start = performance.now();
  server.transport.wake();
  // Nothing but the wake may bring these turns about: a timer of until() would, too.
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (wanted <= 0) resolve();
      else setImmediate(look);
    };
    look();
  });
  assert.ok(performance.now() - start < 1000);
});

/** Sends one message from each client such that all are there when the next turn begins. */
async function bothReady(server: TestServer): Promise<[Socket, Socket]> {
  const { port } = await server.listenAnywhere();
  const clients: [Socket, Socket] = [await server.connect(port), await server.connect(port)];
  await until(() => server.connections.length === 2, 'both are accepted');
  for (const client of clients) client.write('hello');
  return clients;
}

promise(
  'pollOnce serves another connection from inside a handler, and not the one that polls',
  async (server) => {
    const region = reserveRegion(4096);
    const log: string[] = [];
    let depth = 0;
    server.beforeWait = () => assert.equal(depth, 0, 'beforeWait came inside a handler');
    const makeHandler = (connection: Connection) => ({
      onReadable: () => {
        log.push(`${connection.id} begins`);
        depth++;
        server.transport.pollOnce();
        server.transport.pollOnce();
        depth--;
        const count = connection.read(region, 0, 4096);
        if (count > 0) connection.write(region, 0, count);
        log.push(`${connection.id} ends`);
      },
      onWritable: () => undefined,
    });
    server.makeHandler = makeHandler;
    const [first, second] = await bothReady(server);
    assert.equal((await receive(first, 5)).toString(), 'hello');
    assert.equal((await receive(second, 5)).toString(), 'hello');
    const [outer, inner] = log[0] === '1 begins' ? [1, 2] : [2, 1];
    assert.deepEqual(log.slice(0, 4), [`${outer} begins`, `${inner} begins`, `${inner} ends`, `${outer} ends`]);
  },
  ['reactor'],
);

promise(
  'a connection closed inside pollOnce hears nothing more in the turns around it',
  async (server) => {
    const { port } = await server.listenAnywhere();
    const region = reserveRegion(4096);
    const called: number[] = [];
    server.makeHandler = (connection) => ({
      onReadable: () => {
        called.push(connection.id);
        connection.read(region, 0, 4096);
        if (connection.id === 1) server.transport.pollOnce();
        if (connection.id === 2) server.connections[2].close();
      },
      onWritable: () => undefined,
    });
    const clients = [await server.connect(port), await server.connect(port), await server.connect(port)];
    await until(() => server.connections.length === 3, 'all are accepted');
    for (const client of clients) client.write('now');
    await until(() => called.length >= 2, 'two are called');
    clients[2].resume();
    await until(() => clients[2].destroyed, 'the third is closed');
    assert.deepEqual(
      called.filter((id) => id === 3),
      [],
    );
  },
  ['reactor'],
);

promise('a transport may be stopped from inside a handler', async (server) => {
  let stopped: Promise<void> | undefined;
  server.makeHandler = () => ({
    onReadable: () => {
      stopped = server.transport.stop();
    },
    onWritable: () => undefined,
  });
  await bothReady(server);
  await until(() => stopped !== undefined, 'the handler is called');
  await stopped;
});
