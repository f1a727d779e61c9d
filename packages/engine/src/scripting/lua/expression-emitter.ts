/**
 * JavaScript source for the expressions of one Lua function, for bodies that run often.
 * Nothing of the script gets into the source but numbers and JSON strings: variables are numbered, and everything else
 * (sites, inner functions) is reached as D0, D1 ... Names in the source: R runtime, F LuaFunction, T LuaTable, C Cell,
 * H helpers, S the current call site, U upvalues, V extra arguments, t0 ... temporaries.
 */
import {
  type ArithmeticExpression,
  type CallLike,
  type ComparisonExpression,
  type Expression,
  type FunctionProto,
  isMultiple,
  type LocalVariable,
  mayCall,
  type Site,
  type TableExpression,
} from './ast.ts';
import { FieldCache } from './runtime.ts';

/** What a value used twice is written as: an atom stands for itself, others go through a temporary. */
interface Operand {
  /** Assignment to the temporary, empty for an atom. */
  readonly set: string;
  readonly get: string;
  readonly isNumber: boolean;
}

/** Source texts of a call: its site, the temporary of the function, how that is found and made callable, and `self`. */
interface CallTarget {
  readonly site: string;
  readonly callee: string;
  readonly find: string;
  readonly callable: string;
  readonly self: string;
  /** The call is only prepared. */
  readonly postpones: boolean;
}

export class ExpressionEmitter {
  readonly constants: (Site | FunctionProto | FieldCache)[] = [];
  protected readonly isResumable: boolean;
  readonly #ids = new Map<LocalVariable, number>();
  #temporaries = 0;
  /** Whether the outermost call being emitted is only prepared. */
  #postpones = false;
  protected temporariesMax = 0;
  protected usesUpvalues = false;

  constructor(isResumable: boolean) {
    this.isResumable = isResumable;
  }

  protected constant(value: Site | FunctionProto | FieldCache): string {
    this.constants.push(value);
    return `D${this.constants.length - 1}`;
  }

