// Fields without an order: random ones (HRANDFIELD) and all of them bit by bit (HSCAN).
import { HASH } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { fieldBytes, fieldLength, fieldStart } from '../types/hash/field-blocks.ts';
import type { HashCursor } from '../types/hash/hash-cursor.ts';
import type { Call } from './call.ts';
import { SYNTAX_ERROR, VALUE_OUT_OF_RANGE } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { hashes } from './hash-arguments.ts';
import { sample, sampleCount, sampleSize } from './sampling.ts';
import { parseCursor, parseScanOptions, passesPattern, type ScanOptions, stepScan } from './scan-options.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const hashSampleCommands: readonly CommandSpec[] = [
  {
    name: 'hrandfield', arity: -2, flags: 'readonly', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '6.2.0',
    group: 'hash', complexity: 'O(N), N fields replied', about: 'Gives random fields.',
    tips: ['nondeterministic_output'], run: randomField,
  },
  {
    name: 'hscan', arity: -3, flags: 'readonly', acl: 'hash', keys: [keyAt(1, 'RO ACCESS')], since: '2.8.0',
    group: 'hash', complexity: 'O(1) a call', about: 'Walks through the fields and their values.',
    tips: ['nondeterministic_output'], run: scan,
  },
];

const INT64_MAX = 2 ** 63;

function randomField(call: Call): void {
  const { args, reply } = call;
  if (args.count > 2) return randomFields(call);
  const entry = call.read(1, HASH);
  if (entry === 0) return reply.nil();
  const cursor = hashes(call).read(entry);
  if (!cursor.pick(call.services.random)) return reply.nil();
  reply.bulk(cursor.fieldBytes, cursor.fieldStart, cursor.fieldLength);
}

function randomFields(call: Call): void {
  const { args, reply } = call;
  const count = sampleCount(call, 2);
  const withValues = args.count === 4 && args.is(3, 'withvalues');
  if (args.count > 3 && !withValues) throw SYNTAX_ERROR;
  if (withValues && Math.abs(count) > INT64_MAX / 2) throw VALUE_OUT_OF_RANGE;
  const entry = call.read(1, HASH);
  if (entry === 0) return reply.array(0);
  const cursor = hashes(call).read(entry);
  if (cursor.mayExpire) return sampleLive(call, cursor, count, withValues);
  const size = sampleSize(count, cursor.count);
  reply.array(withValues && reply.protocol === 2 ? size * 2 : size);
  sample(cursor, count, call.services.random, () => replySampled(call, cursor, withValues));
}

/** A sample of a hash of which some fields may turn out to have expired: how many are left is known at the end. */
function sampleLive(call: Call, cursor: HashCursor, count: number, withValues: boolean): void {
  const { reply } = call;
  if (count > 0) cursor.countLive();
  const mark = reply.beginDeferred();
  let size = 0;
  sample(cursor, count, call.services.random, () => {
    size++;
    return replySampled(call, cursor, withValues);
  });
  reply.endDeferred(mark, 'array', withValues && reply.protocol === 2 ? size * 2 : size);
}

/** False where nobody waits for more. */
function replySampled(call: Call, cursor: HashCursor, withValues: boolean): boolean {
  if (withValues && call.reply.protocol === 3) call.reply.array(2);
  replyPair(call, cursor, withValues);
  return !call.client.closing;
}

function replyPair(call: Call, cursor: HashCursor, withValues: boolean): void {
  call.reply.bulk(cursor.fieldBytes, cursor.fieldStart, cursor.fieldLength);
  if (withValues) call.reply.bulk(cursor.valueBytes, cursor.valueStart, cursor.valueLength);
}

function scan(call: Call): void {
  const { reply } = call;
  const start = parseCursor(call, 2);
  const entry = call.read(1, HASH);
  if (entry === 0) {
    reply.array(2);
    reply.bulkText('0');
    return reply.array(0);
  }
  const options = parseScanOptions(call, 3, 'hash');
  const cursor = hashes(call).read(entry);
  if (!cursor.isBig) return scanPacked(call, cursor, options);
  const { arena, dict } = hashes(call);
  const root = call.entries.value(entry);
  const found: Handle[] = [];
  const next = stepScan(start, options.count, (place) => {
    let seen = 0;
    const after = dict.scan(root, place, (block) => {
      seen++;
      if (cursor.isOver(block)) return;
      const bytes = fieldBytes(arena, block);
      if (passesPattern(options, bytes, fieldStart(arena, block), fieldLength(arena, block))) found.push(block);
    });
    return { next: after, seen };
  });
  reply.array(2);
  reply.bulkInteger(next);
  reply.array(options.onlyKeys ? found.length : found.length * 2);
  for (const block of found) {
    cursor.goToBlock(block);
    replyPair(call, cursor, !options.onlyKeys);
  }
}

/** A small hash comes whole, whatever count was asked for. */
function scanPacked(call: Call, cursor: HashCursor, options: ScanOptions): void {
  const { reply } = call;
  reply.array(2);
  reply.bulkText('0');
  const mark = reply.beginDeferred();
  let items = 0;
  while (cursor.next()) {
    if (!passesPattern(options, cursor.fieldBytes, cursor.fieldStart, cursor.fieldLength)) continue;
    replyPair(call, cursor, !options.onlyKeys);
    items += options.onlyKeys ? 1 : 2;
  }
  reply.endDeferred(mark, 'array', items);
}
