/** JavaScript source for the statements of one Lua function and the function around them. See expression-emitter.ts. */
import {
  type AssignStatement,
  type Expression,
  type FunctionProto,
  isMultiple,
  type LocalVariable,
  type Site,
  type Statement,
} from './ast.ts';
import { ExpressionEmitter } from './expression-emitter.ts';
import type { StatementPlaces } from './parser.ts';
import type { FieldCache } from './runtime.ts';

export interface EmittedFunction {
  /** The body of a factory with the parameters R, F, T, C, D, H, P. */
  readonly source: string;
  readonly constants: readonly (Site | FunctionProto | FieldCache)[];
}

/** `isResumable` makes a generator, in which calls can be left by a yield; with `places` it stops before statements. */
export function emitFunction(proto: FunctionProto, isResumable: boolean, places?: StatementPlaces): EmittedFunction {
  const emitter = new FunctionEmitter(isResumable, places);
  const source = emitter.emit(proto);
  return { source, constants: emitter.constants };
}

/** Bytes of the JavaScript stack that an activation and each of its variables and temporaries take. */
const STACK_BYTES_OF_ACTIVATION = 240;
const STACK_BYTES_OF_VARIABLE = 16;

const POLL = 'if(--R.fuel<0)R.pause();';

class FunctionEmitter extends ExpressionEmitter {
  #names = 0;
  readonly #places: StatementPlaces | undefined;

  constructor(isResumable: boolean, places: StatementPlaces | undefined) {
    super(isResumable);
    this.#places = places;
  }

  emit(proto: FunctionProto): string {
    const parameters = proto.parameters.map((parameter, at) => (parameter.captured ? `p${at}` : this.name(parameter)));
    const opening = proto.parameters
      .map((parameter, at) => (parameter.captured ? `let ${this.name(parameter)}=new C(p${at});` : ''))
      .join('');
    const extra = proto.argumentsTable;
    const argumentsTable =
      extra === undefined ? '' : this.#declare(extra, proto.usesVarargs ? 'undefined' : 'H.buildArgumentsTable(R,V)');
    const body = this.#block(proto.body);
    const temporaries = Array.from({ length: this.temporariesMax }, (_, at) => `t${at}`);
    const stackCost = STACK_BYTES_OF_ACTIVATION + STACK_BYTES_OF_VARIABLE * (proto.slotCount + this.temporariesMax);
    const heads = ['self', ...parameters, ...(proto.isVararg ? ['...V'] : [])].join(',');
    const constants = this.constants.map((_, at) => `D${at}=D[${at}]`);
    return [
      '"use strict";',
      constants.length === 0 ? '' : `const ${constants.join(',')};`,
      `return function${this.isResumable ? '*' : ''}(${heads}){`,
      `let ${['S', ...temporaries].join(',')};`,
      this.usesUpvalues ? 'const U=self.cells;' : '',
      `if(R.depth+${stackCost}>R.depthMax||--R.fuel<0)R.pause(${stackCost});`,
      `R.depth+=${stackCost};try{`,
      opening,
      argumentsTable,
      body,
      `return H.NO_VALUES;}catch(e){throw R.passError(e,P,S);}finally{R.depth-=${stackCost};}}`,
    ].join('');
  }

