// The `server` table of scripts, which is also `redis`: commands, errors and states, logging, digests, versions.
// The same table serves EVAL and functions; each adds a little of its own.
import { hash } from 'node:crypto';
import { REDIS_VERSION, VALKEY_VERSION } from '../config/version.ts';
import { formatDouble } from '../encodings/double-text.ts';
import type { Log } from '../session/log.ts';
import type { CommandPort } from './command-port.ts';
import { LuaError } from './lua/lua-error.ts';
import { LuaTable, tableFromEntries } from './lua/lua-table.ts';
import type { LuaReturn, LuaValue } from './lua/lua-value.ts';
import { textToNumber } from './lua/number-text.ts';
import { addFunctions } from './lua/register-library.ts';
import type { LuaRuntime } from './lua/runtime.ts';
import { errorTable, ReplyReader } from './reply-reader.ts';
import type { ScriptRun } from './script-run.ts';

const REPL_AOF = 1;
const REPL_REPLICA = 2;
const REPL_ALL = REPL_AOF | REPL_REPLICA;
/** By the bits of `REPL_AOF` and `REPL_REPLICA`. */
const AUDIENCES = ['nobody', 'keepers', 'followers', 'all'] as const;
const LOG_LEVELS = ['debug', 'verbose', 'notice', 'warning'] as const;
/** Integers in this range are written as such, others as doubles. */
const INTEGER_MAX = 2 ** 62;

/** What the functions need of their surroundings. */
export interface ServerApiHost {
  readonly port: CommandPort;
  readonly log: Log;
  /** The run that calls; there always is one while a script runs, none while a library is loaded. */
  running(): ScriptRun;
}

/** Sees the commands of a script that is debugged. */
export interface CallTracer {
  called(words: readonly LuaValue[]): void;
  /** The reply as a binary string of RESP. */
  replied(reply: string): void;
  failed(error: string): void;
}

type Arguments = readonly LuaValue[];

/** An error with a message of our own, as scripts see it. */
function raised(message: string): LuaError {
  return new LuaError(errorTable(`ERR ${message}`, false), 0);
}

/** An argument of a command as a binary string; undefined for what is neither string nor number. */
function argumentText(value: LuaValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return undefined;
  if (Number.isInteger(value) && value >= -INTEGER_MAX && value <= INTEGER_MAX) {
    return Number.isSafeInteger(value) ? String(value + 0) : String(BigInt(value));
  }
  // Arithmetic of x86 makes NaNs that print with a sign.
  return Number.isNaN(value) ? '-nan' : formatDouble(value);
}

export class ServerApi {
  readonly #host: ServerApiHost;
  readonly #reader = new ReplyReader();
  #isRunning = false;
  tracer: CallTracer | undefined;

  constructor(host: ServerApiHost) {
    this.#host = host;
  }

