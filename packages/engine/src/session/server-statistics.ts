// Counters of the whole server that INFO prints, and the durations of commands. Those of single commands are in their
// Command; those of keys are in the Keyspace.
import type { Command } from '../commands/command-table.ts';

/** Durations up to 255 us are counted one by one, longer ones in steps of less than 1 %. */
const EXACT_MICROSECONDS = 256;
const STEPS = 128;
const STEP_BITS = 7;
const EXPONENT_MAX = 30;
const BUCKETS = EXACT_MICROSECONDS + (EXPONENT_MAX - 7) * STEPS;

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
  aclDeniedAuth = 0;
  aclDeniedCommand = 0;
  aclDeniedKey = 0;
  aclDeniedChannel = 0;
  aclDeniedDatabase = 0;
  evictedClients = 0;
  peakMemoryBytes = 0;
  /** Error replies by their code (`ERR`, `WRONGTYPE` ...). */
  readonly errors = new Map<string, number>();
  /** `latency-tracking`. */
  tracksLatency = true;
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
    command.latency ??= new Float64Array(BUCKETS);
    command.latency[latencyBucket(microseconds)]++;
  }

  resetErrors(): void {
    this.errors.clear();
    this.totalErrorReplies = 0;
    this.#errorsAreLimited = false;
  }
}

const ERROR_CODES_MAX = 128;

/** The bucket of a duration in `Command.latency`. */
export function latencyBucket(microseconds: number): number {
  const value = Math.min(Math.max(1, Math.floor(microseconds)), 2 ** EXPONENT_MAX - 1);
  if (value < EXACT_MICROSECONDS) return value;
  const exponent = 31 - Math.clz32(value);
  return EXACT_MICROSECONDS + (exponent - 8) * STEPS + ((value >>> (exponent - STEP_BITS)) & (STEPS - 1));
}

/** The largest duration in microseconds that falls into a bucket. */
export function latencyBucketTop(bucket: number): number {
  if (bucket < EXACT_MICROSECONDS) return bucket;
  const exponent = Math.floor((bucket - EXACT_MICROSECONDS) / STEPS) + 8;
  const step = (bucket - EXACT_MICROSECONDS) % STEPS;
  return 2 ** exponent + (step + 1) * 2 ** (exponent - STEP_BITS) - 1;
}
