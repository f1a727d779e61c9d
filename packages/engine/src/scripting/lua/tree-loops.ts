/** The two for loops of the tree executor. Traversal by `next` keeps its place instead of searching each key. */
import type { FunctionProto, GenericForStatement, NumericForStatement } from './ast.ts';
import { LuaTable } from './lua-table.ts';
import { Cell, finish, firstOf, LuaFunction, type LuaValue, listOf } from './lua-value.ts';
import type { LuaRuntime } from './runtime.ts';
import { buildExpression, buildList } from './tree-expressions.ts';
import { BREAK, type Evaluate, type Execute, type Frame, NORMAL, setLocal } from './tree-frame.ts';

/** Rounds of a loop that count as much as one call, for choosing what to compile. */
const ROUNDS_OF_A_RUN = 64;

export function buildNumericFor(
  runtime: LuaRuntime,
  statement: NumericForStatement,
  body: Execute,
  proto: FunctionProto,
): Execute {
  const start = buildExpression(runtime, statement.start);
  const limit = buildExpression(runtime, statement.limit);
  const step: Evaluate = statement.step === undefined ? () => 1 : buildExpression(runtime, statement.step);
  const { slot, captured } = statement.variable;
  return (frame) => {
    const from = start(frame);
    const to = limit(frame);
    const by = step(frame);
    const first = runtime.forNumber(from, 'initial value', statement);
    const last = runtime.forNumber(to, 'limit', statement);
    const stride = runtime.forNumber(by, 'step', statement);
    for (let value = first; stride > 0 ? value <= last : last <= value; value += stride) {
      if (--runtime.fuel < 0) runtime.pause();
      if (captured) frame.cells[slot] = new Cell(value);
      else frame.slots[slot] = value;
      const ended = body(frame);
      if (ended === NORMAL) continue;
      return ended === BREAK ? NORMAL : ended;
    }
    if (last - first > ROUNDS_OF_A_RUN) proto.runs += Math.floor((last - first) / ROUNDS_OF_A_RUN);
    return NORMAL;
  };
}

export function buildGenericFor(
  runtime: LuaRuntime,
  statement: GenericForStatement,
  body: Execute,
  _proto: FunctionProto,
): Execute {
  const list = buildList(runtime, statement.values);
  return (frame) => {
    const [iterator, state, control] = list(frame);
    if (iterator === runtime.nextFunction && state instanceof LuaTable && control === undefined) {
      return traverse(runtime, statement, body, frame, state);
    }
    const target = iterator instanceof LuaFunction ? iterator : runtime.callable(iterator, statement);
    return iterate(runtime, statement, body, frame, target, state, control);
  };
}

function traverse(
  runtime: LuaRuntime,
  statement: GenericForStatement,
  body: Execute,
  frame: Frame,
  table: LuaTable,
): number {
  const [first, second] = statement.variables;
  let from = 0;
  for (;;) {
    const place = table.nextPlace(from);
    if (place < 0) return NORMAL;
    const key = table.keyAt(place);
    const arrayLength = table.array.length;
    if (--runtime.fuel < 0) runtime.pause();
    setLocal(frame, first, key);
    if (second !== undefined) setLocal(frame, second, table.valueAt(place));
    for (let at = 2; at < statement.variables.length; at++) setLocal(frame, statement.variables[at], undefined);
    const ended = body(frame);
    if (ended !== NORMAL) return ended === BREAK ? NORMAL : ended;
    // Clearing the last item of the array part moves the places of the hash part.
    from = table.array.length === arrayLength ? place + 1 : table.placeAfter(key);
  }
}

function iterate(
  runtime: LuaRuntime,
  statement: GenericForStatement,
  body: Execute,
  frame: Frame,
  iterator: LuaFunction,
  state: LuaValue,
  initial: LuaValue,
): number {
  const { variables } = statement;
  let control = initial;
  for (;;) {
    frame.site = statement;
    const result = finish(iterator.code(iterator, state, control));
    control = firstOf(result);
    if (control === undefined) return NORMAL;
    if (--runtime.fuel < 0) runtime.pause();
    const values = listOf(result);
    for (let at = 0; at < variables.length; at++) setLocal(frame, variables[at], values[at]);
    const ended = body(frame);
    if (ended !== NORMAL) return ended === BREAK ? NORMAL : ended;
  }
}
