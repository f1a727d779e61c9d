/** The tree executor's expressions: each syntax node becomes one JavaScript closure, made once per function body. */
import {
  type ArithmeticExpression,
  type CallLike,
  type ComparisonExpression,
  type Expression,
  type FunctionProto,
  isMultiple,
  mayCall,
  type TableExpression,
} from './ast.ts';
import { LuaTable } from './lua-table.ts';
import { type Cell, firstOf, type LuaFunction, type LuaValue, listOf } from './lua-value.ts';
import { arithmeticOf, FieldCache, isTrue, type LuaRuntime, modulo } from './runtime.ts';
import { buildCallWith, buildPostponedCall } from './tree-calls.ts';
import type { Evaluate, EvaluateAll, EvaluateList, Frame } from './tree-frame.ts';

export function buildExpression(runtime: LuaRuntime, expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'nil':
      return () => undefined;
    case 'boolean':
    case 'number':
    case 'string':
      return constant(expression.value);
    case 'vararg':
      return (frame) => frame.varargs[0];
    case 'function':
      return buildClosure(runtime, expression.proto);
    case 'local':
      return buildLocal(expression.variable.slot, expression.variable.captured);
    case 'upvalue': {
      const { index } = expression;
      return (frame) => frame.self.cells[index].value;
    }
    case 'global':
      return buildGlobal(runtime, expression);
    case 'index':
      return buildIndex(runtime, expression);
    case 'call':
    case 'method': {
      const call = buildCall(runtime, expression);
      return (frame) => firstOf(call(frame));
    }
    case 'arithmetic':
      return buildArithmetic(runtime, expression);
    case 'comparison':
      return buildComparison(runtime, expression);
    case 'and':
    case 'or':
      return buildLogical(runtime, expression);
    case 'concat': {
      const operands = expression.operands.map((operand) => buildExpression(runtime, operand));
      return (frame) => runtime.concat(evaluateEach(operands, frame), expression);
    }
    case 'not': {
      const operand = buildExpression(runtime, expression.operand);
      return (frame) => !isTrue(operand(frame));
    }
    case 'negate': {
      const operand = buildExpression(runtime, expression.operand);
      return (frame) => {
        const value = operand(frame);
        return typeof value === 'number' ? -value : runtime.negate(value, expression);
      };
    }
    case 'length': {
      const operand = buildExpression(runtime, expression.operand);
      return (frame) => runtime.length(operand(frame), expression);
    }
    case 'parentheses':
      return buildExpression(runtime, expression.inner);
    case 'table':
      return buildTable(runtime, expression);
  }
}

export function buildCall(runtime: LuaRuntime, expression: CallLike): EvaluateAll {
  return buildCallWith(runtime, expression, {
    one: (inner) => buildExpression(runtime, inner),
    list: (inner) => buildList(runtime, inner),
  });
}

/** A call whose results are returned as they are. */
export function buildTailCall(runtime: LuaRuntime, expression: CallLike): EvaluateAll {
  const call = buildCall(runtime, expression);
  let postpone: EvaluateAll | undefined;
  return (frame) => {
    if (runtime.depth <= runtime.tailDepthMax) return call(frame);
    postpone ??= buildPostponedCall(runtime, expression, {
      one: (inner) => buildExpression(runtime, inner),
      list: (inner) => buildList(runtime, inner),
    });
    return postpone(frame);
  };
}

function constant(value: LuaValue): Evaluate {
  return () => value;
}

function buildLocal(slot: number, isCaptured: boolean): Evaluate {
  if (isCaptured) return (frame) => frame.cells[slot].value;
  return (frame) => frame.slots[slot];
}

function evaluateEach(operands: readonly Evaluate[], frame: Frame): LuaValue[] {
  const values: LuaValue[] = [];
  for (let at = 0; at < operands.length; at++) values.push(operands[at](frame));
  return values;
}

/** An expression for all its values: only calls and `...` have other than one. */
export function buildAll(runtime: LuaRuntime, expression: Expression): EvaluateAll {
  if (expression.kind === 'call' || expression.kind === 'method') return buildCall(runtime, expression);
  if (expression.kind === 'vararg') return (frame) => frame.varargs;
  return buildExpression(runtime, expression);
}

/** A list of expressions, the last of which gives all its values. The list made is the caller's. */
export function buildList(runtime: LuaRuntime, expressions: readonly Expression[]): EvaluateList {
  const last = expressions[expressions.length - 1];
  if (last === undefined) return () => [];
  if (!isMultiple(last)) {
    const all = expressions.map((expression) => buildExpression(runtime, expression));
    return (frame) => evaluateEach(all, frame);
  }
  const first = expressions.slice(0, -1).map((expression) => buildExpression(runtime, expression));
  const rest = buildAll(runtime, last);
  return (frame) => {
    const values = evaluateEach(first, frame);
    const more = listOf(rest(frame));
    for (let at = 0; at < more.length; at++) values.push(more[at]);
    return values;
  };
}

export function buildClosure(runtime: LuaRuntime, proto: FunctionProto): (frame: Frame) => LuaFunction {
  const { upvalues } = proto;
  return (frame) => {
    const cells: Cell[] = [];
    for (let at = 0; at < upvalues.length; at++) {
      const { from } = upvalues[at];
      cells.push(typeof from === 'number' ? frame.self.cells[from] : frame.cells[from.slot]);
    }
    return runtime.closure(proto, cells, frame.self.environment);
  };
}

