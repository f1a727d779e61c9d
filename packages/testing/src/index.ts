// What tests, whole-system runs and benchmarks share: real servers, raw connections, waiting, seeded randomness. No product
// code imports it.
export { cleanUpAtExit, makeScratchFolder } from './cleanup.ts';
export { findFreePort } from './free-port.ts';
export { type ProcessUsage, readProcessUsage } from './process-usage.ts';
export { LOAD_PRIORITY, raisePriority, WATCH_PRIORITY } from './raise-priority.ts';
export { findReferenceEngines, noReferenceEngines, type ReferenceEngines } from './reference-engines.ts';
export { type ConnectionOptions, type ConnectionTarget, RespConnection } from './resp-connection.ts';
export { createSeededRandom, SeededRandom } from './seeded-random.ts';
export { findServerCommand, hasServer, repositoryRoot, splitCommand } from './server-command.ts';
export { type RunningServer, type ServerExit, type ServerOptions, startServer } from './start-server.ts';
export { waitFor, withLimit } from './wait-for.ts';
