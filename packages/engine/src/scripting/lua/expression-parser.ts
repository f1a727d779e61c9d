/** The expression half of the parser: precedence climbing over Lua's operators, and the checks both halves share. */
import type {
  ArithmeticOperator,
  CallLike,
  ComparisonOperator,
  Expression,
  FunctionProto,
  LocalVariable,
  TableEntry,
} from './ast.ts';
import { FunctionScope, LOCALS_MAX, UPVALUES_MAX } from './function-scope.ts';
import type { Lexer } from './lexer.ts';

const LEVELS_MAX = 200;
/** Levels that Lua itself has taken when it begins to parse. */
const LEVELS_AT_START = 3;
const UNARY_PRIORITY = 8;

interface Priority {
  readonly left: number;
  readonly right: number;
}

function priorities(tokens: string, left: number, right: number): (readonly [string, Priority])[] {
  return tokens.split(' ').map((token) => [token, { left, right }]);
}

const PRIORITIES: ReadonlyMap<string, Priority> = new Map([
  ...priorities('^', 10, 9),
  ...priorities('* / %', 7, 7),
  ...priorities('+ -', 6, 6),
  ...priorities('..', 5, 4),
  ...priorities('== ~= < <= > >=', 3, 3),
  ...priorities('and', 2, 2),
  ...priorities('or', 1, 1),
]);

export abstract class ExpressionParser {
  protected readonly lexer: Lexer;
  protected scope = new FunctionScope(undefined, '', 0, 0);
  protected level = LEVELS_AT_START;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  protected abstract parseFunctionBody(hasSelf: boolean, line: number): FunctionProto;

  protected enterLevel(): void {
    if (++this.level > LEVELS_MAX) this.lexer.failNear('chunk has too many syntax levels', undefined);
    this.scope.noteLevel(this.level);
  }

  protected leaveLevel(): void {
    this.level--;
  }

