/** How error messages name the operand or function that failed: "local 'x'", "field 'y'", "method 'z'" ... */
import type { Expression, Site } from './ast.ts';

export interface OperandName {
  readonly kind: 'local' | 'upvalue' | 'global' | 'field' | 'method';
  readonly name: string;
}

export function describeExpression(expression: Expression): OperandName | undefined {
  switch (expression.kind) {
    case 'local':
      return { kind: 'local', name: expression.variable.name };
    case 'upvalue':
      return { kind: 'upvalue', name: expression.name };
    case 'global':
      return { kind: 'global', name: expression.name };
    case 'index':
      return { kind: 'field', name: constantKey(expression.key) };
    case 'parentheses':
      return describeExpression(expression.inner);
    default:
      return undefined;
  }
}

function constantKey(key: Expression): string {
  if (key.kind === 'parentheses') return constantKey(key.inner);
  return key.kind === 'string' ? key.value : '?';
}

/** The name of what is called at a site. */
export function describeCallee(site: Site): OperandName | undefined {
  if (site.kind === 'call') return describeExpression(site.callee);
  if (site.kind === 'method') return { kind: 'method', name: site.name };
  if (site.kind === 'generic-for') return { kind: 'local', name: '(for generator)' };
  return undefined;
}

/** The operand that an index, call or operator was applied to. */
export function describeTarget(site: Site): OperandName | undefined {
  if (site.kind === 'index' || site.kind === 'method') return describeExpression(site.object);
  if (site.kind === 'negate' || site.kind === 'length') return describeExpression(site.operand);
  return undefined;
}

export function siteLine(site: Site | undefined): number {
  return site !== undefined && 'line' in site ? site.line : 0;
}
