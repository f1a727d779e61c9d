// Scripts that loop, do what they may not, or look for the host.
import { type RunningServer, waitFor } from '@valkeep/testing';
import { exchangeCommands, type Scenario, type ScenarioGroup } from './scenario.ts';

const LIMIT_MS = 20_000;

const forbidden: readonly string[] = [
  "return redis.call('BLPOP', 'none', 0)",
  "return redis.call('SUBSCRIBE', 'x')",
  "return redis.call('MULTI')",
  "return redis.call('EVAL', 'return 1', 0)",
  "return redis.call('NOSUCH')",
  "return redis.call('SET', 'k')",
  'return redis.call()',
  'return redis.call({})',
  "return redis.pcall('LPUSH', 'canary', 'x')",
  "redis.call('LPUSH', 'canary', 'x')",
  'x = 1',
  'return x',
  'return io.open("/etc/passwd")',
  'return os.execute("true")',
  'return os.getenv("HOME")',
  'return type(os.clock())',
  'return require("io")',
  'return dofile("/etc/passwd")',
  'return loadfile("/etc/passwd")',
  'return print',
  'return debug',
  'return package',
  'return collectgarbage',
  "return getmetatable('').__index == string",
  'string.format = nil return 1',
  'setmetatable(_G, {}) return 1',
  "rawset(_G, 'y', 1) return y",
  'return loadstring("return process")()',
  'error("plain")',
  "error({err = 'MY own'})",
  "return redis.error_reply('MY own')",
  "return {err = 'ERR table'}",
  'local function f() return f() + 1 end return f()',
  'return string.rep("x", -1)',
  'return 1 +',
  'return nil .. "x"',
  'return #nil',
  'return {1, 2, nil, 4}',
  'return 3.99',
  'return tostring(0/0)',
];

const forbiddenScenarios: readonly Scenario[] = forbidden.map((script) => ({
  name: `the script ${script}`,
  act: (server) => exchangeCommands(server, [['EVAL', script, 0]]),
}));

/** Starts a script that does not end; others are told so until somebody kills it. */
async function loopForever(server: RunningServer): Promise<string> {
  await using connection = await server.connect({ limitMs: LIMIT_MS });
  const answer = connection.request(['EVAL', 'while true do end', 0]);
  const isBusy = async () => (await exchangeCommands(server, [['PING']])).startsWith('-BUSY');
  await waitFor(isBusy, { what: 'BUSY', limitMs: LIMIT_MS });
  const told = await exchangeCommands(server, [['GET', 'canary'], ['NOSUCH'], ['SCRIPT', 'KILL'], ['PING']]);
  const { bytes } = await answer;
  return `${told}${bytes.toString('latin1')}${await exchangeCommands(server, [['PING'], ['SCRIPT', 'KILL']])}`;
}

/** A looping script that has written cannot be killed; the client that runs it in a transaction gets the same. */
async function loopInTransaction(server: RunningServer): Promise<string> {
  await using connection = await server.connect({ limitMs: LIMIT_MS });
  const answers = connection.pipeline([
    ['MULTI'],
    ['SET', 'before', 1],
    ['EVAL', 'local i = 0 while true do i = i + 1 end', 0],
    ['SET', 'after', 1],
    ['EXEC'],
  ]);
  const isBusy = async () => (await exchangeCommands(server, [['PING']])).startsWith('-BUSY');
  await waitFor(isBusy, { what: 'BUSY', limitMs: LIMIT_MS });
  const told = await exchangeCommands(server, [['SCRIPT', 'KILL']]);
  const frames = await answers;
  const state = await exchangeCommands(server, [
    ['GET', 'before'],
    ['GET', 'after'],
    ['DEL', 'before', 'after'],
  ]);
  return `${told}${frames.map(({ bytes }) => bytes.toString('latin1')).join('')}${state}`;
}

export const scriptGroups: readonly ScenarioGroup[] = [
  {
    config: { 'busy-reply-threshold': '100' },
    scenarios: [
      ...forbiddenScenarios,
      { name: 'a script that never ends', act: loopForever },
      { name: 'a script that never ends, in a transaction', act: loopInTransaction },
    ],
  },
];
