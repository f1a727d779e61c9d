// What --help and --version print.
import { ENGINE_VERSION, VALKEY_VERSION } from '@valkeep/engine';

export const HELP_TEXT = `Usage: valkeep-server [/path/to/valkey.conf | -] [--any-config-name value ...]
       valkeep-server -v | --version
       valkeep-server -h | --help

Examples:
       valkeep-server                          (default configuration)
       echo 'maxmemory 128mb' | valkeep-server -
       valkeep-server /etc/valkey/6379.conf --port 7777 --loglevel verbose
`;

/** One line in the shape of valkey-server's. */
export function versionLine(): string {
  return `Valkey server v=${VALKEY_VERSION} sha=00000000:0 malloc=arena bits=64 build=valkeep-${ENGINE_VERSION}\n`;
}
