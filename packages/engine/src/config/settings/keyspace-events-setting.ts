// `notify-keyspace-events`: which classes of events are published, one letter each. `A` stands for all classes of
// ALL_CLASSES; `n` (new key) and `m` (key miss) must be named.
import type { SpecialDirective } from '../directive.ts';
import { untilNul } from '../parse-number.ts';
import { quoteArgument } from '../split-arguments.ts';
import { type Assignment, type RewriteLine, type Setting, ValueSetting } from './setting.ts';

const ALL_CLASSES = 'g$lshzxetd';
/** Letters in the order in which they are printed; `n` is left out where `A` is printed. */
const PRINTED_CLASSES = `${ALL_CLASSES}n`;
const PRINTED_LAST = 'KEm';

/** The value is the set of letters that are on; `A` is spelled out. */
export class KeyspaceEventsSetting extends ValueSetting<ReadonlySet<string>> implements Setting {
  readonly directive: SpecialDirective;

  constructor(directive: SpecialDirective) {
    super(new Set());
    this.directive = directive;
  }

  assign(args: readonly string[]): Assignment {
    if (args.length !== 1) return { refused: 'wrong number of arguments' };
    const letters = untilNul(args[0]).replaceAll('A', ALL_CLASSES);
    for (const letter of letters) {
      if (!`${PRINTED_CLASSES}${PRINTED_LAST}`.includes(letter)) {
        return { refused: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'." };
      }
    }
    this.value = new Set(letters);
    return 'changed';
  }

  findObstacle(): undefined {}

  print(): string {
    const isOn = (letter: string): boolean => this.value.has(letter);
    const classes = [...ALL_CLASSES].every(isOn) ? 'A' : [...PRINTED_CLASSES].filter(isOn).join('');
    return classes + [...PRINTED_LAST].filter(isOn).join('');
  }

  rewrite(): readonly RewriteLine[] {
    return [{ text: `${this.directive.name} ${quoteArgument(this.print())}`, force: this.value.size > 0 }];
  }
}
