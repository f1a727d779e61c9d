// Starts a server (ours, or a real Valkey: both take the same arguments) on a free port, in a folder of its own, and waits
// until it answers. It is ended and its folder removed by `stop`, at the latest when the test process exits.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUpAtExit, makeScratchFolder } from './cleanup.ts';
import { findFreePort } from './free-port.ts';
import { RespConnection } from './resp-connection.ts';
import { findServerCommand } from './server-command.ts';
import { waitFor, withLimit } from './wait-for.ts';

const START_ATTEMPTS_MAX = 3;
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 15_000;
const PING_LIMIT_MS = 1_000;

export interface ServerOptions {
  /** Program and leading arguments; ours when absent. */
  readonly command?: readonly string[];
  /** Further arguments, such as `['--appendonly', 'yes']`. */
  readonly args?: readonly string[];
  /** Directives for a configuration file; a list stands for one line per item. */
  readonly config?: Readonly<Record<string, string | number | readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  /** A folder to run in that belongs to the caller: it is not removed, so that another server can go on in it. */
  readonly dir?: string;
  /** A certain port instead of a free one, for a server that takes another's place. */
  readonly port?: number;
  readonly startLimitMs?: number;
}

export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningServer {
  readonly port: number;
  readonly pid: number;
  readonly dir: string;
  /** How the process ended, once it has. */
  readonly exited: Promise<ServerExit>;
  /** What it printed on stdout and stderr so far. */
  logs(): string;
  connect(options?: { readonly limitMs?: number; readonly raw?: boolean }): Promise<RespConnection>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it with SIGTERM (SIGKILL when that takes too long) and removes its folder. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL and keeps its folder until `stop`. */
  kill9(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Launched {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<ServerExit>;
  readonly logPath: string;
}

/** Starts a server and resolves once it answers PING. Throws with its log when it does not. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    const scratch = options.dir === undefined ? makeScratchFolder('server') : undefined;
    const dir = options.dir ?? scratch?.path ?? '';
    const port = options.port ?? (await findFreePort());
    const launched = launch(options, dir, port);
    const server = buildRunningServer(launched, { port, dir, removeFolder: () => scratch?.remove() });
    try {
      await awaitAnswer(server, launched, options.startLimitMs ?? START_LIMIT_MS);
      return server;
    } catch (error) {
      const log = server.logs();
      await server.stop();
      if (attempt >= START_ATTEMPTS_MAX || !/in use|Failed listening/i.test(log)) {
        throw new Error(`the server did not start: ${String(error)}\n${log}`);
      }
    }
  }
}

function launch(
  { command = findServerCommand(), args = [], config = {}, env = {} }: ServerOptions,
  dir: string,
  port: number,
): Launched {
  const [program = '', ...leading] = command;
  const configPath = join(dir, 'server.conf');
  writeFileSync(configPath, buildConfiguration({ port, dir, ...config }), 'latin1');
  const logPath = join(dir, 'server.log');
  const log = openSync(logPath, 'a');
  const child = spawn(program, [...leading, configPath, ...args], {
    cwd: dir,
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const exited = new Promise<ServerExit>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  return { child, pid: child.pid ?? -1, exited, logPath };
}

const defaultConfiguration = { bind: '127.0.0.1', save: '', 'enable-debug-command': 'yes' };

function buildConfiguration(config: Readonly<Record<string, string | number | readonly string[]>>): string {
  return Object.entries({ ...defaultConfiguration, ...config })
    .flatMap(([name, value]) =>
      (typeof value === 'object' ? value : [String(value)]).map((item) => [name, item] as const),
    )
    .map(([name, value]) => `${name} ${quoteValue(value)}\n`)
    .join('');
}

/** Directives of several words (`save 900 1`) stay as they are; an empty value and bytes beyond printable ASCII are quoted. */
function quoteValue(value: string): string {
  if (/^[!-~]+( [!-~]+)*$/.test(value)) return value;
  const escaped = value.replace(/[^ -~]|["\\]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}

async function awaitAnswer(server: RunningServer, { exited }: Launched, limitMs: number): Promise<void> {
  let ending: string | undefined;
  exited.then(
    ({ code, signal }) => {
      ending = `it ended with ${signal ?? code}`;
    },
    (error) => {
      ending = String(error);
    },
  );
  const ask = () => {
    if (ending !== undefined) throw new Error(ending);
    return answersPing(server);
  };
  await waitFor(ask, { what: 'an answer to PING', limitMs });
}

/** A server that asks for a password answers, too; one that still loads its data does not. */
async function answersPing(server: RunningServer): Promise<boolean> {
  let connection: RespConnection | undefined;
  try {
    connection = await server.connect({ limitMs: PING_LIMIT_MS });
    const { value } = await connection.request(['PING']);
    return value.kind === 'simple' || (value.kind === 'error' && value.text.startsWith('NOAUTH'));
  } catch {
    return false; // not listening yet, or closed in our face: asked again until the limit
  } finally {
    await connection?.[Symbol.asyncDispose]();
  }
}

interface Place {
  readonly port: number;
  readonly dir: string;
  removeFolder(): void;
}

function buildRunningServer(
  { child, pid, exited, logPath }: Launched,
  { port, dir, removeFolder }: Place,
): RunningServer {
  let keptLog = '';
  const cancelCleanup = cleanUpAtExit(() => child.kill('SIGKILL'));
  const awaitExit = (limitMs: number) => withLimit(exited, { what: `the end of process ${pid}`, limitMs });
  const server: RunningServer = {
    port,
    pid,
    dir,
    exited,
    logs: () => (existsSync(logPath) ? readFileSync(logPath, 'latin1') : keptLog),
    connect: (options = {}) => RespConnection.connect({ port, ...options }),
    signal(signal) {
      child.kill(signal);
    },
    async kill9() {
      child.kill('SIGKILL');
      await awaitExit(STOP_LIMIT_MS);
    },
    async stop() {
      child.kill('SIGTERM');
      child.kill('SIGCONT'); // a stopped process does not hear SIGTERM
      await awaitExit(STOP_LIMIT_MS).catch(() => server.kill9());
      cancelCleanup();
      keptLog = server.logs();
      removeFolder();
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
  return server;
}
