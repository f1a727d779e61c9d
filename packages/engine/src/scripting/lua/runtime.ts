/**
 * What both executors share: the meaning of each operation with its slow paths (metamethods, coercions, errors),
 * calls, closures and positions of errors. Fast paths for numbers and plain tables are repeated by the executors.
 * An operation that can fail gets its site, the place in the syntax tree that it came from.
 */
import type { ComparisonExpression, FunctionProto, Site } from './ast.ts';
import {
  describeCallee,
  describeExpression,
  describeTarget,
  type OperandName,
  siteLine,
} from './describe-expression.ts';
import { chunkDisplayName } from './lexer.ts';
import { DEFAULT_LIMITS, Limiter, type LuaLimits } from './limits.ts';
import { LuaError } from './lua-error.ts';
import { LuaTable } from './lua-table.ts';
import {
  type Cell,
  type CoroutineBody,
  finish,
  firstOf,
  type LuaCode,
  type LuaCoroutine,
  LuaFunction,
  type LuaReturn,
  LuaUserdata,
  type LuaValue,
  NO_CELLS,
  type ResumableCode,
  typeName,
} from './lua-value.ts';
import { numberToText, textToNumber } from './number-text.ts';

const METAMETHOD_LOOPS_MAX = 100;
const BYTES_OF_TABLE_ENTRY = 40;
const BYTES_OF_TABLE = 80;
const BYTES_OF_CLOSURE = 64;
const BYTES_OF_STRING = 24;
const LAZY_STRING_BYTES_MAX = 16 * 1024;

/** Where a call site last found a field's name in the hash part. */
export class FieldCache {
  place = 0;
}

export class LuaRuntime extends Limiter {
  readonly globals = new LuaTable();
  /** Keeps the reading of a char that makes V8 write a string out from being optimized away. */
  firstCode = 0;
  stringMetatable: LuaTable | undefined = undefined;
  coroutine: LuaCoroutine | undefined = undefined;
  /** The library's `next`: loops that use it keep their place in the table. */
  nextFunction: LuaFunction | undefined = undefined;
  ipairsIterator: LuaFunction | undefined = undefined;
  yieldFunction: LuaFunction | undefined = undefined;
  /** Set by the engine: the code of a proto that can be left in the middle and resumed. */
  resumableCode: (proto: FunctionProto) => ResumableCode = () => {
    throw new Error('coroutines are not set up');
  };
  /** Set by the engine: gives a proto its first code. */
  readonly #prepare: (proto: FunctionProto) => LuaCode;

  constructor(prepare: (runtime: LuaRuntime, proto: FunctionProto) => LuaCode, limits: Partial<LuaLimits>) {
    super({ ...DEFAULT_LIMITS, ...limits });
    this.#prepare = (proto) => prepare(this, proto);
  }

  closure(proto: FunctionProto, cells: readonly Cell[], environment: LuaTable): LuaFunction {
    this.charge(BYTES_OF_CLOSURE);
    proto.code ??= this.#prepare(proto);
    return new LuaFunction(proto.code, proto, cells, environment);
  }

  hostFunction(code: LuaCode): LuaFunction {
    return new LuaFunction(code, undefined, NO_CELLS, this.globals);
  }

  newTable(fieldsExpected = 0): LuaTable {
    this.charge(BYTES_OF_TABLE);
    const table = new LuaTable();
    if (fieldsExpected > 0) table.expectFields(fieldsExpected);
    return table;
  }

  /** A table constructor's list: takes the array over. Nils at its end stay: Lua's `#` depends on them. */
  tableOf(array: LuaValue[]): LuaTable {
    this.charge(BYTES_OF_TABLE + 8 * array.length);
    const table = new LuaTable();
    table.array = array;
    return table;
  }

  metatableOf(value: LuaValue): LuaTable | undefined {
    if (value instanceof LuaTable || value instanceof LuaUserdata) return value.metatable;
    return typeof value === 'string' ? this.stringMetatable : undefined;
  }

