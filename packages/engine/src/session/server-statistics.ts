// Counters of the whole server that INFO prints, and the durations of commands. Those of single commands are in their
// Command; those of keys are in the Keyspace.
import type { Command } from '../commands/command-table.ts';
import type { ServerConfig } from '../config/index.ts';
import { LATENCY_BUCKETS, latencyBucket } from '../encodings/latency-buckets.ts';
import { Rate } from './rate.ts';

/** Figures that other parts know; each sets its own when it is put together. */
export interface Gauges {
  pubsubChannels: () => number;
  pubsubPatterns: () => number;
  pubsubShardChannels: () => number;
  pubsubClients: () => number;
  /** Bodies that EVALSHA knows, and the bytes that they and what was made of them take. */
  cachedScripts: () => number;
  scriptBytes: () => number;
  /** Bytes of buffers that eviction must not count: of the append-only file and replicas. */
  aofBufferBytes: () => number;
}

const none = (): number => 0;

export class ServerStatistics {
  readonly startedMs: number;
  connectionsReceived = 0;
  connectionsRejected = 0;
  commandsProcessed = 0;
  bytesIn = 0;
  bytesOut = 0;
  unexpectedErrorReplies = 0;
  totalErrorReplies = 0;
  clientOutputLimitDisconnections = 0;
  clientQueryLimitDisconnections = 0;
  evictedClients = 0;
  evictedScripts = 0;
  expiredFields = 0;
  /** Payloads of RESTORE that were looked through in full. */
  payloadChecks = 0;
  readsProcessed = 0;
  writesProcessed = 0;
  /** Turns of the loop, and microseconds spent in them and in commands. */
  turns = 0;
  turnMicroseconds = 0;
  commandMicroseconds = 0;
  turnMicrosecondsMax = 0;
  commandsPerTurnMax = 0;
  /** Microseconds of the periodic work. */
  periodMicroseconds = 0;
  #turnStartMs = 0;
  #commandsAtTurnStart = 0;
  /** Error replies by their code (`ERR`, `WRONGTYPE` ...). */
  readonly errors = new Map<string, number>();
  /** `latency-tracking`. */
  tracksLatency = true;
  readonly gauges: Gauges = {
    pubsubChannels: none,
    pubsubPatterns: none,
    pubsubShardChannels: none,
    pubsubClients: none,
    cachedScripts: none,
    scriptBytes: none,
    aofBufferBytes: none,
  };
  readonly rates = {
    commands: new Rate(),
    input: new Rate(),
    output: new Rate(),
    turns: new Rate(),
    turnMicroseconds: new Rate(),
  };

  constructor(nowMs: number) {
    this.startedMs = nowMs;
  }

  /** Counts an error reply by its code. Past 128 codes those that scripts make up (any number) share one entry. */
  countError(text: string, isCustom = false): void {
    this.totalErrorReplies++;
    const code = errorCode(text);
    const isTooMany = isCustom && this.errors.size >= ERROR_CODES_MAX && !this.errors.has(code);
    const counted = isTooMany ? OVERFLOW : code;
    this.errors.set(counted, (this.errors.get(counted) ?? 0) + 1);
  }

  /** A turn of the loop starts; in monotonic milliseconds. */
  beginTurn(monotonicMs: number): void {
    this.#turnStartMs = monotonicMs;
    this.#commandsAtTurnStart = this.commandsProcessed;
  }

  endTurn(monotonicMs: number): void {
    if (this.#turnStartMs === 0) return;
    const microseconds = (monotonicMs - this.#turnStartMs) * 1000;
    this.turns++;
    this.turnMicroseconds += microseconds;
    if (microseconds > this.turnMicrosecondsMax) this.turnMicrosecondsMax = microseconds;
    const commands = this.commandsProcessed - this.#commandsAtTurnStart;
    if (commands > this.commandsPerTurnMax) this.commandsPerTurnMax = commands;
  }

  countCall(command: Command, microseconds: number): void {
    command.calls++;
    command.microseconds += microseconds;
    if (!this.tracksLatency) return;
    command.latency ??= new Float64Array(LATENCY_BUCKETS);
    command.latency[latencyBucket(microseconds)]++;
  }

  /** Follows `latency-tracking`. What was counted is kept while it is off. */
  follow(config: ServerConfig): void {
    const apply = (): undefined => {
      this.tracksLatency = config.boolean('latency-tracking');
    };
    config.onChange('latency-tracking', apply);
    apply();
  }

  /** CONFIG RESETSTAT, as far as the figures are kept here. */
  reset(): void {
    for (const name of COUNTERS) this[name] = 0;
    for (const rate of Object.values(this.rates)) rate.reset();
    this.errors.clear();
  }

  /** Takes a sample of each rate; ten times a second. */
  sampleRates(monotonicMs: number): void {
    const { rates } = this;
    rates.commands.sample(this.commandsProcessed, monotonicMs);
    rates.input.sample(this.bytesIn, monotonicMs);
    rates.output.sample(this.bytesOut, monotonicMs);
    rates.turns.sample(this.turns, monotonicMs);
    rates.turnMicroseconds.sample(this.turnMicroseconds, monotonicMs);
  }
}

const ERROR_CODES_MAX = 128;
const OVERFLOW = 'ERRORSTATS_OVERFLOW';
/** A first word that is longer is no code. */
const CODE_LENGTH_MAX = 30;

function errorCode(text: string): string {
  const space = text.indexOf(' ');
  return space < 0 || space > CODE_LENGTH_MAX ? 'ERR' : text.slice(0, space);
}

// biome-ignore format: a list of names
const COUNTERS = [
  'connectionsReceived', 'connectionsRejected', 'commandsProcessed', 'bytesIn', 'bytesOut', 'unexpectedErrorReplies',
  'totalErrorReplies', 'clientOutputLimitDisconnections', 'clientQueryLimitDisconnections', 'evictedClients',
  'evictedScripts', 'expiredFields', 'payloadChecks', 'readsProcessed', 'writesProcessed', 'turns', 'turnMicroseconds',
  'commandMicroseconds', 'turnMicrosecondsMax', 'commandsPerTurnMax', 'periodMicroseconds',
] as const;