function buildGlobal(runtime: LuaRuntime, expression: Expression & { kind: 'global' }): Evaluate {
  const { name } = expression;
  const cache = new FieldCache();
  return (frame) => runtime.field(frame.self.environment, name, cache, expression);
}

function buildIndex(runtime: LuaRuntime, expression: Expression & { kind: 'index' }): Evaluate {
  const object = buildExpression(runtime, expression.object);
  if (expression.key.kind === 'string') {
    const name = expression.key.value;
    const cache = new FieldCache();
    return (frame) => runtime.field(object(frame), name, cache, expression);
  }
  const key = buildExpression(runtime, expression.key);
  return (frame) => {
    const target = object(frame);
    const at = key(frame);
    if (typeof at === 'number' && target instanceof LuaTable && at >= 1 && at <= target.array.length) {
      const value = target.array[at - 1];
      if (value !== undefined) return value;
    }
    return runtime.index(target, at, expression);
  };
}

function buildArithmetic(runtime: LuaRuntime, expression: ArithmeticExpression): Evaluate {
  const { operator } = expression;
  const left = buildExpression(runtime, expression.left);
  const right = buildExpression(runtime, expression.right);
  const slow = (a: LuaValue, b: LuaValue): LuaValue => runtime.arithmetic(operator, a, b, expression);
  if (isReadLate(expression)) return late(left, right, slow);
  switch (operator) {
    case '+':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a + b : slow(a, b);
      };
    case '-':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a - b : slow(a, b);
      };
    case '*':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a * b : slow(a, b);
      };
    case '%':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? modulo(a, b) : slow(a, b);
      };
    default:
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? arithmeticOf(operator, a, b) : slow(a, b);
      };
  }
}

/** A captured variable on the left is read after a call on the right, which may change it: Lua reads its register late. */
function isReadLate({ left, right }: ArithmeticExpression | ComparisonExpression): boolean {
  return left.kind === 'local' && left.variable.captured && mayCall(right);
}

function late(left: Evaluate, right: Evaluate, combine: (a: LuaValue, b: LuaValue) => LuaValue): Evaluate {
  return (frame) => {
    const b = right(frame);
    return combine(left(frame), b);
  };
}

function compare(runtime: LuaRuntime, expression: ComparisonExpression, a: LuaValue, b: LuaValue): boolean {
  switch (expression.operator) {
    case '==':
      return runtime.equals(a, b);
    case '~=':
      return !runtime.equals(a, b);
    case '<':
      return runtime.lessThan(a, b, expression);
    case '<=':
      return runtime.lessOrEqual(a, b, expression);
    case '>':
      return runtime.lessThan(b, a, expression);
    case '>=':
      return runtime.lessOrEqual(b, a, expression);
  }
}

function buildComparison(runtime: LuaRuntime, expression: ComparisonExpression): Evaluate {
  const left = buildExpression(runtime, expression.left);
  const right = buildExpression(runtime, expression.right);
  if (isReadLate(expression)) return late(left, right, (a, b) => compare(runtime, expression, a, b));
  switch (expression.operator) {
    case '==':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return a === b || runtime.equals(a, b);
      };
    case '~=':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return a !== b && !runtime.equals(a, b);
      };
    case '<':
      return (frame) => runtime.lessThan(left(frame), right(frame), expression);
    case '<=':
      return (frame) => runtime.lessOrEqual(left(frame), right(frame), expression);
    case '>':
      return (frame) => {
        const a = left(frame);
        return runtime.lessThan(right(frame), a, expression);
      };
    case '>=':
      return (frame) => {
        const a = left(frame);
        return runtime.lessOrEqual(right(frame), a, expression);
      };
  }
}

function buildLogical(runtime: LuaRuntime, expression: Expression & { kind: 'and' | 'or' }): Evaluate {
  const left = buildExpression(runtime, expression.left);
  const right = buildExpression(runtime, expression.right);
  if (expression.kind === 'and') {
    return (frame) => {
      const value = left(frame);
      return isTrue(value) ? right(frame) : value;
    };
  }
  return (frame) => {
    const value = left(frame);
    return isTrue(value) ? value : right(frame);
  };
}

function buildTable(runtime: LuaRuntime, expression: TableExpression): Evaluate {
  const { entries } = expression;
  if (entries.length === 0) return () => runtime.newTable();
  if (entries.every((entry) => entry.key === undefined)) {
    const items = buildList(
      runtime,
      entries.map((entry) => entry.value),
    );
    return (frame) => runtime.tableOf(items(frame));
  }
  return buildMixedTable(runtime, expression);
}

function buildMixedTable(runtime: LuaRuntime, expression: TableExpression): Evaluate {
  const steps = expression.entries.map((entry, at) => {
    const isLast = at === expression.entries.length - 1;
    return {
      key: entry.key === undefined ? undefined : buildExpression(runtime, entry.key),
      value: isLast && entry.key === undefined ? buildAll(runtime, entry.value) : buildExpression(runtime, entry.value),
    };
  });
  const fields = expression.entries.filter((entry) => entry.key !== undefined).length;
  return (frame) => {
    const table = runtime.newTable(fields);
    const items: LuaValue[] = [];
    for (let at = 0; at < steps.length; at++) {
      const { key, value } = steps[at];
      if (key === undefined) {
        items.push(...listOf(value(frame)));
      } else {
        const name = key(frame);
        runtime.setIndex(table, name, firstOf(value(frame)), expression);
      }
    }
    return items.length === 0 ? table : runtime.fillTable(table, items);
  };
}
