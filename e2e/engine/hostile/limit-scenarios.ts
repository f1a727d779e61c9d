// What is too much: values of 512 MB, clients that never read or send without end, and more clients than are allowed.
import { type RunningServer, waitFor } from '@valkeep/testing';
import { exchangeCommands, type Scenario, type ScenarioGroup } from './scenario.ts';

const MIB = 1_048_576;
const VALUE_MAX = 512 * MIB;
const LIMIT_MS = 60_000;

async function storeLargestValue(server: RunningServer): Promise<string> {
  await using connection = await server.connect({ limitMs: LIMIT_MS });
  const chunk = Buffer.alloc(MIB, 'abcdefgh');
  connection.write(`*3\r\n$3\r\nSET\r\n$7\r\nlargest\r\n$${VALUE_MAX}\r\n`);
  for (let sent = 0; sent < VALUE_MAX; sent += MIB) {
    connection.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  connection.write('\r\n');
  const stored = await connection.readReply(LIMIT_MS);
  const rest = await connection.pipeline([
    ['STRLEN', 'largest'],
    ['GETRANGE', 'largest', VALUE_MAX - 5, -1],
    ['APPEND', 'largest', 'x'],
    ['SETRANGE', 'largest', VALUE_MAX, 'x'],
    ['SETBIT', 'largest', 4_294_967_296, 1],
    ['DEL', 'largest'],
    ['SETRANGE', 'sparse', VALUE_MAX - 1, 'x'],
    ['STRLEN', 'sparse'],
    ['DEL', 'sparse'],
  ]);
  return [stored, ...rest].map(({ bytes }) => bytes.toString('latin1')).join('');
}

async function neverRead(server: RunningServer): Promise<string> {
  await exchangeCommands(server, [['SET', 'value', 'x'.repeat(100_000)]]);
  const connection = await server.connect({ raw: true });
  connection.pause();
  connection.write('GET value\r\n'.repeat(2_000));
  const isDropped = async () =>
    /client_output_buffer_limit_disconnections:1\r/.test(await exchangeCommands(server, [['INFO', 'stats']]));
  await waitFor(isDropped, { what: 'the client that does not read to be dropped', limitMs: LIMIT_MS });
  connection.reset();
  await connection.closed;
  return exchangeCommands(server, [
    ['STRLEN', 'value'],
    ['DEL', 'value'],
  ]);
}

async function sendWithoutEnd(server: RunningServer): Promise<string> {
  const connection = await server.connect({ raw: true });
  connection.write(`*3\r\n$3\r\nSET\r\n$1\r\nq\r\n$${8 * MIB}\r\n`);
  connection.write(Buffer.alloc(4 * MIB, 'x'));
  await waitFor(() => connection.isClosed, { what: 'the client that sends too much to be dropped', limitMs: LIMIT_MS });
  return exchangeCommands(server, [['EXISTS', 'q']]);
}

async function connectTooOften(server: RunningServer): Promise<string> {
  const connections = await Promise.all(Array.from({ length: 20 }, () => server.connect({ raw: true })));
  try {
    for (const connection of connections) connection.write('PING\r\n');
    await waitFor(() => connections.every(({ received, isClosed }) => received.length > 0 || isClosed), {
      what: 'an answer to each',
    });
    return connections
      .map(({ received }) => received.toString('latin1'))
      .sort()
      .join('');
  } finally {
    for (const connection of connections) await connection[Symbol.asyncDispose]();
  }
}

const large: readonly Scenario[] = [{ name: 'values of 512 MB', act: storeLargestValue }];

export const limitGroups: readonly ScenarioGroup[] = [
  { config: {}, scenarios: large },
  {
    config: { 'client-output-buffer-limit': 'normal 1mb 0 0' },
    scenarios: [{ name: 'a client that never reads', act: neverRead }],
  },
  {
    config: { 'client-query-buffer-limit': '1mb' },
    scenarios: [{ name: 'a client that sends without end', act: sendWithoutEnd }],
  },
  { config: { maxclients: '10' }, scenarios: [{ name: 'more clients than are allowed', act: connectTooOften }] },
  {
    config: { 'proto-max-bulk-len': '2mb' },
    scenarios: [
      {
        name: 'values beyond proto-max-bulk-len',
        act: (server) =>
          exchangeCommands(server, [
            ['SETRANGE', 'k', 3 * MIB, 'x'],
            ['APPEND', 'k', 'x'.repeat(2 * MIB)],
            ['APPEND', 'k', 'x'],
          ]),
      },
    ],
  },
];
