/**
 * The syntax tree between parser and executors. Names are resolved already: a Local knows its slot and whether a
 * closure captured it, an upvalue its index. Line numbers are those that Lua 5.1 reports in errors.
 */
import type { LuaCode, ResumableCode } from './lua-value.ts';

export class LocalVariable {
  readonly name: string;
  readonly slot: number;
  /** Known when the function has been parsed to its end. */
  captured = false;
  constructor(name: string, slot: number) {
    this.name = name;
    this.slot = slot;
  }
}

export interface UpvalueSource {
  readonly name: string;
  /** The captured variable of the enclosing function, or the index among that function's own upvalues. */
  readonly from: LocalVariable | number;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';
export type ComparisonOperator = '==' | '~=' | '<' | '<=' | '>' | '>=';

export interface NilExpression {
  readonly kind: 'nil';
}
export interface BooleanExpression {
  readonly kind: 'boolean';
  readonly value: boolean;
}
export interface NumberExpression {
  readonly kind: 'number';
  readonly value: number;
}
export interface StringExpression {
  readonly kind: 'string';
  readonly value: string;
}
export interface VarargExpression {
  readonly kind: 'vararg';
}
export interface FunctionExpression {
  readonly kind: 'function';
  readonly proto: FunctionProto;
}
export interface LocalExpression {
  readonly kind: 'local';
  readonly variable: LocalVariable;
}
export interface UpvalueExpression {
  readonly kind: 'upvalue';
  readonly index: number;
  readonly name: string;
}
export interface GlobalExpression {
  readonly kind: 'global';
  readonly name: string;
  readonly line: number;
}
export interface IndexExpression {
  readonly kind: 'index';
  readonly object: Expression;
  readonly key: Expression;
  readonly line: number;
}
export interface CallExpression {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly parameters: readonly Expression[];
  readonly line: number;
}
export interface MethodExpression {
  readonly kind: 'method';
  readonly object: Expression;
  readonly name: string;
  readonly parameters: readonly Expression[];
  readonly line: number;
}
export interface ArithmeticExpression {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly line: number;
}
export interface ComparisonExpression {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly line: number;
}
export interface LogicalExpression {
  readonly kind: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}
export interface ConcatExpression {
  readonly kind: 'concat';
  readonly operands: readonly Expression[];
  readonly line: number;
}
export interface UnaryExpression {
  readonly kind: 'not' | 'negate' | 'length';
  readonly operand: Expression;
  readonly line: number;
}
export interface ParenthesesExpression {
  readonly kind: 'parentheses';
  readonly inner: Expression;
}
/** A field of a table constructor in the order of the source; a positional one has no key. */
export interface TableEntry {
  readonly key: Expression | undefined;
  readonly value: Expression;
}
export interface TableExpression {
  readonly kind: 'table';
  readonly entries: readonly TableEntry[];
  readonly line: number;
}

export type Expression =
  | NilExpression
  | BooleanExpression
  | NumberExpression
  | StringExpression
  | VarargExpression
  | FunctionExpression
  | LocalExpression
  | UpvalueExpression
  | GlobalExpression
  | IndexExpression
  | CallExpression
  | MethodExpression
  | ArithmeticExpression
  | ComparisonExpression
  | LogicalExpression
  | ConcatExpression
  | UnaryExpression
  | ParenthesesExpression
  | TableExpression;

/** Only calls and `...` give other than one value. */
export function isMultiple(expression: Expression | undefined): boolean {
  const kind = expression?.kind;
  return kind === 'call' || kind === 'method' || kind === 'vararg';
}

/** Whether a call stands in an expression, outside of functions. */
export function mayCall(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
    case 'method':
      return true;
    case 'index':
      return mayCall(expression.object) || mayCall(expression.key);
    case 'arithmetic':
    case 'comparison':
    case 'and':
    case 'or':
      return mayCall(expression.left) || mayCall(expression.right);
    case 'concat':
      return expression.operands.some(mayCall);
    case 'not':
    case 'negate':
    case 'length':
      return mayCall(expression.operand);
    case 'parentheses':
      return mayCall(expression.inner);
    case 'table':
      return expression.entries.some(
        (entry) => (entry.key !== undefined && mayCall(entry.key)) || mayCall(entry.value),
      );
    default:
      return false;
  }
}

export type AssignableExpression = LocalExpression | UpvalueExpression | GlobalExpression | IndexExpression;
export type CallLike = CallExpression | MethodExpression;

export interface LocalStatement {
  readonly kind: 'local';
  readonly variables: readonly LocalVariable[];
  readonly values: readonly Expression[];
}
export interface LocalFunctionStatement {
  readonly kind: 'local-function';
  readonly variable: LocalVariable;
  readonly proto: FunctionProto;
}
export interface AssignStatement {
  readonly kind: 'assign';
  readonly targets: readonly AssignableExpression[];
  readonly values: readonly Expression[];
}
export interface CallStatement {
  readonly kind: 'call';
  readonly call: CallLike;
}
export interface DoStatement {
  readonly kind: 'do';
  readonly body: readonly Statement[];
}
export interface WhileStatement {
  readonly kind: 'while' | 'repeat';
  readonly condition: Expression;
  readonly body: readonly Statement[];
}
export interface IfStatement {
  readonly kind: 'if';
  readonly conditions: readonly Expression[];
  readonly blocks: readonly (readonly Statement[])[];
  readonly otherwise: readonly Statement[] | undefined;
}
export interface NumericForStatement {
  readonly kind: 'numeric-for';
  readonly variable: LocalVariable;
  readonly start: Expression;
  readonly limit: Expression;
  readonly step: Expression | undefined;
  readonly body: readonly Statement[];
  readonly line: number;
}
export interface GenericForStatement {
  readonly kind: 'generic-for';
  readonly variables: readonly LocalVariable[];
  readonly values: readonly Expression[];
  readonly body: readonly Statement[];
  readonly line: number;
}
export interface ReturnStatement {
  readonly kind: 'return';
  readonly values: readonly Expression[];
}
export interface BreakStatement {
  readonly kind: 'break';
}

export type Statement =
  | LocalStatement
  | LocalFunctionStatement
  | AssignStatement
  | CallStatement
  | DoStatement
  | WhileStatement
  | IfStatement
  | NumericForStatement
  | GenericForStatement
  | ReturnStatement
  | BreakStatement;

/** Where an error can come from: anything with a line; calls also tell by which name they called. */
export type Site = CallLike | GenericForStatement | NumericForStatement | Exclude<Expression, { kind: 'nil' }>;

/** One function body of a chunk, shared by all closures made from it. */
export class FunctionProto {
  readonly chunkName: string;
  readonly parameters: LocalVariable[] = [];
  readonly upvalues: UpvalueSource[] = [];
  readonly line: number;
  isVararg = false;
  /** The variable `arg` that Lua 5.0 code expects: a table of the extra arguments where `...` is never used, else nil. */
  argumentsTable: LocalVariable | undefined = undefined;
  usesVarargs = false;
  body: readonly Statement[] = [];
  slotCount = 0;
  hasCaptured = false;
  /** How much of the JavaScript stack one activation may take, in the runtime's units. */
  stackCost = 1;
  /** Activations so far, until it is promoted. */
  runs = 0;
  /** What new closures run; undefined until the first closure is made. */
  code: LuaCode | undefined = undefined;
  /** Compiled JavaScript, once it is worth it, and its variant for coroutines. */
  promoted: LuaCode | undefined = undefined;
  resumable: ResumableCode | undefined = undefined;
  constructor(chunkName: string, line: number) {
    this.chunkName = chunkName;
    this.line = line;
  }
}