  /** Everything but what calls commands: also while a library is loaded. */
  addBasics(runtime: LuaRuntime, table: LuaTable): void {
    addFunctions(runtime, table, { log: (args) => this.#log(args) });
    for (const [number, level] of LOG_LEVELS.entries()) table.setString(`LOG_${level.toUpperCase()}`, number);
    table.setString('REDIS_VERSION_NUM', versionNumber(REDIS_VERSION));
    table.setString('REDIS_VERSION', REDIS_VERSION);
    table.setString('VALKEY_VERSION_NUM', versionNumber(VALKEY_VERSION));
    table.setString('VALKEY_VERSION', VALKEY_VERSION);
    table.setString('SERVER_NAME', 'valkey');
  }

  /** The whole table. */
  makeTable(runtime: LuaRuntime): LuaTable {
    const table = new LuaTable();
    table.setString(
      'call',
      runtime.hostFunction((_self, ...args) => this.#call(args, true)),
    );
    table.setString(
      'pcall',
      runtime.hostFunction((_self, ...args) => this.#call(args, false)),
    );
    this.addBasics(runtime, table);
    addFunctions(runtime, table, {
      setresp: (args) => this.#setProtocol(args),
      sha1hex,
      error_reply: errorReply,
      status_reply: statusReply,
      set_repl: (args) => this.#setPropagation(args),
      acl_check_cmd: (args) => this.#mayRun(args),
    });
    table.setString('REPL_NONE', 0);
    table.setString('REPL_AOF', REPL_AOF);
    table.setString('REPL_SLAVE', REPL_REPLICA);
    table.setString('REPL_REPLICA', REPL_REPLICA);
    table.setString('REPL_ALL', REPL_ALL);
    return table;
  }

  /** Runs a command; its error is the value. */
  call(args: Arguments): LuaReturn {
    return this.#call(args, false);
  }

  #call(args: Arguments, raises: boolean): LuaReturn {
    const { tracer } = this;
    const problem = this.#fillArguments(args);
    if (problem !== undefined) {
      tracer?.failed(problem);
      return failed(errorTable(problem, false), raises);
    }
    tracer?.called(args);
    const { port } = this.#host;
    if (this.#isRunning) return failed(errorTable('ERR recursive call of a command', false), raises);
    this.#isRunning = true;
    try {
      const refusal = port.run(this.#host.running());
      if (refusal !== undefined) {
        tracer?.failed(refusal);
        return failed(errorTable(refusal, true), raises);
      }
    } finally {
      this.#isRunning = false;
    }
    tracer?.replied(Buffer.from(port.replyBytes.subarray(0, port.replyEnd)).toString('latin1'));
    const value = this.#reader.read(port.replyBytes);
    return this.#reader.isError ? failed(value, raises) : value;
  }

  /** Hands the arguments over; gives an error line where they are not fit. */
  #fillArguments(args: Arguments): string | undefined {
    if (args.length === 0) return 'ERR Please specify at least one argument for this call';
    const { port } = this.#host;
    port.clear();
    for (const value of args) {
      const text = argumentText(value);
      if (text === undefined) return 'ERR Command arguments must be strings or integers';
      if (!port.add(text)) return 'ERR Command arguments are too long';
    }
    return undefined;
  }

  #mayRun(args: Arguments): LuaReturn {
    const problem = this.#fillArguments(args);
    if (problem !== undefined) throw new LuaError(errorTable(problem, false), 0);
    const answer = this.#host.port.mayRun();
    if (answer === undefined) throw raised('Invalid command passed to server.acl_check_cmd()');
    return answer;
  }

  #setProtocol(args: Arguments): LuaReturn {
    if (args.length !== 1) throw raised('server.setresp() requires one argument.');
    const protocol = Math.trunc(numberOf(args[0]) ?? 0);
    if (protocol !== 2 && protocol !== 3) throw raised('RESP version must be 2 or 3.');
    this.#host.running().protocol = protocol;
    return [];
  }

  #setPropagation(args: Arguments): LuaReturn {
    if (args.length !== 1) throw raised('server.set_repl() requires one argument.');
    const flags = Math.trunc(numberOf(args[0]) ?? 0);
    if ((flags & ~REPL_ALL) !== 0) {
      throw raised('Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.');
    }
    this.#host.running().audience = AUDIENCES[flags];
    return [];
  }

  #log(args: Arguments): LuaReturn {
    if (args.length < 2) throw raised('server.log() requires two arguments or more.');
    const number = numberOf(args[0]);
    if (number === undefined) throw raised('First argument must be a number (log level).');
    const level = LOG_LEVELS[Math.trunc(number)];
    if (level === undefined) throw raised('Invalid log level.');
    const words = args.slice(1).map(argumentText);
    this.#host.log[level](words.filter((word) => word !== undefined).join(' '));
    return [];
  }
}

function failed(error: LuaValue, raises: boolean): LuaValue {
  if (raises) throw new LuaError(error, 0);
  return error;
}

function numberOf(value: LuaValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? textToNumber(value) : undefined;
}

function versionNumber(version: string): number {
  const [major, minor, patch] = version.split('.').map(Number);
  return (major << 16) | (minor << 8) | patch;
}

function sha1hex(args: Arguments): LuaReturn {
  if (args.length !== 1) throw raised('wrong number of arguments');
  return sha1Hex(argumentText(args[0]) ?? '');
}

/** SHA-1 of a binary string, in lower-case hexadecimal digits. */
export function sha1Hex(text: string): string {
  return hash('sha1', Buffer.from(text, 'latin1'), 'hex');
}

/** Both answer with an error value, they do not raise it. */
function isOneText(args: Arguments): boolean {
  return args.length === 1 && typeof args[0] === 'string';
}

function errorReply(args: Arguments): LuaReturn {
  const [text] = args;
  if (!isOneText(args) || typeof text !== 'string') return errorTable('ERR wrong number or type of arguments', false);
  return errorTable(text.replace(/^-/, '').replace(/[\r\n]+$/, ''), false);
}

function statusReply(args: Arguments): LuaReturn {
  if (!isOneText(args)) return errorTable('ERR wrong number or type of arguments', false);
  return tableFromEntries([['ok', args[0]]]);
}
