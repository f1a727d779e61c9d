// What commands may use beyond their arguments. The engine provides it; each member is the narrow face of one part.
import type { ServerConfig } from '../config/index.ts';
import type { ActiveExpiry } from '../keyspace/active-expiry.ts';
import type { Clock } from '../keyspace/clock.ts';
import type { DebugSwitches } from '../keyspace/debug-switches.ts';
import type { Effects } from '../keyspace/effects.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import type { Arena } from '../memory/arena.ts';
import type { NativeRegion } from '../memory/native-memory.ts';
import type { AppendOnlyControl } from '../persistence/append-only-control.ts';
import type { PersistenceStatus } from '../persistence/persistence-status.ts';
import type { RdbControl } from '../persistence/rdb-control.ts';
import type { Reloading } from '../persistence/reloading.ts';
import type { Scripting } from '../scripting/scripting.ts';
import type { AccessControl } from '../session/access-control.ts';
import type { Blocking } from '../session/blocking.ts';
import type { ClientIo } from '../session/client-io.ts';
import type { ClientRegistry } from '../session/client-registry.ts';
import type { ClientSet } from '../session/client-set.ts';
import type { CommandChecks } from '../session/command-checks.ts';
import type { CommandLog } from '../session/command-log.ts';
import type { Dispatcher } from '../session/dispatcher.ts';
import type { Followers } from '../session/followers.ts';
import type { LatencyMonitor } from '../session/latency-monitor.ts';
import type { Log } from '../session/log.ts';
import type { MemoryLimit } from '../session/memory-limit.ts';
import type { MemoryMeter } from '../session/memory-meter.ts';
import type { MigrationLink } from '../session/migration-link.ts';
import type { Monitors } from '../session/monitors.ts';
import type { OutputGate } from '../session/output-gate.ts';
import type { Pause } from '../session/pause.ts';
import type { PubSub } from '../session/pubsub.ts';
import type { Replication } from '../session/replication.ts';
import type { ServerIdentity } from '../session/server-identity.ts';
import type { ServerStatistics } from '../session/server-statistics.ts';
import type { Shutdown } from '../session/shutdown.ts';
import type { Tracking } from '../session/tracking.ts';
import type { Unblocking } from '../session/unblocking.ts';
import type { Watching } from '../session/watching.ts';
import type { CommandTable } from './command-table.ts';

export interface Services {
  readonly arena: Arena;
  readonly keyspace: Keyspace;
  readonly clock: Clock;
  readonly effects: Effects;
  readonly gate: OutputGate;
  readonly config: ServerConfig;
  readonly table: CommandTable;
  readonly clients: ClientRegistry;
  readonly blocking: Blocking;
  readonly unblocking: Unblocking;
  readonly watching: Watching;
  readonly dispatcher: Dispatcher;
  readonly statistics: ServerStatistics;
  readonly log: Log;
  readonly identity: ServerIdentity;
  readonly persistence: PersistenceStatus;
  readonly memory: MemoryMeter;
  readonly checks: CommandChecks;
  readonly pause: Pause;
  readonly tracking: Tracking;
  readonly access: AccessControl;
  readonly memoryLimit: MemoryLimit;
  readonly io: ClientIo;
  readonly clientSet: ClientSet;
  readonly scripting: Scripting;
  readonly activeExpiry: ActiveExpiry;
  readonly switches: DebugSwitches;
  readonly pubsub: PubSub;
  readonly commandLog: CommandLog;
  readonly monitors: Monitors;
  readonly migration: MigrationLink;
  readonly followers: Followers;
  readonly replication: Replication;
  /** Undefined while nobody can save and load. */
  readonly reloading: Reloading | undefined;
  /** Undefined while nobody can save. */
  readonly rdb: RdbControl | undefined;
  /** Undefined while nothing is kept on disk. */
  readonly appendOnly: AppendOnlyControl | undefined;
  readonly shutdown: Shutdown;
  readonly latency: LatencyMonitor;
  /** For refusing a connection that has no client yet. */
  readonly refusalRegion: NativeRegion;
  /** Uniform numbers in [0, 1). */
  readonly random: () => number;
}
