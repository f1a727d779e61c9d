/** Calls in the tree executor, by number of arguments: the usual counts make no list. */
import { type CallExpression, type CallLike, type Expression, isMultiple, type MethodExpression } from './ast.ts';
import { LuaFunction, type LuaReturn, type LuaValue, PendingCall } from './lua-value.ts';
import { FieldCache, type LuaRuntime } from './runtime.ts';
import type { Evaluate, EvaluateAll, EvaluateList, Frame } from './tree-frame.ts';

/** How the operands of a call are built; given, because calls and expressions contain each other. */
export interface OperandBuilders {
  readonly one: (expression: Expression) => Evaluate;
  readonly list: (expressions: readonly Expression[]) => EvaluateList;
}

export function buildCallWith(runtime: LuaRuntime, expression: CallLike, build: OperandBuilders): EvaluateAll {
  return expression.kind === 'method'
    ? buildMethod(runtime, expression, build)
    : buildFunctionCall(runtime, expression, build);
}

/** Prepares a call and leaves it to who receives the result. */
export function buildPostponedCall(runtime: LuaRuntime, expression: CallLike, build: OperandBuilders): EvaluateAll {
  const list = build.list(expression.parameters);
  if (expression.kind === 'call') {
    const callee = build.one(expression.callee);
    return (frame) => {
      const target = runtime.callable(callee(frame), expression);
      const args = list(frame);
      frame.site = expression;
      return new PendingCall(target, args);
    };
  }
  const object = build.one(expression.object);
  const cache = new FieldCache();
  return (frame) => {
    const self = object(frame);
    const target = runtime.callable(runtime.field(self, expression.name, cache, expression), expression);
    return new PendingCall(target, [self, ...list(frame)]);
  };
}

function isPlain(parameters: readonly Expression[], most: number): boolean {
  return parameters.length <= most && !isMultiple(parameters[parameters.length - 1]);
}

function buildFunctionCall(runtime: LuaRuntime, expression: CallExpression, build: OperandBuilders): EvaluateAll {
  const { parameters } = expression;
  const calleeOf = build.one(expression.callee);
  const callee = (frame: Frame): LuaFunction => {
    const value = calleeOf(frame);
    return value instanceof LuaFunction ? value : runtime.callable(value, expression);
  };
  if (!isPlain(parameters, 4)) {
    const list = build.list(parameters);
    return (frame) => {
      const target = callee(frame);
      const args = list(frame);
      frame.site = expression;
      return target.code(target, ...args);
    };
  }
  return buildPlainCall(
    expression,
    callee,
    parameters.map((parameter) => build.one(parameter)),
  );
}

function buildPlainCall(
  expression: CallExpression,
  callee: (frame: Frame) => LuaFunction,
  parameters: readonly Evaluate[],
): EvaluateAll {
  const [first, second, third, fourth] = parameters;
  switch (parameters.length) {
    case 0:
      return (frame) => {
        const target = callee(frame);
        frame.site = expression;
        return target.code(target);
      };
    case 1:
      return (frame) => {
        const target = callee(frame);
        const a = first(frame);
        frame.site = expression;
        return target.code(target, a);
      };
    case 2:
      return (frame) => {
        const target = callee(frame);
        const a = first(frame);
        const b = second(frame);
        frame.site = expression;
        return target.code(target, a, b);
      };
    case 3:
      return (frame) => {
        const target = callee(frame);
        const a = first(frame);
        const b = second(frame);
        const c = third(frame);
        frame.site = expression;
        return target.code(target, a, b, c);
      };
    default:
      return (frame) => {
        const target = callee(frame);
        const a = first(frame);
        const b = second(frame);
        const c = third(frame);
        const d = fourth(frame);
        frame.site = expression;
        return target.code(target, a, b, c, d);
      };
  }
}

function buildMethod(runtime: LuaRuntime, expression: MethodExpression, build: OperandBuilders): EvaluateAll {
  const { name } = expression;
  const objectOf = build.one(expression.object);
  const cache = new FieldCache();
  const methodOf = (object: LuaValue): LuaFunction => {
    const value = runtime.field(object, name, cache, expression);
    return value instanceof LuaFunction ? value : runtime.callable(value, expression);
  };
  if (isPlain(expression.parameters, 1)) {
    const parameter = expression.parameters[0];
    return buildPlainMethod(expression, objectOf, methodOf, parameter && build.one(parameter));
  }
  const list = build.list(expression.parameters);
  return (frame) => {
    const object = objectOf(frame);
    const target = methodOf(object);
    const args = list(frame);
    frame.site = expression;
    return target.code(target, object, ...args);
  };
}

function buildPlainMethod(
  expression: MethodExpression,
  objectOf: Evaluate,
  methodOf: (object: LuaValue) => LuaFunction,
  parameter: Evaluate | undefined,
): (frame: Frame) => LuaReturn {
  if (parameter === undefined) {
    return (frame) => {
      const object = objectOf(frame);
      const target = methodOf(object);
      frame.site = expression;
      return target.code(target, object);
    };
  }
  return (frame) => {
    const object = objectOf(frame);
    const target = methodOf(object);
    const a = parameter(frame);
    frame.site = expression;
    return target.code(target, object, a);
  };
}
