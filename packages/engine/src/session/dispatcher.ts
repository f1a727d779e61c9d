// From arguments to an executed command: look-up, the checks in Valkey's order, queueing for MULTI, execution with its
// statistics, and what follows from it (propagation, served waiters). Everything that runs a command (clients, EXEC,
// scripts, the loader) goes through here.
import { Call } from '../commands/call.ts';
import { CommandError } from '../commands/command-error.ts';
import { type Command, FLAG } from '../commands/command-table.ts';
import type { Services } from '../commands/services.ts';
import { untilNul } from '../config/parse-number.ts';
import type { ScriptDebugger } from '../scripting/script-debugger.ts';
import { NOT_AUTHENTICATED } from './access-control.ts';
import type { Args } from './args.ts';
import type { Client } from './client.ts';
import type { CommandChecks } from './command-checks.ts';
import type { Reply } from './reply.ts';
import { queueCommand } from './transaction-queue.ts';

/** Told of each executed command: slow log, latency monitor, MONITOR. */
export interface CommandObserver {
  /** Before it runs; only for clients' and scripts' commands. */
  before?(call: Call): void;
  after(call: Call, microseconds: number): void;
  /** When it did not end but waits for keys; `after` follows when it has ended. */
  blocked?(call: Call): void;
}

export class Dispatcher {
  readonly #services: () => Services;
  readonly #checks: CommandChecks;
  readonly observers: CommandObserver[] = [];
  /** Nesting of running commands: EXEC and scripts run commands inside of a command. */
  #depth = 0;
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(services: () => Services, checks: CommandChecks) {
    this.#services = services;
    this.#checks = checks;
  }

  /** True while a command runs. */
  get isRunning(): boolean {
    return this.#depth > 0;
  }

  /** True within a command of EXEC or of a script. */
  get isNested(): boolean {
    return this.#depth > 1;
  }

  /** Serves one request of a client: finds, checks, queues or runs its command. */
  process(client: Client, args: Args, reply: Reply): void {
    const services = this.#services();
    if (client.scriptDebugger !== undefined) {
      this.#debug(services, client.scriptDebugger, args, reply);
      return this.afterUnit();
    }
    const command = this.#find(client, args, reply, services);
    client.lastCommand = command;
    if (command === undefined) return;
    const refusal = this.#checks.refusal(client, command, args);
    if (refusal !== undefined) return this.#reject(client, command, reply, refusal);
    if (this.#checks.isPaused(client, command, args)) return this.#checks.postpone(client, command, args);
    if (client.transaction !== undefined && !RUNS_IN_MULTI.has(command.name)) {
      queueCommand(services, client, command, args);
      reply.simple('QUEUED');
      return;
    }
    const call = new Call(services, client, command, args, reply);
    this.run(call);
    this.afterUnit();
  }

  /** Runs a command that passed the checks. Errors become the reply. */
  run(call: Call): void {
    const services = call.services;
    const { command, reply, client } = call;
    const { clock, keyspace, effects } = services;
    const mark = reply.written;
    call.replyStart = mark;
    const { held } = reply;
    reply.chargedErrors = reply.errorCount;
    const dirtyBefore = keyspace.dirty;
    const startMs = this.#depth === 0 ? clock.monotonicMs : clock.read();
    if (this.observers.length > 0) this.#before(call);
    this.#depth++;
    keyspace.touches = !client.noTouch;
    keyspace.showsExpired = client.isAofLoader || (client.importSource && keyspace.expiryPaused);
    try {
      command.run(call);
    } catch (error) {
      this.#fail(call, mark, held, error);
    }
    this.#depth--;
    const microseconds = (clock.read() - startMs) * 1000 + (call.retried?.microseconds ?? 0);
    if (call.isBlocked) {
      if (client.blocked !== undefined) client.blocked.microseconds = microseconds;
      for (const observer of this.observers) observer.blocked?.(call);
    } else {
      if (reply.errorCount !== reply.chargedErrors) command.failed++;
      this.account(call, microseconds);
    }
    // What a command of EXEC did wrong is not EXEC's fault.
    reply.chargedErrors = reply.errorCount;
    if (keyspace.dirty !== dirtyBefore && call.propagation === 'verbatim' && effects.active) {
      effects.recordArgs(call.db.id, call.args);
    }
    // What SCAN and RANDOMKEY come across and find expired has nothing to do with one another.
    if (this.#depth === 0 && (command.flags & TOUCHES_ANY) !== 0) effects.flush(false);
  }

  /** Counts a command that has ended, in the statistics and at the observers. */
  account(call: Call, microseconds: number): void {
    const { statistics } = call.services;
    statistics.countCall(call.command, microseconds);
    if (this.#depth === 0) statistics.commandMicroseconds += microseconds;
    statistics.commandsProcessed++;
    const { client } = call;
    (client.isScript ? call.services.access.requester(client) : client).commandCount++;
    if (this.observers.length > 0) for (const observer of this.observers) observer.after(call, microseconds);
  }

  /** Ends a unit of execution at the outermost level: effects go out, waiters are served. */
  afterUnit(): void {
    if (this.#depth > 0) return;
    const { effects, blocking } = this.#services();
    effects.flush();
    if (blocking.hasReady) blocking.serveReady();
  }

  /** The command of a request, or undefined after the error reply. */
  #find(client: Client, args: Args, reply: Reply, services: Services): Command | undefined {
    const found = services.table.lookup(args);
    if (found === undefined && isWebRequest(args)) {
      this.#warnOfWebRequest(client, services);
      services.clientSet.closeSoon(client, 'Web request');
      return undefined;
    }
    if (!client.authenticated && services.access.mustAuthenticate(client) && found?.has('no_auth') !== true) {
      if (found === undefined) this.#rejectUnknown(client, reply, NOT_AUTHENTICATED);
      else this.#reject(client, found, reply, NOT_AUTHENTICATED);
      return undefined;
    }
    if (found === undefined) {
      this.#rejectUnknown(client, reply, unknownCommand(args));
      return undefined;
    }
    if (found.subcommands.size === 0 || args.count < 2) {
      if (found.acceptsArity(args.count)) return found;
      this.#reject(client, found, reply, wrongArity(found));
      return undefined;
    }
    const subcommand = services.table.subcommandOf(found, args);
    if (subcommand === undefined) {
      this.#rejectUnknown(client, reply, unknownSubcommand(found, args.text(1)));
      return undefined;
    }
    if (subcommand.acceptsArity(args.count)) return subcommand;
    this.#reject(client, subcommand, reply, wrongArity(subcommand));
    return undefined;
  }

  /** Says so once a minute at most: attacks come in numbers. */
  #warnOfWebRequest(client: Client, { clock, log }: Services): void {
    if (clock.monotonicMs - this.#warnedMs < WARNING_INTERVAL_MS) return;
    this.#warnedMs = clock.monotonicMs;
    log.warning(`${CROSS_PROTOCOL} Connection from ${client.connection?.remoteAddress ?? ''} aborted.`);
  }

  #rejectUnknown(client: Client, reply: Reply, text: string): void {
    if (client.transaction !== undefined) client.transaction.failed = true;
    reply.error(text);
  }

  #reject(client: Client, command: Command, reply: Reply, text: string): void {
    command.rejected++;
    if (command.name === 'exec') {
      // EXEC itself was refused: the transaction ends here.
      this.#checks.discard(client);
      reply.error(`EXECABORT Transaction discarded because of: ${text.replace(/^ERR /, '')}`);
      return;
    }
    if (client.transaction !== undefined) client.transaction.failed = true;
    reply.error(text);
  }

  /** A request of a client that debugs a script is for the debugger. */
  #debug({ log }: Services, session: ScriptDebugger, args: Args, reply: Reply): void {
    try {
      session.handle(args.texts(), reply);
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.warning(`The script debugger failed unexpectedly: ${detail}`);
      reply.error('ERR internal error, see the log of the server');
    }
  }

