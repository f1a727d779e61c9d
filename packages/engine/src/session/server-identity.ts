// Who this server is: what INFO and CONFIG REWRITE need to know of the process, and what stays the same while it runs.
import { randomBytes } from 'node:crypto';

/** An address on which connections are accepted, as INFO prints it. */
export interface ListenerFact {
  /** `tcp`, `tls` or `unix`. */
  readonly name: string;
  /** The values of `bind`, or the socket's path. */
  readonly addresses: readonly string[];
  /** 0 for a Unix socket. */
  readonly port: number;
}

export interface IdentityOptions {
  /** Absolute path of the configuration file; left out where there is none. */
  readonly configFile?: string | undefined;
  /** Absolute path of the program. */
  readonly executable?: string | undefined;
}

export class ServerIdentity {
  /** Empty: the server runs without a configuration file. */
  readonly configFile: string;
  readonly executable: string;
  /** 40 hexadecimal digits, new with each start. */
  readonly runId = randomBytes(20).toString('hex');
  /** Names the history of the data set; 40 hexadecimal digits. */
  replicationId = randomBytes(20).toString('hex');
  listeners: readonly ListenerFact[] = [];

  constructor(options: IdentityOptions = {}) {
    this.configFile = options.configFile ?? '';
    this.executable = options.executable ?? process.argv[1] ?? process.execPath;
  }
}
