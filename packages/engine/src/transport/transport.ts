// How bytes reach the engine and leave it. Two implementations stand behind these interfaces and pass one test suite:
// `reactor` (epoll on libc, the quick one) and `streams` (node:net, the fallback).
// The transport knows nothing of clients, commands or replies. It pulls nothing by itself: it says that a connection
// is readable and the session reads into memory of its choice, so that large arguments land in their final block.
import type { NativeRegion } from '../memory/native-memory.ts';

/** The peer closed its side: `read` will never return bytes again. */
export const READ_END = 0;
/** Nothing to read, or no room to write, at the moment. */
export const WOULD_BLOCK = -1;
/** The connection is broken; `close` it. `Connection.error` says why. */
export const BROKEN = -2;

/** What a session does with the events of its connection. None of these may throw. */
export interface ConnectionHandler {
  /** Bytes, the end or an error can be read. Level-triggered: it comes again as long as something is unread. */
  onReadable(): void;
  /** There is room to write again; comes only after `wantWrite(true)`. */
  onWritable(): void;
}

/** One accepted connection. All calls are made on the engine's thread. */
export interface Connection {
  readonly id: number;
  /** The file descriptor, or -1 where the transport does not know it. */
  readonly descriptor: number;
  readonly isUnixSocket: boolean;
  /** `ip:port`, `[ip6]:port` or the socket's path followed by `:0`; as CLIENT LIST prints it. */
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** True while the peer is on a loopback address or a Unix socket (for protected mode). */
  readonly isLocal: boolean;
  /** Name of the last error, such as ECONNRESET; empty when there was none. */
  readonly error: string;
  handler: ConnectionHandler;
  /** Reads at most `length` bytes into `region` at `offset`: the count, READ_END, WOULD_BLOCK or BROKEN. */
  read(region: NativeRegion, offset: number, length: number): number;
  /** Writes at most `length` bytes: the count (may be short), WOULD_BLOCK or BROKEN. */
  write(region: NativeRegion, offset: number, length: number): number;
  /** Asks for `onWritable`, or stops asking. */
  wantWrite(on: boolean): void;
  /** Stops or resumes `onReadable` (a paused or blocked client is not read). */
  wantRead(on: boolean): void;
  /** TCP keep-alive period in seconds; 0 switches it off. */
  setKeepAlive(seconds: number): void;
  /** Closes at once. Idempotent; no event of this connection comes afterwards, not even in the running turn. */
  close(): void;
}

export interface Listener {
  /** The port that was bound (asked for as 0: the one the kernel chose); 0 for a Unix socket. */
  readonly port: number;
  close(): void;
}

export interface ListenOptions {
  /** An address of IPv4 or IPv6; or the path of a Unix socket with `port` left out. */
  readonly address: string;
  readonly port?: number;
  readonly backlog: number;
  /** Octal permission bits of a Unix socket; 0 leaves them alone. */
  readonly unixPermissions?: number;
  /** SO_MARK, 0 for none. */
  readonly mark?: number;
}

/** What the engine does in the course of a turn of the transport's loop. */
export interface TransportHooks {
  /** A connection was accepted; returns its handler, or undefined to have it closed at once. */
  onConnection(connection: Connection): ConnectionHandler | undefined;
  /** Called once at the end of each turn, after all ready connections: flush, group commit, client limits. */
  beforeWait(): void;
  /** Called first in each turn, once the wait is over. */
  afterWait(): void;
  /** accept failed for want of descriptors or the like; the transport rests before it tries again. */
  onAcceptError(error: string): void;
}

export interface Transport {
  readonly kind: 'reactor' | 'streams';
  /** Throws an Error whose `code` is the name of the system's error (EADDRINUSE ...). */
  listen(options: ListenOptions): Promise<Listener>;
  /** The same without waiting, for addresses that are numbers; `streams` cannot (ENOTSUP). */
  listenNow(options: ListenOptions): Listener;
  /** Starts the loop; timers, promises and file completions of Node go on beside it. */
  start(hooks: TransportHooks): void;
  /** True where `pollOnce` works: connections can be served while a script holds the thread. */
  readonly canPoll: boolean;
  /** Serves what is ready, without waiting, from inside a command (a long script). Re-entrant. */
  pollOnce(): void;
  /** Makes the next turn come at once (work was queued that `beforeWait` must see). */
  wake(): void;
  /** Closes listeners and connections and ends the loop. */
  stop(): Promise<void>;
}
