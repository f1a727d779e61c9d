/**
 * Parses a Lua 5.1 chunk into a FunctionProto: statements here, expressions in expression-parser.ts.
 * Messages are those of Lua's own parser, and so are its limits (200 locals, 60 upvalues, 200 nested levels).
 */
import type { AssignableExpression, Expression, FunctionProto, LocalVariable, Statement } from './ast.ts';
import { ExpressionParser } from './expression-parser.ts';
import { FunctionScope } from './function-scope.ts';
import { Lexer } from './lexer.ts';

/** Where a statement begins, and the local variables that it sees: what a debugger shows. */
export interface StatementPlace {
  readonly line: number;
  /** Counts statements as they begin in the source. */
  readonly order: number;
  readonly locals: readonly LocalVariable[];
}

export type StatementPlaces = Map<Statement, StatementPlace>;

/**
 * Throws LuaSyntaxError. The chunk name is as in Lua: "@file", "=name" or the source itself. `places` collects where
 * statements are.
 */
export function parseChunk(source: string, chunkName: string, places?: StatementPlaces): FunctionProto {
  return new Parser(new Lexer(source, chunkName), chunkName, places).parseMain();
}

class Parser extends ExpressionParser {
  readonly #chunkName: string;
  readonly #places: StatementPlaces | undefined;
  #order = 0;

  constructor(lexer: Lexer, chunkName: string, places: StatementPlaces | undefined) {
    super(lexer);
    this.#places = places;
    this.#chunkName = chunkName;
  }

  parseMain(): FunctionProto {
    const scope = new FunctionScope(undefined, this.#chunkName, 0, 0);
    this.scope = scope;
    scope.proto.isVararg = true;
    this.lexer.next();
    scope.proto.body = this.#parseStatements();
    this.expect('<eof>');
    return scope.finish();
  }

  protected override parseFunctionBody(hasSelf: boolean, line: number): FunctionProto {
    const outer = this.scope;
    const scope = new FunctionScope(outer, this.#chunkName, line, this.level);
    this.scope = scope;
    this.expectNext('(');
    const parameters: LocalVariable[] = hasSelf ? [this.makeLocal('self', 0)] : [];
    this.#parseParameters(parameters);
    scope.active.push(...parameters);
    scope.proto.parameters.push(...parameters);
    if (scope.proto.isVararg) {
      const extra = this.makeLocal('arg', 0);
      scope.active.push(extra);
      scope.proto.argumentsTable = extra;
    }
    this.expectNext(')');
    scope.proto.body = this.#parseStatements();
    this.expectClosing('end', 'function', line);
    this.scope = outer;
    return scope.finish();
  }

  #parseParameters(parameters: LocalVariable[]): void {
    const { lexer, scope } = this;
    if (lexer.token === ')') return;
    do {
      if (lexer.token === '<name>') {
        parameters.push(this.makeLocal(this.takeName(), parameters.length));
      } else if (lexer.token === '...') {
        lexer.next();
        scope.proto.isVararg = true;
      } else {
        lexer.fail("<name> or '...' expected");
      }
    } while (!scope.proto.isVararg && this.accept(','));
  }

  #atBlockEnd(): boolean {
    switch (this.lexer.token) {
      case 'else':
      case 'elseif':
      case 'end':
      case 'until':
      case '<eof>':
        return true;
      default:
        return false;
    }
  }

