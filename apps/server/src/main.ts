// valkeep-server: the engine as a program, with the command line, the log and the signals of valkey-server.
// Nothing is decided here: it reads the configuration, opens the listeners, and stops cleanly when told to.
import { flushCompileCache } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import {
  allFamilies,
  CommandTable,
  loadConfig,
  nodeConfigHost,
  parseCommandLine,
  ServerConfig,
  type StartCommand,
  UserDirectives,
  VALKEY_VERSION,
} from '@valkeep/engine';
import { HELP_TEXT, versionLine } from './help-text.ts';
import { startServer } from './start-server.ts';

function main(): void {
  const command = parseCommandLine(process.argv.slice(2));
  switch (command.kind) {
    case 'version':
      process.stdout.write(versionLine());
      return;
    case 'help':
      process.stderr.write(HELP_TEXT);
      process.exitCode = 1;
      return;
    case 'start':
      void start(command);
      return;
    default:
      process.stderr.write(`valkeep-server does not offer '${command.kind}'. See valkeep-server --help.\n`);
      process.exitCode = 1;
  }
}

async function start(command: StartCommand): Promise<void> {
  const { configFile } = command;
  const absolute = configFile === undefined || isAbsolute(configFile) ? configFile : resolve(configFile);
  const config = new ServerConfig(nodeConfigHost);
  const table = new CommandTable(allFamilies);
  const directives = new UserDirectives(table, () =>
    config.choice('acl-pubsub-default') === 'allchannels' ? 'allchannels' : 'resetchannels',
  );
  const renames: (readonly [string, string])[] = [];
  const loaded = loadConfig({
    config,
    host: nodeConfigHost,
    handlers: {
      renameCommand: (from, to) => {
        if (!table.rename(from, to)) return 'No such command in rename-command';
        renames.push([from, to]);
        return undefined;
      },
      defineUser: (values) => directives.define(values),
    },
    command: { ...command, configFile: absolute },
    version: VALKEY_VERSION,
  });
  if (loaded.kind !== 'loaded') {
    process.stderr.write(loaded.text.endsWith('\n') ? loaded.text : `${loaded.text}\n`);
    process.exitCode = 1;
    return;
  }
  const isServing = await startServer({ config, renames, users: directives.accepted, configFile: absolute });
  if (isServing) flushCompileCache();
  else process.exitCode = 1;
}

main();
