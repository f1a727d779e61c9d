// The engine: puts the parts together and runs them. Nothing is decided here; each part's own file says what it does.
// Order of a turn of the loop: `afterWait`, then every readable client (read, run, reply), then `beforeWait`: what
// other clients are owed, closing, slices of lazy freeing.
import { randomBytes } from 'node:crypto';
import type { AppendOnly } from './append-only.ts';
import { allFamilies } from './commands/all-families.ts';
import { clientLine } from './commands/client-line.ts';
import { type Command, CommandTable, FLAG } from './commands/command-table.ts';
import type { Services } from './commands/services.ts';
import type { ServerConfig } from './config/index.ts';
import { connectScripting, makeScripting } from './connect-scripting.ts';
import { ActiveExpiry } from './keyspace/active-expiry.ts';
import { Clock } from './keyspace/clock.ts';
import type { Database } from './keyspace/database.ts';
import { DebugSwitches } from './keyspace/debug-switches.ts';
import { Effects } from './keyspace/effects.ts';
import { Keyspace } from './keyspace/keyspace.ts';
import { Arena, type Handle } from './memory/arena.ts';
import { reserveRegion } from './memory/native-memory.ts';
import { PersistenceStatus } from './persistence/persistence-status.ts';
import type { Reloading } from './persistence/reloading.ts';
import type { Rdb } from './rdb.ts';
import type { Scripting } from './scripting/scripting.ts';
import { AccessControl } from './session/access-control.ts';
import { type Args, latin1 } from './session/args.ts';
import { Blocking } from './session/blocking.ts';
import type { Client } from './session/client.ts';
import { ClientEviction } from './session/client-eviction.ts';
import { ClientIo } from './session/client-io.ts';
import { ClientRegistry } from './session/client-registry.ts';
import { ClientSet } from './session/client-set.ts';
import { CommandChecks } from './session/command-checks.ts';
import { CommandLog } from './session/command-log.ts';
import { Dispatcher } from './session/dispatcher.ts';
import { Followers } from './session/followers.ts';
import { KeyspaceNotifications } from './session/keyspace-notifications.ts';
import { followKeyspaceSettings } from './session/keyspace-settings.ts';
import { Lane } from './session/lane.ts';
import { LatencyMonitor } from './session/latency-monitor.ts';
import { loadingRefusal } from './session/loading-refusal.ts';
import type { Log } from './session/log.ts';
import { MemoryLimit } from './session/memory-limit.ts';
import { MemoryMeter } from './session/memory-meter.ts';
import { MigrationLink } from './session/migration-link.ts';
import { Monitors } from './session/monitors.ts';
import { OutputGate } from './session/output-gate.ts';
import { Pause } from './session/pause.ts';
import { protectedRefusal } from './session/protected-commands.ts';
import { PubSub, subscribeModeRefusal } from './session/pubsub.ts';
import { Replication } from './session/replication.ts';
import { type IdentityOptions, ServerIdentity } from './session/server-identity.ts';
import { ServerStatistics } from './session/server-statistics.ts';
import { Shutdown } from './session/shutdown.ts';
import { Tracking } from './session/tracking.ts';
import { discardTransaction, transactionRefusal } from './session/transaction-queue.ts';
import { Unblocking } from './session/unblocking.ts';
import { Watching } from './session/watching.ts';
import { diskRefusal, writeRefusal } from './session/write-refusal.ts';
import type { Transport, TransportHooks } from './transport/transport.ts';
import { registerAllTypes } from './types/all-types.ts';
import { FieldExpiry } from './types/hash/field-expiry.ts';
import { listsOf } from './types/list/lists.ts';

/** Address space for the effects of one unit of execution. */
const EFFECTS_BYTES = 2 ** 30;
const REFUSAL_BYTES = 4096;
const LAZY_FREE_BUDGET_MS = 1;
/** Pages given back to the kernel in one period: 32 MiB. */
const DISCARD_PAGES_MAX = 8192;

export interface EngineOptions {
  readonly config: ServerConfig;
  readonly transport: Transport;
  readonly log: Log;
  /** Uniform numbers in [0, 1). */
  readonly random?: () => number;
  readonly clock?: Clock;
  readonly identity?: IdentityOptions;
}

