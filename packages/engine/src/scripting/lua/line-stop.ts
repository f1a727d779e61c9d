// What code made for the debugger hands over before each statement: the line, and the local variables in sight.
import type { LuaValue } from './lua-value.ts';

/** It travels in place of the values that a coroutine yields, which is why it is a list. */
export class LineStop extends Array<LuaValue> {
  readonly line: number;
  /** Of the statement, in the source: where it does not grow, the script has gone back. */
  readonly order: number;
  readonly names: readonly string[];
  readonly locals: readonly LuaValue[];

  constructor(line: number, order: number, names: readonly string[], locals: readonly LuaValue[]) {
    super();
    this.line = line;
    this.order = order;
    this.names = names;
    this.locals = locals;
  }
}
