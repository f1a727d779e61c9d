// MIGRATE: sends keys to another server as RESTORE commands and deletes those that it has taken. Nothing else runs
// meanwhile, so that no change of a key is lost; the timeout bounds how long that may be.
import { NO_DEADLINE } from '../keyspace/database.ts';
import { EVENT_GENERIC } from '../keyspace/keyspace.ts';
import { dumpValue } from '../persistence/rdb/payload.ts';
import type { Args } from '../session/args.ts';
import type { MigrationAnswer } from '../session/migration-link.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, type FoundKey, keyAt } from './command-spec.ts';

const MOVED = 'RW ACCESS DELETE';
const KEY = 3;
const FIRST_OPTION = 6;

// biome-ignore format: a row stays together; one property a line would hide the table
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
/** Milliseconds where the client gives none. */
const TIMEOUT_MS = 1000;
const LINE_END = Buffer.from('\r\n');

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

interface MigrateOptions {
  copies: boolean;
  replaces: boolean;
  /** AUTH with its arguments, where it is to be sent. */
  auth: readonly string[] | undefined;
}

interface MovedKey {
  readonly position: number;
  readonly bytes: Buffer;
}

function migrate(call: Call): void {
  const { args, reply } = call;
  const options = parseOptions(call);
  const timeoutMs = call.integer(5);
  const database = call.integer(4);
  const positions = findMovedKeys(args).map(({ position }) => position);
  const found = positions.filter((position) => call.readAny(position) !== 0);
  if (found.length === 0) {
    call.propagateNothing();
    return reply.simple('NOKEY');
  }
  const keys = found
    .map((position) => restoreCommand(call, position, options.replaces))
    .filter((key) => key !== undefined);
  const move: Move = {
    host: args.text(1),
    port: Number.parseInt(args.text(2), 10) || 0,
    database,
    timeoutMs: timeoutMs <= 0 ? TIMEOUT_MS : timeoutMs,
    auth: options.auth,
    keys,
  };
  finish(call, options, keys, exchange(call, move));
}

/** What one try sends. */
interface Move {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly timeoutMs: number;
  readonly auth: readonly string[] | undefined;
  readonly keys: readonly MovedKey[];
}

interface MoveAnswer extends MigrationAnswer {
  /** Lines before those of the keys. */
  readonly leading: number;
}

/** A connection that was kept may have been closed by the other side: then a fresh one is tried. */
function exchange(call: Call, move: Move): MoveAnswer {
  const first = tryExchange(call, move, false);
  const mayRetry = first.failure === 'ended' && first.lines.length === 0;
  return mayRetry ? tryExchange(call, move, true) : first;
}

function tryExchange(call: Call, { host, port, database, timeoutMs, auth, keys }: Move, isFresh: boolean): MoveAnswer {
  const { migration } = call.services;
  const selects = isFresh || migration.databaseOf(host, port) !== database;
  const leading: Buffer[] = [];
  if (auth !== undefined) leading.push(command(auth));
  if (selects) leading.push(command(['SELECT', String(database)]));
  const bytes = Buffer.concat([...leading, ...keys.map((key) => key.bytes)]);
  const answer = migration.exchange({ host, port, bytes, replies: leading.length + keys.length, timeoutMs, isFresh });
  const isSound = answer.failure === undefined && answer.lines.every((line) => !line.startsWith('-'));
  migration.noteDatabase(host, port, isSound ? database : -1);
  return { ...answer, leading: leading.length };
}

/** Deletes the keys that the other server has taken, and replies. */
function finish(call: Call, options: MigrateOptions, keys: readonly MovedKey[], answer: MoveAnswer): void {
  const { lines, leading, failure } = answer;
  call.propagateNothing();
  const leadingError = lines.slice(0, leading).find((line) => line.startsWith('-'));
  const keyLines = lines.slice(leading);
  const taken = leadingError === undefined ? keys.filter((_, i) => keyLines[i]?.startsWith('-') === false) : [];
  if (!options.copies) deleteTaken(call, taken);
  const error = leadingError ?? keyLines.find((line) => line.startsWith('-'));
  if (error !== undefined) throw new CommandError(`ERR Target instance replied with error: ${error.slice(1)}`);
  if (failure === 'connecting') throw new CommandError('IOERR error or timeout connecting to the client');
  if (failure !== undefined) throw new CommandError('IOERR error or timeout reading to target instance');
  call.reply.ok();
}

function deleteTaken(call: Call, taken: readonly MovedKey[]): void {
  for (const { position } of taken) {
    if (call.remove(position)) call.changed(position, EVENT_GENERIC, 'del');
  }
  if (taken.length > 0) call.propagateRewritten('DEL', ...taken.map(({ position }) => position));
}

/** The RESTORE of a key; undefined where it has expired by now. */
function restoreCommand(call: Call, position: number, replaces: boolean): MovedKey | undefined {
  const { args, db, entries, keyspace, services, nowMs } = call;
  const entry = db.peek(args.bytesOf(position), args.starts[position], args.lengths[position]);
  const deadline = entries.deadline(entry);
  if (deadline < nowMs) return undefined;
  const ttl = deadline === NO_DEADLINE ? 0 : Math.max(1, deadline - nowMs);
  const { config } = services;
  const payload = dumpValue(keyspace, entry, Number(config.choice('rdb-version')), config.boolean('rdbcompression'));
  const words: (string | Uint8Array)[] = ['RESTORE', args.text(position), String(ttl), payload];
  if (replaces) words.push('REPLACE');
  return { position, bytes: command(words) };
}

/** A command as it goes out; texts are binary strings. */
function command(words: readonly (string | Uint8Array)[]): Buffer {
  const parts = words.flatMap((word) => {
    const bytes = typeof word === 'string' ? Buffer.from(word, 'latin1') : word;
    return [Buffer.from(`$${bytes.length}\r\n`), bytes, LINE_END];
  });
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts]);
}

function parseOptions(call: Call): MigrateOptions {
  const { args } = call;
  const options: MigrateOptions = { copies: false, replaces: false, auth: undefined };
  for (let i = FIRST_OPTION; i < args.count; i++) {
    const secrets = args.is(i, 'auth') ? 1 : args.is(i, 'auth2') ? 2 : 0;
    if (args.is(i, 'copy')) options.copies = true;
    else if (args.is(i, 'replace')) options.replaces = true;
    else if (secrets > 0 && i + secrets < args.count) {
      call.hideArguments(i + 1, i + secrets);
      options.auth = ['AUTH', ...args.texts(i + 1).slice(0, secrets)];
      i += secrets;
    } else if (args.is(i, 'keys')) {
      if (args.lengths[KEY] > 0) throw KEYS_WITH_KEY;
      return options;
    } else {
      throw SYNTAX_ERROR;
    }
  }
  return options;
}
