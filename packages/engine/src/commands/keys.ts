// Commands that look for keys: KEYS, SCAN, RANDOMKEY.
import { globMatchBytes } from '../encodings/glob-match.ts';
import { typeName } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { Call } from './call.ts';
import type { CommandSpec } from './command-spec.ts';
import { parseCursor, parseScanOptions, passesPattern, type ScanOptions, stepScan } from './scan-options.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const keysCommands: readonly CommandSpec[] = [
  {
    name: 'keys', arity: 2, flags: 'readonly', acl: 'keyspace dangerous', since: '1.0.0', group: 'generic',
    complexity: 'O(N), N keys of the database', about: 'Lists the keys that match a pattern.',
    tips: ['request_policy:all_shards', 'nondeterministic_output_order'], run: keys,
  },
  {
    name: 'scan', arity: -2, flags: 'readonly touches_arbitrary_keys', acl: 'keyspace', since: '2.8.0', group: 'generic',
    complexity: 'O(1) a call', about: 'Walks through the keys of the database.',
    tips: ['nondeterministic_output', 'request_policy:special', 'response_policy:special'], run: scan,
  },
  {
    name: 'randomkey', arity: 1, flags: 'readonly touches_arbitrary_keys', acl: 'keyspace', since: '1.0.0',
    group: 'generic', complexity: 'O(1)', about: 'Returns some key.',
    tips: ['request_policy:all_shards', 'response_policy:special', 'nondeterministic_output'], run: randomkey,
  },
];

/** Tries of RANDOMKEY where all keys may be over and nothing deletes them. */
const RANDOM_TRIES_MAX = 100;

function keys(call: Call): void {
  const { db, entries, reply } = call;
  const pattern = call.args.text(1);
  const matchesAll = pattern === '*';
  const mark = reply.beginDeferred();
  let count = 0;
  db.dict.forEach(db.root, (entry) => {
    const start = entries.keyStart(entry);
    const length = entries.keyLength(entry);
    if (!matchesAll && !globMatchBytes(pattern, entries.bytes(entry), start, length)) return;
    if (isOver(call, entry)) return;
    reply.bulk(entries.bytes(entry), start, length);
    count++;
  });
  reply.endDeferred(mark, 'array', count);
}

function isOver(call: Call, entry: Handle): boolean {
  return call.keyspace.isPast(call.entries.deadline(entry));
}

function scan(call: Call): void {
  const { db, reply } = call;
  const start = parseCursor(call, 1);
  const options = parseScanOptions(call, 2, 'keys');
  const found: Handle[] = [];
  const next = stepScan(start, options.count, (cursor) => {
    let seen = 0;
    const after = db.dict.scan(db.root, cursor, (entry) => {
      seen++;
      if (passes(call, entry, options)) found.push(entry);
    });
    return { next: after, seen };
  });
  // Deleting what is over leaves the other entries where they are.
  const live = found.filter((entry) => !expires(call, entry));
  reply.array(2);
  reply.bulkInteger(next);
  reply.array(live.length);
  for (const entry of live) replyKey(call, entry);
}

function passes(call: Call, entry: Handle, options: ScanOptions): boolean {
  const { entries } = call;
  if (options.type !== undefined && typeName(entries.kind(entry)) !== options.type) return false;
  return passesPattern(options, entries.bytes(entry), entries.keyStart(entry), entries.keyLength(entry));
}

/** Deletes an entry whose deadline is over; true when it does not count any more. */
function expires(call: Call, entry: Handle): boolean {
  if (!isOver(call, entry)) return false;
  call.keyspace.expire(call.db, entry);
  return true;
}

function replyKey(call: Call, entry: Handle): void {
  const { entries } = call;
  call.reply.bulk(entries.bytes(entry), entries.keyStart(entry), entries.keyLength(entry));
}

function randomkey(call: Call): void {
  const { db, keyspace, reply } = call;
  const random = call.services.random;
  for (let tries = 1; ; tries++) {
    const entry = db.dict.randomEntry(db.root, random);
    if (entry === 0) return reply.nil();
    const givesUp = keyspace.expiryPaused && tries >= RANDOM_TRIES_MAX;
    if (!givesUp && expires(call, entry)) continue;
    return replyKey(call, entry);
  }
}
