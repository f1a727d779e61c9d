// Lists: popping from the first of several keys that has elements: LMPOP, and BLPOP, BRPOP, BLMPOP, which wait for one.
// All of them are propagated as LPOP or RPOP of the one key.
import { LIST } from '../keyspace/value-kind.ts';
import { blockOnKeys, parseTimeout } from './blocking-keys.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, countedKeys, keysFrom } from './command-spec.ts';
import { endArgument, popElement, popElements } from './list-replies.ts';
import { positionArgument } from './sorted-set-arguments.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const listPopCommands: readonly CommandSpec[] = [
  {
    name: 'lmpop', arity: -4, flags: 'write', acl: 'list', keys: [countedKeys(1, 'RW ACCESS DELETE')], since: '7.0.0',
    group: 'list', complexity: 'O(N+M), N keys and M elements', about: 'Takes elements from the first list that has any.',
    run: lmpop,
  },
  {
    name: 'blpop', arity: -3, flags: 'write blocking', acl: 'list', keys: [keysFrom(1, 'RW ACCESS DELETE', 1, -2)],
    since: '2.0.0', group: 'list', complexity: 'O(N), N keys',
    about: 'Takes the first element of the first list that has any, and waits for one.',
    run: (call) => blockingPop(call, true),
  },
  {
    name: 'brpop', arity: -3, flags: 'write blocking', acl: 'list', keys: [keysFrom(1, 'RW ACCESS DELETE', 1, -2)],
    since: '2.0.0', group: 'list', complexity: 'O(N), N keys',
    about: 'Takes the last element of the first list that has any, and waits for one.',
    run: (call) => blockingPop(call, false),
  },
  {
    name: 'blmpop', arity: -5, flags: 'write blocking', acl: 'list', keys: [countedKeys(2, 'RW ACCESS DELETE')],
    since: '7.0.0', group: 'list', complexity: 'O(N+M), N keys and M elements',
    about: 'Takes elements from the first list that has any, and waits for one.', run: blmpop,
  },
];

const KEYS_NOT_POSITIVE = new CommandError('ERR numkeys should be greater than 0');
const COUNT_NOT_POSITIVE = new CommandError('ERR count should be greater than 0');

function blockingPop(call: Call, first: boolean): void {
  const { reply } = call;
  const count = call.args.count - 2;
  const deadline = parseTimeout(call, count + 1);
  for (let i = 1; i <= count; i++) {
    const entry = call.write(i, LIST);
    if (entry === 0) continue;
    reply.array(2);
    replyKey(call, i);
    popElement(call, i, entry, first);
    return call.propagateRewritten(first ? 'LPOP' : 'RPOP', i);
  }
  if (!blockOnKeys(call, { type: LIST, first: 1, count, deadline })) reply.nilArray();
}

/** What LMPOP and BLMPOP say, from `numkeys` on. */
interface PopRequest {
  readonly firstKey: number;
  readonly keyCount: number;
  readonly first: boolean;
  readonly count: number;
}

function parseRequest(call: Call, at: number): PopRequest {
  const { args } = call;
  const keyCount = positiveArgument(call, at, KEYS_NOT_POSITIVE);
  const end = at + keyCount + 1;
  if (end >= args.count) throw SYNTAX_ERROR;
  const first = endArgument(call, end);
  if (args.count === end + 1) return { firstKey: at + 1, keyCount, first, count: 1 };
  if (args.count < end + 3 || !args.is(end + 1, 'count')) throw SYNTAX_ERROR;
  const count = positiveArgument(call, end + 2, COUNT_NOT_POSITIVE);
  if (args.count > end + 3) throw SYNTAX_ERROR;
  return { firstKey: at + 1, keyCount, first, count };
}

function positiveArgument(call: Call, index: number, error: CommandError): number {
  const value = positionArgument(call, index, error);
  if (value < 1) throw error;
  return value;
}

function lmpop(call: Call): void {
  if (!popFromFirst(call, parseRequest(call, 1))) call.reply.nilArray();
}

function blmpop(call: Call): void {
  const request = parseRequest(call, 2);
  const deadline = parseTimeout(call, 1);
  if (popFromFirst(call, request)) return;
  const keys = { type: LIST, first: request.firstKey, count: request.keyCount, deadline } as const;
  if (!blockOnKeys(call, keys)) call.reply.nilArray();
}

/** Pops from the first list that has elements; false where none has. */
function popFromFirst(call: Call, request: PopRequest): boolean {
  for (let i = request.firstKey; i < request.firstKey + request.keyCount; i++) {
    const entry = call.write(i, LIST);
    if (entry === 0) continue;
    call.reply.array(2);
    replyKey(call, i);
    const taken = popElements(call, i, entry, request.first, request.count);
    call.propagateRewritten(request.first ? 'LPOP' : 'RPOP', i, String(taken));
    return true;
  }
  return false;
}

function replyKey(call: Call, index: number): void {
  const { args, reply } = call;
  reply.bulk(args.bytesOf(index), args.starts[index], args.lengths[index]);
}
