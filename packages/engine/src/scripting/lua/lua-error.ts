/**
 * Errors that a script sees, and those that go past it.
 * LuaError carries any Lua value. Its position is added while it travels up: each activation that it passes knows its
 * own line, so nothing is kept while no error happens. It is not a JavaScript Error: a stack trace would cost more than
 * the call that failed. LuaSyntaxError is what compiling throws.
 */
import type { LuaValue } from './lua-value.ts';

/** "bad argument": the name of the function is known only to the caller. */
export interface BadArgument {
  readonly index: number;
  readonly reason: string;
}

export class LuaError {
  value: LuaValue;
  /** How many activations up the position to prepend is found; 0 when the value is final. */
  level: number;
  /** Line of the operation that failed, when the activation cannot know it. */
  operationLine = 0;
  badArgument: BadArgument | undefined = undefined;
  /** Chunk name ("@user_script") and line of the innermost Lua activation; undefined while unknown. */
  source: string | undefined = undefined;
  line = 0;

  constructor(value: LuaValue, level: number) {
    this.value = value;
    this.level = typeof value === 'string' ? level : 0;
  }

  /** The message to show: the value when it is a string. */
  get message(): string {
    return typeof this.value === 'string' ? this.value : '(error object is not a string)';
  }
}

export class LuaSyntaxError extends Error {
  override readonly name = 'LuaSyntaxError';
}

/** Thrown through a script that must end: no pcall of the script sees it. Hosts extend it for their kill errors. */
export class ScriptAbort extends Error {
  override readonly name: string = 'ScriptAbort';
}

/** Argument errors name the function by how it was called: "bad argument #1 to 'rep' (...)". */
export function badArgument(index: number, reason: string): LuaError {
  const error = new LuaError(`bad argument #${index} to '?' (${reason})`, 1);
  error.badArgument = { index, reason };
  return error;
}