  metamethod(value: LuaValue, event: string): LuaValue {
    return this.metatableOf(value)?.getString(event);
  }

  // ---- errors -----------------------------------------------------------------------------------------------------

  /** Without a site the operation is a host function's, whose errors have no position in Lua. */
  failAt(site: Site | undefined, message: string): LuaError {
    if (site === undefined) return new LuaError(message, 0);
    const error = new LuaError(message, 1);
    error.operationLine = siteLine(site);
    return error;
  }

  typeError(site: Site, action: string, value: LuaValue, operand: OperandName | undefined): LuaError {
    const named = operand === undefined ? 'a' : `${operand.kind} '${operand.name}' (a`;
    return this.failAt(
      site,
      `attempt to ${action} ${named} ${typeName(value)} value${operand === undefined ? '' : ')'}`,
    );
  }

  /**
   * Called by each activation that an exception passes: adds what this activation knows to the error.
   * Returns what to throw on. A JavaScript RangeError is Lua's stack overflow or lack of memory.
   */
  passError(error: unknown, proto: FunctionProto, site: Site | undefined): unknown {
    if (error instanceof RangeError) return this.passError(luaErrorOf(error), proto, site);
    if (!(error instanceof LuaError)) return error;
    const line = error.operationLine || siteLine(site);
    if (error.source === undefined) {
      error.source = proto.chunkName;
      error.line = line;
    }
    if (error.level > 0 && --error.level === 0) {
      if (error.badArgument !== undefined) nameArgument(error, site);
      error.value = `${chunkDisplayName(proto.chunkName)}:${line}: ${error.message}`;
    }
    error.operationLine = 0;
    error.badArgument = undefined;
    return error;
  }

  // ---- calls ------------------------------------------------------------------------------------------------------

  /** Makes any value callable; a value that is not fails when it is called, after its arguments are evaluated. */
  callable(value: LuaValue, site: Site): LuaFunction {
    if (value instanceof LuaFunction) return value;
    const handler = this.metamethod(value, '__call');
    if (handler instanceof LuaFunction) {
      return this.hostFunction((_self, ...args) => handler.code(handler, value, ...args));
    }
    return this.hostFunction(() => {
      throw this.typeError(site, 'call', value, site.kind === 'generic-for' ? undefined : describeCallee(site));
    });
  }

  /** A call made by a host function. */
  call(callee: LuaValue, args: readonly LuaValue[]): LuaReturn {
    this.enterHost();
    try {
      if (callee instanceof LuaFunction) return finish(callee.code(callee, ...args));
      const handler = this.metamethod(callee, '__call');
      if (handler instanceof LuaFunction) return finish(handler.code(handler, callee, ...args));
      throw new LuaError(`attempt to call a ${typeName(callee)} value`, 0);
    } finally {
      this.leaveHost();
    }
  }

  /** A call inside a coroutine: a yield below it goes through. */
  *callInCoroutine(callee: LuaFunction, args: readonly LuaValue[]): CoroutineBody {
    if (callee.proto !== undefined) return yield* this.resumableCode(callee.proto)(callee, ...args);
    if (callee === this.yieldFunction) return yield args;
    return callee.code(callee, ...args);
  }

  callMetamethod(site: Site | undefined, handler: LuaValue, ...args: readonly LuaValue[]): LuaValue {
    this.enterHost(siteLine(site));
    try {
      if (handler instanceof LuaFunction) return firstOf(handler.code(handler, ...args));
      const inner = this.metamethod(handler, '__call');
      if (inner instanceof LuaFunction) return firstOf(inner.code(inner, handler, ...args));
      throw new LuaError(`attempt to call a ${typeName(handler)} value`, 1);
    } catch (error) {
      if (error instanceof LuaError && error.operationLine === 0) error.operationLine = siteLine(site);
      throw error;
    } finally {
      this.leaveHost();
    }
  }

