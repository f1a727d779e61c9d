// MEMORY: what memory is used for.
import { KIND_STRING_BLOCK, STRING, typeOfKind } from '../keyspace/value-kind.ts';
import type { Call } from './call.ts';
import { clientMemory } from './client-memory.ts';
import { SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { replyHelp } from './help-reply.ts';
import type { Services } from './services.ts';

const SPECIAL_TIPS = ['NONDETERMINISTIC_OUTPUT', 'REQUEST_POLICY:ALL_SHARDS', 'RESPONSE_POLICY:SPECIAL'];
const PURGE_TIPS = ['REQUEST_POLICY:ALL_SHARDS', 'RESPONSE_POLICY:ALL_SUCCEEDED'];

// biome-ignore format: a row stays together; one property a line would hide the table
export const memoryCommands: readonly CommandSpec[] = [
  {
    name: 'memory', arity: -2, flags: '', acl: '', since: '4.0.0', group: 'server', complexity: 'Depends on the subcommand',
    about: 'What memory is used for.',
    subcommands: [
      { name: 'doctor', arity: 2, flags: '', acl: '', since: '4.0.0', group: 'server', tips: SPECIAL_TIPS, complexity: 'O(1)', about: 'A report for people.', run: doctor },
      { name: 'help', arity: 2, flags: 'loading stale', acl: '', since: '4.0.0', group: 'server', complexity: 'O(1)', about: 'Describes the subcommands.', run: (call) => replyHelp(call, HELP) },
      { name: 'malloc-stats', arity: 2, flags: 'loading', acl: '', since: '4.0.0', group: 'server', tips: SPECIAL_TIPS, complexity: 'Depends on how much memory is used', about: 'Figures of the arena.', run: mallocStats },
      { name: 'purge', arity: 2, flags: 'loading', acl: '', since: '4.0.0', group: 'server', tips: PURGE_TIPS, complexity: 'Depends on how much memory is free', about: 'Gives unused memory back.', run: purge },
      { name: 'stats', arity: 2, flags: '', acl: '', since: '4.0.0', group: 'server', tips: SPECIAL_TIPS, complexity: 'O(1)', about: 'Figures of memory.', run: stats },
      { name: 'usage', arity: -3, flags: 'readonly', acl: '', keys: [keyAt(2, 'RO')], since: '4.0.0', group: 'server', complexity: 'O(N), N blocks of the value', about: 'The bytes that a key and its value take.', run: usage },
    ],
  },
];

const HELP = [
  'DOCTOR',
  '    A report for people.',
  'MALLOC-STATS',
  '    Figures of the arena.',
  'PURGE',
  '    Gives unused memory back to the system.',
  'STATS',
  '    Figures of memory.',
  'USAGE <key> [SAMPLES <count>]',
  '    The bytes that a key and its value take. All of the value is counted.',
];

/** Pages given back by one MEMORY PURGE: 4 GiB. */
const PURGED_PAGES_MAX = 2 ** 20;
const MEBIBYTE = 2 ** 20;

function usage(call: Call): void {
  const { args, db, entries, keyspace, reply } = call;
  for (let i = 3; i < args.count; i += 2) {
    if (!args.is(i, 'samples') || i + 1 >= args.count || call.integer(i + 1) < 0) throw SYNTAX_ERROR;
  }
  const entry = db.peek(args.bytesOf(2), args.starts[2], args.lengths[2]);
  if (entry === 0) return reply.nil();
  const { arena } = keyspace;
  const kind = entries.kind(entry);
  const value = entries.value(entry);
  let bytes = arena.capacity(entry);
  const add = (block: number): void => {
    bytes += arena.capacity(block);
  };
  if (typeOfKind(kind) !== STRING) keyspace.operations(kind).forEachBlock(value, add);
  else if (kind === KIND_STRING_BLOCK) add(value);
  reply.integer(bytes);
}

/** A figure: a whole number, or a ratio. */
type Fact = readonly [name: string, value: number, kind?: 'ratio'];

function stats(call: Call): void {
  const { reply, services } = call;
  const databases = services.keyspace.databases.filter((db) => db.size > 0 || db === call.db);
  const { before, after } = memoryFacts(services);
  reply.map(before.length + databases.length + after.length);
  for (const fact of before) replyFact(call, fact);
  for (const db of databases) {
    reply.bulkText(`db.${db.id}`);
    reply.map(2);
    replyFact(call, ['overhead.hashtable.main', db.dict.byteSize(db.root)]);
    replyFact(call, ['overhead.hashtable.expires', 0]);
  }
  for (const fact of after) replyFact(call, fact);
}

function replyFact({ reply }: Call, [name, value, kind]: Fact): void {
  reply.bulkText(name);
  if (kind === 'ratio') reply.double(value);
  else reply.integer(value);
}

/** The figures before and after those of the databases, in Valkey's order. */
function memoryFacts(services: Services): { readonly before: readonly Fact[]; readonly after: readonly Fact[] } {
  const { memory, arena, keyspace, statistics } = services;
  const used = memory.usedBytes;
  const peak = Math.max(memory.peakBytes, used);
  const clients = clientBytes(services);
  const { aofBufferBytes, scriptBytes } = statistics.gauges;
  const keys = keyspace.databases.reduce((sum, db) => sum + db.size, 0);
  const index = keyspace.databases.reduce((sum, db) => sum + (db.size === 0 ? 0 : db.dict.byteSize(db.root)), 0);
  const overhead = memory.startupBytes + clients + index;
  const dataset = Math.max(0, used - overhead);
  const net = Math.max(1, used - memory.startupBytes);
  return {
    before: [
      ['peak.allocated', peak],
      ['total.allocated', used],
      ['startup.allocated', memory.startupBytes],
      ['replication.backlog', 0],
      ['replicas.repl.buffer', 0],
      ['clients.slaves', 0],
      ['clients.normal', clients],
      ['cluster.links', 0],
      ['cluster.slot_import', 0],
      ['cluster.slot_export', 0],
      ['aof.buffer', aofBufferBytes()],
      ['lua.caches', scriptBytes()],
      ['functions.caches', services.scripting.functions.libraries.memoryBytes],
    ],
    after: [
      ['overhead.db.hashtable.lut', index],
      ['overhead.db.hashtable.rehashing', 0],
      ['overhead.total', overhead],
      ['db.dict.rehashing.count', 0],
      ['keys.count', keys],
      ['keys.bytes-per-key', keys === 0 ? 0 : Math.floor(net / keys)],
      ['dataset.bytes', dataset],
      ['dataset.percentage', (dataset / net) * 100, 'ratio'],
      ['peak.percentage', (used / peak) * 100, 'ratio'],
      ['allocator.allocated', arena.usedBytes],
      ['allocator.active', arena.heldBytes],
      ...residentFacts(services),
    ],
  };
}

function residentFacts({ memory, arena }: Services): readonly Fact[] {
  const { usedBytes, heldBytes } = arena;
  const resident = memory.residentBytes;
  const arenaResident = Math.min(heldBytes, resident);
  return [
    ['allocator.resident', arenaResident],
    ['allocator.muzzy', 0],
    ['allocator-fragmentation.ratio', ratio(heldBytes, usedBytes), 'ratio'],
    ['allocator-fragmentation.bytes', heldBytes - usedBytes],
    ['allocator-rss.ratio', ratio(arenaResident, heldBytes), 'ratio'],
    ['allocator-rss.bytes', arenaResident - heldBytes],
    ['rss-overhead.ratio', ratio(resident, arenaResident), 'ratio'],
    ['rss-overhead.bytes', resident - arenaResident],
    ['fragmentation', ratio(resident, memory.usedBytes), 'ratio'],
    ['fragmentation.bytes', resident - memory.usedBytes],
  ];
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function clientBytes({ clients, arena }: Services): number {
  let total = 0;
  for (const client of clients) total += clientMemory(client, arena).total;
  return total;
}

const HEALTHY = 'Nothing about the memory of this server looks wrong.\n';
const NEARLY_EMPTY = 'This server uses very little memory; there is nothing to say about it yet.\n';
const SMALL_BYTES = 5 * MEBIBYTE;
const WASTE_RATIO_MAX = 1.4;
const WASTE_BYTES_MIN = 10 * MEBIBYTE;
const CLIENT_BYTES_MAX = 200 * 1024;
const PEAK_RATIO_MAX = 1.5;

function doctor({ reply, services }: Call): void {
  reply.verbatim('txt', diagnose(services));
}

function diagnose(services: Services): string {
  const { memory, arena, clients } = services;
  if (arena.usedBytes < SMALL_BYTES) return NEARLY_EMPTY;
  const findings: string[] = [];
  if (memory.peakBytes / memory.usedBytes > PEAK_RATIO_MAX) {
    findings.push(
      'Peak: the server used more than 150% of its present memory once. What it does not need it gives back.',
    );
  }
  const waste = arena.heldBytes - arena.usedBytes;
  if (arena.heldBytes / arena.usedBytes > WASTE_RATIO_MAX && waste > WASTE_BYTES_MIN) {
    findings.push(`Fragmentation: ${Math.floor(waste / MEBIBYTE)} MiB of the arena lie between the values.`);
  }
  if (clientBytes(services) / Math.max(1, clients.size) > CLIENT_BYTES_MAX) {
    findings.push('Clients: their buffers are large. They may read too slowly, or send very large commands.');
  }
  return findings.length === 0 ? HEALTHY : findings.map((text) => ` * ${text}\n`).join('\n');
}

function mallocStats({ reply, services }: Call): void {
  const { arena, keyspace } = services;
  const lines = [
    'Arena allocator statistics',
    `used bytes: ${arena.usedBytes}`,
    `held bytes: ${arena.heldBytes}`,
    `segments: ${arena.bytes.length}`,
    `bytes kept for snapshots: ${arena.keptBytes}`,
    `objects that wait to be freed: ${keyspace.lazyFree.pendingObjects}`,
  ];
  reply.verbatim('txt', `${lines.join('\n')}\n`);
}

function purge({ reply, services }: Call): void {
  services.arena.discardSome(PURGED_PAGES_MAX);
  reply.ok();
}
