// Functions of one engine: the libraries and the Lua state that they live in.

import type { Reply } from '../session/reply.ts';
import { FunctionEngine } from './function-engine.ts';
import { FunctionLibraries, type LibraryFunction } from './function-libraries.ts';
import { LuaError } from './lua/lua-error.ts';
import { tableFromArray } from './lua/lua-table.ts';
import type { LuaValue } from './lua/lua-value.ts';
import { errorTable } from './reply-reader.ts';
import type { ScriptRun } from './script-run.ts';
import type { Scripting } from './scripting.ts';

/** Milliseconds that the code of a library may run while it is loaded. */
const LOAD_MS_MAX = 500;

export type RestorePolicy = 'append' | 'replace' | 'flush';

export class Functions {
  readonly #scripting: Scripting;
  readonly #nowMs: () => number;
  #libraries = new FunctionLibraries();
  #engine: FunctionEngine | undefined;
  #loadEndMs = Number.POSITIVE_INFINITY;

  constructor(scripting: Scripting, nowMs: () => number) {
    this.#scripting = scripting;
    this.#nowMs = nowMs;
  }

  get libraries(): FunctionLibraries {
    return this.#libraries;
  }

  /** Takes a library; gives its name or the error. `isTrusted` code (from a file, a primary) may run for any time. */
  load(code: string, replaces: boolean, isTrusted = false): string | { readonly error: string } {
    return this.#loadInto(this.#libraries, code, replaces, isTrusted);
  }

  /** Takes many libraries, all or none; gives the error that prevents it. */
  restore(codes: readonly string[], policy: RestorePolicy): string | undefined {
    const fresh = new FunctionLibraries();
    for (const code of codes) {
      const loaded = this.#loadInto(fresh, code, false, true);
      if (typeof loaded !== 'string') return loaded.error;
    }
    if (policy !== 'flush') return this.#libraries.join(fresh, policy === 'replace');
    this.#libraries = fresh;
    return undefined;
  }

  remove(name: string): boolean {
    return this.#libraries.remove(name);
  }

  flush(): void {
    this.#libraries = new FunctionLibraries();
    this.#engine = undefined;
  }

  /** Runs a function and writes its reply. */
  call(reply: Reply, run: ScriptRun, callee: LibraryFunction, keys: LuaValue[], args: LuaValue[]): void {
    const { engine } = this.#state;
    this.#scripting.execute(reply, run, engine, () =>
      engine.call(callee.callback, [tableFromArray(keys), tableFromArray(args)]),
    );
  }

  /** Called now and then while code runs: ends the loading of a library that takes too long. */
  checkLoading(): void {
    if (this.#engine?.isLoading === true && this.#nowMs() > this.#loadEndMs) {
      throw new LuaError(errorTable('ERR FUNCTION LOAD timeout', false), 0);
    }
  }

  get #state(): FunctionEngine {
    const scripting = this.#scripting;
    this.#engine ??= new FunctionEngine(scripting.makeEngine(), scripting.makeServerApi());
    return this.#engine;
  }

  #loadInto(
    target: FunctionLibraries,
    code: string,
    replaces: boolean,
    isTrusted: boolean,
  ): string | { readonly error: string } {
    this.#loadEndMs = isTrusted ? Number.POSITIVE_INFINITY : this.#nowMs() + LOAD_MS_MAX;
    return target.load(code, replaces, (body) => this.#state.compile(body));
  }
}
