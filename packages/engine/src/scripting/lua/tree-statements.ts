/** The tree executor's statements, and the code of a function that runs on it. */
import type {
  AssignableExpression,
  AssignStatement,
  Expression,
  FunctionProto,
  LocalVariable,
  Statement,
} from './ast.ts';
import { Cell, finish, type LuaCode, type LuaValue, NO_VALUES } from './lua-value.ts';
import { isTrue, type LuaRuntime } from './runtime.ts';
import { buildAll, buildCall, buildClosure, buildExpression, buildList, buildTailCall } from './tree-expressions.ts';
import { BREAK, type Evaluate, type Execute, Frame, NORMAL, RETURN, setLocal } from './tree-frame.ts';
import { buildGenericFor, buildNumericFor } from './tree-loops.ts';

/** Called at each activation until it returns code to run instead. */
export type Promote = (runtime: LuaRuntime, proto: FunctionProto) => LuaCode | undefined;

/** The code of a function on the tree executor. */
export function buildTreeCode(runtime: LuaRuntime, proto: FunctionProto, promote: Promote): LuaCode {
  const body = buildBlock(runtime, proto.body, proto);
  const { parameters, slotCount, stackCost, isVararg, argumentsTable, usesVarargs } = proto;
  const captured = parameters.filter((parameter) => parameter.captured);
  return (self, ...args) => {
    proto.runs++;
    const promoted = promote(runtime, proto);
    if (promoted !== undefined) {
      self.code = promoted;
      return promoted(self, ...args);
    }
    const varargs = isVararg ? args.slice(parameters.length) : NO_VALUES;
    while (args.length < slotCount) args.push(undefined);
    const frame = new Frame(self, args, [], varargs);
    for (let at = 0; at < captured.length; at++) {
      const { slot } = captured[at];
      frame.cells[slot] = new Cell(args[slot]);
    }
    if (argumentsTable !== undefined) {
      setLocal(frame, argumentsTable, usesVarargs ? undefined : buildArgumentsTable(runtime, varargs));
    }
    // An overflow is the caller's error: it has its position.
    if (runtime.depth + stackCost > runtime.depthMax || --runtime.fuel < 0) runtime.pause(stackCost);
    runtime.depth += stackCost;
    try {
      return body(frame) === RETURN ? frame.returned : NO_VALUES;
    } catch (error) {
      throw runtime.passError(error, proto, frame.site);
    } finally {
      runtime.depth -= stackCost;
    }
  };
}

/** The `arg` of Lua 5.0: a table of the extra arguments with their number as `n`. */
export function buildArgumentsTable(runtime: LuaRuntime, varargs: readonly LuaValue[]): LuaValue {
  const table = runtime.tableOf([...varargs]);
  table.setString('n', varargs.length);
  return table;
}

export function buildBlock(runtime: LuaRuntime, statements: readonly Statement[], proto: FunctionProto): Execute {
  const steps = statements.map((statement) => buildStatement(runtime, statement, proto));
  const [first, second] = steps;
  if (steps.length === 0) return () => NORMAL;
  if (steps.length === 1) return first;
  if (steps.length === 2) {
    return (frame) => {
      const ended = first(frame);
      return ended === NORMAL ? second(frame) : ended;
    };
  }
  return (frame) => {
    for (let at = 0; at < steps.length; at++) {
      const ended = steps[at](frame);
      if (ended !== NORMAL) return ended;
    }
    return NORMAL;
  };
}

function buildStatement(runtime: LuaRuntime, statement: Statement, proto: FunctionProto): Execute {
  switch (statement.kind) {
    case 'local':
      return buildLocalStatement(runtime, statement.variables, statement.values);
    case 'local-function': {
      const { variable } = statement;
      const closure = buildClosure(runtime, statement.proto);
      return (frame) => {
        // The function may capture its own variable, which therefore comes first.
        setLocal(frame, variable, undefined);
        const made = closure(frame);
        if (variable.captured) frame.cells[variable.slot].value = made;
        else frame.slots[variable.slot] = made;
        return NORMAL;
      };
    }
    case 'assign':
      return buildAssignment(runtime, statement);
    case 'call': {
      const call = buildCall(runtime, statement.call);
      return (frame) => {
        finish(call(frame));
        return NORMAL;
      };
    }
    case 'do':
      return buildBlock(runtime, statement.body, proto);
    case 'while':
    case 'repeat':
      return buildWhile(runtime, statement, proto);
    case 'if':
      return buildIf(runtime, statement, proto);
    case 'numeric-for':
      return buildNumericFor(runtime, statement, buildBlock(runtime, statement.body, proto), proto);
    case 'generic-for':
      return buildGenericFor(runtime, statement, buildBlock(runtime, statement.body, proto), proto);
    case 'return':
      return buildReturn(runtime, statement.values);
    case 'break':
      return () => BREAK;
  }
}

