// Libraries of functions: what FUNCTION LOAD took, found by the name of a library or a function. Names of libraries are
// told apart by case, those of functions are not. A change that fails leaves everything as it was.
// It knows nothing of Lua states: `compile` makes the functions of a library from its code.
import { splitArguments } from '../config/split-arguments.ts';
import type { RegisteredFunction } from './register-function.ts';

export interface LibraryFunction extends RegisteredFunction {
  readonly library: FunctionLibrary;
}

export interface FunctionLibrary {
  readonly name: string;
  /** Everything, the first line included. */
  readonly code: string;
  readonly functions: readonly LibraryFunction[];
}

/** Runs a library's code (without its first line's text) and gives its functions, or an error line without code. */
export type CompileLibrary = (code: string) => readonly RegisteredFunction[] | { readonly error: string };

interface Metadata {
  readonly name: string;
  readonly engine: string;
  readonly code: string;
}

const NAME = /^[a-zA-Z0-9_]+$/;
/** Room that a function or a library takes beside its code, roughly. */
const ENTRY_BYTES = 300;

export class FunctionLibraries {
  readonly libraries = new Map<string, FunctionLibrary>();
  /** By name in lower case. */
  readonly #functions = new Map<string, LibraryFunction>();

  get functionCount(): number {
    return this.#functions.size;
  }

  get memoryBytes(): number {
    let total = (this.#functions.size + this.libraries.size) * ENTRY_BYTES;
    for (const library of this.libraries.values()) total += library.code.length;
    return total;
  }

  find(name: string): LibraryFunction | undefined {
    return this.#functions.get(name.toLowerCase());
  }

  /** Takes a library; gives its name or, as an object, the error. */
  load(code: string, replaces: boolean, compile: CompileLibrary): string | { readonly error: string } {
    const metadata = readMetadata(code);
    if ('error' in metadata) return metadata;
    const { name, engine } = metadata;
    if (!NAME.test(name)) return { error: nameError('Library') };
    if (engine.toLowerCase() !== 'lua') return { error: `Engine '${engine}' not found` };
    const old = this.libraries.get(name);
    if (old !== undefined && !replaces) return { error: `Library '${name}' already exists` };
    const library = makeLibrary(name, code, compile(metadata.code));
    if ('error' in library) return library;
    for (const { name: functionName } of library.functions) {
      const other = this.find(functionName);
      if (other !== undefined && other.library !== old) return { error: `Function ${functionName} already exists` };
    }
    if (old !== undefined) this.#unlink(old);
    this.#link(library);
    return name;
  }

  /** Forgets a library; false where there is none of that name. */
  remove(name: string): boolean {
    const library = this.libraries.get(name);
    if (library !== undefined) this.#unlink(library);
    return library !== undefined;
  }

  /** Takes over all libraries of another set; gives the error that prevents it. */
  join(other: FunctionLibraries, replaces: boolean): string | undefined {
    const gone = new Set<FunctionLibrary>();
    for (const name of other.libraries.keys()) {
      const old = this.libraries.get(name);
      if (old === undefined) continue;
      if (!replaces) return `Library ${name} already exists`;
      gone.add(old);
    }
    for (const { name } of other.#functions.values()) {
      const known = this.find(name);
      if (known !== undefined && !gone.has(known.library)) return `Function ${name} already exists`;
    }
    for (const library of gone) this.#unlink(library);
    for (const library of other.libraries.values()) this.#link(library);
    return undefined;
  }

  #link(library: FunctionLibrary): void {
    this.libraries.set(library.name, library);
    for (const each of library.functions) this.#functions.set(each.name.toLowerCase(), each);
  }

  #unlink(library: FunctionLibrary): void {
    this.libraries.delete(library.name);
    for (const each of library.functions) this.#functions.delete(each.name.toLowerCase());
  }
}

function nameError(what: string): string {
  const plural = what === 'Library' ? 'Library names' : 'Function names';
  return `${plural} can only contain letters, numbers, or underscores(_) and must be at least one character long`;
}

function makeLibrary(
  name: string,
  code: string,
  registered: readonly RegisteredFunction[] | { readonly error: string },
): FunctionLibrary | { readonly error: string } {
  if ('error' in registered) return registered;
  const functions: LibraryFunction[] = [];
  const library: FunctionLibrary = { name, code, functions };
  const names = new Set<string>();
  for (const each of registered) {
    if (!NAME.test(each.name)) return { error: nameError('Function') };
    if (names.has(each.name)) return { error: 'Function already exists in the library' };
    names.add(each.name);
    functions.push({ ...each, library });
  }
  return functions.length === 0 ? { error: 'No functions registered' } : library;
}

function readMetadata(code: string): Metadata | { readonly error: string } {
  if (!code.startsWith('#!')) return { error: 'Missing library metadata' };
  const end = code.indexOf('\n');
  const parts = end < 0 ? undefined : splitArguments(code.slice(0, end));
  const [engine] = parts ?? [];
  if (parts === undefined || engine === undefined) return { error: 'Invalid library metadata' };
  let name: string | undefined;
  for (const part of parts.slice(1)) {
    if (!part.toLowerCase().startsWith('name=')) return { error: `Invalid metadata value given: ${part}` };
    if (name !== undefined) return { error: 'Invalid metadata value, name argument was given multiple times' };
    name = part.slice('name='.length);
  }
  if (name === undefined) return { error: 'Library name was not given' };
  return { name, engine: engine.slice(2), code: code.slice(end) };
}
