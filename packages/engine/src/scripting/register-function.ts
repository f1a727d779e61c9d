// `server.register_function`, in its two forms: a name and a callback, or a table with names for the arguments.
import { LuaError } from './lua/lua-error.ts';
import { LuaTable } from './lua/lua-table.ts';
import { LuaFunction, type LuaValue } from './lua/lua-value.ts';
import { numberToText } from './lua/number-text.ts';
import { errorTable } from './reply-reader.ts';
import { FLAG_WORDS, parseFlags, type ScriptFlags } from './shebang.ts';

/** What a library says of one of its functions. */
export interface RegisteredFunction {
  readonly name: string;
  readonly description: string | undefined;
  readonly callback: LuaFunction;
  readonly flags: ScriptFlags;
}

interface NamedArguments {
  name?: string;
  description?: string;
  callback?: LuaFunction;
  flags?: ScriptFlags;
}

const API = 'server.register_function';

export function registrationError(message: string): LuaError {
  return new LuaError(errorTable(`ERR ${message}`, false), 0);
}

/** The function that the arguments describe; throws a LuaError where they do not. */
export function readRegistration(args: readonly LuaValue[]): RegisteredFunction {
  if (args.length < 1 || args.length > 2) throw registrationError(`wrong number of arguments to ${API}`);
  const [first, callback] = args;
  if (args.length === 1) return readNamed(first);
  const name = textOf(first);
  if (name === undefined) throw registrationError(`first argument to ${API} must be a string`);
  if (!(callback instanceof LuaFunction)) throw registrationError(`second argument to ${API} must be a function`);
  return { name, description: undefined, callback, flags: noFlags() };
}

function noFlags(): ScriptFlags {
  return readFlags(new LuaTable());
}

function textOf(value: LuaValue): string | undefined {
  if (typeof value === 'number') return numberToText(value);
  return typeof value === 'string' ? value : undefined;
}

function readNamed(table: LuaValue): RegisteredFunction {
  if (!(table instanceof LuaTable)) {
    throw registrationError(
      `calling ${API} with a single argument is only applicable to Lua table (representing named arguments).`,
    );
  }
  const named: NamedArguments = {};
  for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) {
    readField(named, table.keyAt(place), table.valueAt(place));
  }
  const { name, description, callback, flags } = named;
  if (name === undefined) throw registrationError(`${API} must get a function name argument`);
  if (callback === undefined) throw registrationError(`${API} must get a callback argument`);
  return { name, description, callback, flags: flags ?? noFlags() };
}

function readField(named: NamedArguments, key: LuaValue, value: LuaValue): void {
  const name = textOf(key);
  if (name === undefined) throw registrationError(`named argument key given to ${API} is not a string`);
  switch (name.toLowerCase()) {
    case 'function_name':
      named.name = readText('function_name', value);
      return;
    case 'description':
      named.description = readText('description', value);
      return;
    case 'callback':
      if (!(value instanceof LuaFunction)) {
        throw registrationError(`callback argument given to ${API} must be a function`);
      }
      named.callback = value;
      return;
    case 'flags':
      if (!(value instanceof LuaTable)) {
        throw registrationError(`flags argument to ${API} must be a table representing function flags`);
      }
      named.flags = readFlags(value);
      return;
    default:
      throw registrationError(`unknown argument given to ${API}`);
  }
}

function readText(name: string, value: LuaValue): string {
  const text = textOf(value);
  if (text === undefined) throw registrationError(`${name} argument given to ${API} must be a string`);
  return text;
}

function readFlags(table: LuaTable): ScriptFlags {
  const words: string[] = [];
  for (let i = 1; ; i++) {
    const value = table.get(i);
    if (value === undefined) break;
    const text = textOf(value)?.toLowerCase();
    if (text === undefined || !Object.hasOwn(FLAG_WORDS, text)) throw registrationError('unknown flag given');
    words.push(text);
  }
  const flags = parseFlags(words);
  if (typeof flags === 'string') throw registrationError('unknown flag given');
  return flags;
}