  #fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  #declare(variable: LocalVariable, value: string): string {
    return `let ${this.name(variable)}=${variable.captured ? `new C(${value})` : value};`;
  }

  #block(statements: readonly Statement[]): string {
    if (this.#places === undefined) return statements.map((statement) => this.#statement(statement)).join('');
    return statements.map((statement) => this.#stopBefore(statement) + this.#statement(statement)).join('');
  }

  /** Hands the line and the variables to the debugger. Coroutines of the script are not stopped. */
  #stopBefore(statement: Statement): string {
    const place = this.#places?.get(statement);
    if (place === undefined) return '';
    const names = JSON.stringify(place.locals.map(({ name }) => name));
    const values = place.locals.map((variable) => this.variable(variable)).join(',');
    return `if(R.coroutine===undefined)yield new H.LineStop(${place.line},${place.order},${names},[${values}]);`;
  }

  #statement(statement: Statement): string {
    switch (statement.kind) {
      case 'local':
        return this.#local(statement.variables, statement.values);
      case 'local-function':
        return this.#localFunction(statement.variable, statement.proto);
      case 'assign':
        return this.#assign(statement);
      case 'call':
        return `H.finish(${this.call(statement.call)});`;
      case 'do':
        return `{${this.#block(statement.body)}}`;
      case 'while':
        return `while(${this.condition(statement.condition)}){${POLL}${this.#block(statement.body)}}`;
      case 'repeat': {
        const body = this.#block(statement.body);
        return `for(;;){${POLL}${body}if(${this.condition(statement.condition)})break;}`;
      }
      case 'if':
        return this.#if(statement);
      case 'numeric-for':
        return this.#numericFor(statement);
      case 'generic-for':
        return this.#genericFor(statement);
      case 'return':
        return this.#return(statement.values);
      case 'break':
        return 'break;';
    }
  }

  #local(variables: readonly LocalVariable[], values: readonly Expression[]): string {
    const last = values[values.length - 1];
    const isOpen = values.length <= variables.length && isMultiple(last) && variables.length > 1;
    if (isOpen && last !== undefined) {
      const rest = this.#fresh('l');
      const closed = values.slice(0, -1).map((value) => this.expression(value));
      const open = `const ${rest}=${this.allOf(last)};`;
      const declared = variables.map((variable, at) =>
        this.#declare(variable, closed[at] ?? `${rest}[${at - closed.length}]`),
      );
      // The values come in order: those before the list first.
      return [...declared.slice(0, closed.length), open, ...declared.slice(closed.length)].join('');
    }
    const surplus = values.slice(variables.length).map((value) => `${this.expression(value)};`);
    const declared = variables.map((variable, at) => {
      const value = values[at];
      return this.#declare(variable, value === undefined ? 'undefined' : this.expression(value));
    });
    return declared.join('') + surplus.join('');
  }

  #localFunction(variable: LocalVariable, proto: FunctionProto): string {
    if (!variable.captured) return this.#declare(variable, this.closure(proto));
    return `${this.#declare(variable, 'undefined')}${this.name(variable)}.value=${this.closure(proto)};`;
  }

  #assign({ targets, values }: AssignStatement): string {
    const [target] = targets;
    const [value] = values;
    if (targets.length === 1 && values.length === 1 && target !== undefined && value !== undefined) {
      if (target.kind !== 'index') return this.#store(target, this.expression(value));
      const object = this.expression(target.object);
      const key = this.expression(target.key);
      return `R.setIndex(${object},${key},${this.expression(value)},${this.constant(target)});`;
    }
    return this.#assignMany(targets, values);
  }

  #store(target: Exclude<AssignStatement['targets'][number], { kind: 'index' }>, value: string): string {
    switch (target.kind) {
      case 'local':
        return `${this.variable(target.variable)}=${value};`;
      case 'upvalue':
        return `${this.upvalue(target.index)}=${value};`;
      case 'global':
        return `R.setIndex(self.environment,${JSON.stringify(target.name)},${value},${this.constant(target)});`;
    }
  }

  #assignMany(targets: AssignStatement['targets'], values: readonly Expression[]): string {
    const list = this.#fresh('l');
    const prepared: string[] = [];
    const stores = targets.map((target, at) => {
      const value = `${list}[${at}]`;
      if (target.kind !== 'index') return this.#store(target, value);
      const object = this.#fresh('o');
      const key = this.#fresh('k');
      prepared.push(`const ${object}=${this.expression(target.object)},${key}=${this.expression(target.key)};`);
      return `R.setIndex(${object},${key},${value},${this.constant(target)});`;
    });
    return `{${prepared.join('')}const ${list}=[${this.list(values)}];${stores.reverse().join('')}}`;
  }

  #if(statement: Statement & { kind: 'if' }): string {
    const branches = statement.conditions.map((condition, at) => {
      return `if(${this.condition(condition)}){${this.#block(statement.blocks[at] ?? [])}}`;
    });
    const otherwise = statement.otherwise === undefined ? '' : `else{${this.#block(statement.otherwise)}}`;
    return branches.join('else ') + otherwise;
  }

  #numericFor(statement: Statement & { kind: 'numeric-for' }): string {
    const { step } = statement;
    const [from, to, by, at] = [this.#fresh('f'), this.#fresh('f'), this.#fresh('f'), this.#fresh('f')];
    const site = this.constant(statement);
    const read =
      `let ${from}=${this.expression(statement.start)},${to}=${this.expression(statement.limit)},` +
      `${by}=${step === undefined ? '1' : this.expression(step)};`;
    const check = (name: string, what: string): string =>
      `if(typeof ${name}!=='number')${name}=R.forNumber(${name},"${what}",${site});`;
    const checks = check(from, 'initial value') + check(to, 'limit') + (step === undefined ? '' : check(by, 'step'));
    const isUp = step === undefined || (step.kind === 'number' && step.value > 0);
    const test = isUp ? `${at}<=${to}` : `${by}>0?${at}<=${to}:${to}<=${at}`;
    const body = this.#declare(statement.variable, at) + this.#block(statement.body);
    return `{${read}${checks}for(let ${at}=${from};${test};${at}+=${by}){${POLL}${body}}}`;
  }

  /** Loops by next and ipairs read the table themselves; `m` says which it is. */
  #genericFor(statement: Statement & { kind: 'generic-for' }): string {
    const [call, state, key, mode] = [this.#fresh('f'), this.#fresh('s'), this.#fresh('k'), this.#fresh('m')];
    const [place, length, result, control] = [this.#fresh('p_'), this.#fresh('n'), this.#fresh('r'), this.#fresh('c')];
    const site = this.constant(statement);
    const open =
      `const l=[${this.list(statement.values)}],${state}=l[1],${mode}=H.loopMode(R,l[0],${state},l[2]),` +
      `${call}=${mode}===0?R.callable(l[0],${site}):l[0];let ${control}=l[2],${place}=0,${length}=0,${key},${result};`;
    const others = statement.variables.slice(1);
    const declared =
      this.#declare(statement.variables[0], key) +
      others
        .map((variable, at) => {
          const value = `${mode}===0?(${result} instanceof Array?${result}[${at + 1}]:undefined):`;
          return this.#declare(variable, value + (at === 0 ? result : 'undefined'));
        })
        .join('');
    const advance =
      `if(${mode}===1){${place}=${state}.nextPlace(${place});if(${place}<0)break;` +
      `${key}=${state}.keyAt(${place});${result}=${state}.valueAt(${place});${length}=${state}.array.length;}` +
      `else if(${mode}===2){${key}=++${place};${result}=${state}.get(${place});if(${result}===undefined)break;}` +
      `else{S=${site};${result}=H.finish(${call}.code(${call},${state},${control}));${control}=H.firstOf(${result});` +
      `if(${control}===undefined)break;${key}=${control};}`;
    const goOn = `if(${mode}===1)${place}=${state}.array.length===${length}?${place}+1:${state}.placeAfter(${key});`;
    return `{${open}for(;;){${advance}${POLL}{${declared}${this.#block(statement.body)}}${goOn}}}`;
  }

  #return(values: readonly Expression[]): string {
    const [value] = values;
    if (value === undefined) return 'return H.NO_VALUES;';
    if (values.length > 1) return `return [${this.list(values)}];`;
    if (value.kind === 'vararg') return 'return V;';
    if (value.kind === 'call' || value.kind === 'method') return `return ${this.tailCall(value)};`;
    return `return ${this.expression(value)};`;
  }
}