  #parseStatements(): Statement[] {
    const statements: Statement[] = [];
    this.enterLevel();
    let isLast = false;
    while (!isLast && !this.#atBlockEnd()) {
      const place = this.#places && {
        line: this.lexer.line,
        order: this.#order++,
        locals: this.scope.active.filter(isNamed),
      };
      const statement = this.#parseStatement();
      if (place !== undefined) this.#places?.set(statement, place);
      statements.push(statement);
      isLast = statement.kind === 'return' || statement.kind === 'break';
      this.accept(';');
    }
    this.leaveLevel();
    return statements;
  }

  #parseBlock(): Statement[] {
    const { active } = this.scope;
    const visible = active.length;
    const statements = this.#parseStatements();
    active.length = visible;
    return statements;
  }

  #parseStatement(): Statement {
    const { lexer } = this;
    const { line } = lexer;
    switch (lexer.token) {
      case 'if':
        return this.#parseIf(line);
      case 'while':
        return this.#parseWhile(line);
      case 'do': {
        lexer.next();
        const body = this.#parseBlock();
        this.expectClosing('end', 'do', line);
        return { kind: 'do', body };
      }
      case 'for':
        return this.#parseFor(line);
      case 'repeat':
        return this.#parseRepeat(line);
      case 'function':
        return this.#parseFunction(line);
      case 'local':
        lexer.next();
        return this.accept('function') ? this.#parseLocalFunction() : this.#parseLocal();
      case 'return':
        return this.#parseReturn();
      case 'break':
        lexer.next();
        if (this.scope.loopDepth === 0) lexer.fail('no loop to break');
        return { kind: 'break' };
      default:
        return this.#parseExpressionStatement();
    }
  }

  #parseLoopBody(): Statement[] {
    this.scope.loopDepth++;
    const body = this.#parseBlock();
    this.scope.loopDepth--;
    return body;
  }

  #parseIf(line: number): Statement {
    const { lexer } = this;
    const conditions: Expression[] = [];
    const blocks: Statement[][] = [];
    do {
      lexer.next();
      conditions.push(this.parseExpression());
      this.expectNext('then');
      blocks.push(this.#parseBlock());
    } while (lexer.token === 'elseif');
    const otherwise = this.accept('else') ? this.#parseBlock() : undefined;
    this.expectClosing('end', 'if', line);
    return { kind: 'if', conditions, blocks, otherwise };
  }

  #parseWhile(line: number): Statement {
    this.lexer.next();
    const condition = this.parseExpression();
    this.expectNext('do');
    const body = this.#parseLoopBody();
    this.expectClosing('end', 'while', line);
    return { kind: 'while', condition, body };
  }

  #parseRepeat(line: number): Statement {
    const { active } = this.scope;
    const visible = active.length;
    this.lexer.next();
    this.scope.loopDepth++;
    const body = this.#parseStatements();
    this.scope.loopDepth--;
    this.expectClosing('until', 'repeat', line);
    const condition = this.parseExpression();
    active.length = visible;
    return { kind: 'repeat', condition, body };
  }

  #parseFor(line: number): Statement {
    const { lexer, scope } = this;
    const visible = scope.active.length;
    lexer.next();
    const name = this.takeName();
    const isNumeric = lexer.token === '=';
    if (!isNumeric && lexer.token !== ',' && lexer.token !== 'in') lexer.fail("'=' or 'in' expected");
    const statement = isNumeric ? this.#parseNumericFor(name, line) : this.#parseGenericFor(name);
    this.expectClosing('end', 'for', line);
    scope.active.length = visible;
    return statement;
  }

  /** The loop's own state takes three slots, as in Lua, which keeps its limit of variables. */
  #hideControlVariables(): void {
    for (const name of ['(for generator)', '(for state)', '(for control)']) {
      this.scope.active.push(this.makeLocal(name, 0));
    }
  }

  #parseNumericFor(name: string, line: number): Statement {
    this.expectNext('=');
    const start = this.parseExpression();
    this.expectNext(',');
    const limit = this.parseExpression();
    const step = this.accept(',') ? this.parseExpression() : undefined;
    this.#hideControlVariables();
    const variable = this.makeLocal(name, 0);
    this.expectNext('do');
    this.scope.active.push(variable);
    const body = this.#parseLoopBody();
    return { kind: 'numeric-for', variable, start, limit, step, body, line };
  }

  #parseGenericFor(firstName: string): Statement {
    const names = [firstName];
    while (this.accept(',')) names.push(this.takeName());
    this.expectNext('in');
    const { line } = this.lexer;
    const values = this.parseExpressionList();
    this.#hideControlVariables();
    const variables = names.map((name, ahead) => this.makeLocal(name, ahead));
    this.expectNext('do');
    this.scope.active.push(...variables);
    const body = this.#parseLoopBody();
    return { kind: 'generic-for', variables, values, body, line };
  }

  #parseFunction(line: number): Statement {
    const { lexer } = this;
    lexer.next();
    let target: AssignableExpression = this.resolveName();
    let hasSelf = false;
    while (!hasSelf && (lexer.token === '.' || lexer.token === ':')) {
      hasSelf = lexer.token === ':';
      lexer.next();
      target = { kind: 'index', object: target, key: { kind: 'string', value: this.takeName() }, line };
    }
    const proto = this.parseFunctionBody(hasSelf, line);
    return { kind: 'assign', targets: [target], values: [{ kind: 'function', proto }] };
  }

  #parseLocalFunction(): Statement {
    const variable = this.makeLocal(this.takeName(), 0);
    this.scope.active.push(variable);
    return { kind: 'local-function', variable, proto: this.parseFunctionBody(false, this.lexer.line) };
  }

  #parseLocal(): Statement {
    const variables: LocalVariable[] = [];
    do {
      variables.push(this.makeLocal(this.takeName(), variables.length));
    } while (this.accept(','));
    const values = this.accept('=') ? this.parseExpressionList() : [];
    this.scope.active.push(...variables);
    return { kind: 'local', variables, values };
  }

  #parseReturn(): Statement {
    const { lexer } = this;
    lexer.next();
    const isEmpty = this.#atBlockEnd() || lexer.token === ';';
    return { kind: 'return', values: isEmpty ? [] : this.parseExpressionList() };
  }

  #parseExpressionStatement(): Statement {
    const { lexer } = this;
    const first = this.parsePrimary();
    if (first.kind === 'call' || first.kind === 'method') return { kind: 'call', call: first };
    const targets = [this.#assignable(first)];
    while (this.accept(',')) {
      const target = this.parsePrimary();
      if (targets.length + 1 > 200 - this.level) this.failLimit(200 - this.level, 'variables in assignment');
      if (lexer.token !== ',' && lexer.token !== '=') this.#assignable(target);
      targets.push(this.#assignable(target));
    }
    this.expectNext('=');
    const values = this.parseExpressionList();
    return { kind: 'assign', targets: targets.map((target) => assignedAt(target, lexer.lastLine)), values };
  }

  #assignable(expression: Expression): AssignableExpression {
    switch (expression.kind) {
      case 'local':
      case 'upvalue':
      case 'global':
      case 'index':
        return expression;
      default:
        return this.lexer.fail('syntax error');
    }
  }
}

/** Loops keep hidden variables, whose names no script can write. */
function isNamed({ name }: LocalVariable): boolean {
  return !name.startsWith('(');
}

/** An assignment happens where its statement ends. */
function assignedAt(target: AssignableExpression, line: number): AssignableExpression {
  const hasOtherLine = (target.kind === 'index' || target.kind === 'global') && target.line !== line;
  return hasOtherLine ? { ...target, line } : target;
}
