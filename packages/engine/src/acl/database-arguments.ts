// The arguments that are database ids, of the commands that have such arguments. Wrong arguments give no positions: the
// command refuses them itself, and nothing is read or written then.
import { parseInteger } from '../encodings/integer-text.ts';
import type { AclArguments } from './acl-command.ts';
import { lowerCase } from './acl-error.ts';

export type FindDatabaseIds = (args: AclArguments, databaseCount: number) => readonly number[];

const FIRST_OPTION_OF_COPY = 3;

/** By full name of the command. */
export const databaseArguments: ReadonlyMap<string, FindDatabaseIds> = new Map([
  ['select', (args: AclArguments, databaseCount: number) => allIds(args, [1], databaseCount)],
  ['swapdb', (args: AclArguments, databaseCount: number) => allIds(args, [1, 2], databaseCount)],
  ['move', (args: AclArguments, databaseCount: number) => allIds(args, [2], databaseCount)],
  ['copy', findInCopy],
]);

/** The positions if all of them hold an id in range, else none. */
function allIds(args: AclArguments, positions: readonly number[], databaseCount: number): readonly number[] {
  const areIds = positions.every((position) => position < args.count && isId(args, position, databaseCount));
  return areIds ? positions : [];
}

/** Every DB option counts: the command takes the last one, but a decoy must not hide another. */
function findInCopy(args: AclArguments, databaseCount: number): readonly number[] {
  const positions: number[] = [];
  for (let at = FIRST_OPTION_OF_COPY; at < args.count; at++) {
    const option = lowerCase(args.text(at));
    if (option === 'replace') continue;
    if (option !== 'db' || at + 1 >= args.count) return [];
    positions.push(++at);
  }
  return allIds(args, positions, databaseCount);
}

function isId(args: AclArguments, position: number, databaseCount: number): boolean {
  const id = parseInteger(args.bytesOf(position), args.starts[position], args.lengths[position]);
  return id >= 0 && id < databaseCount;
}
