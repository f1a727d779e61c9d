// Commands that are only for those who may do everything with the machine anyway (DEBUG, MODULE): off unless the
// configuration allows them, for everybody or for local connections.
import { type Command, FLAG } from '../commands/command-table.ts';
import type { ServerConfig } from '../config/index.ts';
import type { Client } from './client.ts';

/** The error for a protected command that a client may not run, undefined where it may. */
export function protectedRefusal(config: ServerConfig, client: Client, command: Command): string | undefined {
  if ((command.flags & FLAG.protected) === 0) return undefined;
  const isDebug = (command.parent ?? command).name === 'debug';
  const option = isDebug ? 'enable-debug-command' : 'enable-module-command';
  const allowed = config.choice(option);
  if (allowed === 'yes' || (allowed === 'local' && client.connection?.isLocal === true)) return undefined;
  return (
    `ERR ${isDebug ? 'DEBUG' : 'MODULE'} command not allowed. If the ${option} option is set to "local", you can run ` +
    'it from a local connection, otherwise you need to set this option in the configuration file, and then restart ' +
    'the server.'
  );
}
