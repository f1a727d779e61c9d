// One client: its connection, what it said of itself, and the state that its commands build up (authentication,
// database, transaction, subscriptions, blocking). No behaviour beyond keeping this state consistent.
import type { AclUser } from '../acl/acl-user.ts';
import type { Command } from '../commands/command-table.ts';
import type { Database } from '../keyspace/database.ts';
import type { Arena, Handle } from '../memory/arena.ts';
import type { ScriptDebugger } from '../scripting/script-debugger.ts';
import type { Connection } from '../transport/transport.ts';
import type { Args } from './args.ts';
import type { BlockedState } from './blocking.ts';
import { OutputBuffer } from './output-buffer.ts';
import type { PartialInput } from './partial-input.ts';
import type { TrackingState } from './tracking.ts';

/** A command queued by MULTI: its arguments live in a block of their own. */
export interface QueuedCommand {
  readonly command: Command;
  readonly args: Args;
  readonly block: Handle;
}

export interface Transaction {
  readonly queue: QueuedCommand[];
  /** A command was refused while queueing: EXEC aborts. */
  failed: boolean;
  /** Flags of all queued commands together. */
  flags: number;
  /** Bytes of the queued arguments; they count as input that is not processed. */
  bytes: number;
}

/** A key that the client watches. */
export interface WatchedKey {
  readonly db: Database;
  readonly key: string;
  /** The key has expired and is still there: that it is deleted is no change. */
  isStale: boolean;
}

export class Client {
  readonly id: number;
  /** Undefined for clients without a connection: scripts, the append-only file being loaded. */
  readonly connection: Connection | undefined;
  readonly output: OutputBuffer;
  readonly createdMs: number;
  db: Database;
  /** Undefined: nobody asks what it may do (the append-only file being loaded). */
  user: AclUser | undefined;
  authenticated = false;
  /** It has been authenticated at some time. */
  wasAuthenticated = false;
  protocol = 2;
  name = '';
  libraryName = '';
  libraryVersion = '';
  lastInteractionMs: number;
  lastCommand: Command | undefined;
  transaction: Transaction | undefined;
  /** A watched key changed: EXEC answers nil. */
  watchBroken = false;
  readonly watched: WatchedKey[] = [];
  readonly channels = new Set<string>();
  readonly patterns = new Set<string>();
  readonly shardChannels = new Set<string>();
  /** Elements of the three together: asked for before each command. */
  subscriptionCount = 0;
  blocked: BlockedState | undefined;
  /** Input that is not a whole command yet, or a spare block for such. */
  input: PartialInput | undefined;
  /** CLIENT REPLY: `skip` swallows the reply of the next command, `skipping` that of the running one. */
  replyMode: 'on' | 'off' | 'skip' | 'skipping' = 'on';
  /** Undefined: it is not told of changed keys. */
  tracking: TrackingState | undefined;
  /** CLIENT CAPA REDIRECT: it can follow a redirection. */
  canRedirect = false;
  noEvict = false;
  noTouch = false;
  isMonitor = false;
  isReplica = false;
  /** SCRIPT DEBUG SYNC: the next EVAL is debugged. */
  debugsScripts = false;
  /** The debugging session that requests go to. */
  scriptDebugger: ScriptDebugger | undefined;
  isScript = false;
  isAofLoader = false;
  /** READONLY: it would read from a replica of a cluster. */
  isReadOnly = false;
  importSource = false;
  closeAfterReply = false;
  /** The client is to be closed at the end of the turn. */
  closing = false;
  /** DEBUG PROTECT-CLIENT: it is not closed for now. */
  isProtected = false;
  closed = false;
  /** Its replies are being written just now: pushes wait in `deferredPushes`. */
  isServed = false;
  /** Pushes that arrived while a command of this client was running; they follow its reply. */
  deferredPushes: Buffer[] = [];
  bytesIn = 0;
  bytesOut = 0;
  commandCount = 0;
  /** When the soft output limit was first exceeded, monotonic milliseconds; 0 when it is not. */
  softLimitSinceMs = 0;
  /** The client waits for the connection to take more. */
  wantsWrite = false;

  constructor(id: number, arena: Arena, db: Database, nowMs: number, connection: Connection | undefined) {
    this.id = id;
    this.db = db;
    this.connection = connection;
    this.output = new OutputBuffer(arena);
    this.createdMs = nowMs;
    this.lastInteractionMs = nowMs;
  }

  /** RESP2 clients with subscriptions may only run a few commands. */
  get isInSubscribeMode(): boolean {
    return this.protocol === 2 && this.subscriptionCount > 0;
  }
}
