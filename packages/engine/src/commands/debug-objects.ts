// DEBUG OBJECT, HTSTATS and HTSTATS-KEY: how keys and values are kept. The shapes are Valkey's, as tests and tools read
// them; the figures are those of our own tables.
import type { Dict } from '../encodings/dict.ts';
import { SLOTS } from '../encodings/dict-layout.ts';
import { bucketCountOf } from '../encodings/dict-measure.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';
import {
  encodingName,
  KIND_HASH_BIG,
  KIND_HASH_EXPIRING,
  KIND_LIST_BIG,
  KIND_SET_BIG,
  KIND_SORTED_SET_BIG,
} from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import { LISTPACK, STRING_BYTES } from '../memory/block-types.ts';
import { listsOf } from '../types/list/lists.ts';
import { sortedSetsOf } from '../types/sorted-set/sorted-sets.ts';
import type { Call } from './call.ts';
import { CommandError, NO_SUCH_KEY } from './command-error.ts';

const NO_TABLE = new CommandError('ERR The value stored at the specified key is not represented using an hash table');

export function debugObject(call: Call): void {
  const { args, db, entries, services } = call;
  const entry = db.peek(args.bytesOf(2), args.starts[2], args.lengths[2]);
  if (entry === 0) throw NO_SUCH_KEY;
  const isFast = args.count === 4 && args.is(3, 'fast');
  const kind = entries.kind(entry);
  const facts = [`Value at:0x${(entry * 16).toString(16)}`, 'refcount:1', `encoding:${encodingName(kind)}`];
  const serialized = isFast ? undefined : services.reloading?.serializedLength(entry);
  if (serialized !== undefined) facts.push(`serializedlength:${serialized}`);
  facts.push(...accessFacts(call, entry));
  if (kind === KIND_LIST_BIG) facts.push(...listFacts(call, entry, isFast));
  call.reply.simple(facts.join(' '));
}

function accessFacts({ entries, keyspace }: Call, entry: Handle): string[] {
  const clock = entries.clock(entry);
  if (!keyspace.usesLfu) return [`lru:${clock}`, `lru_seconds_idle:${keyspace.idleSeconds(clock)}`];
  return [`lfu_freq:${keyspace.lfuCounter(clock)}`, `lfu_access_time_minutes:${clock >>> 8}`];
}

function listFacts({ entries, keyspace, services }: Call, entry: Handle, isFast: boolean): string[] {
  const { arena } = keyspace;
  let nodes = 0;
  let bytes = 0;
  keyspace.operations(KIND_LIST_BIG).forEachBlock(entries.value(entry), (block) => {
    const type = arena.typeOf(block);
    if (type !== LISTPACK && type !== STRING_BYTES) return;
    nodes++;
    bytes += arena.capacity(block);
  });
  const { config } = services;
  const facts = [
    `ql_nodes:${nodes}`,
    `ql_avg_node:${(listsOf(keyspace).count(entry) / nodes).toFixed(2)}`,
    `ql_listpack_max:${config.number('list-max-listpack-size')}`,
    `ql_compressed:${config.number('list-compress-depth') === 0 ? 0 : 1}`,
  ];
  return isFast ? facts : [...facts, `ql_uncompressed_size:${bytes}`];
}

export function debugTableStats(call: Call): void {
  const { args, keyspace, reply } = call;
  const db = keyspace.databases[call.integer(2)];
  if (db === undefined) throw new CommandError('ERR Out of range database');
  const isFull = args.count > 3 && args.is(3, 'full');
  const main = db.size === 0 ? '' : tableStats(keyspace, db.root, isFull);
  // Deadlines are kept with their keys.
  reply.verbatim('txt', `[Dictionary HT]\n${main}[Expires HT]\n`);
}

export function debugKeyTableStats(call: Call): void {
  const { args, db, entries, keyspace, reply } = call;
  const entry = db.peek(args.bytesOf(2), args.starts[2], args.lengths[2]);
  if (entry === 0) throw NO_SUCH_KEY;
  const isFull = args.count > 3 && args.is(3, 'full');
  reply.verbatim('txt', tableStats(keyspace, tableOf(call, entries.kind(entry), entries.value(entry)), isFull));
}

function tableOf({ keyspace }: Call, kind: number, value: Handle): Handle {
  if (kind === KIND_HASH_BIG || kind === KIND_HASH_EXPIRING || kind === KIND_SET_BIG) return value;
  if (kind === KIND_SORTED_SET_BIG) return sortedSetsOf(keyspace).big.dictOf(value);
  throw NO_TABLE;
}

function tableStats({ arena, dict }: Keyspace, root: Handle, isFull: boolean): string {
  const buckets = bucketCountOf(arena, dict, root);
  const lines = [
    'Hash table 0 stats (main hash table):',
    ` table size: ${buckets * SLOTS}`,
    ` number of entries: ${dict.count(root)}`,
    ' rehashing index: -1',
  ];
  if (isFull) lines.push(` top-level buckets: ${buckets}`, ` sub-tables: ${countTables(dict, root)}`);
  return `${lines.join('\n')}\n`;
}

function countTables(dict: Dict, root: Handle): number {
  let count = 0;
  for (let slot = 0; slot < dict.directorySize(root); slot += dict.tableSpan(root, slot)) count++;
  return count;
}
