// What one row of the directive tables says, and the functions that build rows. A row is data: its name, its type with
// limits, its default and how it may be changed. How values are parsed, kept and printed lives in settings/.
// Names, aliases, limits, defaults and flags are protocol: they equal Valkey 9.1, which the differential test watches.

/** Whether the engine acts on a directive. Those with 'none' are accepted, kept and listed in docs/configuration.md. */
export type Effect = 'full' | 'none';

/** Says why a value is refused; undefined accepts it. */
export type Check<Value> = (value: Value) => string | undefined;

interface Traits {
  /** A second name under which the directive is found and listed. */
  readonly alias?: string;
  /** Fixed at start: CONFIG SET refuses it. */
  readonly immutable?: boolean;
  /** CONFIG SET needs enable-protected-configs. */
  readonly protected?: boolean;
  /** The value is kept out of logs. */
  readonly sensitive?: boolean;
  /** Left out of pattern matches; an exact name finds it. */
  readonly hidden?: boolean;
  /** CONFIG SET is refused while a data set is being loaded. */
  readonly denyLoading?: boolean;
  /** Takes several arguments. */
  readonly multipleArguments?: boolean;
  /** Counts as changed even when the value stays: files named by it may have new contents. */
  readonly volatile?: boolean;
  /** Ours, unknown to Valkey. */
  readonly own?: boolean;
  readonly effect?: Effect;
  /** One sentence for the documentation; given for our own directives only. */
  readonly summary?: string;
}

/** Checks made when a value is read, and when CONFIG SET has read all values and is about to apply them. */
interface Checks<Value> {
  readonly validate?: Check<Value>;
  readonly applicable?: Check<Value>;
}

export interface BooleanDirective<Name extends string = string> extends Traits, Checks<boolean> {
  readonly kind: 'boolean';
  readonly name: Name;
  readonly defaultValue: boolean;
}

export type NumberNotation = 'integer' | 'memory' | 'memory-or-percent' | 'memory-or-negative' | 'octal';

export interface NumberDirective<Name extends string = string> extends Traits, Checks<bigint> {
  readonly kind: 'number';
  readonly name: Name;
  readonly defaultValue: bigint;
  readonly notation: NumberNotation;
  /**
   * Both inclusive. For `memory-or-percent` a negative minimum is the largest percentage. A maximum above 2^63 - 1 means
   * that limits are compared as unsigned numbers.
   */
  readonly min: bigint;
  readonly max: bigint;
  /** Values out of this range are accepted and silently drawn into it. */
  readonly clamp?: { readonly min: bigint; readonly max: bigint };
}

export interface TextDirective<Name extends string = string> extends Traits, Checks<string> {
  readonly kind: 'text';
  readonly name: Name;
  readonly defaultValue: string;
  /** An empty text means "not set": CONFIG REWRITE then leaves the directive out. */
  readonly nullable: boolean;
  /** Keeps NUL bytes; other texts end at the first one. */
  readonly binary: boolean;
}

export interface ChoiceDirective<Name extends string = string> extends Traits, Checks<string> {
  readonly kind: 'choice';
  readonly name: Name;
  readonly defaultValue: string;
  /** All names in the order in which error texts list them. */
  readonly choices: readonly string[];
  /** Names that mean the same as another one and are printed as that. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

export interface FlagsDirective<Name extends string = string> extends Traits, Checks<readonly string[]> {
  readonly kind: 'flags';
  readonly name: Name;
  /** The word for "no flag", which comes first, and the flags in printing order. */
  readonly choices: readonly string[];
}

/** A directive with a syntax of its own; settings/special-settings.ts knows it by its name. */
export interface SpecialDirective<Name extends string = string> extends Traits {
  readonly kind: 'special';
  readonly name: Name;
}

export type Directive =
  | BooleanDirective
  | NumberDirective
  | TextDirective
  | ChoiceDirective
  | FlagsDirective
  | SpecialDirective;

