// `oom-score-adj-values`: how willingly the kernel ends a primary, a replica and a saving child when memory runs out.
import type { SpecialDirective } from '../directive.ts';
import { parseIntegerPrefix } from '../parse-number.ts';
import { type Assignment, type RewriteLine, type Setting, ValueSetting } from './setting.ts';

const DEFAULT_SCORES: readonly bigint[] = [0n, 200n, 800n];
const SCORE_MAX = 2000n;

export class OomScoreSetting extends ValueSetting<readonly bigint[]> implements Setting {
  readonly directive: SpecialDirective;

  constructor(directive: SpecialDirective) {
    super(DEFAULT_SCORES);
    this.directive = directive;
  }

  assign(args: readonly string[]): Assignment {
    if (args.length !== DEFAULT_SCORES.length) return { refused: 'wrong number of arguments' };
    const scores = args.map((argument) => parseIntegerPrefix(argument));
    if (scores.some(({ value, rest }) => rest !== '' || value < -SCORE_MAX || value > SCORE_MAX)) {
      return { refused: 'Invalid oom-score-adj-values, elements must be between -2000 and 2000.' };
    }
    const before = this.print();
    this.value = scores.map(({ value }) => value);
    return before === this.print() ? 'unchanged' : 'changed';
  }

  findObstacle(): undefined {}

  print(): string {
    return this.value.join(' ');
  }

  rewrite(): readonly RewriteLine[] {
    return [{ text: `${this.directive.name} ${this.print()}`, force: this.print() !== DEFAULT_SCORES.join(' ') }];
  }
}
