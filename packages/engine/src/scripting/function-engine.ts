// The Lua state of functions. A library sees two worlds: while it is loaded there is only `server` with
// `register_function` and logging; when its functions run there is everything that scripts have, and still nothing can
// be written to. Both stand behind one empty table of globals, whose metatable says which world it is.
import { type LuaEngine, lockTable } from './lua/lua-engine.ts';
import { LuaError, LuaSyntaxError } from './lua/lua-error.ts';
import { LuaTable } from './lua/lua-table.ts';
import type { LuaFunction } from './lua/lua-value.ts';
import { describeFailure } from './lua/script-failure.ts';
import { type RegisteredFunction, readRegistration, registrationError } from './register-function.ts';
import type { ServerApi } from './server-api.ts';

const CHUNK_NAME = '@user_function';

export class FunctionEngine {
  readonly engine: LuaEngine;
  readonly #world = new LuaTable();
  readonly #globals = new LuaTable();
  readonly #loadingGlobals: LuaTable;
  #loading: RegisteredFunction[] | undefined;

  /** `engine` has its libraries and is not locked yet. */
  constructor(engine: LuaEngine, api: ServerApi) {
    this.engine = engine;
    const table = api.makeTable(engine.runtime);
    engine.globals.setString('server', table);
    engine.globals.setString('redis', table);
    engine.lockGlobals();
    this.#loadingGlobals = this.#makeLoadingGlobals(api);
    this.#world.setString('__index', engine.globals);
    this.#globals.metatable = this.#world;
    this.#globals.readonly = true;
    this.#world.readonly = true;
  }

  /** True while the code of a library runs. */
  get isLoading(): boolean {
    return this.#loading !== undefined;
  }

  /** Runs the code of a library; gives the functions that it registers, or why it cannot be taken. */
  compile(code: string): readonly RegisteredFunction[] | { readonly error: string } {
    const functions: RegisteredFunction[] = [];
    this.#loading = functions;
    this.#world.setString('__index', this.#loadingGlobals);
    try {
      const chunk = this.#compileChunk(code);
      if (typeof chunk === 'string') return { error: chunk };
      this.engine.call(chunk);
      return functions;
    } catch (error) {
      if (!(error instanceof LuaError)) throw error;
      return { error: `Error registering functions: ${describeFailure(this.engine.runtime, error).message}` };
    } finally {
      this.#loading = undefined;
      this.#world.setString('__index', this.engine.globals);
    }
  }

  #compileChunk(code: string): LuaFunction | string {
    try {
      const chunk = this.engine.compile(code, CHUNK_NAME);
      chunk.environment = this.#globals;
      return chunk;
    } catch (error) {
      if (!(error instanceof LuaSyntaxError)) throw error;
      return `Error compiling function: ${error.message}`;
    }
  }

  #makeLoadingGlobals(api: ServerApi): LuaTable {
    const { engine } = this;
    const table = new LuaTable();
    table.setString(
      'register_function',
      engine.hostFunction((_self, ...args) => {
        if (this.#loading === undefined) {
          throw registrationError('server.register_function can only be called on FUNCTION LOAD command');
        }
        this.#loading.push(readRegistration(args));
        return [];
      }),
    );
    api.addBasics(engine.runtime, table);
    const globals = new LuaTable();
    globals.setString('server', table);
    globals.setString('redis', table);
    // The metatable of the locked globals raises the error for unknown names.
    table.metatable = engine.globals.metatable;
    globals.metatable = engine.globals.metatable;
    lockTable(globals);
    return globals;
  }
}
