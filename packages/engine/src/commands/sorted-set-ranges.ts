// A range of a sorted set, whatever it was asked by: parsed from two arguments, then resolved against a sorted set into
// a first position and a count, in the order in which it is read.
import type { SortedSetCursor } from '../types/sorted-set/sorted-set-cursor.ts';
import type { Call } from './call.ts';
import {
  type MemberBound,
  memberBound,
  positionArgument,
  type ScoreBound,
  scoreBound,
} from './sorted-set-arguments.ts';

export type RangeBy = 'rank' | 'score' | 'member';

/** Reads the two ends of a range at `index` and behind; backwards, ranges of scores and members name their end first. */
export function parseRange(call: Call, by: RangeBy, index: number, isReverse: boolean): SortedSetRange {
  if (by === 'rank') {
    return new RankRange(positionArgument(call, index), positionArgument(call, index + 1), isReverse);
  }
  const low = isReverse ? index + 1 : index;
  const high = isReverse ? index : index + 1;
  if (by === 'score') return new ScoreRange(scoreBound(call, low), scoreBound(call, high), isReverse);
  return new MemberRange(call, memberBound(call, low), memberBound(call, high), isReverse);
}

export abstract class SortedSetRange {
  /** Number of elements in the range; known once it is resolved. */
  count = 0;
  readonly isReverse: boolean;
  /** Position of the first element that is read. */
  #start = 0;

  constructor(isReverse: boolean) {
    this.isReverse = isReverse;
  }

  /** Elements before the range and up to its end, in the order of the sorted set. */
  protected abstract below(cursor: SortedSetCursor): number;
  protected abstract upTo(cursor: SortedSetCursor): number;

  /** Finds out where the range is in what the cursor has open. */
  resolve(cursor: SortedSetCursor): void {
    const below = this.below(cursor);
    const upTo = this.upTo(cursor);
    this.count = Math.max(0, upTo - below);
    this.#start = this.isReverse ? upTo - 1 : below;
  }

  /** Lowest position in the range. */
  get lowest(): number {
    return this.isReverse ? this.#start - this.count + 1 : this.#start;
  }

  /** Leaves out the first `offset` elements and what is beyond `limit` (below 0: nothing). */
  limit(offset: number, limit: number): void {
    const skipped = offset < 0 ? this.count : Math.min(offset, this.count);
    this.#start += this.isReverse ? -skipped : skipped;
    this.count -= skipped;
    if (limit >= 0) this.count = Math.min(this.count, limit);
  }

  /** Makes the element `index` of the range the cursor's; the one before it was there last. */
  step(cursor: SortedSetCursor, index: number): void {
    if (index === 0) cursor.seekRank(this.#start);
    else if (this.isReverse) cursor.previous();
    else cursor.next();
  }
}

/** Positions, from the end where below 0; backwards they count from the highest. */
class RankRange extends SortedSetRange {
  readonly #first: number;
  readonly #last: number;

  constructor(first: number, last: number, isReverse: boolean) {
    super(isReverse);
    this.#first = first;
    this.#last = last;
  }

  protected below(cursor: SortedSetCursor): number {
    return this.isReverse ? cursor.count - this.#end(cursor.count) : this.#begin(cursor.count);
  }

  protected upTo(cursor: SortedSetCursor): number {
    return this.isReverse ? cursor.count - this.#begin(cursor.count) : this.#end(cursor.count);
  }

  #begin(count: number): number {
    return Math.max(0, this.#first < 0 ? count + this.#first : this.#first);
  }

  #end(count: number): number {
    return Math.min(count - 1, this.#last < 0 ? count + this.#last : this.#last) + 1;
  }
}

class ScoreRange extends SortedSetRange {
  readonly #low: ScoreBound;
  readonly #high: ScoreBound;

  constructor(low: ScoreBound, high: ScoreBound, isReverse: boolean) {
    super(isReverse);
    this.#low = low;
    this.#high = high;
  }

  protected below(cursor: SortedSetCursor): number {
    return cursor.countBelowScore(this.#low.score, this.#low.isExclusive);
  }

  protected upTo(cursor: SortedSetCursor): number {
    return cursor.countBelowScore(this.#high.score, !this.#high.isExclusive);
  }
}

class MemberRange extends SortedSetRange {
  readonly #call: Call;
  readonly #low: MemberBound;
  readonly #high: MemberBound;

  constructor(call: Call, low: MemberBound, high: MemberBound, isReverse: boolean) {
    super(isReverse);
    this.#call = call;
    this.#low = low;
    this.#high = high;
  }

  protected below(cursor: SortedSetCursor): number {
    return this.#countBelow(cursor, this.#low, this.#low.isExclusive);
  }

  protected upTo(cursor: SortedSetCursor): number {
    return this.#countBelow(cursor, this.#high, !this.#high.isExclusive);
  }

  #countBelow(cursor: SortedSetCursor, bound: MemberBound, orEqual: boolean): number {
    if (bound.side === 'first') return 0;
    if (bound.side === 'last') return cursor.count;
    const { args } = this.#call;
    const { index } = bound;
    return cursor.countBelowMember(args.bytesOf(index), args.starts[index] + 1, args.lengths[index] - 1, orEqual);
  }
}
