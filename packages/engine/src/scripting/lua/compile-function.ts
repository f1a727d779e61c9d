/**
 * Gives functions their code: the tree executor first, JavaScript made from the source once a function has run often.
 * `new Function` sees only what is handed to it here; see expression-emitter.ts for what gets into the source.
 */
import type { FunctionProto, Site } from './ast.ts';
import { emitFunction } from './function-emitter.ts';
import { LineStop } from './line-stop.ts';
import { LuaError } from './lua-error.ts';
import { LuaTable } from './lua-table.ts';
import {
  Cell,
  finish,
  firstOf,
  type LuaCode,
  LuaFunction,
  type LuaValue,
  listOf,
  NO_VALUES,
  PendingCall,
  type ResumableCode,
} from './lua-value.ts';
import type { StatementPlaces } from './parser.ts';
import { type FieldCache, type LuaRuntime, modulo, power } from './runtime.ts';
import { buildArgumentsTable, buildTreeCode, type Promote } from './tree-statements.ts';

/** What emitted code may call. */
const HELPERS = {
  finish,
  firstOf,
  listOf,
  LineStop,
  PendingCall,
  modulo,
  power,
  buildArgumentsTable,
  loopMode,
  NO_VALUES,
};

/** Emitted text above this is left to the tree executor: V8 would take long to compile it. */
const SOURCE_LENGTH_MAX = 1_000_000;

/** How a generic for advances: 1 by places of a table, 2 by indexes of a table, 0 by calling its iterator. */
function loopMode(runtime: LuaRuntime, iterator: LuaValue, state: LuaValue, control: LuaValue): number {
  if (!(state instanceof LuaTable)) return 0;
  if (iterator === runtime.nextFunction && control === undefined) return 1;
  return iterator === runtime.ipairsIterator && control === 0 ? 2 : 0;
}

type Factory<Code> = (
  r: LuaRuntime,
  f: typeof LuaFunction,
  t: typeof LuaTable,
  c: typeof Cell,
  d: readonly (Site | FunctionProto | FieldCache)[],
  h: typeof HELPERS,
  p: FunctionProto,
) => Code;

/** What a code generator makes has no type but the one it was made for. */
function isFactory<Code>(made: unknown): made is Factory<Code> {
  return typeof made === 'function';
}

/** undefined for a function that is too large or too deeply nested for V8: the tree executor goes on with it. */
function compile<Code>(
  runtime: LuaRuntime,
  proto: FunctionProto,
  isResumable: boolean,
  places?: StatementPlaces,
): Code | undefined {
  try {
    const { source, constants } = emitFunction(proto, isResumable, places);
    if (source.length > SOURCE_LENGTH_MAX) return undefined;
    const factory: unknown = new Function('R', 'F', 'T', 'C', 'D', 'H', 'P', source);
    if (!isFactory<Code>(factory)) return undefined;
    return factory(runtime, LuaFunction, LuaTable, Cell, constants, HELPERS, proto);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The variant for coroutines. */
export function resumableCodeOf(runtime: LuaRuntime, proto: FunctionProto): ResumableCode {
  proto.resumable ??= compile<ResumableCode>(runtime, proto, true);
  if (proto.resumable === undefined) throw new LuaError('function is too large for a coroutine', 1);
  return proto.resumable;
}

/** The variant that stops before each statement, for the debugger. Not kept: its user does. */
export function stoppingCodeOf(runtime: LuaRuntime, proto: FunctionProto, places: StatementPlaces): ResumableCode {
  const code = compile<ResumableCode>(runtime, proto, true, places);
  if (code === undefined) throw new LuaError('function is too large for the debugger', 1);
  return code;
}

/** Functions are compiled after this many runs; 0 compiles at once, Infinity never. */
export function makePrepare(runsMax: number): (runtime: LuaRuntime, proto: FunctionProto) => LuaCode {
  const promote: Promote = (runtime, proto) => {
    if (proto.runs <= runsMax) return undefined;
    proto.promoted ??= compile<LuaCode>(runtime, proto, false);
    if (proto.promoted === undefined) proto.runs = Number.NEGATIVE_INFINITY;
    else proto.code = proto.promoted;
    return proto.promoted;
  };
  return (runtime, proto) => {
    const code = runsMax === 0 ? compile<LuaCode>(runtime, proto, false) : undefined;
    return code ?? buildTreeCode(runtime, proto, promote);
  };
}
