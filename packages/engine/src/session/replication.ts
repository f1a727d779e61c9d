// Whether this server follows another one, and what its clients may do then. The link itself (connecting, loading,
// running the stream) is the part that `link` names.
import { randomBytes } from 'node:crypto';
import { type Command, FLAG } from '../commands/command-table.ts';
import type { Services } from '../commands/services.ts';
import type { Args } from './args.ts';
import type { Client } from './client.ts';

export interface Primary {
  readonly host: string;
  readonly port: number;
}

/** `connect`: to be connected; `sync`: data are on their way. */
export type LinkState = 'connect' | 'connecting' | 'sync' | 'connected';

export interface ReplicationLink {
  start(primary: Primary): void;
  stop(): void;
}

export const READ_ONLY = "READONLY You can't write against a read only replica.";
export const STALE = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";

export class Replication {
  readonly #services: Services;
  primary: Primary | undefined;
  state: LinkState = 'connect';
  /** Bytes of the primary's stream that were run here. */
  offset = 0;
  lastHeardMs = 0;
  downSinceMs = 0;
  link: ReplicationLink | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  get isUp(): boolean {
    return this.state === 'connected';
  }

  /** REPLICAOF: follows `primary`, or nobody. False where it follows that one already. */
  follow(primary: Primary | undefined): boolean {
    const { keyspace, config, clock, identity, log } = this.#services;
    if (primary?.host === this.primary?.host && primary?.port === this.primary?.port) return false;
    this.link?.stop();
    this.primary = primary;
    config.replicaOf.follow(primary);
    keyspace.pauseExpiry('replica', primary !== undefined);
    if (primary === undefined) {
      identity.replicationId = randomBytes(20).toString('hex');
      log.notice('PRIMARY MODE enabled (user request)');
      return true;
    }
    this.state = 'connect';
    this.downSinceMs = clock.nowMs;
    this.offset = 0;
    log.notice(`REPLICAOF ${primary.host}:${primary.port} enabled (user request)`);
    this.link?.start(primary);
    return true;
  }

  /** The error for a command that clients of a replica may not run. */
  refusal(client: Client, command: Command, args: Args): string | undefined {
    if (this.primary === undefined) return undefined;
    const { checks } = this.#services;
    const flags = checks.flagsOf(client, command, args);
    if ((flags & FLAG.write) !== 0 && this.isReadOnly) return READ_ONLY;
    if (!this.isStale) return undefined;
    const queued = command.name === 'exec' ? (client.transaction?.queue ?? []) : [{ command, args }];
    const needsData = queued.some((one) => (checks.flagsOf(client, one.command, one.args) & FLAG.stale) === 0);
    return needsData ? STALE : undefined;
  }

  /** Only the primary may write. */
  get isReadOnly(): boolean {
    return this.primary !== undefined && this.#services.config.boolean('replica-read-only');
  }

  /** The primary is out of reach, and data that may be old are not to be shown. */
  get isStale(): boolean {
    return this.primary !== undefined && !this.isUp && !this.#services.config.boolean('replica-serve-stale-data');
  }
}
