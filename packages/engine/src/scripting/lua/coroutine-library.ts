/**
 * Coroutines: the body runs as a JavaScript generator (the emitter's resumable variant), so a yield may come from any
 * depth of Lua calls, but not through a host function or metamethod: that is Lua 5.1's own rule.
 */
import { badArgument, LuaError } from './lua-error.ts';
import { LuaCoroutine, LuaFunction, type LuaReturn, type LuaValue, listOf, NO_VALUES } from './lua-value.ts';
import { addLibrary } from './register-library.ts';
import { isText, type LuaRuntime, luaErrorOf } from './runtime.ts';

export function openCoroutineLibrary(runtime: LuaRuntime): void {
  const table = addLibrary(runtime, 'coroutine', {
    create: (args) => create(args),
    resume: (args) => {
      const coroutine = checkCoroutine(args);
      try {
        return [true, ...resume(runtime, coroutine, args.slice(1))];
      } catch (error) {
        if (!(error instanceof LuaError)) throw error;
        return [false, error.value];
      }
    },
    running: () => runtime.coroutine,
    status: (args) => checkCoroutine(args).status,
    wrap: (args) => {
      const coroutine = create(args);
      return runtime.hostFunction((_self, ...passed) => resumeWrapped(runtime, coroutine, passed));
    },
    yield: () => {
      throw new LuaError('attempt to yield across metamethod/C-call boundary', 0);
    },
  });
  const yieldFunction = table.getString('yield');
  runtime.yieldFunction = yieldFunction instanceof LuaFunction ? yieldFunction : undefined;
}

function create(args: readonly LuaValue[]): LuaCoroutine {
  const [main] = args;
  if (!(main instanceof LuaFunction) || main.proto === undefined) throw badArgument(1, 'Lua function expected');
  return new LuaCoroutine(main);
}

function checkCoroutine(args: readonly LuaValue[]): LuaCoroutine {
  const [coroutine] = args;
  if (coroutine instanceof LuaCoroutine) return coroutine;
  throw badArgument(1, 'coroutine expected');
}

function resumeWrapped(runtime: LuaRuntime, coroutine: LuaCoroutine, args: readonly LuaValue[]): LuaReturn {
  try {
    return resume(runtime, coroutine, args);
  } catch (error) {
    if (!(error instanceof LuaError) || !isText(error.value)) throw error;
    // The position of the caller goes in front of the message, which has its own.
    throw new LuaError(String(error.value), 1);
  }
}

function resume(runtime: LuaRuntime, coroutine: LuaCoroutine, args: readonly LuaValue[]): readonly LuaValue[] {
  if (coroutine.status !== 'suspended') throw new LuaError(`cannot resume ${coroutine.status} coroutine`, 0);
  const outer = runtime.coroutine;
  const { depth, hostCalls } = runtime;
  runtime.enterHost();
  if (outer !== undefined) outer.status = 'normal';
  coroutine.status = 'running';
  runtime.coroutine = coroutine;
  const base = runtime.depth;
  runtime.depth += coroutine.depth;
  let isDone = true;
  try {
    const step = advance(runtime, coroutine, args);
    isDone = step.done === true;
    coroutine.depth = runtime.depth - base;
    return listOf(step.value);
  } catch (error) {
    if (error instanceof RangeError) throw luaErrorOf(error);
    throw error;
  } finally {
    coroutine.status = isDone ? 'dead' : 'suspended';
    if (isDone) coroutine.body = undefined;
    if (outer !== undefined) outer.status = 'running';
    runtime.coroutine = outer;
    runtime.depth = depth;
    runtime.hostCalls = hostCalls;
  }
}

function advance(
  runtime: LuaRuntime,
  coroutine: LuaCoroutine,
  args: readonly LuaValue[],
): IteratorResult<readonly LuaValue[], LuaReturn> {
  if (coroutine.body !== undefined) return coroutine.body.next(args);
  const { main } = coroutine;
  coroutine.body = main.proto === undefined ? undefined : runtime.resumableCode(main.proto)(main, ...args);
  return coroutine.body?.next(NO_VALUES) ?? { done: true, value: NO_VALUES };
}
