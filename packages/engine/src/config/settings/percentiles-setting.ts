// `latency-tracking-info-percentiles`: which percentiles of command latencies INFO shows.
import type { SpecialDirective } from '../directive.ts';
import { type Assignment, type RewriteLine, type Setting, ValueSetting } from './setting.ts';

const DEFAULT_PERCENTILES: readonly number[] = [50, 99, 99.9];
const PRINTED_DECIMALS = 6;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITY = /^[+-]?inf(?:inity)?$/i;

export class PercentilesSetting extends ValueSetting<readonly number[]> implements Setting {
  readonly directive: SpecialDirective;

  constructor(directive: SpecialDirective) {
    super(DEFAULT_PERCENTILES);
    this.directive = directive;
  }

  assign(args: readonly string[]): Assignment {
    const named = args.length === 1 && args[0] === '' ? [] : args;
    const name = this.directive.name;
    const percentiles: number[] = [];
    for (const argument of named) {
      if (!NUMBER.test(argument) && !INFINITY.test(argument)) return { refused: `Invalid ${name} parameters` };
      const value = Number(argument);
      // Infinity is a number to the original, too; as a word it is NaN here, which no limit admits.
      if (!(value >= 0 && value <= 100)) return { refused: `${name} parameters should sit between [0.0,100.0]` };
      percentiles.push(value);
    }
    this.value = percentiles;
    return 'changed';
  }

  findObstacle(): undefined {}

  print(): string {
    return this.value.map(printPercentile).join(' ');
  }

  rewrite(): readonly RewriteLine[] {
    return [{ text: `${this.directive.name} ${this.value.length === 0 ? '""' : this.print()}`, force: true }];
  }
}

/** A percentile with up to six decimals and without zeros at the end. */
export function printPercentile(value: number): string {
  return value.toFixed(PRINTED_DECIMALS).replace(/\.?0+$/, '');
}