function buildLocalStatement(
  runtime: LuaRuntime,
  variables: readonly LocalVariable[],
  values: readonly Expression[],
): Execute {
  const [variable] = variables;
  if (variables.length === 1 && values.length <= 1) {
    const value: Evaluate = values[0] === undefined ? () => undefined : buildExpression(runtime, values[0]);
    const { slot } = variable;
    if (variable.captured) {
      return (frame) => {
        frame.cells[slot] = new Cell(value(frame));
        return NORMAL;
      };
    }
    return (frame) => {
      frame.slots[slot] = value(frame);
      return NORMAL;
    };
  }
  const list = buildList(runtime, values);
  return (frame) => {
    const made = list(frame);
    for (let at = 0; at < variables.length; at++) setLocal(frame, variables[at], made[at]);
    return NORMAL;
  };
}

type Store = (frame: Frame, value: LuaValue) => void;

/** Evaluates a target's table and key now, and gives what stores into it. */
function buildTarget(runtime: LuaRuntime, target: AssignableExpression): (frame: Frame) => Store {
  if (target.kind !== 'index') {
    const store = buildStore(runtime, target);
    return () => store;
  }
  const object = buildExpression(runtime, target.object);
  const key = buildExpression(runtime, target.key);
  return (frame) => {
    const table = object(frame);
    const at = key(frame);
    return (_frame, value) => runtime.setIndex(table, at, value, target);
  };
}

function buildStore(runtime: LuaRuntime, target: Exclude<AssignableExpression, { kind: 'index' }>): Store {
  switch (target.kind) {
    case 'local': {
      const { slot, captured } = target.variable;
      if (captured) {
        return (frame, value) => {
          frame.cells[slot].value = value;
        };
      }
      return (frame, value) => {
        frame.slots[slot] = value;
      };
    }
    case 'upvalue': {
      const { index } = target;
      return (frame, value) => {
        frame.self.cells[index].value = value;
      };
    }
    case 'global': {
      const { name } = target;
      return (frame, value) => runtime.setIndex(frame.self.environment, name, value, target);
    }
  }
}

function buildAssignment(runtime: LuaRuntime, { targets, values }: AssignStatement): Execute {
  const [target] = targets;
  const [expression] = values;
  if (targets.length > 1 || values.length > 1) return buildManyAssignments(runtime, targets, values);
  const value = buildExpression(runtime, expression);
  if (target.kind !== 'index') {
    const store = buildStore(runtime, target);
    return (frame) => {
      store(frame, value(frame));
      return NORMAL;
    };
  }
  const object = buildExpression(runtime, target.object);
  const key = buildExpression(runtime, target.key);
  return (frame) => {
    const table = object(frame);
    const at = key(frame);
    runtime.setIndex(table, at, value(frame), target);
    return NORMAL;
  };
}

function buildManyAssignments(
  runtime: LuaRuntime,
  targets: readonly AssignableExpression[],
  values: readonly Expression[],
): Execute {
  const prepared = targets.map((target) => buildTarget(runtime, target));
  const list = buildList(runtime, values);
  return (frame) => {
    const stores = prepared.map((prepare) => prepare(frame));
    const made = list(frame);
    for (let at = stores.length - 1; at >= 0; at--) stores[at](frame, made[at]);
    return NORMAL;
  };
}

function buildWhile(
  runtime: LuaRuntime,
  statement: Statement & { kind: 'while' | 'repeat' },
  proto: FunctionProto,
): Execute {
  const body = buildBlock(runtime, statement.body, proto);
  const condition = buildExpression(runtime, statement.condition);
  const testsFirst = statement.kind === 'while';
  return (frame) => {
    for (;;) {
      if (testsFirst && !isTrue(condition(frame))) return NORMAL;
      if (--runtime.fuel < 0) runtime.pause();
      const ended = body(frame);
      if (ended !== NORMAL) return ended === BREAK ? NORMAL : ended;
      if (!testsFirst && isTrue(condition(frame))) return NORMAL;
    }
  };
}

function buildIf(runtime: LuaRuntime, statement: Statement & { kind: 'if' }, proto: FunctionProto): Execute {
  const conditions = statement.conditions.map((condition) => buildExpression(runtime, condition));
  const blocks = statement.blocks.map((block) => buildBlock(runtime, block, proto));
  const otherwise: Execute =
    statement.otherwise === undefined ? () => NORMAL : buildBlock(runtime, statement.otherwise, proto);
  const [condition] = conditions;
  const [block] = blocks;
  if (conditions.length === 1) {
    return (frame) => (isTrue(condition(frame)) ? block(frame) : otherwise(frame));
  }
  return (frame) => {
    for (let at = 0; at < conditions.length; at++) {
      if (isTrue(conditions[at](frame))) return blocks[at](frame);
    }
    return otherwise(frame);
  };
}

function buildReturn(runtime: LuaRuntime, values: readonly Expression[]): Execute {
  const [expression] = values;
  if (values.length === 0) {
    return (frame) => {
      frame.returned = NO_VALUES;
      return RETURN;
    };
  }
  if (values.length === 1) {
    const value =
      expression.kind === 'call' || expression.kind === 'method'
        ? buildTailCall(runtime, expression)
        : buildAll(runtime, expression);
    return (frame) => {
      frame.returned = value(frame);
      return RETURN;
    };
  }
  const list = buildList(runtime, values);
  return (frame) => {
    frame.returned = list(frame);
    return RETURN;
  };
}
