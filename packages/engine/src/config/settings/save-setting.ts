// `save`: when the data set is written to disk by itself. The first line in a configuration file replaces the default,
// further ones add to it; CONFIG SET replaces everything.
import type { SpecialDirective } from '../directive.ts';
import { parseIntegerPrefix } from '../parse-number.ts';
import { type Assignment, type RewriteLine, type Setting, ValueSetting } from './setting.ts';

/** Save after `seconds` when at least `changes` keys have changed. */
export interface SavePoint {
  readonly seconds: bigint;
  readonly changes: number;
}

const DEFAULT_SAVE_POINTS: readonly SavePoint[] = [
  { seconds: 3600n, changes: 1 },
  { seconds: 300n, changes: 100 },
  { seconds: 60n, changes: 10000 },
];
const REFUSAL = { refused: 'Invalid save parameters' };

export class SaveSetting extends ValueSetting<readonly SavePoint[]> implements Setting {
  readonly directive: SpecialDirective;
  #seenInFile = false;

  constructor(directive: SpecialDirective) {
    super(DEFAULT_SAVE_POINTS);
    this.directive = directive;
  }

  assign(args: readonly string[], fromFile: boolean): Assignment {
    const empties = args.length === 1 && args[0] === '';
    const points = empties ? [] : parseSavePoints(args);
    if (points === undefined) return REFUSAL;
    const kept = fromFile && this.#seenInFile && !empties ? this.value : [];
    this.#seenInFile ||= fromFile;
    this.value = [...kept, ...points];
    return 'changed';
  }

  findObstacle(): undefined {}

  print(): string {
    return this.value.map(({ seconds, changes }) => `${seconds} ${changes}`).join(' ');
  }

  rewrite(): readonly RewriteLine[] {
    return [{ text: this.value.length === 0 ? 'save ""' : `save ${this.print()}`, force: true }];
  }
}

function parseSavePoints(args: readonly string[]): SavePoint[] | undefined {
  if (args.length % 2 !== 0) return undefined;
  const points: SavePoint[] = [];
  for (let at = 0; at < args.length; at += 2) {
    const seconds = parseIntegerPrefix(args[at]);
    const changes = parseIntegerPrefix(args[at + 1]);
    if (seconds.rest !== '' || seconds.value < 1n || changes.rest !== '' || changes.value < 0n) return undefined;
    // The count is an int in the original, which wraps.
    points.push({ seconds: seconds.value, changes: Number(BigInt.asIntN(32, changes.value)) });
  }
  return points;
}
