// Pops from sorted sets that wait until there is something to pop: BZPOPMIN, BZPOPMAX, BZMPOP.
import { SORTED_SET } from '../keyspace/value-kind.ts';
import { blockOnKeys, parseTimeout } from './blocking-keys.ts';
import type { Call } from './call.ts';
import { type CommandSpec, countedKeys, keysFrom } from './command-spec.ts';
import { parsePopRequest, popMembers, servePop } from './sorted-set-pop.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const sortedSetBlockingCommands: readonly CommandSpec[] = [
  {
    name: 'bzpopmin', arity: -3, flags: 'write fast blocking', acl: 'sortedset',
    keys: [keysFrom(1, 'RW ACCESS DELETE', 1, -2)], since: '5.0.0', group: 'sorted-set', complexity: 'O(log(N))',
    about: 'Takes out the member with the lowest score, or waits for one.', run: (call) => pop(call, false),
  },
  {
    name: 'bzpopmax', arity: -3, flags: 'write fast blocking', acl: 'sortedset',
    keys: [keysFrom(1, 'RW ACCESS DELETE', 1, -2)], since: '5.0.0', group: 'sorted-set', complexity: 'O(log(N))',
    about: 'Takes out the member with the highest score, or waits for one.', run: (call) => pop(call, true),
  },
  {
    name: 'bzmpop', arity: -5, flags: 'write blocking', acl: 'sortedset', keys: [countedKeys(2, 'RW ACCESS DELETE')],
    since: '7.0.0', group: 'sorted-set', complexity: 'O(K) + O(M*log(N)), K keys, M members popped',
    about: 'Takes members out at an end of the first sorted set that has any, or waits for one.', run: popFromFirst,
  },
];

function pop(call: Call, isMax: boolean): void {
  const { args, reply } = call;
  const last = args.count - 1;
  const deadline = parseTimeout(call, last);
  for (let index = 1; index < last; index++) {
    const entry = call.write(index, SORTED_SET);
    if (entry === 0) continue;
    reply.array(3);
    reply.bulk(args.bytesOf(index), args.starts[index], args.lengths[index]);
    popMembers(call, index, entry, isMax, 1, false);
    return call.propagateRewritten(isMax ? 'ZPOPMAX' : 'ZPOPMIN', index);
  }
  if (!blockOnKeys(call, { type: SORTED_SET, first: 1, count: last - 1, deadline })) reply.nilArray();
}

function popFromFirst(call: Call): void {
  const request = parsePopRequest(call, 2);
  const deadline = parseTimeout(call, 1);
  if (servePop(call, request)) return;
  const { firstKey, lastKey } = request;
  const waits = blockOnKeys(call, { type: SORTED_SET, first: firstKey, count: lastKey - firstKey + 1, deadline });
  if (!waits) call.reply.nilArray();
}
