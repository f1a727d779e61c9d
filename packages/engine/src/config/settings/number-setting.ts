// A setting whose value is a 64-bit number, in one of the notations that directives use: a plain integer, an amount of
// memory (perhaps a percentage, or a negative word of its own), or an octal file mode.
import { LONG_MAX, type NumberDirective } from '../directive.ts';
import { formatMemory, parseInteger, parseIntegerPrefix, parseMemory } from '../parse-number.ts';
import type { Assignment, RewriteLine, Setting } from './setting.ts';

export class NumberSetting implements Setting {
  readonly directive: NumberDirective;
  /** The value for quick reads; exact up to 2^53. Percentages are negative. */
  value = 0;
  #exact = 0n;

  constructor(directive: NumberDirective) {
    this.directive = directive;
    this.#keep(directive.defaultValue);
  }

  /** The value in all its 64 bits: unsigned for amounts of memory, signed otherwise. */
  get exact(): bigint {
    return this.directive.notation === 'memory' ? BigInt.asUintN(64, this.#exact) : this.#exact;
  }

  assign([argument]: readonly string[]): Assignment {
    const parsed = parseNotation(this.directive, argument);
    if (typeof parsed === 'string') return { refused: parsed };
    const refused = findLimitError(this.directive, parsed) ?? this.directive.validate?.(parsed);
    if (refused !== undefined) return { refused };
    const before = this.#exact;
    this.#keep(draw(parsed, this.directive.clamp));
    return before === this.#exact ? 'unchanged' : 'changed';
  }

  findObstacle(): string | undefined {
    return this.directive.applicable?.(this.#exact);
  }

  print(): string {
    const { notation } = this.directive;
    if (notation === 'octal') return this.#exact.toString(8);
    if (this.#exact < 0n && notation === 'memory-or-percent') return `${-this.#exact}%`;
    return `${this.exact}`;
  }

  remember(): () => void {
    const before = this.#exact;
    return () => {
      this.#keep(before);
    };
  }

  rewrite(): readonly RewriteLine[] {
    const { name, notation, defaultValue } = this.directive;
    const inUnits = notation === 'memory' || (notation.startsWith('memory') && this.#exact >= 0n);
    const shown = inUnits ? formatMemory(BigInt.asUintN(64, this.#exact)) : this.print();
    return [{ text: `${name} ${shown}`, force: this.#exact !== defaultValue }];
  }

  #keep(exact: bigint): void {
    this.#exact = exact;
    this.value = Number(this.exact);
  }
}

/** The 64 signed bits that `argument` stands for, or why it stands for none. */
function parseNotation({ notation }: NumberDirective, argument: string): bigint | string {
  if (notation === 'integer') return parseInteger(argument) ?? "argument couldn't be parsed into an integer";
  if (notation === 'octal') {
    const { value, rest, overflow } = parseIntegerPrefix(argument, 8);
    return rest === '' && !overflow ? value : "argument couldn't be parsed as an octal number";
  }
  const bytes = parseMemory(argument);
  if (bytes !== undefined) return BigInt.asIntN(64, bytes);
  if (notation === 'memory-or-percent') {
    const percent = /^(.+)%$/s.exec(argument);
    const value = percent === null ? undefined : parseInteger(percent[1]);
    return value !== undefined && value >= 0n ? -value : 'argument must be a memory or percent value';
  }
  const negative = notation === 'memory-or-negative' ? parseInteger(argument) : undefined;
  return negative ?? 'argument must be a memory value';
}

function findLimitError(directive: NumberDirective, value: bigint): string | undefined {
  const { notation, min, max } = directive;
  if (notation === 'memory-or-percent' && value < 0n) {
    return value < min ? `percentage argument must be less or equal to ${-min}` : undefined;
  }
  const compared = max > LONG_MAX ? BigInt.asUintN(64, value) : value;
  if (compared >= min && compared <= max) return undefined;
  const base = notation === 'octal' ? 8 : 10;
  return `argument must be between ${min.toString(base)} and ${max.toString(base)} inclusive`;
}

function draw(value: bigint, range: NumberDirective['clamp']): bigint {
  if (range === undefined) return value;
  return value < range.min ? range.min : value > range.max ? range.max : value;
}
