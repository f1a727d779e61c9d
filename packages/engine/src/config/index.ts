// The engine's configuration: directives as tables, their values, and reading them from files, the command line and
// CONFIG. Imports nothing of the engine but glob matching. Start reading at server-config.ts and directive.ts.
export type { BooleanName, ChoiceName, DirectiveName, FlagsName, NumberName, TextName } from './all-directives.ts';
export type { Caller, ChangeListener, Pair } from './change-settings.ts';
export { type CommandLine, parseCommandLine, type StartCommand } from './command-line.ts';
export { type ConfigHost, nodeConfigHost } from './config-host.ts';
export { type LoadHandlers, type LoadInput, type LoadResult, loadConfig } from './load-config.ts';
export type { RewriteOptions } from './rewrite-config.ts';
export { ServerConfig } from './server-config.ts';
export type { ClientClass, OutputBufferLimit, OutputBufferLimits } from './settings/output-buffer-limit-setting.ts';
export { printPercentile } from './settings/percentiles-setting.ts';
export type { PrimaryAddress } from './settings/replica-of-setting.ts';
export type { SavePoint } from './settings/save-setting.ts';
export { quoteArgument, splitArguments } from './split-arguments.ts';
