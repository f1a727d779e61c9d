// Ranges of sorted sets that are counted or taken out.
import { SORTED_SET } from '../keyspace/value-kind.ts';
import type { Call } from './call.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { tellRemoved } from './sorted-set.ts';
import { setsOf } from './sorted-set-arguments.ts';
import { parseRange, type RangeBy } from './sorted-set-ranges.ts';

const REMOVES = 'O(log(N)+M), M members taken out';

// biome-ignore format: a row stays together; one property a line would hide the table
export const sortedSetCountCommands: readonly CommandSpec[] = [
  {
    name: 'zcount', arity: 4, flags: 'readonly fast', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '2.0.0',
    group: 'sorted-set', complexity: 'O(log(N))', about: 'Counts the members of a range of scores.',
    run: (call) => count(call, 'score'),
  },
  {
    name: 'zlexcount', arity: 4, flags: 'readonly fast', acl: 'sortedset', keys: [keyAt(1, 'RO ACCESS')], since: '2.8.9',
    group: 'sorted-set', complexity: 'O(log(N))', about: 'Counts the members between two members.',
    run: (call) => count(call, 'member'),
  },
  {
    name: 'zremrangebyrank', arity: 4, flags: 'write', acl: 'sortedset', keys: [keyAt(1, 'RW DELETE')], since: '2.0.0',
    group: 'sorted-set', complexity: REMOVES, about: 'Takes out the members of a range of positions.',
    run: (call) => removeRange(call, 'rank', 'zremrangebyrank'),
  },
  {
    name: 'zremrangebyscore', arity: 4, flags: 'write', acl: 'sortedset', keys: [keyAt(1, 'RW DELETE')], since: '1.2.0',
    group: 'sorted-set', complexity: REMOVES, about: 'Takes out the members of a range of scores.',
    run: (call) => removeRange(call, 'score', 'zremrangebyscore'),
  },
  {
    name: 'zremrangebylex', arity: 4, flags: 'write', acl: 'sortedset', keys: [keyAt(1, 'RW DELETE')], since: '2.8.9',
    group: 'sorted-set', complexity: REMOVES, about: 'Takes out the members between two members.',
    run: (call) => removeRange(call, 'member', 'zremrangebylex'),
  },
];

function count(call: Call, by: RangeBy): void {
  const range = parseRange(call, by, 2, false);
  const entry = call.read(1, SORTED_SET);
  if (entry !== 0) range.resolve(setsOf(call).read(entry));
  call.reply.integer(range.count);
}

function removeRange(call: Call, by: RangeBy, event: string): void {
  const range = parseRange(call, by, 2, false);
  const entry = call.write(1, SORTED_SET);
  const sets = setsOf(call);
  if (entry !== 0) range.resolve(sets.read(entry));
  if (range.count > 0) {
    const left = sets.count(entry) - range.count;
    // Where all go, the key goes with them.
    if (left > 0) sets.removeRange(entry, range.lowest, range.count);
    tellRemoved(call, 1, event, range.count, left);
  }
  call.reply.integer(range.count);
}
