// Random elements of a hash or a set, as HRANDFIELD and SRANDMEMBER give them: each element has the same chance.
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { positionArgument } from './sorted-set-arguments.ts';

const COUNT_OUT_OF_RANGE = new CommandError(
  'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
);

/** What is sampled; see HashCursor. */
export interface SampledCursor {
  readonly count: number;
  /** A dictionary, where looking at single elements is cheap; otherwise all of them are looked at in one go. */
  readonly isBig: boolean;
  /** The block of the element where `isBig`. */
  readonly block: number;
  next(): boolean;
  /** False where there is none to be picked. */
  pick(random: () => number): boolean;
}

/** Below this share of a dictionary elements are drawn one by one; otherwise all of them are looked at. */
const DRAW_BELOW = 1 / 3;
/** Less than a third is drawn, so that ten draws for each fail with no chance worth a name. */
const DRAWS_PER_ELEMENT_MAX = 10;

/** The number of elements asked for in argument `index`; negative where elements may come several times. */
export function sampleCount(call: Call, index: number): number {
  const count = positionArgument(call, index);
  if (call.args.text(index) === '-9223372036854775808') throw COUNT_OUT_OF_RANGE;
  return count;
}

/** How many elements a sample of `count` has: of a negative one any element may be there several times. */
export function sampleSize(count: number, elements: number): number {
  return count < 0 ? -count : Math.min(count, elements);
}

/** Calls `visit` for each element of a sample, with the cursor at it, until it returns false. The cursor is freshly
 * opened. */
export function sample(cursor: SampledCursor, count: number, random: () => number, visit: () => boolean): void {
  if (count < 0) {
    for (let i = 0; i < -count; i++) {
      if (!cursor.pick(random) || !visit()) return;
    }
  } else if (cursor.isBig && count < cursor.count * DRAW_BELOW) {
    draw(cursor, count, random, visit);
  } else {
    select(cursor, count, random, visit);
  }
}

/** Distinct elements in their order: each is taken with the chance that what is wanted has among what is left. */
function select(cursor: SampledCursor, count: number, random: () => number, visit: () => boolean): void {
  let wanted = Math.min(count, cursor.count);
  for (let left = cursor.count; wanted > 0 && cursor.next(); left--) {
    if (wanted < left && random() * left >= wanted) continue;
    wanted--;
    if (!visit()) return;
  }
}

/** Distinct elements of a dictionary, drawn one by one; given up where most turn out to be unfit (expired). */
function draw(cursor: SampledCursor, count: number, random: () => number, visit: () => boolean): void {
  const drawn = new Set<number>();
  for (let tries = 0; drawn.size < count && tries < count * DRAWS_PER_ELEMENT_MAX; tries++) {
    if (!cursor.pick(random)) return;
    if (drawn.has(cursor.block)) continue;
    drawn.add(cursor.block);
    if (!visit()) return;
  }
}
