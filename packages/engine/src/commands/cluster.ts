// Cluster commands of a server that is not part of a cluster: they say so. READONLY
// and READWRITE only set the client's flag, and CLUSTER KEYSLOT only computes.
import { crc16 } from '../encodings/crc16.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';

const DISABLED = new CommandError('ERR This instance has cluster support disabled');
const SLOTS = 16384;
const ADMIN = 'no_async_loading admin stale';
const READER = 'loading stale';
const ANY_OUTPUT = ['NONDETERMINISTIC_OUTPUT'];

type Row = readonly [name: string, arity: number, flags: string, since: string, tips?: readonly string[], acl?: string];

// biome-ignore format: a row stays together; one property a line would hide the table
const SUBCOMMANDS: readonly Row[] = [
  ['addslots', -3, ADMIN, '3.0.0'],
  ['addslotsrange', -4, ADMIN, '7.0.0'],
  ['bumpepoch', 2, ADMIN, '3.0.0', ANY_OUTPUT],
  ['cancelslotmigrations', 2, `${ADMIN} all_dbs`, '9.0.0'],
  ['count-failure-reports', 3, 'admin stale', '3.0.0', ANY_OUTPUT],
  ['countkeysinslot', 3, 'stale', '3.0.0'],
  ['delslots', -3, ADMIN, '3.0.0'],
  ['delslotsrange', -4, ADMIN, '7.0.0'],
  ['failover', -2, ADMIN, '3.0.0'],
  ['flushslot', -3, 'write no_async_loading admin all_dbs', '9.0.0', [], 'keyspace'],
  ['flushslots', 2, ADMIN, '3.0.0'],
  ['forget', 3, ADMIN, '3.0.0'],
  ['getkeysinslot', 4, 'stale', '3.0.0', ANY_OUTPUT],
  ['getslotmigrations', 2, ADMIN, '9.0.0'],
  ['help', 2, READER, '5.0.0'],
  ['info', 2, READER, '3.0.0', ANY_OUTPUT],
  ['links', 2, 'stale', '7.0.0', ANY_OUTPUT],
  ['meet', -4, ADMIN, '3.0.0'],
  ['migrateslots', -4, `${ADMIN} all_dbs`, '9.0.0'],
  ['myid', 2, READER, '3.0.0'],
  ['myshardid', 2, READER, '7.2.0', ANY_OUTPUT],
  ['nodes', 2, READER, '3.0.0', ANY_OUTPUT],
  ['replicas', 3, 'admin stale', '5.0.0', ANY_OUTPUT],
  ['replicate', -3, ADMIN, '3.0.0'],
  ['reset', -2, 'admin stale noscript', '3.0.0'],
  ['saveconfig', 2, ADMIN, '3.0.0'],
  ['set-config-epoch', 3, ADMIN, '3.0.0'],
  ['setslot', -4, `${ADMIN} may_replicate`, '3.0.0'],
  ['shards', 2, READER, '7.0.0', ANY_OUTPUT],
  ['slaves', 3, 'admin stale', '3.0.0', ANY_OUTPUT],
  ['slot-stats', -4, 'stale loading', '8.0.0', [...ANY_OUTPUT, 'REQUEST_POLICY:ALL_SHARDS']],
  ['slots', 2, READER, '3.0.0', ANY_OUTPUT],
  ['syncslots', -3, `${ADMIN} may_replicate`, '9.0.0'],
];

// biome-ignore format: a row stays together; one property a line would hide the table
export const clusterCommands: readonly CommandSpec[] = [
  {
    name: 'cluster', arity: -2, flags: '', acl: '', since: '3.0.0', group: 'cluster', complexity: 'Depends on the subcommand',
    about: 'Commands about the cluster.',
    subcommands: [
      { name: 'keyslot', arity: 3, flags: 'stale', acl: '', since: '3.0.0', group: 'cluster', complexity: 'O(N), N bytes of the key', about: 'The slot of a key.', run: keySlot },
      ...SUBCOMMANDS.map(absentSubcommand),
    ],
  },
  {
    name: 'asking', arity: 1, flags: 'fast', acl: 'connection', since: '3.0.0', group: 'cluster', complexity: 'O(1)',
    about: 'Asks for a slot that is on its way here.', run: refuse,
  },
  {
    name: 'readonly', arity: 1, flags: 'fast loading stale', acl: 'connection', since: '3.0.0', group: 'cluster',
    complexity: 'O(1)', about: 'Lets the connection read from a replica.', run: (call) => setReadOnly(call, true),
  },
  {
    name: 'readwrite', arity: 1, flags: 'fast loading stale', acl: 'connection', since: '3.0.0', group: 'cluster',
    complexity: 'O(1)', about: 'Takes READONLY back.', run: (call) => setReadOnly(call, false),
  },
  {
    name: 'clusterscan', arity: -2, flags: 'readonly touches_arbitrary_keys', acl: 'keyspace', keys: [keyAt(1, 'NOT_KEY')],
    since: '9.1.0', group: 'cluster', complexity: 'O(1) a call', about: 'Walks the keys of a cluster.',
    tips: [...ANY_OUTPUT, 'REQUEST_POLICY:SPECIAL', 'RESPONSE_POLICY:SPECIAL'], run: refuse,
  },
];

function absentSubcommand([name, arity, flags, since, tips, acl]: Row): CommandSpec {
  const about = 'Answers that the server is not part of a cluster.';
  return { name, arity, flags, acl: acl ?? '', since, group: 'cluster', tips: tips ?? [], about, run: refuse };
}

function refuse(): void {
  throw DISABLED;
}

function setReadOnly({ client, reply }: Call, isReadOnly: boolean): void {
  client.isReadOnly = isReadOnly;
  reply.ok();
}

/** The slot of a key; what stands between the first `{` and the next `}` decides alone, where there is something. */
function keySlot({ args, reply }: Call): void {
  const bytes = args.bytesOf(2);
  const start = args.starts[2];
  const end = start + args.lengths[2];
  const open = bytes.subarray(start, end).indexOf(OPEN_BRACE);
  const close = open < 0 ? -1 : bytes.subarray(start + open + 1, end).indexOf(CLOSE_BRACE);
  const hashed = close > 0 ? [start + open + 1, close] : [start, end - start];
  reply.integer(crc16(bytes, hashed[0], hashed[1]) % SLOTS);
}

const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
