/** One activation in the tree executor, and the shapes of the closures that the tree is made of. */
import type { LocalVariable, Site } from './ast.ts';
import { Cell, type LuaFunction, type LuaReturn, type LuaValue } from './lua-value.ts';

export class Frame {
  readonly self: LuaFunction;
  readonly slots: LuaValue[];
  /** Captured variables, by slot. */
  readonly cells: Cell[];
  readonly varargs: readonly LuaValue[];
  /** The call under way: where an error that passes was called from. */
  site: Site | undefined = undefined;
  returned: LuaReturn = undefined;

  constructor(self: LuaFunction, slots: LuaValue[], cells: Cell[], varargs: readonly LuaValue[]) {
    this.self = self;
    this.slots = slots;
    this.cells = cells;
    this.varargs = varargs;
  }
}

export type Evaluate = (frame: Frame) => LuaValue;
/** Gives all values of a call or of `...`. */
export type EvaluateAll = (frame: Frame) => LuaReturn;
export type EvaluateList = (frame: Frame) => LuaValue[];

/** How a statement ended. */
export const NORMAL = 0;
export const BREAK = 1;
export const RETURN = 2;
export type Execute = (frame: Frame) => number;

export function setLocal(frame: Frame, variable: LocalVariable, value: LuaValue): void {
  if (variable.captured) frame.cells[variable.slot] = new Cell(value);
  else frame.slots[variable.slot] = value;
}
