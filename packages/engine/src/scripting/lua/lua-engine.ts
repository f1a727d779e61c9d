/**
 * The Lua 5.1 engine of EVAL: one set of globals, into which the host puts its functions before it locks them.
 * Compiled chunks are kept and called by the host; KEYS and ARGV are set as globals before each call.
 * The engine knows nothing of commands, clients or replies.
 */

import { openBaseLibrary, openInsecureFunctions } from './base-library.ts';
import { makePrepare, resumableCodeOf } from './compile-function.ts';
import { openCoroutineLibrary } from './coroutine-library.ts';
import { chunkDisplayName } from './lexer.ts';
import type { LuaLimits } from './limits.ts';
import { LuaError, LuaSyntaxError } from './lua-error.ts';
import { LuaTable } from './lua-table.ts';
import { type LuaCode, type LuaFunction, type LuaReturn, type LuaValue, listOf } from './lua-value.ts';
import { openMathLibrary } from './math-library.ts';
import { openOsLibrary } from './os-library.ts';
import { parseChunk } from './parser.ts';
import { LuaRuntime, luaErrorOf } from './runtime.ts';
import { openStringLibrary } from './string-library.ts';
import { openTableLibrary } from './table-library.ts';

/** Runs of a function body before it is compiled to JavaScript. */
const RUNS_BEFORE_COMPILING = 60;

export interface LuaEngineOptions {
  readonly limits?: Partial<LuaLimits>;
  /** Adds newproxy, getfenv and setfenv, as `lua-enable-insecure-api yes`. */
  readonly hasInsecureApi?: boolean;
  /** Runs of a body before it becomes JavaScript: 0 at once, Infinity never. For tests and measurements. */
  readonly runsBeforeCompiling?: number;
}

export class LuaEngine {
  readonly runtime: LuaRuntime;
  readonly globals: LuaTable;

  constructor(options: LuaEngineOptions = {}) {
    this.runtime = new LuaRuntime(
      makePrepare(options.runsBeforeCompiling ?? RUNS_BEFORE_COMPILING),
      options.limits ?? {},
    );
    this.runtime.resumableCode = (proto) => resumableCodeOf(this.runtime, proto);
    this.globals = this.runtime.globals;
    openBaseLibrary(this.runtime);
    openStringLibrary(this.runtime);
    openTableLibrary(this.runtime);
    openMathLibrary(this.runtime);
    openOsLibrary(this.runtime);
    openCoroutineLibrary(this.runtime);
    if (options.hasInsecureApi === true) openInsecureFunctions(this.runtime);
  }

  /** A chunk as a function to be called any number of times. Throws LuaSyntaxError. */
  compile(source: string, chunkName = '@user_script'): LuaFunction {
    try {
      return this.runtime.closure(parseChunk(source, chunkName), [], this.globals);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new LuaSyntaxError(`${chunkDisplayName(chunkName)}:1: chunk has too many syntax levels`);
    }
  }

  /**
   * Runs a function from the host: its own run of limits. Throws LuaError, with source and line of where it arose,
   * or what the host's poll or functions throw. The values returned must not be changed.
   */
  call(callee: LuaFunction, args: readonly LuaValue[] = []): readonly LuaValue[] {
    const { runtime } = this;
    const { depth, hostCalls, coroutine } = runtime;
    if (depth === 0) runtime.beginRun();
    try {
      const result: LuaReturn = args.length === 0 ? callee.code(callee) : callee.code(callee, ...args);
      return listOf(result);
    } catch (error) {
      throw error instanceof RangeError ? luaErrorOf(error) : error;
    } finally {
      runtime.depth = depth;
      runtime.hostCalls = hostCalls;
      runtime.coroutine = coroutine;
    }
  }

  /** A function of the host. It gets the called LuaFunction and the arguments; it may throw LuaError. */
  hostFunction(code: LuaCode): LuaFunction {
    return this.runtime.hostFunction(code);
  }

  /** Makes every table reachable from the globals readonly, and unknown globals an error to read. */
  lockGlobals(): void {
    const metatable = new LuaTable();
    metatable.setString(
      '__index',
      this.hostFunction((_self, ...args) => {
        const [, name] = args;
        if (args.length !== 2) throw new LuaError('Wrong number of arguments to luaProtectedTableError', 1);
        if (typeof name !== 'string' && typeof name !== 'number') {
          throw new LuaError('Second argument to luaProtectedTableError must be a string or number', 1);
        }
        throw new LuaError(`Script attempted to access nonexistent global variable '${name}'`, 1);
      }),
    );
    this.globals.metatable = metatable;
    lockTable(this.globals);
    if (this.runtime.stringMetatable !== undefined) lockTable(this.runtime.stringMetatable);
  }
}

/** Readonly for scripts, with all tables in it and its metatable. The host may still use set and setString. */
export function lockTable(table: LuaTable): void {
  if (table.readonly) return;
  table.readonly = true;
  for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) {
    const value = table.valueAt(place);
    if (value instanceof LuaTable) lockTable(value);
  }
  if (table.metatable !== undefined) lockTable(table.metatable);
}
