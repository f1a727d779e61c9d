/** Puts the functions of a library into a table of globals. */
import { LuaTable } from './lua-table.ts';
import type { LuaReturn, LuaValue } from './lua-value.ts';
import type { LuaRuntime } from './runtime.ts';

/** A host function as libraries write it: all arguments in one list. */
export type HostFunction = (args: readonly LuaValue[]) => LuaReturn;

export function addFunctions(
  runtime: LuaRuntime,
  table: LuaTable,
  functions: Readonly<Record<string, HostFunction>>,
): LuaTable {
  for (const [name, code] of Object.entries(functions)) {
    table.setString(
      name,
      runtime.hostFunction((_self, ...args) => code(args)),
    );
  }
  return table;
}

export function addLibrary(
  runtime: LuaRuntime,
  name: string,
  functions: Readonly<Record<string, HostFunction>>,
): LuaTable {
  const table = addFunctions(runtime, new LuaTable(), functions);
  runtime.globals.setString(name, table);
  return table;
}
