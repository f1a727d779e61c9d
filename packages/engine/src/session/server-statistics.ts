// Counters of the whole server that INFO prints, and the durations of commands. Those of single commands are in their
// Command; those of keys are in the Keyspace.
import type { Command } from '../commands/command-table.ts';
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
  #errorsAreLimited = false;

  constructor(nowMs: number) {
    this.startedMs = nowMs;
  }

  /** Counts an error reply by its code. Past 128 codes no new ones are kept, as scripts could make up any number. */
  countError(text: string): void {
    this.totalErrorReplies++;
    if (this.#errorsAreLimited) return;
    const space = text.indexOf(' ');
    const code = space < 0 ? text : text.slice(0, space);
    if (this.errors.size >= ERROR_CODES_MAX && !this.errors.has(code)) {
      this.errors.clear();
      this.errors.set('ERRORSTATS_DISABLED', 1);
      this.#errorsAreLimited = true;
      return;
    }
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }

  countCall(command: Command, microseconds: number): void {
    command.calls++;
    command.microseconds += microseconds;
    if (!this.tracksLatency) return;
    command.latency ??= new Float64Array(LATENCY_BUCKETS);
    command.latency[latencyBucket(microseconds)]++;
  }

  /** CONFIG RESETSTAT, as far as the figures are kept here. */
  reset(): void {
    for (const name of COUNTERS) this[name] = 0;
    for (const rate of Object.values(this.rates)) rate.reset();
    this.errors.clear();
    this.#errorsAreLimited = false;
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

// biome-ignore format: a list of names
const COUNTERS = [
  'connectionsReceived', 'connectionsRejected', 'commandsProcessed', 'bytesIn', 'bytesOut', 'unexpectedErrorReplies',
  'totalErrorReplies', 'clientOutputLimitDisconnections', 'clientQueryLimitDisconnections', 'evictedClients',
  'evictedScripts', 'expiredFields', 'payloadChecks', 'readsProcessed', 'writesProcessed', 'turns', 'turnMicroseconds',
  'commandMicroseconds',
] as const;
