// Makes an engine from a configuration, opens its listeners, and ends it on a signal.
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  ENGINE_VERSION,
  Engine,
  Log,
  type LogLevel,
  Reactor,
  type ServerConfig,
  Streams,
  type Transport,
  VALKEY_VERSION,
} from '@valkeep/engine';
import { Listeners } from './listeners.ts';
import { followProcessTitle } from './process-title.ts';
import { startData } from './start-data.ts';

export interface ServerOptions {
  readonly config: ServerConfig;
  /** `rename-command` directives: old and new name. */
  readonly renames: readonly (readonly [string, string])[];
  /** `user` directives: a name and its rules. */
  readonly users: readonly (readonly string[])[];
  readonly configFile: string | undefined;
}

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'verbose', 'notice', 'warning', 'nothing'];

/** Starts the server; false where it cannot start, with the reason in the log. */
export async function startServer(options: ServerOptions): Promise<boolean> {
  const { config } = options;
  const log = openLog(config);
  const transport: Transport = config.choice('transport') === 'streams' ? new Streams() : new Reactor();
  // The shell script that starts Node says how it was called itself.
  const command = process.env.VALKEEP_COMMAND ?? process.argv[1] ?? 'valkeep-server';
  const { configFile } = options;
  const engine = new Engine({ config, transport, log, identity: { configFile, executable: resolve(command) } });
  for (const [from, to] of options.renames) engine.table.rename(from, to);
  const refusal = engine.access.loadAtStart(options.users);
  if (refusal !== undefined) {
    log.warning(refusal);
    return false;
  }
  log.notice('oO0OoO0OoO0Oo Valkey is starting oO0OoO0OoO0Oo');
  log.notice(
    `Valkey version=${VALKEY_VERSION}, bits=64, commit=00000000, modified=0, pid=${process.pid}, just started (valkeep ${ENGINE_VERSION})`,
  );
  log.notice(
    options.configFile === undefined
      ? 'Warning: no config file specified, using the default config.'
      : 'Configuration loaded',
  );
  log.notice(`Running mode=standalone, port=${config.number('port')}. PID: ${process.pid}`);
  engine.start();
  const listeners = new Listeners(engine);
  if (!(await listeners.openAll())) {
    await transport.stop();
    return false;
  }
  listeners.follow();
  followProcessTitle(config, { command, configFile });
  log.notice('Server initialized');
  engine.onFatal = () => process.exit(1);
  const pidFile = writePidFile(config, log);
  endWhenAsked(engine, log, pidFile);
  if (!(await startData(engine))) {
    await engine.stop();
    return false;
  }
  log.notice('Ready to accept connections tcp');
  return true;
}

function openLog(config: ServerConfig): Log {
  const path = config.text('logfile');
  const log = new Log((line) => {
    if (path === '') process.stdout.write(line);
    else appendFileSync(path, line);
  });
  const follow = (): undefined => {
    const level = LOG_LEVELS.find((name) => name === config.choice('loglevel'));
    if (level !== undefined) log.level = level;
  };
  follow();
  config.onChange('loglevel', follow);
  return log;
}

function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}

function writePidFile(config: ServerConfig, log: Log): string {
  const path = config.text('pidfile');
  if (path === '') return '';
  try {
    writeFileSync(path, `${process.pid}\n`);
    return path;
  } catch (error) {
    log.warning(`Failed to write PID file: ${errorCode(error)}`);
    return '';
  }
}

/** Signals end the server as SHUTDOWN does; a second SIGINT while it is saving ends it at once. */
function endWhenAsked(engine: Engine, log: Log, pidFile: string): void {
  const { shutdown } = engine;
  shutdown.exit = async (atOnce) => {
    const stopped = engine.stop();
    if (!atOnce) await stopped;
    removePidFile(pidFile, log);
    log.warning('Valkey is now ready to exit, bye bye...');
    process.exit(0);
  };
  process.on('SIGTERM', () => void shutdown.onSignal('SIGTERM'));
  process.on('SIGINT', () => {
    if (shutdown.onSignal('SIGINT')) return;
    log.warning('You insist... exiting now.');
    process.exit(1);
  });
}

function removePidFile(pidFile: string, log: Log): void {
  if (pidFile === '') return;
  log.notice('Removing the pid file.');
  rmSync(pidFile, { force: true });
}
