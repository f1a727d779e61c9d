// Scripts and functions of one engine: their Lua states, what is cached, and the one run at a time with its limits.
// While a run takes longer than `busy-reply-threshold` it lets others be served: `refusal` tells them to wait or kill.
import type { ServerConfig } from '../config/index.ts';
import type { Log } from '../session/log.ts';
import type { Reply } from '../session/reply.ts';
import type { CommandPort } from './command-port.ts';
import { Functions } from './functions.ts';
import { openLibraries } from './libraries/open-libraries.ts';
import { LuaEngine, lockTable } from './lua/lua-engine.ts';
import { LuaError, ScriptAbort } from './lua/lua-error.ts';
import { tableFromArray } from './lua/lua-table.ts';
import type { LuaValue } from './lua/lua-value.ts';
import { describeFailure, failureReply } from './lua/script-failure.ts';
import { errorTable } from './reply-reader.ts';
import { oneLine, writeCountedError, writeValue } from './reply-writer.ts';
import { type CachedScript, ScriptCache } from './script-cache.ts';
import type { ScriptDebugger } from './script-debugger.ts';
import type { ScriptRun } from './script-run.ts';
import { ServerApi } from './server-api.ts';
import type { ScriptFlags } from './shebang.ts';

export interface ScriptingHost {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly port: CommandPort;
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Why a script may not start with these flags at the moment. */
  startRefusal(run: ScriptRun, flags: ScriptFlags | undefined): string | undefined;
  /** Serves other connections while a script runs; does nothing where that is not possible. */
  serveOthers(): void;
  /** Stops and resumes to read from the client whose script takes long. */
  pauseCaller(run: ScriptRun, isPaused: boolean): void;
}

const BUSY = 'BUSY Valkey is busy running a script. You can only call';
const WROTE =
  'UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script ' +
  'termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.';

export class Scripting {
  readonly scripts = new ScriptCache();
  readonly functions: Functions;
  readonly #host: ScriptingHost;
  #evalEngine: LuaEngine | undefined;
  #evalApi: ServerApi | undefined;
  #debugger: ScriptDebugger | undefined;
  /** The run at the moment. */
  run: ScriptRun | undefined;

  constructor(host: ScriptingHost) {
    this.#host = host;
    this.functions = new Functions(this, () => host.nowMs());
    host.config.onChange('lua-enable-insecure-api', () => this.flushScripts());
  }

  /** The Lua state of EVAL, made with the first script. */
  get evalEngine(): LuaEngine {
    this.#evalEngine ??= this.#makeEvalEngine();
    return this.#evalEngine;
  }

  /** The functions of the `server` table in that state. */
  get evalApi(): ServerApi {
    this.#evalApi ??= this.makeServerApi();
    return this.#evalApi;
  }

  /** Forgets all scripts, and the state that they ran in. */
  flushScripts(): undefined {
    this.scripts.clear();
    this.#evalEngine = undefined;
    this.#evalApi = undefined;
  }

  /** Why a script may not start with these flags at the moment; undefined where it may. */
  startRefusal(run: ScriptRun, flags: ScriptFlags | undefined): string | undefined {
    return this.#host.startRefusal(run, flags);
  }

  /** Runs a script of EVAL and writes its reply. */
  runScript(reply: Reply, run: ScriptRun, script: CachedScript, keys: LuaValue[], args: LuaValue[]): void {
    const engine = this.evalEngine;
    engine.globals.setString('KEYS', tableFromArray(keys));
    engine.globals.setString('ARGV', tableFromArray(args));
    this.execute(reply, run, engine, () => script.script.run());
    this.scripts.used(script);
  }

  /** Runs Lua code as `run` and writes the reply of what it returns or fails with. */
  execute(reply: Reply, run: ScriptRun, engine: LuaEngine, code: () => readonly LuaValue[]): void {
    let values: readonly LuaValue[];
    try {
      values = this.during(run, code);
    } catch (error) {
      return this.writeFailure(reply, engine, error);
    }
    this.writeValue(reply, run, values[0]);
  }

  /** Lets code run as `run`: commands it calls are the caller's. */
  during<Result>(run: ScriptRun, code: () => Result, by?: ScriptDebugger): Result {
    const { port } = this.#host;
    this.run = run;
    this.#debugger = by;
    port.begin(run);
    try {
      return code();
    } finally {
      port.end(run);
      if (run.isTimedOut) this.#host.pauseCaller(run, false);
      this.run = undefined;
      this.#debugger = undefined;
    }
  }

  /** Writes what a script returned. */
  writeValue(reply: Reply, run: ScriptRun, value: LuaValue): void {
    writeValue(reply, value, run.protocol);
  }