export class Engine implements Services {
  readonly arena = new Arena();
  readonly config: ServerConfig;
  readonly transport: Transport;
  readonly log: Log;
  readonly identity: ServerIdentity;
  readonly persistence: PersistenceStatus;
  readonly memory = new MemoryMeter(this.arena);
  readonly random: () => number;
  readonly clock: Clock;
  readonly effects: Effects;
  readonly keyspace: Keyspace;
  readonly gate = new OutputGate();
  readonly table: CommandTable;
  readonly clients = new ClientRegistry();
  readonly blocking = new Blocking();
  readonly watching = new Watching();
  readonly statistics: ServerStatistics;
  readonly checks = new CommandChecks();
  readonly access: AccessControl;
  readonly dispatcher: Dispatcher;
  readonly refusalRegion = reserveRegion(REFUSAL_BYTES);
  readonly clientSet: ClientSet;
  readonly io: ClientIo;
  readonly unblocking: Unblocking;
  readonly tracking = new Tracking(this);
  readonly pause = new Pause(this, () => this.transport.wake());
  readonly scripting: Scripting;
  readonly activeExpiry: ActiveExpiry;
  readonly fieldExpiry: FieldExpiry;
  readonly memoryLimit: MemoryLimit;
  readonly switches = new DebugSwitches();
  readonly commandLog: CommandLog;
  readonly latency: LatencyMonitor;
  readonly monitors = new Monitors(this);
  readonly migration = new MigrationLink(() => performance.now());
  readonly followers = new Followers(this);
  readonly replication = new Replication(this);
  /** Set by the part that saves and loads. */
  reloading: Reloading | undefined;
  appendOnly: AppendOnly | undefined;
  rdb: Rdb | undefined;
  /** Ends the process: a promise about data cannot be kept. Set by the program. */
  onFatal: (message: string) => void = (message) => {
    throw new Error(message);
  };
  readonly shutdown = new Shutdown(this);
  readonly pubsub = new PubSub((client, bytes, length) => this.io.push(client, bytes, length));
  readonly #clientEviction: ClientEviction;
  #period: NodeJS.Timeout | undefined;
  /** Work that parts do at the end of each turn, before output is flushed (group commit). */
  readonly beforeFlush: (() => void)[] = [];

  constructor(options: EngineOptions) {
    this.config = options.config;
    this.transport = options.transport;
    this.log = options.log;
    this.random = options.random ?? Math.random;
    this.clock = options.clock ?? new Clock();
    this.identity = new ServerIdentity(options.identity);
    this.persistence = new PersistenceStatus(this.clock.nowMs);
    this.effects = new Effects(reserveRegion(EFFECTS_BYTES));
    this.keyspace = new Keyspace({
      arena: this.arena,
      clock: this.clock,
      effects: this.effects,
      seed: hashSeed(this.config),
      random: this.random,
      databaseCount: this.config.number('databases'),
    });
    followKeyspaceSettings(this.config, this.keyspace);
    // What only a snapshot holds does not count: evicting keys would not bring it back.
    this.memoryLimit = new MemoryLimit(this.config, this.keyspace, () => this.memory.usedBytes - this.arena.keptBytes);
    this.activeExpiry = new ActiveExpiry(this.keyspace);
    registerAllTypes(this.keyspace);
    this.fieldExpiry = new FieldExpiry(this.keyspace, (fields) => {
      this.statistics.expiredFields += fields;
    });
    this.table = new CommandTable(allFamilies);
    this.access = new AccessControl(this);
    this.statistics = new ServerStatistics(this.clock.nowMs);
    this.dispatcher = new Dispatcher(() => this, this.checks);
    this.commandLog = new CommandLog(this);
    this.latency = new LatencyMonitor(this);
    this.dispatcher.observers.push(this.commandLog);
    this.clientSet = new ClientSet(this);
    this.io = new ClientIo(this, this.clientSet, () => this.#newLane());
    this.clientSet.attach(this.io);
    this.unblocking = new Unblocking(this, () => this.transport.wake());
    this.scripting = makeScripting(this, this.transport);
    this.#clientEviction = new ClientEviction(this);
    this.#connectParts();
  }

  /** Starts to serve: the transport's loop and the periodic work. */
  start(): void {
    const hooks: TransportHooks = {
      onConnection: (connection) => this.clientSet.accept(connection),
      afterWait: () => this.statistics.beginTurn(this.clock.read()),
      beforeWait: () => this.#beforeWait(),
      onAcceptError: (error) => this.log.warning(`Accepting client connection: ${error}`),
    };
    this.transport.start(hooks);
    // The transport keeps the process alive, not this.
    const follow = (): undefined => this.#startPeriod();
    this.config.onChange('hz', follow);
    follow();
  }

  #startPeriod(): undefined {
    clearInterval(this.#period);
    this.#period = setInterval(() => this.#runPeriod(), 1000 / this.config.number('hz')).unref();
  }

  /** Ends the periodic work and closes every connection. */
  async stop(): Promise<void> {
    clearInterval(this.#period);
    await this.transport.stop();
  }

  /** What is done `hz` times a second, between commands. */
  #runPeriod(): void {
    this.clock.synchronize();
    const startMs = this.clock.read();
    if (this.switches.cronPaused) return;
    this.shutdown.continue();
    this.clientSet.checkIdle();
    const expiryStart = performance.now();
    this.activeExpiry.run();
    if (this.activeExpiry.enabled) this.fieldExpiry.run();
    this.latency.note('expire-cycle', (performance.now() - expiryStart) * 1000);
    this.effects.flush(false);
    this.followers.tick();
    this.appendOnly?.tick();
    this.rdb?.tick();
    this.statistics.sampleRates(this.clock.monotonicMs);
    this.memory.look();
    this.arena.discardSome(DISCARD_PAGES_MAX);
    this.statistics.periodMicroseconds += (this.clock.read() - startMs) * 1000;
    this.transport.wake();
  }

  #newLane(): Lane {
    const lane = new Lane(this.arena);
    lane.reply.onError = (text, isCustom) => this.statistics.countError(text, isCustom);
    return lane;
  }

