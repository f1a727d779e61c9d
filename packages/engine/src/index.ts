// The Valkey-compatible server as a library. apps/server makes a program of it.
export { AppendOnly, type BaseFiles } from './append-only.ts';
export { allFamilies } from './commands/all-families.ts';
export { CommandTable } from './commands/command-table.ts';
export {
  type CommandLine,
  loadConfig,
  nodeConfigHost,
  parseCommandLine,
  ServerConfig,
  type StartCommand,
} from './config/index.ts';
export { ENGINE_VERSION, VALKEY_VERSION } from './config/version.ts';
export { Engine, type EngineOptions } from './engine.ts';
export { type Disk, holdingDisk, realDisk } from './persistence/disk.ts';
export { LoadError } from './persistence/persistence-ports.ts';
export { Rdb } from './rdb.ts';
export { ReplicaLink } from './replica-link.ts';
export { Log, type LogLevel } from './session/log.ts';
export { UserDirectives } from './session/user-directives.ts';
export { Reactor } from './transport/reactor.ts';
export { Streams } from './transport/streams.ts';
export type { Listener, Transport } from './transport/transport.ts';