  // ---- tables -----------------------------------------------------------------------------------------------------

  index(object: LuaValue, key: LuaValue, site: Site): LuaValue {
    if (object instanceof LuaTable) {
      const value = object.get(key);
      if (value !== undefined || object.metatable === undefined) return value;
    }
    return this.indexSlow(object, key, site);
  }

  /** Reads a field whose name stands in the source; the cache remembers where the name was last found. */
  field(object: LuaValue, key: string, cache: FieldCache, site: Site): LuaValue {
    if (object instanceof LuaTable) {
      const { hash } = object;
      if (hash !== undefined) {
        const { keys } = hash;
        const { place } = cache;
        if (place < keys.length && keys[place] === key) {
          const value = hash.values[place];
          if (value !== undefined) return value;
        } else {
          const found = hash.find(key);
          if (found >= 0) {
            cache.place = found;
            const value = hash.values[found];
            if (value !== undefined) return value;
          }
        }
      }
      if (object.metatable === undefined) return undefined;
    }
    return this.indexSlow(object, key, site);
  }

  indexSlow(object: LuaValue, key: LuaValue, site: Site | undefined): LuaValue {
    let current = object;
    for (let loop = 0; loop < METAMETHOD_LOOPS_MAX; loop++) {
      let handler: LuaValue;
      if (current instanceof LuaTable) {
        const value = current.get(key);
        if (value !== undefined) return value;
        handler = current.metatable?.getString('__index');
        if (handler === undefined) return undefined;
      } else {
        handler = this.metamethod(current, '__index');
        if (handler === undefined) throw this.#indexError(site, current, loop === 0);
      }
      if (handler instanceof LuaFunction) return this.callMetamethod(site, handler, current, key);
      current = handler;
    }
    throw this.failAt(site, 'loop in gettable');
  }