  #connectParts(): void {
    this.#connectAccess();
    this.statistics.follow(this.config);
    followListFill(this.config, this.keyspace);
    connectScripting(this);
    this.checks.isPaused = (client, command, args) => this.pause.holds(client, command, args);
    this.checks.postpone = (client, command, args) => this.pause.postpone(client, command, args);
    this.clientSet.onGone.push((client) => this.pause.forget(client));
    this.clientSet.onGone.push((client) => this.tracking.disable(client));
    this.checks.discard = (client) => discardTransaction(this, client);
    this.memoryLimit.isPaused = () => this.keyspace.expiryPaused;
    this.memoryLimit.onUnfinished = () => this.transport.wake();
    this.gate.onMoved = () => this.io.release(this.gate.passed);
    this.clientSet.onGone.push((client) => {
      this.pubsub.leave(client);
      this.monitors.remove(client);
      this.followers.remove(client);
    });
    const { gauges } = this.statistics;
    gauges.pubsubChannels = () => this.pubsub.count('channel');
    gauges.pubsubPatterns = () => this.pubsub.count('pattern');
    gauges.pubsubShardChannels = () => this.pubsub.count('shard');
    gauges.pubsubClients = () => this.pubsub.clientCount;
    const notifications = new KeyspaceNotifications(this.config, this.pubsub);
    this.keyspace.hooks = {
      modified: (db, key, start, length, byServer) => {
        this.watching.touched(db, key, start, length);
        this.tracking.changed(key, start, length, byServer === true);
      },
      notify: (db, eventClass, event, key, start, length) =>
        notifications.notify(db, eventClass, event, key, start, length),
      added: (db, entry) => this.#signal(db, entry, false),
      gone: (db, entry) => this.#signal(db, entry, true),
      flushed: (db, other) => {
        this.watching.touchedAll(db, other);
        if (other === undefined) this.tracking.changedAll();
        this.blocking.signalAll(db);
      },
    };
  }

  /** A key was added or is about to go: tells those who wait for it. */
  #signal(db: Database, entry: Handle, isGone: boolean): void {
    if (!this.blocking.hasWaiting) return;
    const { entries } = db;
    const key = latin1(entries.bytes(entry), entries.keyStart(entry), entries.keyLength(entry));
    if (isGone) this.blocking.signalGone(db, key);
    else this.blocking.signal(db, key);
  }

  #connectAccess(): void {
    const { access, clientSet, checks } = this;
    access.describeClient = (client) => clientLine(client, { arena: this.arena, nowMs: this.clock.nowMs });
    clientSet.admit = (client) => access.admit(client);
    clientSet.isRestricted = (client) => access.mustAuthenticate(client);
    clientSet.defaultUserIsOpen = () => access.users.defaultUser.needsNoPassword;
    // One check, so that the compiler sees through it: this runs before every command.
    checks.add(
      (client, command, args) =>
        protectedRefusal(this.config, client, command) ??
        transactionRefusal(client, command) ??
        access.refusal(client, command, args) ??
        this.#memoryRefusal(client, command, args) ??
        this.#writeRefusal(client, command, args) ??
        this.replication.refusal(client, command, args) ??
        subscribeModeRefusal(client, command.fullName) ??
        loadingRefusal(this, command),
    );
    checks.execRefusal = (client, command, args) => access.execRefusal(client, command, args);
  }

  /** EXEC needs what its commands need. While a script runs and others are served nothing is evicted. */
  #memoryRefusal(client: Client, command: Command, args: Args): string | undefined {
    if (this.dispatcher.isRunning) return undefined;
    return this.memoryLimit.refusal(this.checks.flagsOf(client, command, args));
  }

  #writeRefusal(client: Client, command: Command, args: Args): string | undefined {
    const flags = this.checks.flagsOf(client, command, args);
    if ((flags & FLAG.write) !== 0) return writeRefusal(this);
    return command.name === 'ping' ? diskRefusal(this) : undefined;
  }

  #beforeWait(): void {
    this.memoryLimit.continue();
    this.unblocking.finishTurn();
    this.tracking.finishTurn();
    for (const work of this.beforeFlush) work();
    if (this.io.pendingCount > 0) this.io.flushPending();
    this.#clientEviction.run();
    this.clientSet.closeMarked();
    if (!this.keyspace.lazyFree.isIdle && this.keyspace.lazyFree.run(LAZY_FREE_BUDGET_MS)) this.transport.wake();
    this.statistics.endTurn(this.clock.read());
  }
}

function followListFill(config: ServerConfig, keyspace: Keyspace): void {
  const follow = (): undefined => listsOf(keyspace).setFill(config.number('list-max-listpack-size'));
  config.onChange('list-max-listpack-size', follow);
  follow();
}

/** The seed of all hashes: from `hash-seed` where it is set, else random. */
function hashSeed(config: ServerConfig): readonly [number, number] {
  const text = config.text('hash-seed');
  const bytes = text === '' ? randomBytes(8) : Buffer.from(text.padEnd(8, '\0'), 'latin1');
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
}
