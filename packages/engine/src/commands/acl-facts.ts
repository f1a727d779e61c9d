// What the ACL needs to know about each command, from its table row. Ids are those of the command table.
import { categoriesOf } from '../acl/acl-categories.ts';
import { type AclCommand, AclCommands, type KeyUse, READ, WRITE } from '../acl/acl-command.ts';
import { channelArguments } from '../acl/channel-arguments.ts';
import { databaseArguments } from '../acl/database-arguments.ts';
import type { Args } from '../session/args.ts';
import type { Command, CommandTable } from './command-table.ts';
import { findKeys, hasFlag, mayHaveKeys } from './find-keys.ts';

const WRITING_FLAGS = ['INSERT', 'DELETE', 'UPDATE'];
const NO_KEYS: readonly KeyUse[] = [];

export function buildAclCommands(table: CommandTable): AclCommands {
  const facts: AclCommand[] = [];
  for (const command of table.all) facts.push(factsOf(command, command.parent && facts[command.parent.id]));
  return new AclCommands(facts);
}

function factsOf(command: Command, parent: AclCommand | undefined): AclCommand {
  const { id, fullName, spec } = command;
  const single = findSingleKey(command);
  return {
    id,
    fullName,
    parent,
    categories: categoriesOf(spec.flags, spec.acl),
    needsNoPermission: command.has('no_auth'),
    touchesAllDatabases: command.has('all_dbs'),
    hasKeys: mayHaveKeys(command),
    findKeys: single === undefined ? (args: Args) => keysOf(command, args) : (args) => keyOrNone(single, args.count),
    channels: channelArguments.get(fullName),
    findDatabaseIds: databaseArguments.get(fullName),
  };
}

function keysOf(command: Command, args: Args): readonly KeyUse[] {
  return findKeys(command, args).map(({ position, flags }) => ({ position, access: accessOf(flags) }));
}

/** The key of commands with a single one at a fixed place: most commands, and worth no search. */
function findSingleKey(command: Command): readonly [KeyUse] | undefined {
  const { keys, spec } = command;
  if (keys.length !== 1 || spec.findKeys !== undefined) return undefined;
  const [{ begin, find, flags }] = keys;
  if (begin === 'unknown' || !('index' in begin) || find === 'unknown' || !('last' in find) || find.last !== 0) {
    return undefined;
  }
  if (['NOT_KEY', 'INCOMPLETE', 'VARIABLE_FLAGS'].some((flag) => hasFlag(flags, flag))) return undefined;
  return [{ position: begin.index, access: accessOf(flags) }];
}

function keyOrNone(single: readonly [KeyUse], count: number): readonly KeyUse[] {
  return single[0].position < count ? single : NO_KEYS;
}

/** READ for ACCESS, WRITE for whatever changes a key; asking whether it is there needs neither. */
function accessOf(flags: string): number {
  const writes = WRITING_FLAGS.some((flag) => hasFlag(flags, flag));
  return (hasFlag(flags, 'ACCESS') ? READ : 0) | (writes ? WRITE : 0);
}