export const INT_MAX = 2 ** 31 - 1;
export const INT_MIN = -(2 ** 31);
export const UINT_MAX = 2 ** 32 - 1;
export const LONG_MAX = 2n ** 63n - 1n;
export const ULONG_MAX = 2n ** 64n - 1n;

type Range = readonly [min: number | bigint, max: number | bigint];
type NumberTraits = Traits & Checks<bigint> & { readonly clamp?: NonNullable<NumberDirective['clamp']> };

export function yesNo<const Name extends string>(
  name: Name,
  defaultText: 'yes' | 'no',
  traits: Traits & Checks<boolean> = {},
): BooleanDirective<Name> {
  return { kind: 'boolean', name, defaultValue: defaultText === 'yes', ...traits };
}

function numeric<const Name extends string>(
  notation: NumberNotation,
  name: Name,
  defaultValue: number | bigint,
  [min, max]: Range,
  traits: NumberTraits,
): NumberDirective<Name> {
  return {
    kind: 'number',
    notation,
    name,
    defaultValue: BigInt(defaultValue),
    min: BigInt(min),
    max: BigInt(max),
    ...traits,
  };
}

export function integer<const Name extends string>(
  name: Name,
  defaultValue: number | bigint,
  range: Range,
  traits: NumberTraits = {},
): NumberDirective<Name> {
  return numeric('integer', name, defaultValue, range, traits);
}

/** Bytes, written with or without a unit. */
export function memory<const Name extends string>(
  name: Name,
  defaultValue: number | bigint,
  range: Range,
  traits: NumberTraits = {},
): NumberDirective<Name> {
  return numeric('memory', name, defaultValue, range, traits);
}

/** Bytes or `n%`, which is kept as -n; the minimum is the largest percentage, negated. */
export function memoryOrPercent<const Name extends string>(
  name: Name,
  defaultValue: number | bigint,
  range: Range,
  traits: NumberTraits = {},
): NumberDirective<Name> {
  return numeric('memory-or-percent', name, defaultValue, range, traits);
}

/** Bytes or a plain negative number with a meaning of its own, such as -1 for "no limit". */
export function memoryOrNegative<const Name extends string>(
  name: Name,
  defaultValue: number | bigint,
  range: Range,
  traits: NumberTraits = {},
): NumberDirective<Name> {
  return numeric('memory-or-negative', name, defaultValue, range, traits);
}

export function octal<const Name extends string>(
  name: Name,
  defaultValue: number,
  range: Range,
  traits: NumberTraits = {},
): NumberDirective<Name> {
  return numeric('octal', name, defaultValue, range, traits);
}

/** A text whose empty value is a value like others. */
export function text<const Name extends string>(
  name: Name,
  defaultValue: string,
  traits: Traits & Checks<string> & { readonly binary?: boolean } = {},
): TextDirective<Name> {
  return { kind: 'text', name, defaultValue, nullable: false, binary: false, ...traits };
}

/** A text that is not set when empty, which is its default. */
export function optionalText<const Name extends string>(
  name: Name,
  traits: Traits & Checks<string> & { readonly binary?: boolean } = {},
): TextDirective<Name> {
  return { kind: 'text', name, defaultValue: '', nullable: true, binary: false, ...traits };
}

export function choice<const Name extends string>(
  name: Name,
  defaultValue: string,
  choices: readonly string[],
  traits: Traits & Checks<string> & { readonly synonyms?: Readonly<Record<string, string>> } = {},
): ChoiceDirective<Name> {
  return { kind: 'choice', name, defaultValue, choices, ...traits };
}

export function flags<const Name extends string>(
  name: Name,
  choices: readonly string[],
  traits: Traits & Checks<readonly string[]> = {},
): FlagsDirective<Name> {
  return { kind: 'flags', name, choices, multipleArguments: true, ...traits };
}

export function special<const Name extends string>(name: Name, traits: Traits = {}): SpecialDirective<Name> {
  return { kind: 'special', name, ...traits };
}
