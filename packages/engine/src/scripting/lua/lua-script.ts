/**
 * A script that a cache keeps. Most bodies of a stream of different ones run once: what compiling makes of them is let go
 * after the first run, because keeping it alive costs the collector more than compiling it again would. From the second
 * run on, or when the script was loaded for later, it stays.
 */
import type { LuaEngine } from './lua-engine.ts';
import type { LuaFunction, LuaValue } from './lua-value.ts';

export class LuaScript {
  readonly #engine: LuaEngine;
  readonly source: string;
  #chunk: LuaFunction | undefined;
  #keepsChunk: boolean;

  /** Throws LuaSyntaxError. `isLoaded` says that more runs are to be expected. */
  constructor(engine: LuaEngine, source: string, isLoaded = false) {
    this.#engine = engine;
    this.source = source;
    this.#keepsChunk = isLoaded;
    this.#chunk = engine.compile(source);
  }

  /** Runs the script with the globals of the engine; see LuaEngine.call. */
  run(): readonly LuaValue[] {
    const chunk = this.#chunk ?? this.#engine.compile(this.source);
    this.#chunk = this.#keepsChunk ? chunk : undefined;
    this.#keepsChunk = true;
    return this.#engine.call(chunk);
  }
}
