// MIGRATE as far as it needs no other server: it checks its arguments and says where there is nothing to move. Keys
// that are there it refuses to move.
import type { Args } from '../session/args.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, type FoundKey, keyAt } from './command-spec.ts';

const MOVED = 'RW ACCESS DELETE';
const KEY = 3;
const FIRST_OPTION = 6;

// biome-ignore format: a row is read as a row
export const migrateCommands: readonly CommandSpec[] = [
  {
    name: 'migrate', arity: -6, flags: 'write', acl: 'keyspace dangerous', since: '2.6.0', group: 'generic',
    keys: [
      keyAt(KEY, MOVED),
      { flags: `${MOVED} INCOMPLETE`, begin: { keyword: 'KEYS', from: -2 }, find: { last: -1, step: 1, limit: 0 } },
    ],
    findKeys: findMovedKeys, tips: ['NONDETERMINISTIC_OUTPUT'], complexity: 'O(N), N bytes of the values',
    about: 'Moves keys to another server.', run: migrate,
  },
];

const KEYS_WITH_KEY = new CommandError(
  'ERR When using MIGRATE KEYS option, the key argument must be set to the empty string',
);
const NOT_OFFERED = new CommandError('ERR This server does not move keys to others');

function findMovedKeys(args: Args): readonly FoundKey[] {
  const keyword = keysOption(args);
  if (keyword === undefined || args.lengths[KEY] > 0) return [{ position: KEY, flags: MOVED }];
  const found: FoundKey[] = [];
  for (let i = keyword + 1; i < args.count; i++) found.push({ position: i, flags: MOVED });
  return found;
}

/** Where KEYS stands; undefined where it does not. */
function keysOption(args: Args): number | undefined {
  for (let i = FIRST_OPTION; i < args.count; i++) {
    if (args.is(i, 'keys')) return i;
    if (args.is(i, 'auth')) i += 1;
    else if (args.is(i, 'auth2')) i += 2;
  }
  return undefined;
}

function migrate(call: Call): void {
  const { args, reply, db } = call;
  checkOptions(call);
  call.integer(5);
  call.integer(4);
  for (const { position } of findMovedKeys(args)) {
    if (db.findQuietly(args.bytesOf(position), args.starts[position], args.lengths[position]) !== 0) throw NOT_OFFERED;
  }
  reply.simple('NOKEY');
}

function checkOptions(call: Call): void {
  const { args } = call;
  for (let i = FIRST_OPTION; i < args.count; i++) {
    if (args.is(i, 'copy') || args.is(i, 'replace')) continue;
    const secrets = args.is(i, 'auth') ? 1 : args.is(i, 'auth2') ? 2 : 0;
    if (secrets > 0 && i + secrets < args.count) {
      call.hideArguments(i + 1, i + secrets);
      i += secrets;
    } else if (args.is(i, 'keys')) {
      if (args.lengths[KEY] > 0) throw KEYS_WITH_KEY;
      return;
    } else {
      throw SYNTAX_ERROR;
    }
  }
}
