// The log of what was denied (ACL LOG) and the counters of INFO. The newest entry comes first; an event like one of the
// ten newest entries that is not older than a minute is counted there instead of filling the log.

export type LogReason = 'command' | 'key' | 'channel' | 'database' | 'auth' | 'tls-cert';
export type LogContext = 'toplevel' | 'multi' | 'lua' | 'module' | 'script';

export interface LogEvent {
  readonly reason: LogReason;
  readonly context: LogContext;
  /** The command, key, channel or database; for failed logins the command as the client wrote it. */
  readonly object: string;
  readonly username: string;
  /** The line of CLIENT LIST for the client. */
  readonly clientInfo: string;
}

export interface LogEntry extends LogEvent {
  readonly id: number;
  count: number;
  clientInfo: string;
  /** Unix milliseconds. */
  readonly createdMs: number;
  updatedMs: number;
}

const GROUPING_MS = 60_000;
const GROUPING_ENTRIES = 10;
/** ACL LOG without a number shows as many. */
export const LOG_ENTRIES_SHOWN = 10;

export class AclLog {
  readonly #entries: LogEntry[] = [];
  #nextId = 0;
  /** Events by reason since the start, logged or not. */
  readonly counts: Record<LogReason, number> = { command: 0, key: 0, channel: 0, database: 0, auth: 0, 'tls-cert': 0 };

  /** Notes an event at `nowMs` (Unix milliseconds) and keeps `entriesMax` entries at most (`acllog-max-len`). */
  add(event: LogEvent, nowMs: number, entriesMax: number): void {
    this.counts[event.reason]++;
    if (entriesMax > 0 && !this.#countSimilar(event, nowMs)) {
      this.#entries.unshift({ ...event, id: this.#nextId++, count: 1, createdMs: nowMs, updatedMs: nowMs });
    }
    if (this.#entries.length > entriesMax) this.#entries.length = entriesMax;
  }

  /** The newest entries. */
  list(count: number): readonly LogEntry[] {
    return this.#entries.slice(0, Math.max(0, count));
  }

  clear(): void {
    this.#entries.length = 0;
  }

  #countSimilar(event: LogEvent, nowMs: number): boolean {
    const recent = this.#entries.slice(0, GROUPING_ENTRIES);
    const index = recent.findIndex((entry) => isSimilar(entry, event) && isWithinGroup(entry, nowMs));
    if (index === -1) return false;
    const [entry] = this.#entries.splice(index, 1);
    entry.count++;
    entry.clientInfo = event.clientInfo;
    entry.updatedMs = nowMs;
    this.#entries.unshift(entry);
    return true;
  }
}

function isSimilar(entry: LogEntry, event: LogEvent): boolean {
  return (
    entry.reason === event.reason &&
    entry.context === event.context &&
    entry.object === event.object &&
    entry.username === event.username
  );
}

function isWithinGroup(entry: LogEntry, nowMs: number): boolean {
  return Math.abs(entry.updatedMs - nowMs) <= GROUPING_MS;
}