  #indexError(site: Site | undefined, value: LuaValue, isOperand: boolean): LuaError {
    if (site === undefined) return new LuaError(`attempt to index a ${typeName(value)} value`, 0);
    return this.typeError(site, 'index', value, isOperand ? describeTarget(site) : undefined);
  }

  setIndex(object: LuaValue, key: LuaValue, value: LuaValue, site: Site): void {
    if (object instanceof LuaTable && object.metatable === undefined && !object.readonly) {
      this.#rawSet(object, key, value, site);
    } else {
      this.#setIndexSlow(object, key, value, site);
    }
  }

  #rawSet(table: LuaTable, key: LuaValue, value: LuaValue, site: Site | undefined): void {
    if (key === undefined) throw this.failAt(site, 'table index is nil');
    if (Number.isNaN(key)) throw this.failAt(site, 'table index is NaN');
    if (table.set(key, value)) this.charge(BYTES_OF_TABLE_ENTRY);
  }

  #setIndexSlow(object: LuaValue, key: LuaValue, value: LuaValue, site: Site | undefined): void {
    let current = object;
    for (let loop = 0; loop < METAMETHOD_LOOPS_MAX; loop++) {
      let handler: LuaValue;
      if (current instanceof LuaTable) {
        if (current.readonly) throw this.failAt(site, 'Attempt to modify a readonly table');
        handler = current.metatable?.getString('__newindex');
        if (handler === undefined || current.get(key) !== undefined) {
          this.#rawSet(current, key, value, site);
          return;
        }
      } else {
        handler = this.metamethod(current, '__newindex');
        if (handler === undefined) throw this.#indexError(site, current, loop === 0);
      }
      if (handler instanceof LuaFunction) {
        this.callMetamethod(site, handler, current, key, value);
        return;
      }
      current = handler;
    }
    throw this.failAt(site, 'loop in settable');
  }

  /** Raw assignment for libraries: charges, and respects tables that are locked. */
  rawSet(table: LuaTable, key: LuaValue, value: LuaValue): void {
    if (table.readonly) throw new LuaError('Attempt to modify a readonly table', 0);
    this.#rawSet(table, key, value, undefined);
  }

  /** The positional items of a constructor that also has fields. */
  fillTable(table: LuaTable, items: readonly LuaValue[]): LuaTable {
    this.charge(8 * items.length);
    for (let at = 0; at < items.length; at++) table.set(at + 1, items[at]);
    return table;
  }

  // ---- operators --------------------------------------------------------------------------------------------------

  toNumber(value: LuaValue): number | undefined {
    if (typeof value === 'number') return value;
    return typeof value === 'string' ? textToNumber(value) : undefined;
  }

  /** Slow path of the binary arithmetic operators. */
  arithmetic(operator: string, left: LuaValue, right: LuaValue, site: Site): LuaValue {
    const a = this.toNumber(left);
    const b = this.toNumber(right);
    if (a !== undefined && b !== undefined) return arithmeticOf(operator, a, b);
    const event = EVENTS_OF_OPERATORS[operator] ?? '';
    const handler = this.metamethod(left, event) ?? this.metamethod(right, event);
    if (handler !== undefined) return this.callMetamethod(site, handler, left, right);
    const culprit = a === undefined ? left : right;
    throw this.typeError(site, 'perform arithmetic on', culprit, operandName(site, a === undefined));
  }

  negate(value: LuaValue, site: Site): LuaValue {
    const number = this.toNumber(value);
    if (number !== undefined) return -number;
    const handler = this.metamethod(value, '__unm');
    if (handler !== undefined) return this.callMetamethod(site, handler, value, value);
    throw this.typeError(site, 'perform arithmetic on', value, describeTarget(site));
  }

  length(value: LuaValue, site: Site): LuaValue {
    if (typeof value === 'string') return value.length;
    if (value instanceof LuaTable) return value.length();
    const handler = this.metamethod(value, '__len');
    if (handler !== undefined) return this.callMetamethod(site, handler, value, undefined);
    throw this.typeError(site, 'get length of', value, describeTarget(site));
  }

  equals(a: LuaValue, b: LuaValue): boolean {
    if (a === b) return true;
    const bothTables = a instanceof LuaTable && b instanceof LuaTable;
    if (!bothTables && !(a instanceof LuaUserdata && b instanceof LuaUserdata)) return false;
    const handler = a.metatable?.getString('__eq');
    if (handler === undefined || handler !== b.metatable?.getString('__eq')) return false;
    return isTrue(this.callMetamethod(undefined, handler, a, b));
  }

  lessThan(a: LuaValue, b: LuaValue, site: ComparisonExpression | undefined): boolean {
    if (typeof a === 'number' && typeof b === 'number') return a < b;
    if (typeof a === 'string' && typeof b === 'string') return a < b;
    return this.#compareBy('__lt', a, b, site) ?? this.#failOrder(a, b, site);
  }

  lessOrEqual(a: LuaValue, b: LuaValue, site: ComparisonExpression | undefined): boolean {
    if (typeof a === 'number' && typeof b === 'number') return a <= b;
    if (typeof a === 'string' && typeof b === 'string') return a <= b;
    const byHandler = this.#compareBy('__le', a, b, site);
    if (byHandler !== undefined) return byHandler;
    const reversed = this.#compareBy('__lt', b, a, site);
    return reversed === undefined ? this.#failOrder(a, b, site) : !reversed;
  }

  #compareBy(event: string, a: LuaValue, b: LuaValue, site: Site | undefined): boolean | undefined {
    if (typeName(a) !== typeName(b)) return undefined;
    const handler = this.metamethod(a, event);
    if (handler === undefined || handler !== this.metamethod(b, event)) return undefined;
    return isTrue(this.callMetamethod(site, handler, a, b));
  }

  #failOrder(a: LuaValue, b: LuaValue, site: Site | undefined): never {
    const left = typeName(a);
    const right = typeName(b);
    const values = left[2] === right[2] ? `two ${left} values` : `${left} with ${right}`;
    throw this.failAt(site, `attempt to compare ${values}`);
  }

  /** Joins from the right, as Lua does: a metamethod sees what the operands right of it gave. */
  concat(operands: readonly LuaValue[], site: Site): LuaValue {
    let at = operands.length - 1;
    let joined = operands[at];
    while (at > 0) {
      const left = operands[--at];
      if (isText(left) && isText(joined)) {
        joined = this.joinText(textOf(left), textOf(joined));
        continue;
      }
      const handler = this.metamethod(left, '__concat') ?? this.metamethod(joined, '__concat');
      if (handler === undefined) throw this.#concatError(site, at, left, joined);
      joined = this.callMetamethod(site, handler, left, joined);
    }
    return joined;
  }

  #concatError(site: Site, at: number, left: LuaValue, right: LuaValue): LuaError {
    const culprit = isText(left) ? right : left;
    const operands = site.kind === 'concat' ? site.operands : [];
    // Right of `at` may stand what other operands gave: that has no name.
    const isOperand = culprit === left || at + 2 === operands.length;
    const expression = isOperand ? operands[culprit === left ? at : at + 1] : undefined;
    return this.typeError(site, 'concatenate', culprit, expression && describeExpression(expression));
  }

  joinText(left: string, right: string): string {
    this.charge(left.length + right.length + BYTES_OF_STRING);
    return this.flat(left + right);
  }

  /**
   * V8 joins strings lazily. A long one is written out at once, as Lua does, so that what the heap shows
   * is what the script holds, and does not grow when the string is first looked at.
   */
  flat(text: string): string {
    if (text.length > LAZY_STRING_BYTES_MAX) this.firstCode = text.charCodeAt(0);
    return text;
  }

  /** The numbers of a numeric for, checked. */
  forNumber(value: LuaValue, what: string, site: Site): number {
    const number = this.toNumber(value);
    if (number === undefined) throw this.failAt(site, `'for' ${what} must be a number`);
    return number;
  }
}