  /** Asks anew: the compiler does not see that the lexer moved. */
  #atToken(token: string): boolean {
    return this.lexer.token === token;
  }

  protected accept(token: string): boolean {
    if (this.lexer.token !== token) return false;
    this.lexer.next();
    return true;
  }

  protected expect(token: string): void {
    if (this.lexer.token !== token) this.lexer.fail(`'${token}' expected`);
  }

  protected expectNext(token: string): void {
    this.expect(token);
    this.lexer.next();
  }

  protected expectClosing(token: string, opening: string, line: number): void {
    const { lexer } = this;
    if (this.accept(token)) return;
    if (line === lexer.line) lexer.fail(`'${token}' expected`);
    lexer.fail(`'${token}' expected (to close '${opening}' at line ${line})`);
  }

  protected failLimit(limit: number, what: string): never {
    const { line } = this.scope.proto;
    const where = line === 0 ? 'main function' : `function at line ${line}`;
    this.lexer.failNear(`${where} has more than ${limit} ${what}`, undefined);
  }

  protected takeName(): string {
    this.expect('<name>');
    const { text } = this.lexer;
    this.lexer.next();
    return text;
  }

  protected makeLocal(name: string, ahead: number): LocalVariable {
    const variable = this.scope.makeLocal(name, ahead);
    if (variable.slot >= LOCALS_MAX) this.failLimit(LOCALS_MAX, 'local variables');
    return variable;
  }

  protected resolveName(): Expression & { kind: 'local' | 'upvalue' | 'global' } {
    const name = this.takeName();
    const resolved = this.scope.resolve(name, this.lexer.lastLine);
    if (resolved.kind === 'upvalue') this.#checkUpvalues();
    return resolved;
  }

  #checkUpvalues(): void {
    if (this.scope.proto.upvalues.length > UPVALUES_MAX) this.failLimit(UPVALUES_MAX, 'upvalues');
  }

  protected parseExpressionList(): Expression[] {
    const list = [this.parseExpression()];
    while (this.accept(',')) list.push(this.parseExpression());
    return list;
  }

  protected parseExpression(): Expression {
    return this.#parseOperators(0);
  }

  #parseOperators(limit: number): Expression {
    const { lexer } = this;
    this.enterLevel();
    let left = this.#parseUnary();
    for (let chained = 1; ; chained++) {
      const operator = lexer.token;
      const priority = PRIORITIES.get(operator);
      if (priority === undefined || priority.left <= limit) break;
      lexer.next();
      const right = this.#parseOperators(priority.right);
      left = binaryExpression(operator, left, right, lexer.lastLine);
      // A chain of operators nests to the left: no level for the parser, but for who evaluates it.
      this.scope.noteLevel(this.level + chained);
    }
    this.leaveLevel();
    return left;
  }

  #parseUnary(): Expression {
    const { lexer } = this;
    const { token } = lexer;
    if (token !== 'not' && token !== '-' && token !== '#') return this.#parseSimple();
    lexer.next();
    const operand = this.#parseOperators(UNARY_PRIORITY);
    if (token === '-') {
      if (operand.kind === 'number') return { kind: 'number', value: -operand.value };
      return { kind: 'negate', operand, line: lexer.lastLine };
    }
    return { kind: token === 'not' ? 'not' : 'length', operand, line: lexer.lastLine };
  }

  #parseSimple(): Expression {
    const { lexer } = this;
    switch (lexer.token) {
      case '<number>':
        return this.#literal({ kind: 'number', value: lexer.number });
      case '<string>':
        return this.#literal({ kind: 'string', value: lexer.text });
      case 'nil':
        return this.#literal({ kind: 'nil' });
      case 'true':
        return this.#literal({ kind: 'boolean', value: true });
      case 'false':
        return this.#literal({ kind: 'boolean', value: false });
      case '...': {
        const { proto } = this.scope;
        if (!proto.isVararg) lexer.fail("cannot use '...' outside a vararg function");
        proto.usesVarargs = true;
        return this.#literal({ kind: 'vararg' });
      }
      case '{':
        return this.#parseTable();
      case 'function':
        lexer.next();
        return { kind: 'function', proto: this.parseFunctionBody(false, lexer.line) };
      default:
        return this.parsePrimary();
    }
  }

  #literal(expression: Expression): Expression {
    this.lexer.next();
    return expression;
  }

  #parsePrefix(): Expression {
    const { lexer } = this;
    if (lexer.token === '<name>') return this.resolveName();
    if (lexer.token !== '(') lexer.fail('unexpected symbol');
    const { line } = lexer;
    lexer.next();
    const inner = this.parseExpression();
    this.expectClosing(')', '(', line);
    return { kind: 'parentheses', inner };
  }

  protected parsePrimary(): Expression {
    const { lexer } = this;
    let expression = this.#parsePrefix();
    for (let chained = 1; ; chained++) {
      this.scope.noteLevel(this.level + chained);
      switch (lexer.token) {
        case '.': {
          lexer.next();
          const key: Expression = { kind: 'string', value: this.takeName() };
          expression = { kind: 'index', object: expression, key, line: lexer.lastLine };
          break;
        }
        case '[': {
          lexer.next();
          const key = this.parseExpression();
          this.expectNext(']');
          expression = { kind: 'index', object: expression, key, line: lexer.lastLine };
          break;
        }
        case ':': {
          lexer.next();
          const name = this.takeName();
          const { line } = lexer;
          expression = { kind: 'method', object: expression, name, parameters: this.#parseArguments(), line };
          break;
        }
        case '(':
        case '<string>':
        case '{': {
          const { line } = lexer;
          const call: CallLike = { kind: 'call', callee: expression, parameters: this.#parseArguments(), line };
          expression = call;
          break;
        }
        default:
          return expression;
      }
    }
  }

  #parseArguments(): Expression[] {
    const { lexer } = this;
    const { line } = lexer;
    switch (lexer.token) {
      case '(': {
        if (line !== lexer.lastLine) lexer.fail('ambiguous syntax (function call x new statement)');
        lexer.next();
        const list = this.#atToken(')') ? [] : this.parseExpressionList();
        this.expectClosing(')', '(', line);
        return list;
      }
      case '{':
        return [this.#parseTable()];
      case '<string>': {
        const text: Expression = { kind: 'string', value: lexer.text };
        lexer.next();
        return [text];
      }
      default:
        return lexer.fail('function arguments expected');
    }
  }

  #parseTable(): Expression {
    const { lexer } = this;
    const { line } = lexer;
    const entries: TableEntry[] = [];
    this.expectNext('{');
    while (lexer.token !== '}') {
      entries.push(this.#parseEntry());
      if (!this.accept(',') && !this.accept(';')) break;
    }
    this.expectClosing('}', '{', line);
    return { kind: 'table', entries, line };
  }

  #parseEntry(): TableEntry {
    const { lexer } = this;
    if (lexer.token === '[') {
      lexer.next();
      const key = this.parseExpression();
      this.expectNext(']');
      this.expectNext('=');
      return { key, value: this.parseExpression() };
    }
    if (lexer.token === '<name>' && lexer.peek() === '=') {
      const key: Expression = { kind: 'string', value: this.takeName() };
      this.expectNext('=');
      return { key, value: this.parseExpression() };
    }
    return { key: undefined, value: this.parseExpression() };
  }
}

function binaryExpression(operator: string, left: Expression, right: Expression, line: number): Expression {
  switch (operator) {
    case 'and':
    case 'or':
      return { kind: operator, left, right };
    case '..': {
      const operands = right.kind === 'concat' ? [left, ...right.operands] : [left, right];
      return { kind: 'concat', operands, line: right.kind === 'concat' ? right.line : line };
    }
    case '==':
    case '~=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { kind: 'comparison', operator: operator satisfies ComparisonOperator, left, right, line };
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
      return { kind: 'arithmetic', operator: operator satisfies ArithmeticOperator, left, right, line };
    default:
      throw new Error(`not a binary operator: ${operator}`);
  }
}