  /** Writes the error reply of a script that failed; throws what is no failure of a script. */
  writeFailure(reply: Reply, engine: LuaEngine, error: unknown): void {
    if (error instanceof ScriptAbort) return reply.error(error.message);
    if (!(error instanceof LuaError)) throw error;
    const failure = describeFailure(engine.runtime, error);
    if (failure.ignoresErrorStats) writeCountedError(reply, failureReply(failure));
    else reply.error(oneLine(failureReply(failure)), true);
  }

  /** The error line for a command that must wait for a long script; undefined where none runs. */
  get busyRefusal(): string | undefined {
    if (this.run === undefined || !this.run.isTimedOut) return undefined;
    return this.run.kind === 'eval'
      ? `${BUSY} SCRIPT KILL or SHUTDOWN NOSAVE.`
      : `${BUSY} FUNCTION KILL or SHUTDOWN NOSAVE.`;
  }

  /** Ends the running script at its next step; gives the error line where it may not be ended. */
  kill(kind: 'eval' | 'function'): string | undefined {
    const { run } = this;
    if (run === undefined) return 'NOTBUSY No scripts in execution right now.';
    if (run.hasWritten) return WROTE;
    if (run.kind !== kind) return this.busyRefusal;
    run.isKilled = true;
    return undefined;
  }

  /** Ends the running script whatever it has done: the process is about to end. */
  abandon(): void {
    if (this.run === undefined) return;
    this.run.isAbandoned = true;
    this.run.isKilled = true;
  }

  /** A Lua state with all libraries, not locked yet. */
  makeEngine(): LuaEngine {
    const { config } = this.#host;
    const engine = new LuaEngine({
      limits: { poll: () => this.#poll(), memoryBytesMax: config.number('script-memory-limit') },
      hasInsecureApi: config.boolean('lua-enable-insecure-api'),
    });
    openLibraries(engine.runtime);
    return engine;
  }

  /** The functions of the `server` table. */
  makeServerApi(): ServerApi {
    const { port, log } = this.#host;
    return new ServerApi({ port, log, running: () => this.#running() });
  }

  #running(): ScriptRun {
    if (this.run === undefined) throw new LuaError(errorTable('ERR no script is running', false), 0);
    return this.run;
  }

  #makeEvalEngine(): LuaEngine {
    const engine = this.makeEngine();
    const { runtime } = engine;
    const table = this.evalApi.makeTable(runtime);
    const breakpoint = engine.hostFunction(() => {
      this.#debugger?.breakOnNextLine();
      return this.#debugger !== undefined;
    });
    const debug = engine.hostFunction((_self, ...values) => {
      this.#debugger?.show(values);
      return [];
    });
    table.setString('breakpoint', breakpoint);
    table.setString('debug', debug);
    table.setString(
      'replicate_commands',
      engine.hostFunction(() => true),
    );
    const handler = engine.hostFunction((_self, error) =>
      typeof error === 'object' ? error : errorTable(`ERR ${String(error)}`, false),
    );
    engine.globals.setString('__server__err__handler', handler);
    engine.globals.setString('__redis__err__handler', handler);
    engine.globals.setString('server', table);
    engine.globals.setString('redis', table);
    engine.lockGlobals();
    lockTable(table);
    return engine;
  }

  /** Called now and then from inside of a running script. */
  #poll(): void {
    const { run } = this;
    const host = this.#host;
    if (run === undefined) return this.functions.checkLoading();
    if (!run.isTimedOut && !this.#entersTimeout(run)) return;
    host.serveOthers();
    this.run = run;
    if (run.isKilled) {
      const verb = run.kind === 'eval' ? 'SCRIPT' : 'FUNCTION';
      host.log.notice(`Script killed by user with ${verb} KILL.`);
      throw new ScriptAbort(`ERR Script killed by user with ${verb} KILL.`);
    }
  }

  /** Whether the run has now lasted too long; others are served from here on. */
  #entersTimeout(run: ScriptRun): boolean {
    const host = this.#host;
    const threshold = host.config.number('busy-reply-threshold');
    if (threshold === 0) return false;
    const elapsed = host.nowMs() - run.startMs;
    if (elapsed < threshold) return false;
    const verb = run.kind === 'eval' ? 'SCRIPT' : 'FUNCTION';
    host.log.warning(
      `Slow script detected: still in execution after ${Math.floor(elapsed)} milliseconds. You can try killing the ` +
        `script using the ${verb} KILL command. Script name is: ${run.subject.name}.`,
    );
    run.isTimedOut = true;
    host.pauseCaller(run, true);
    return true;
  }
}
