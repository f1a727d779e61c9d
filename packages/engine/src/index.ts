// The Valkey-compatible server as a library. apps/server makes a program of it.
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
export { Log, type LogLevel } from './session/log.ts';
export { UserDirectives } from './session/user-directives.ts';
export { Reactor } from './transport/reactor.ts';
export { Streams } from './transport/streams.ts';
export type { Listener, Transport } from './transport/transport.ts';
