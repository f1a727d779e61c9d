// Frames that are broken, too long, or come from somebody who has not said who he is.
import { exchangeBytes, exchangeCommands, type Scenario, type ScenarioGroup, trickleCommands } from './scenario.ts';

const LONG = 'x'.repeat(70_000);
const PING = '*1\r\n$4\r\nPING\r\n';

const brokenFrames: Readonly<Record<string, string>> = {
  'a multibulk length that is no number': `${PING}*x\r\n${PING}`,
  'an empty multibulk length': '*\r\n',
  'a multibulk length with a sign': '*+1\r\n$4\r\nPING\r\n',
  'a negative multibulk length': `*-1\r\n${PING}`,
  'a multibulk length of nothing': `*0\r\n${PING}`,
  'a multibulk length beyond 32 bits': '*2147483648\r\n',
  'a multibulk length beyond 64 bits': '*99999999999999999999\r\n',
  'a bulk length that is no number': '*1\r\n$x\r\n',
  'an empty bulk length': '*1\r\n$\r\n',
  'a negative bulk length': '*1\r\n$-1\r\n',
  'a bulk length beyond the limit': '*1\r\n$536870913\r\n',
  'another type in the place of a bulk': '*2\r\n$3\r\nGET\r\n:1\r\n',
  'an array inside of a command': '*2\r\n$3\r\nGET\r\n*1\r\n$1\r\na\r\n',
  'a bulk without its line end': `*1\r\n$4\r\nPINGxx${PING}`,
  'a bulk that is longer than it says': `*1\r\n$4\r\nPINGPING\r\n${PING}`,
  'a length line without an end': `*1${LONG}`,
  'a bulk line without an end': `*1\r\n$1${LONG}`,
  'an inline command without an end': LONG,
  'an inline command that is too long': `PING ${LONG}\r\n${PING}`,
  'an inline command with an open quote': `SET "a\r\n${PING}`,
  'an inline command with text behind a quote': `SET "a"b c\r\n${PING}`,
  'an inline command of zero bytes': `\0\0\0\r\n${PING}`,
  'an inline command with a zero byte in it': `ECHO a\0b\r\n${PING}`,
  'empty lines': `\r\n\n\r\n${PING}`,
  'a request of the web': 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'a post from a browser': `POST / HTTP/1.1\r\nHost: localhost\r\n\r\n${PING}`,
  'an end in the middle of a command': `${PING}*3\r\n$3\r\nSET\r\n$1\r\nz\r\n$5\r\nab`,
  'a farewell with more behind it': `QUIT\r\n${PING}`,
};

const frameScenarios: readonly Scenario[] = Object.entries(brokenFrames).map(([name, bytes]) => ({
  name,
  act: (server) => exchangeBytes(server, Buffer.from(bytes, 'latin1')),
}));

const everyByte = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

const transportScenarios: readonly Scenario[] = [
  {
    name: 'a client that sends one byte at a time',
    act: (server) =>
      trickleCommands(server, [
        ['SET', 'slow', 'value\r\n$3'],
        ['GET', 'slow'],
        ['NOSUCH', 'x'],
        ['DEL', 'slow'],
      ]),
  },
  {
    name: 'a client that leaves half way',
    async act(server) {
      const connection = await server.connect({ raw: true });
      connection.write('*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$1000\r\nabc');
      connection.reset();
      await connection.closed;
      return exchangeCommands(server, [['EXISTS', 'half'], ['PING']]);
    },
  },
  {
    name: 'keys and values of any bytes',
    act: (server) =>
      exchangeCommands(server, [
        ...everyByte.map((key) => ['SET', key, key.repeat(3)]),
        ...everyByte.map((key) => ['GET', key]),
        ['SET', everyByte.join(''), everyByte.join('')],
        ['GET', everyByte.join('')],
        ['DEL', ...everyByte, everyByte.join('')],
      ]),
  },
  {
    name: 'a million arguments',
    act: (server) =>
      exchangeCommands(server, [
        ['DEL', ...Array.from({ length: 1_000_000 }, (_, index) => index)],
        ['RPUSH', 'many', ...Array.from({ length: 500_000 }, (_, index) => index)],
        ['LLEN', 'many'],
        ['LINDEX', 'many', 499_999],
        ['DEL', 'many'],
      ]),
  },
  {
    name: 'more arguments than are allowed',
    act: (server) => exchangeBytes(server, '*1048577\r\n'),
  },
];

const unauthenticated: Readonly<Record<string, string>> = {
  'a large bulk before authentication': `*2\r\n$4\r\nAUTH\r\n$20000\r\n${'x'.repeat(20_000)}\r\n`,
  'many arguments before authentication': '*11\r\n$4\r\nAUTH\r\n',
  'commands before authentication':
    'PING\r\nGET a\r\nHELLO 3\r\nAUTH wrong\r\nAUTH a b c\r\nNOSUCH\r\nRESET\r\nQUIT\r\n',
  'a wrong user': 'AUTH nobody secret\r\nHELLO 3 AUTH default wrong\r\nAUTH default secret\r\nACL WHOAMI\r\n',
};

export const frameGroups: readonly ScenarioGroup[] = [
  { config: {}, scenarios: [...frameScenarios, ...transportScenarios] },
  {
    config: { requirepass: 'secret' },
    scenarios: Object.entries(unauthenticated).map(([name, bytes]) => ({
      name,
      act: (server) => exchangeBytes(server, bytes),
    })),
  },
];