  protected name(variable: LocalVariable): string {
    let id = this.#ids.get(variable);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(variable, id);
    }
    return `v${id}`;
  }

  /** Runs an emitter with a temporary of its own. */
  #withTemporary(emit: (temporary: string) => string): string {
    const temporary = `t${this.#temporaries++}`;
    if (this.#temporaries > this.temporariesMax) this.temporariesMax = this.#temporaries;
    const source = emit(temporary);
    this.#temporaries--;
    return source;
  }

  /** A JavaScript expression for one value. */
  expression(expression: Expression): string {
    switch (expression.kind) {
      case 'nil':
        return 'undefined';
      case 'boolean':
        return expression.value ? 'true' : 'false';
      case 'number':
        return numberLiteral(expression.value);
      case 'string':
        return JSON.stringify(expression.value);
      case 'vararg':
        return 'V[0]';
      case 'function':
        return this.closure(expression.proto);
      case 'local':
        return this.variable(expression.variable);
      case 'upvalue':
        return this.upvalue(expression.index);
      case 'global': {
        const cache = this.constant(new FieldCache());
        const site = this.constant(expression);
        return `R.field(self.environment,${JSON.stringify(expression.name)},${cache},${site})`;
      }
      case 'index':
        return this.#index(expression);
      case 'call':
      case 'method':
        return `H.firstOf(${this.call(expression)})`;
      case 'arithmetic':
        return this.#arithmetic(expression);
      case 'comparison':
        return this.#comparison(expression);
      case 'and':
      case 'or':
        return this.#logical(expression);
      case 'not':
        return `!${this.condition(expression.operand)}`;
      case 'concat':
        return this.#concat(expression);
      case 'negate':
        return this.#operand(
          expression.operand,
          (a) => `(${a.set}typeof ${a.get}==='number'?-${a.get}:R.negate(${a.get},${this.constant(expression)}))`,
        );
      case 'length':
        return `R.length(${this.expression(expression.operand)},${this.constant(expression)})`;
      case 'parentheses':
        return this.expression(expression.inner);
      case 'table':
        return this.#table(expression);
    }
  }

  protected variable(variable: LocalVariable): string {
    return variable.captured ? `${this.name(variable)}.value` : this.name(variable);
  }

  protected upvalue(index: number): string {
    this.usesUpvalues = true;
    return `U[${index}].value`;
  }

  protected closure(proto: FunctionProto): string {
    const cells = proto.upvalues.map(({ from }) => {
      if (typeof from !== 'number') return this.name(from);
      this.usesUpvalues = true;
      return `U[${from}]`;
    });
    return `R.closure(${this.constant(proto)},[${cells.join(',')}],self.environment)`;
  }

  /** Something that is true or false in JavaScript as the expression is in Lua. */
  condition(expression: Expression): string {
    switch (expression.kind) {
      case 'comparison':
        return this.#comparison(expression);
      case 'not':
        return `!${this.condition(expression.operand)}`;
      case 'and':
        return `(${this.condition(expression.left)}&&${this.condition(expression.right)})`;
      case 'or':
        return `(${this.condition(expression.left)}||${this.condition(expression.right)})`;
      case 'parentheses':
        return this.condition(expression.inner);
      case 'nil':
        return 'false';
      case 'boolean':
        return expression.value ? 'true' : 'false';
      default:
        return this.#operand(expression, (a) => `(${a.set}${a.get}!==undefined&&${a.get}!==false)`);
    }
  }

  #operand(expression: Expression, emit: (operand: Operand) => string): string {
    const isNumber = expression.kind === 'number';
    const isLiteral = isNumber || expression.kind === 'string' || expression.kind === 'nil';
    // A captured variable is read when it is used, as Lua reads its register: a call in between may have changed it.
    const isVariable = expression.kind === 'local';
    if (isLiteral || isVariable || expression.kind === 'boolean') {
      return emit({ set: '', get: this.expression(expression), isNumber });
    }
    const source = this.expression(expression);
    return this.#withTemporary((temporary) => emit({ set: `${temporary}=${source},`, get: temporary, isNumber }));
  }

  /** Two operands, evaluated in order before either is used. */
  #operands(left: Expression, right: Expression, emit: (a: Operand, b: Operand) => string): string {
    return this.#operand(left, (a) => this.#operand(right, (b) => emit(a, b)));
  }

  #numeric(a: Operand, b: Operand, fast: string, slow: string): string {
    const tests = [a, b].filter((operand) => !operand.isNumber).map((operand) => `typeof ${operand.get}==='number'`);
    if (tests.length === 0) return fast;
    return `(${a.set}${b.set}${tests.join('&&')}?${fast}:${slow})`;
  }

  #arithmetic(expression: ArithmeticExpression): string {
    const { operator } = expression;
    return this.#operands(expression.left, expression.right, (a, b) => {
      const slow = `R.arithmetic("${operator}",${a.get},${b.get},${this.constant(expression)})`;
      if (operator === '%') return this.#numeric(a, b, `H.modulo(${a.get},${b.get})`, slow);
      if (operator === '^') return this.#numeric(a, b, `H.power(${a.get},${b.get})`, slow);
      return this.#numeric(a, b, `(${a.get}${operator}${b.get})`, slow);
    });
  }

  #comparison(expression: ComparisonExpression): string {
    const { operator, left, right } = expression;
    if (operator === '==' || operator === '~=') return this.#equality(expression);
    return this.#operands(left, right, (a, b) => {
      const isReversed = operator === '>' || operator === '>=';
      const method = operator === '<' || operator === '>' ? 'lessThan' : 'lessOrEqual';
      const [first, second] = isReversed ? [b.get, a.get] : [a.get, b.get];
      const slow = `R.${method}(${first},${second},${this.constant(expression)})`;
      return this.#numeric(a, b, `(${a.get}${operator}${b.get})`, slow);
    });
  }

  #equality({ operator, left, right }: ComparisonExpression): string {
    const isNegated = operator === '~=';
    const equal = isNegated ? '!==' : '===';
    if (isLiteral(left) || isLiteral(right)) return `(${this.expression(left)}${equal}${this.expression(right)})`;
    return this.#operands(left, right, (a, b) => {
      const slow = `R.equals(${a.get},${b.get})`;
      const test = `${a.get}${equal}${b.get}`;
      return `(${a.set}${b.set}${isNegated ? `${test}&&!${slow}` : `${test}||${slow}`})`;
    });
  }

  #logical(expression: Expression & { kind: 'and' | 'or' }): string {
    return this.#operand(expression.left, (a) => {
      const right = this.expression(expression.right);
      const test = `${a.get}===undefined||${a.get}===false`;
      return expression.kind === 'and' ? `(${a.set}${test}?${a.get}:${right})` : `(${a.set}${test}?${right}:${a.get})`;
    });
  }

  #concat(expression: Expression & { kind: 'concat' }): string {
    const site = this.constant(expression);
    const [left, right] = expression.operands;
    if (expression.operands.length !== 2 || left === undefined || right === undefined) {
      return `R.concat([${expression.operands.map((operand) => this.expression(operand)).join(',')}],${site})`;
    }
    const inOrder: Expression = left.kind === 'local' ? { kind: 'parentheses', inner: left } : left;
    return this.#operands(inOrder, right, (a, b) => {
      const tests = `typeof ${a.get}==='string'&&typeof ${b.get}==='string'`;
      return `(${a.set}${b.set}${tests}?R.joinText(${a.get},${b.get}):R.concat([${a.get},${b.get}],${site}))`;
    });
  }

  #index(expression: Expression & { kind: 'index' }): string {
    const object = this.expression(expression.object);
    const site = this.constant(expression);
    if (expression.key.kind === 'string') {
      const cache = this.constant(new FieldCache());
      return `R.field(${object},${JSON.stringify(expression.key.value)},${cache},${site})`;
    }
    return `R.index(${object},${this.expression(expression.key)},${site})`;
  }

  /** The elements of a JavaScript list: the last expression gives all its values. */
  list(expressions: readonly Expression[]): string {
    return expressions
      .map((expression, at) => {
        const isLast = at === expressions.length - 1;
        return isLast && isMultiple(expression) ? `...${this.allOf(expression)}` : this.expression(expression);
      })
      .join(',');
  }

  /** The list of all values of a call or of `...`. */
  protected allOf(expression: Expression): string {
    if (expression.kind === 'vararg') return 'V';
    if (expression.kind === 'call' || expression.kind === 'method') return `H.listOf(${this.call(expression)})`;
    return `[${this.expression(expression)}]`;
  }

  /** A call for all that it returns. */
  call(expression: CallLike): string {
    const postpones = this.#postpones;
    this.#postpones = false;
    const site = this.constant(expression);
    return this.#withTemporary((callee) => {
      const callable = `${callee} instanceof F?${callee}:${callee}=R.callable(${callee},${site})`;
      if (expression.kind === 'call') {
        const find = `${callee}=${this.expression(expression.callee)}`;
        return this.#invoke(expression, { site, callee, find, callable, self: '', postpones });
      }
      return this.#withTemporary((object) => {
        const cache = this.constant(new FieldCache());
        const field = `R.field(${object},${JSON.stringify(expression.name)},${cache},${site})`;
        const find = `${object}=${this.expression(expression.object)},${callee}=${field}`;
        return this.#invoke(expression, { site, callee, find, callable, self: object, postpones });
      });
    });
  }

  /** The site is noted when the arguments are there, because they may contain calls. */
  #invoke(expression: CallLike, target: CallTarget): string {
    const { site, callee, find, callable, self, postpones } = target;
    const { parameters } = expression;
    const last = parameters[parameters.length - 1];
    const first = self === '' ? [] : [self];
    if (last === undefined || !parameters.some(mayCall)) {
      const args = [...first, this.list(parameters)].filter((part) => part !== '').join(',');
      return this.#callWith(callee, `${find},S=${site},${callable}`, args, postpones);
    }
    const before = parameters.slice(0, -1).map((parameter) => this.expression(parameter));
    return this.#withTemporary((temporary) => {
      const isSpread = isMultiple(last);
      const source = isSpread ? this.allOf(last) : this.expression(last);
      const noted = `${isSpread ? '...' : ''}(${temporary}=${source},S=${site},${temporary})`;
      return this.#callWith(callee, `${find},${callable}`, [...first, ...before, noted].join(','), postpones);
    });
  }

  /** A call whose results are returned as they are: with half of the stack taken it is left to who receives them. */
  tailCall(expression: CallLike): string {
    const call = this.call(expression);
    if (this.isResumable) return call;
    this.#postpones = true;
    const postponed = this.call(expression);
    return `R.depth>R.tailDepthMax?${postponed}:${call}`;
  }

  #callWith(callee: string, find: string, args: string, postpones: boolean): string {
    if (postpones) return `new H.PendingCall((${find}),[${args}])`;
    if (this.isResumable) return `(yield* R.callInCoroutine((${find}),[${args}]))`;
    return `(${find}).code(${args === '' ? callee : `${callee},${args}`})`;
  }

  #table(expression: TableExpression): string {
    const { entries } = expression;
    if (entries.length === 0) return 'R.newTable()';
    if (entries.every((entry) => entry.key === undefined)) {
      return `R.tableOf([${this.list(entries.map((entry) => entry.value))}])`;
    }
    const site = this.constant(expression);
    return this.#withTemporary((table) =>
      this.#withTemporary((items) => {
        const steps = entries.map(({ key, value }, at) => {
          if (key !== undefined) {
            return `R.setIndex(${table},${this.expression(key)},${this.expression(value)},${site})`;
          }
          return `${items}.push(${at === entries.length - 1 ? this.list([value]) : this.expression(value)})`;
        });
        const fields = entries.filter((entry) => entry.key !== undefined).length;
        return `(${table}=R.newTable(${fields}),${items}=[],${steps.join(',')},R.fillTable(${table},${items}))`;
      }),
    );
  }
}

function numberLiteral(value: number): string {
  if (Number.isNaN(value)) return '(0/0)';
  if (value === Infinity) return '(1/0)';
  if (value === -Infinity) return '(-1/0)';
  if (Object.is(value, -0)) return '(-0)';
  return value < 0 ? `(${value})` : String(value);
}

function isLiteral(expression: Expression): boolean {
  const { kind } = expression;
  return kind === 'nil' || kind === 'boolean' || kind === 'number' || kind === 'string';
}
