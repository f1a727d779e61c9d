// For tests: the reply of COMMAND of a real server as facts for our ACL. Keys are found for commands with plain ranges
// only; `canDryRun` tells which.
import type { PlainReply } from '@valkeep/resp';
import { categoriesOf } from '../acl-categories.ts';
import { type AclArguments, type AclCommand, AclCommands, type KeyUse, READ, WRITE } from '../acl-command.ts';
import { channelArguments } from '../channel-arguments.ts';
import { databaseArguments } from '../database-arguments.ts';

interface Range {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly access: number;
}

export interface ReferenceCommand extends AclCommand {
  readonly arity: number;
  readonly categoryWords: readonly string[];
  readonly flags: string;
  readonly canDryRun: boolean;
}

/** COMMAND does not tell this flag. */
const ALL_DATABASES = new Set([
  'flushall',
  'cluster|cancelslotmigrations',
  'cluster|flushslot',
  'cluster|migrateslots',
]);

export function referenceCommands(reply: PlainReply): { commands: AclCommands; rows: ReferenceCommand[] } {
  const rows: ReferenceCommand[] = [];
  for (const row of list(reply)) addRow(rows, list(row), undefined);
  return { commands: new AclCommands(rows), rows };
}

function addRow(rows: ReferenceCommand[], row: PlainReply[], parent: AclCommand | undefined): void {
  const fullName = String(row[0]);
  const flags = list(row[2]).join(' ');
  const categoryWords = list(row[6]).map((word) => String(word).slice(1));
  const specs = list(row[8]).map((spec) => fields(spec));
  const hasPlainKeys = specs.every(isPlain);
  const command: ReferenceCommand = {
    id: rows.length,
    fullName,
    parent,
    arity: Number(row[1]),
    flags,
    categoryWords,
    categories: categoriesOf(flags, categoryWords.join(' ')),
    needsNoPermission: flags.split(' ').includes('no_auth'),
    touchesAllDatabases: ALL_DATABASES.has(fullName),
    hasKeys: specs.some((spec) => !words(spec, 'flags').includes('not_key')),
    canDryRun: hasPlainKeys && !flags.includes('movablekeys'),
    findKeys: (args) => keysOf(specs, args),
    channels: channelArguments.get(fullName),
    findDatabaseIds: databaseArguments.get(fullName),
  };
  rows.push(command);
  for (const subcommand of list(row[9])) addRow(rows, list(subcommand), command);
}

function isPlain(spec: ReadonlyMap<string, PlainReply>): boolean {
  const isRange = fields(spec.get('find_keys')).get('type') === 'range';
  const isIndex = fields(spec.get('begin_search')).get('type') === 'index';
  const flags = words(spec, 'flags');
  return isRange && isIndex && !['variable_flags', 'incomplete', 'not_key'].some((flag) => flags.includes(flag));
}

function rangeOf(spec: ReadonlyMap<string, PlainReply>): Range {
  const begin = fields(fields(spec.get('begin_search')).get('spec'));
  const find = fields(fields(spec.get('find_keys')).get('spec'));
  const flags = words(spec, 'flags');
  const writes = ['insert', 'delete', 'update'].some((flag) => flags.includes(flag));
  return {
    first: Number(begin.get('index')),
    last: Number(find.get('lastkey')),
    step: Number(find.get('keystep')),
    access: (flags.includes('access') ? READ : 0) | (writes ? WRITE : 0),
  };
}

/** The keys of all ranges; none where one of them does not fit the number of arguments. */
function keysOf(specs: readonly ReadonlyMap<string, PlainReply>[], args: AclArguments): KeyUse[] {
  const keys: KeyUse[] = [];
  for (const { first, last, step, access } of specs.filter(isPlain).map(rangeOf)) {
    const end = last < 0 ? args.count + last : first + last;
    if (end < first || end >= args.count) return [];
    for (let position = first; position <= end; position += step) keys.push({ position, access });
  }
  return keys;
}

/** Pairs of an array as a map. */
function fields(reply: PlainReply | undefined): ReadonlyMap<string, PlainReply> {
  const items = list(reply ?? []);
  const found = new Map<string, PlainReply>();
  for (let at = 0; at < items.length; at += 2) found.set(String(items[at]), items[at + 1]);
  return found;
}

/** Words of a set of flags, lower case. */
function words(spec: ReadonlyMap<string, PlainReply>, name: string): string[] {
  return list(spec.get(name) ?? []).map((word) => String(word).toLowerCase());
}

function list(reply: PlainReply | undefined): PlainReply[] {
  return Array.isArray(reply) ? reply : [];
}
