// Runs a script statement by statement: each step goes on to the next statement or to the end. Between steps the host may
// do anything, also run other scripts. Code that is called back by a library (pcall, sort) runs through without stops.

import type { FunctionProto } from './ast.ts';
import { stoppingCodeOf } from './compile-function.ts';
import { LineStop } from './line-stop.ts';
import type { LuaEngine } from './lua-engine.ts';
import { LuaError } from './lua-error.ts';
import {
  type CoroutineBody,
  type LuaReturn,
  type LuaValue,
  listOf,
  NO_VALUES,
  type ResumableCode,
} from './lua-value.ts';
import { parseChunk, type StatementPlaces } from './parser.ts';
import { luaErrorOf } from './runtime.ts';

export class SteppedRun {
  readonly #engine: LuaEngine;
  readonly #places: StatementPlaces = new Map();
  readonly #codes = new Map<FunctionProto, ResumableCode>();
  readonly #body: CoroutineBody;
  /** Stack cost held by the suspended activations. */
  #heldDepth = 0;

  /** Throws LuaSyntaxError. */
  constructor(engine: LuaEngine, source: string, chunkName = '@user_script') {
    this.#engine = engine;
    const { runtime, globals } = engine;
    const proto = parseChunk(source, chunkName, this.#places);
    this.#body = this.#codeOf(proto)(runtime.closure(proto, [], globals));
  }

  /** Runs on to the next statement, or gives what the script returned. Throws LuaError, as LuaEngine.call does. */
  step(): LineStop | readonly LuaValue[] {
    return this.#resume(() => this.#body.next(NO_VALUES));
  }

  /** Ends the script with an error. */
  fail(error: LuaError): LineStop | readonly LuaValue[] {
    return this.#resume(() => this.#body.throw(error));
  }

  #resume(advance: () => IteratorResult<readonly LuaValue[], LuaReturn>): LineStop | readonly LuaValue[] {
    const { runtime } = this.#engine;
    const { depth, hostCalls, resumableCode } = runtime;
    if (depth === 0) runtime.beginRun();
    runtime.resumableCode = (proto) => this.#codeOf(proto);
    runtime.depth += this.#heldDepth;
    try {
      let step = advance();
      while (step.done !== true && !(step.value instanceof LineStop)) {
        // coroutine.yield outside of any coroutine.
        step = this.#body.throw(new LuaError('attempt to yield across metamethod/C-call boundary', 0));
      }
      this.#heldDepth = runtime.depth - depth;
      return listOf(step.value);
    } catch (error) {
      throw error instanceof RangeError ? luaErrorOf(error) : error;
    } finally {
      runtime.resumableCode = resumableCode;
      runtime.depth = depth;
      runtime.hostCalls = hostCalls;
    }
  }
  #codeOf(proto: FunctionProto): ResumableCode {
    let code = this.#codes.get(proto);
    if (code === undefined) {
      code = stoppingCodeOf(this.#engine.runtime, proto, this.#places);
      this.#codes.set(proto, code);
    }
    return code;
  }
}
