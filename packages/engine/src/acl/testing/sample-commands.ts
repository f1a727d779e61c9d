// For tests: some commands with the facts that matter, and arguments made of strings.
import { categoriesOf } from '../acl-categories.ts';
import {
  type AclArguments,
  type AclCommand,
  AclCommands,
  type ChannelArguments,
  type KeyUse,
  READ,
  WRITE,
} from '../acl-command.ts';
import { databaseArguments } from '../database-arguments.ts';

interface Row {
  readonly flags: string;
  readonly acl: string;
  /** Access to the key in argument 1, or to all arguments from 1 on. */
  readonly access?: number;
  readonly allKeys?: boolean;
  readonly channels?: ChannelArguments;
}

const ALL_FROM_FIRST: ChannelArguments = { first: 1, count: undefined, arePatterns: false };

const ROWS: Readonly<Record<string, Row>> = {
  get: { flags: 'readonly fast', acl: 'string', access: READ },
  set: { flags: 'write denyoom', acl: 'string', access: READ | WRITE },
  append: { flags: 'write denyoom fast', acl: 'string', access: WRITE },
  del: { flags: 'write', acl: 'keyspace', access: WRITE, allKeys: true },
  exists: { flags: 'readonly fast', acl: 'keyspace', access: 0, allKeys: true },
  dbsize: { flags: 'readonly fast', acl: 'keyspace' },
  hget: { flags: 'readonly fast', acl: 'hash', access: READ },
  hset: { flags: 'write denyoom fast', acl: 'hash', access: WRITE },
  move: { flags: 'write fast', acl: 'keyspace', access: READ | WRITE },
  copy: { flags: 'write denyoom', acl: 'keyspace', access: READ },
  ping: { flags: 'fast', acl: 'connection' },
  auth: { flags: 'noscript loading stale fast no_auth allow_busy', acl: 'connection' },
  select: { flags: 'loading stale fast', acl: 'connection' },
  swapdb: { flags: 'write fast', acl: 'keyspace dangerous' },
  flushall: { flags: 'write all_dbs', acl: 'keyspace dangerous' },
  publish: { flags: 'pubsub loading stale fast', acl: '', channels: { ...ALL_FROM_FIRST, count: 1 } },
  subscribe: { flags: 'pubsub noscript loading stale', acl: '', channels: ALL_FROM_FIRST },
  psubscribe: { flags: 'pubsub noscript loading stale', acl: '', channels: { ...ALL_FROM_FIRST, arePatterns: true } },
  unsubscribe: { flags: 'pubsub noscript loading stale', acl: '' },
  debug: { flags: 'admin noscript loading stale protected', acl: '' },
  config: { flags: '', acl: '' },
  'config|get': { flags: 'admin noscript loading stale', acl: '' },
  'config|set': { flags: 'admin noscript loading stale', acl: '' },
  client: { flags: '', acl: '' },
  'client|id': { flags: 'noscript loading stale', acl: 'connection' },
  'client|kill': { flags: 'admin noscript loading stale', acl: 'connection' },
};

/** The sample, ids in the order of the rows. */
export function sampleCommands(): AclCommands {
  const made = new Map<string, AclCommand>();
  for (const [fullName, row] of Object.entries(ROWS)) made.set(fullName, makeCommand(made, fullName, row));
  return new AclCommands([...made.values()]);
}

function makeCommand(made: ReadonlyMap<string, AclCommand>, fullName: string, row: Row): AclCommand {
  return {
    id: made.size,
    fullName,
    parent: fullName.includes('|') ? made.get(fullName.split('|')[0]) : undefined,
    categories: categoriesOf(row.flags, row.acl),
    needsNoPermission: row.flags.includes('no_auth'),
    touchesAllDatabases: row.flags.includes('all_dbs'),
    hasKeys: row.access !== undefined,
    findKeys: (args) => keysOf(row, args),
    channels: row.channels,
    findDatabaseIds: databaseArguments.get(fullName),
  };
}

function keysOf(row: Row, args: AclArguments): KeyUse[] {
  const { access } = row;
  if (access === undefined) return [];
  const last = row.allKeys === true ? args.count - 1 : Math.min(1, args.count - 1);
  return Array.from({ length: last }, (_value, index) => ({ position: index + 1, access }));
}

/** Arguments in a memory of their own, the name of the command first. */
export function argumentsOf(...words: readonly string[]): AclArguments {
  const bytes = Buffer.from(words.join(''), 'latin1');
  const lengths = words.map((word) => word.length);
  const starts = words.map((_word, index) => words.slice(0, index).join('').length);
  return { count: words.length, starts, lengths, bytesOf: () => bytes, text: (index) => words[index] };
}