const EVENTS_OF_OPERATORS: Readonly<Record<string, string>> = {
  '+': '__add',
  '-': '__sub',
  '*': '__mul',
  '/': '__div',
  '%': '__mod',
  '^': '__pow',
};

export function arithmeticOf(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return modulo(a, b);
    default:
      return power(a, b);
  }
}

export function modulo(a: number, b: number): number {
  return a - Math.floor(a / b) * b;
}

/** C's pow: 1 to any power is 1, also to NaN. */
export function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && (b === Infinity || b === -Infinity))) return 1;
  return a ** b;
}

export function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}

export function isText(value: LuaValue): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

export function textOf(value: string | number): string {
  return typeof value === 'number' ? numberToText(value) : value;
}

function operandName(site: Site, isLeft: boolean): OperandName | undefined {
  if (site.kind !== 'arithmetic') return undefined;
  return describeExpression(isLeft ? site.left : site.right);
}

function nameArgument(error: LuaError, site: Site | undefined): void {
  const { badArgument } = error;
  const callee = site === undefined ? undefined : describeCallee(site);
  if (badArgument === undefined || callee === undefined) return;
  const index = callee.kind === 'method' ? badArgument.index - 1 : badArgument.index;
  error.value =
    index === 0 && callee.kind === 'method'
      ? `calling '${callee.name}' on bad self (${badArgument.reason})`
      : `bad argument #${index} to '${callee.name}' (${badArgument.reason})`;
}

/** V8 refuses deep recursion, and strings and arrays beyond its limits, with a RangeError. */
export function luaErrorOf(error: RangeError): LuaError {
  if (error.message.includes('call stack')) return new LuaError('stack overflow', 1);
  return new LuaError('not enough memory', 0);
}