  #before(call: Call): void {
    for (const observer of this.observers) observer.before?.(call);
  }

  #fail(call: Call, mark: number, held: number, error: unknown): void {
    const { reply } = call;
    reply.rewindTo(mark, held);
    if (error instanceof CommandError) return reply.error(error.text);
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    call.services.log.warning(`Command '${call.command.fullName}' failed unexpectedly: ${detail}`);
    reply.error('ERR internal error, see the log of the server');
  }
}

const WARNING_INTERVAL_MS = 60_000;
const CROSS_PROTOCOL =
  'Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Valkey. This is likely ' +
  'due to an attacker attempting to use Cross Protocol Scripting to compromise your Valkey instance.';

/** A web page can make a browser send us lines: those that every such request has end the connection. */
function isWebRequest(args: Args): boolean {
  return args.is(0, 'post') || args.is(0, 'host:');
}

/** Commands that act on the transaction itself instead of being queued. */
const RUNS_IN_MULTI: ReadonlySet<string> = new Set(['exec', 'discard', 'quit', 'reset']);

const TOUCHES_ANY = FLAG.touches_arbitrary_keys;

/** Bits that make a queued transaction a writing one. */
export const WRITES = FLAG.write | FLAG.may_replicate;

function wrongArity(command: Command): string {
  return `ERR wrong number of arguments for '${command.fullName}' command`;
}

const PREVIEW_MAX = 128;

/** What C shows of a binary string in at most `lengthMax` bytes: nothing behind a zero. */
function shown(text: string, lengthMax: number): string {
  return untilNul(text).slice(0, lengthMax);
}

/** Valkey quotes the name and the first arguments, 128 characters of each at most. */
export function unknownCommand(args: Args): string {
  let preview = '';
  for (let i = 1; i < args.count && preview.length < PREVIEW_MAX; i++) {
    preview += `'${shown(args.text(i), PREVIEW_MAX - preview.length)}' `;
  }
  return `ERR unknown command '${shown(args.text(0), PREVIEW_MAX)}', with args beginning with: ${preview}`;
}

function unknownSubcommand(container: Command, name: string): string {
  return `ERR unknown subcommand '${shown(name, PREVIEW_MAX)}'. Try ${container.name.toUpperCase()} HELP.`;
}
