// The scripts that EVALSHA finds: those of SCRIPT LOAD stay, those of EVAL make room for newer ones. EVAL finds a script
// by its body: the digest, which costs more than running a short script, is made when somebody asks for it.
import type { LuaEngine } from './lua/lua-engine.ts';
import { LuaSyntaxError } from './lua/lua-error.ts';
import { LuaScript } from './lua/lua-script.ts';
import { sha1Hex } from './server-api.ts';
import { parseShebang, type ScriptFlags } from './shebang.ts';

/** Scripts of EVAL that are kept; the one that has not run for the longest time goes. */
const EVALUATED_MAX = 500;
/** Room that an entry takes beside its body, roughly. */
const ENTRY_BYTES = 200;

export class CachedScript {
  readonly body: string;
  /** Undefined for a script without shebang. */
  readonly flags: ScriptFlags | undefined;
  readonly script: LuaScript;
  #digest: string | undefined;

  constructor(body: string, flags: ScriptFlags | undefined, script: LuaScript) {
    this.body = body;
    this.flags = flags;
    this.script = script;
  }

  /** The SHA-1 of the body. */
  get name(): string {
    this.#digest ??= sha1Hex(this.body);
    return this.#digest;
  }
}

export class ScriptCache {
  readonly #loaded = new Map<string, CachedScript>();
  /** By body, the one that ran last at the end. */
  readonly #evaluated = new Map<string, CachedScript>();
  /** By digest, for those whose digest was asked for or needed. */
  readonly #byDigest = new Map<string, CachedScript>();
  readonly #unnamed = new Set<CachedScript>();
  #newest: CachedScript | undefined;
  /** Told of each script of EVAL that has to go. */
  onEvicted: () => void = () => {};
  #bytes = 0;

  get count(): number {
    return this.#loaded.size + this.#evaluated.size;
  }

  get memoryBytes(): number {
    return this.#bytes + this.count * ENTRY_BYTES;
  }

  /** The script with this digest in lower case. */
  find(digest: string): CachedScript | undefined {
    for (const script of this.#unnamed) this.#byDigest.set(script.name, script);
    this.#unnamed.clear();
    return this.#byDigest.get(digest);
  }

  /** The script with this body, without compiling it. */
  findBody(body: string): CachedScript | undefined {
    return this.#evaluated.get(body) ?? this.#loaded.get(body);
  }

  /** The flags of a script, named by its digest or given by its body; undefined where it has none. */
  flagsOf(text: string, isDigest: boolean): ScriptFlags | undefined {
    if (isDigest) return this.find(text.toLowerCase())?.flags;
    if (!text.startsWith('#!')) return undefined;
    const known = this.findBody(text);
    if (known !== undefined) return known.flags;
    const shebang = parseShebang(text);
    return typeof shebang === 'string' ? undefined : shebang.flags;
  }

  /** The script with this body, compiled if need be; an error line where it cannot be. */
  evaluate(engine: LuaEngine, body: string): CachedScript | string {
    if (this.#newest !== undefined && this.#newest.body === body) return this.#newest;
    const known = this.findBody(body);
    if (known !== undefined) return known;
    const made = compileScript(engine, body, false);
    if (typeof made === 'string') return made;
    this.#makeRoom();
    this.#evaluated.set(body, made);
    this.#unnamed.add(made);
    this.#bytes += body.length;
    return made;
  }

  /** Keeps the script with this body for ever; an error line where it cannot be compiled. */
  load(engine: LuaEngine, body: string): CachedScript | string {
    const known = this.findBody(body);
    const script = known ?? compileScript(engine, body, true);
    if (typeof script === 'string') return script;
    if (known === undefined) this.#bytes += body.length;
    this.#evaluated.delete(body);
    this.#loaded.set(body, script);
    this.#unnamed.delete(script);
    this.#byDigest.set(script.name, script);
    return script;
  }

  /** The script has run: it is the last that will have to go. */
  used(script: CachedScript): void {
    if (this.#newest === script) return;
    this.#newest = script;
    if (this.#evaluated.delete(script.body)) this.#evaluated.set(script.body, script);
  }

  clear(): void {
    this.#loaded.clear();
    this.#evaluated.clear();
    this.#byDigest.clear();
    this.#unnamed.clear();
    this.#newest = undefined;
    this.#bytes = 0;
  }

  #makeRoom(): void {
    for (const [body, script] of this.#evaluated) {
      if (this.#evaluated.size < EVALUATED_MAX) return;
      this.#evaluated.delete(body);
      if (!this.#unnamed.delete(script)) this.#byDigest.delete(script.name);
      if (this.#newest === script) this.#newest = undefined;
      this.#bytes -= body.length;
      this.onEvicted();
    }
  }
}

function compileScript(engine: LuaEngine, body: string, isLoaded: boolean): CachedScript | string {
  const shebang = parseShebang(body);
  if (typeof shebang === 'string') return shebang;
  if (shebang.engine.toLowerCase() !== 'lua') return `ERR Could not find scripting engine '${shebang.engine}'`;
  try {
    return new CachedScript(body, shebang.flags, new LuaScript(engine, body.slice(shebang.length), isLoaded));
  } catch (error) {
    if (!(error instanceof LuaSyntaxError)) throw error;
    return `ERR Error compiling script (new function): ${error.message}`;
  }
}
