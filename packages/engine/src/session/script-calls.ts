// Runs the commands of scripts: arguments in a region of their own, a client that stands in for the caller, a reply that
// stays in memory, and the checks that hold inside of scripts. What a script may do at all is the ScriptRun's.
import { Call } from '../commands/call.ts';
import { type Command, FLAG } from '../commands/command-table.ts';
import type { Services } from '../commands/services.ts';
import { bufferOver } from '../encodings/latin1-buffer.ts';
import { type NativeRegion, reserveRegion } from '../memory/native-memory.ts';
import type { CommandPort } from '../scripting/command-port.ts';
import type { ScriptRun } from '../scripting/script-run.ts';
import { Args } from './args.ts';
import { Client } from './client.ts';
import { Reply } from './reply.ts';

/** Address space for the arguments of one command, and for its reply. */
const ARGUMENT_BYTES = 2 ** 30;
const REPLY_BYTES = 2 ** 30;
const SHORT = 24;

const NOT_ALLOWED = 'ERR This Valkey command is not allowed from script';
const WRONG_ARITY = 'ERR Wrong number of args calling command from script';
const UNKNOWN = 'ERR Unknown command called from script';
const READ_ONLY = 'ERR Write commands are not allowed from read-only scripts.';
const NAME_MAX = 128;

/** Refuses a command of a script with an error line. */
export type ScriptCheck = (run: ScriptRun, command: Command) => string | undefined;

export class ScriptCalls implements CommandPort {
  readonly #services: Services;
  readonly #region: NativeRegion = reserveRegion(ARGUMENT_BYTES);
  readonly #buffer: Buffer;
  readonly #args: Args;
  readonly #reply: Reply;
  readonly #client: Client;
  #end = 0;
  #pendingAtStart = 0;
  /** No memory for what the command may need. */
  memoryRefusal: ScriptCheck = () => undefined;
  /** Nothing may be written: no disk, no replicas, a replica of our own. Asked until the script has written. */
  writeRefusal: ScriptCheck = () => undefined;
  /** The data are a replica's that has lost its primary. */
  staleRefusal: ScriptCheck = () => undefined;

  constructor(services: Services) {
    this.#services = services;
    this.#buffer = bufferOver(this.#region.bytes);
    this.#args = new Args(services.arena, this.#region.bytes);
    this.#reply = new Reply(reserveRegion(REPLY_BYTES), { append: () => undefined });
    this.#reply.onError = (text, isCustom) => services.statistics.countError(text, isCustom);
    // The whole reply stays in the region until it is read.
    this.#reply.hold();
    const { keyspace, clock } = services;
    this.#client = new Client(0, services.arena, keyspace.databases[0], clock.nowMs, undefined);
    this.#client.isScript = true;
  }

  get replyBytes(): Uint8Array {
    return this.#reply.bytes;
  }

  get replyEnd(): number {
    return this.#reply.position;
  }

  begin(run: ScriptRun): void {
    const client = this.#client;
    client.db = run.caller.db;
    client.user = run.caller.user;
    client.authenticated = run.caller.authenticated;
    client.noTouch = run.caller.noTouch;
    this.#pendingAtStart = this.#services.effects.pending;
    this.#services.clock.hold();
  }

  end(run: ScriptRun): void {
    if (run.isAbandoned) this.#services.effects.truncate(this.#pendingAtStart);
    this.#services.clock.letGo();
  }

  clear(): void {
    this.#args.count = 0;
    this.#end = 0;
  }

  add(text: string): boolean {
    const start = this.#end;
    const { length } = text;
    if (start + length > ARGUMENT_BYTES) return false;
    if (length < SHORT) {
      const { bytes } = this.#region;
      for (let i = 0; i < length; i++) bytes[start + i] = text.charCodeAt(i);
    } else {
      this.#buffer.latin1Write(text, start, length);
    }
    this.#args.push(start, length);
    this.#end = start + length;
    return true;
  }

  run(run: ScriptRun): string | undefined {
    const services = this.#services;
    const client = this.#client;
    const args = this.#args;
    const reply = this.#reply;
    reply.reset();
    reply.protocol = run.protocol;
    const command = this.#find();
    if (typeof command === 'string') return this.#refuse(undefined, command);
    if (!command.acceptsArity(args.count)) return this.#refuse(command, WRONG_ARITY);
    const refusal = this.#refusal(run, command);
    if (refusal !== undefined) return this.#refuse(command, refusal);
    client.protocol = run.protocol;
    const call = new Call(services, client, command, args, reply);
    call.denyBlocking = true;
    const { pending } = services.effects;
    services.dispatcher.run(call);
    if (run.audience !== 'all') this.#limitEffects(pending, run.audience);
    return undefined;
  }

  #limitEffects(pending: number, audience: Exclude<ScriptRun['audience'], 'all'>): void {
    const { effects } = this.#services;
    if (audience === 'nobody') effects.truncate(pending);
    else effects.limit(pending, audience);
  }

  mayRun(): boolean | undefined {
    const command = this.#find();
    const client = this.#client;
    if (typeof command === 'string') return undefined;
    if (client.user === undefined) return true;
    return this.#services.access.dryRun(client, client.user.name, command, this.#args) === undefined;
  }

  /** The command that the arguments name, or an error line. */
  #find(): Command | string {
    const { table } = this.#services;
    const args = this.#args;
    const found = table.lookup(args);
    if (found === undefined) return UNKNOWN;
    if (found.subcommands.size === 0 || args.count < 2) return found;
    const subcommand = table.subcommandOf(found, args);
    if (subcommand !== undefined) return subcommand;
    return `ERR unknown subcommand '${args.text(1).slice(0, NAME_MAX)}'. Try ${found.name.toUpperCase()} HELP.`;
  }

  #refusal(run: ScriptRun, command: Command): string | undefined {
    const { access, switches } = this.#services;
    if (command.has('noscript') && !switches.scriptsMayRunAll) return NOT_ALLOWED;
    const noMemory = this.memoryRefusal(run, command);
    if (noMemory !== undefined) return noMemory;
    const denied = access.scriptRefusal(this.#client, command, this.#args);
    if (denied !== undefined) return denied;
    if (run.isReadOnly && (command.flags & (FLAG.write | FLAG.may_replicate)) !== 0) return READ_ONLY;
    if (!run.hasWritten && command.has('write')) {
      const noWrites = this.writeRefusal(run, command);
      if (noWrites !== undefined) return noWrites;
      run.hasWritten = true;
    }
    return this.staleRefusal(run, command);
  }

  #refuse(command: Command | undefined, text: string): string {
    if (command !== undefined) command.rejected++;
    this.#services.statistics.countError(text.startsWith('ERR ACL failure') ? 'NOPERM' : text);
    return text;
  }
}
