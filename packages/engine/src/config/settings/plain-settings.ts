// Settings whose value is one word or number: yes/no, texts, choices and sets of flags.
import type { BooleanDirective, ChoiceDirective, FlagsDirective, TextDirective } from '../directive.ts';
import { untilNul } from '../parse-number.ts';
import { quoteArgument } from '../split-arguments.ts';
import { type Assignment, type RewriteLine, type Setting, ValueSetting } from './setting.ts';

/** Error texts longer than this are cut, as the original's buffer does. */
const CHOICES_TEXT_MAX = 255;

export class BooleanSetting extends ValueSetting<boolean> implements Setting {
  readonly directive: BooleanDirective;

  constructor(directive: BooleanDirective) {
    super(directive.defaultValue);
    this.directive = directive;
  }

  assign([argument]: readonly string[]): Assignment {
    const word = untilNul(argument).toLowerCase();
    if (word !== 'yes' && word !== 'no') return { refused: "argument must be 'yes' or 'no'" };
    const refused = this.directive.validate?.(word === 'yes');
    if (refused !== undefined) return { refused };
    const before = this.value;
    this.value = word === 'yes';
    return before === this.value ? 'unchanged' : 'changed';
  }

  findObstacle(): string | undefined {
    return this.directive.applicable?.(this.value);
  }

  print(): string {
    return this.value ? 'yes' : 'no';
  }

  rewrite(): readonly RewriteLine[] {
    const force = this.value !== this.directive.defaultValue;
    return [{ text: `${this.directive.name} ${this.print()}`, force }];
  }
}

/** A text; one that is nullable and empty counts as not set. */
export class TextSetting extends ValueSetting<string> implements Setting {
  readonly directive: TextDirective;

  constructor(directive: TextDirective) {
    super(directive.defaultValue);
    this.directive = directive;
  }

  assign([argument]: readonly string[]): Assignment {
    const text = this.directive.binary ? argument : untilNul(argument);
    const refused = this.directive.validate?.(text);
    if (refused !== undefined) return { refused };
    const before = this.value;
    this.value = text;
    return before === text && this.directive.volatile !== true ? 'unchanged' : 'changed';
  }

  findObstacle(): string | undefined {
    return this.directive.applicable?.(this.value);
  }

  print(): string {
    return this.value;
  }

  rewrite(): readonly RewriteLine[] {
    const { name, nullable, defaultValue } = this.directive;
    if (nullable && this.value === '') return [];
    return [{ text: `${name} ${quoteArgument(this.value)}`, force: this.value !== defaultValue }];
  }
}

export class ChoiceSetting extends ValueSetting<string> implements Setting {
  readonly directive: ChoiceDirective;

  constructor(directive: ChoiceDirective) {
    super(directive.defaultValue);
    this.directive = directive;
  }

  assign(args: readonly string[]): Assignment {
    const chosen = args.length === 1 ? findChoice(this.directive.choices, args[0]) : undefined;
    if (chosen === undefined) return refuseChoice(this.directive.choices);
    const value = this.directive.synonyms?.[chosen] ?? chosen;
    const refused = this.directive.validate?.(value);
    if (refused !== undefined) return { refused };
    const before = this.value;
    this.value = value;
    return before === value ? 'unchanged' : 'changed';
  }

  findObstacle(): string | undefined {
    return this.directive.applicable?.(this.value);
  }

  print(): string {
    return this.value;
  }

  rewrite(): readonly RewriteLine[] {
    return [{ text: `${this.directive.name} ${this.value}`, force: this.value !== this.directive.defaultValue }];
  }
}

/** Any combination of flags, kept in the order of the row. The row's first word stands for none of them. */
export class FlagsSetting extends ValueSetting<readonly string[]> implements Setting {
  readonly directive: FlagsDirective;

  constructor(directive: FlagsDirective) {
    super([]);
    this.directive = directive;
  }

  assign(args: readonly string[]): Assignment {
    const [none, ...flags] = this.directive.choices;
    const named = args.map((argument) => findChoice(this.directive.choices, argument));
    if (args.length === 0 || named.includes(undefined)) return refuseChoice(this.directive.choices);
    const value = flags.filter((flag) => flag !== none && named.includes(flag));
    const refused = this.directive.validate?.(value);
    if (refused !== undefined) return { refused };
    const before = this.print();
    this.value = value;
    return before === this.print() ? 'unchanged' : 'changed';
  }

  findObstacle(): string | undefined {
    return this.directive.applicable?.(this.value);
  }

  print(): string {
    return this.value.length === 0 ? this.directive.choices[0] : this.value.join(' ');
  }

  rewrite(): readonly RewriteLine[] {
    return [{ text: `${this.directive.name} ${this.print()}`, force: this.value.length > 0 }];
  }
}

function findChoice(choices: readonly string[], argument: string): string | undefined {
  const word = untilNul(argument).toLowerCase();
  return choices.find((choice) => choice.toLowerCase() === word);
}

function refuseChoice(choices: readonly string[]): { refused: string } {
  const refused = `argument(s) must be one of the following: ${choices.join(', ')}`;
  return { refused: refused.slice(0, CHOICES_TEXT_MAX) };
}
