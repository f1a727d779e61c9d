/**
 * What a failed script tells its caller, as the error handler and the reply of Valkey put it together:
 * `<message> script: on <source>:<line>.` A table as error value carries its message, with error code, in `err`.
 */
import { toText } from './base-library.ts';
import type { LuaError } from './lua-error.ts';
import { LuaTable } from './lua-table.ts';
import type { LuaRuntime } from './runtime.ts';

export interface ScriptFailure {
  /** With the error code in front: "ERR ...", "WRONGTYPE ...". */
  readonly message: string;
  /** The chunk name, "@user_script", and the line of the innermost Lua function; undefined when there was none. */
  readonly source: string | undefined;
  readonly line: number;
  /** The error was counted already, by the command that gave it. */
  readonly ignoresErrorStats: boolean;
}

export function describeFailure(runtime: LuaRuntime, { value, source, line }: LuaError): ScriptFailure {
  if (!(value instanceof LuaTable)) {
    return { message: `ERR ${String(toText(runtime, value))}`, source, line, ignoresErrorStats: false };
  }
  const message = value.getString('err');
  const isText = typeof message === 'string' || typeof message === 'number';
  return {
    message: isText ? String(message) : 'ERR unknown error',
    source,
    line,
    ignoresErrorStats: value.getString('ignore_error_stats_update') === true,
  };
}

/** The line of an error reply, without its leading '-'. */
export function failureReply({ message, source, line }: ScriptFailure): string {
  return source === undefined ? message : `${message} script: on ${source}:${line}.`;
}
