// DUMP and RESTORE: a value as one payload, which any server of the same or a newer version can take.
import { isInteger64 } from '../encodings/integer-text.ts';
import { NO_DEADLINE } from '../keyspace/database.ts';
import { EVENT_GENERIC } from '../keyspace/keyspace.ts';
import { KIND_STRING_EMBEDDED, KIND_STRING_INTEGER } from '../keyspace/value-kind.ts';
import { checkPayload, dumpValue, type RestoredValue, readPayload } from '../persistence/rdb/payload.ts';
import { DamagedRdb } from '../persistence/rdb/rdb-input.ts';
import { configuredLimits } from '../persistence/rdb/value-limits.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_AN_INTEGER, SYNTAX_ERROR } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';

const RESTORE_COMPLEXITY = 'O(N*M), N elements of M bytes; sorted sets: O(N*M*log(N))';
const RESTORE_KEYS = [keyAt(1, 'OW UPDATE')];

// biome-ignore format: a row stays together; one property a line would hide the table
export const dumpCommands: readonly CommandSpec[] = [
  {
    name: 'dump', arity: 2, flags: 'readonly', acl: 'keyspace', keys: [keyAt(1, 'RO ACCESS')], since: '2.6.0',
    group: 'generic', tips: ['nondeterministic_output'], complexity: 'O(N*M), N elements of M bytes',
    about: 'Returns a value as one payload.', run: dump,
  },
  {
    name: 'restore', arity: -4, flags: 'write denyoom', acl: 'keyspace dangerous', keys: RESTORE_KEYS, since: '2.6.0',
    group: 'generic', complexity: RESTORE_COMPLEXITY, about: 'Makes a key from the payload of its value.', run: restore,
  },
  {
    name: 'restore-asking', arity: -4, flags: 'write denyoom asking', acl: 'keyspace dangerous', keys: RESTORE_KEYS,
    since: '3.0.0', group: 'server', complexity: RESTORE_COMPLEXITY,
    about: 'As RESTORE, for keys that move within a cluster.', run: restore,
  },
];

const BUSY = new CommandError('BUSYKEY Target key name already exists.');
const UNSOUND = new CommandError('ERR DUMP payload version or checksum are wrong');
const DAMAGED = new CommandError('ERR Bad data format');
const BAD_TTL = new CommandError('ERR Invalid TTL value, must be >= 0');
const BAD_IDLE = new CommandError('ERR Invalid IDLETIME value, must be >= 0');
const BAD_FREQUENCY = new CommandError('ERR Invalid FREQ value, must be >= 0 and <= 255');
const FREQUENCY_MAX = 255;

function dump(call: Call): void {
  const { keyspace, reply, services } = call;
  const entry = call.readAny(1);
  if (entry === 0) return reply.nil();
  const { config } = services;
  const version = Number(config.choice('rdb-version'));
  const payload = dumpValue(keyspace, entry, version, config.boolean('rdbcompression'));
  reply.bulk(payload, 0, payload.length);
}

interface RestoreOptions {
  replace: boolean;
  absolute: boolean;
  idleSeconds: number;
  frequency: number;
}

function restore(call: Call): void {
  const { args, keyspace } = call;
  const options = parseOptions(call);
  if (!options.replace && call.writeAny(1) !== 0) throw BUSY;
  const ttl = integer64(call, 2);
  if (ttl < 0) throw BAD_TTL;
  const restored = readValue(call);
  const isReplaced = options.replace && call.remove(1);
  const deadline = ttl === 0 ? NO_DEADLINE : options.absolute ? ttl : ttl + call.nowMs;
  if (ttl !== 0 && call.isOver(deadline)) return dropExpired(call, restored, isReplaced);
  addValue(call, restored, deadline);
  setAccess(call, options);
  if (ttl !== 0 && !options.absolute) propagateAbsolute(call, deadline);
  keyspace.modified(call.db, args.bytesOf(1), args.starts[1], args.lengths[1]);
  call.notify(1, EVENT_GENERIC, 'restore');
  keyspace.dirty++;
  call.reply.ok();
}

function parseOptions(call: Call): RestoreOptions {
  const { args } = call;
  const options: RestoreOptions = { replace: false, absolute: false, idleSeconds: -1, frequency: -1 };
  for (let i = 4; i < args.count; i++) {
    const hasNext = i + 1 < args.count;
    if (args.is(i, 'replace')) options.replace = true;
    else if (args.is(i, 'absttl')) options.absolute = true;
    else if (args.is(i, 'idletime') && hasNext && options.frequency === -1) {
      options.idleSeconds = integer64(call, ++i);
      if (options.idleSeconds < 0) throw BAD_IDLE;
    } else if (args.is(i, 'freq') && hasNext && options.idleSeconds === -1) {
      options.frequency = integer64(call, ++i);
      if (options.frequency < 0 || options.frequency > FREQUENCY_MAX) throw BAD_FREQUENCY;
    } else throw SYNTAX_ERROR;
  }
  return options;
}

/** A 64-bit integer, rounded where a double cannot hold it. */
function integer64(call: Call, index: number): number {
  const { args } = call;
  if (!isInteger64(args.bytesOf(index), args.starts[index], args.lengths[index])) throw NOT_AN_INTEGER;
  return Number(args.text(index));
}

function readValue(call: Call): RestoredValue {
  const { args, keyspace, services } = call;
  const { config, switches, log } = services;
  const bytes = args.bytesOf(3);
  const soundness = checkPayload(bytes, args.starts[3], args.lengths[3], {
    strictVersions: config.choice('rdb-version-check') === 'strict',
    checksums: !switches.skipChecksumValidation,
  });
  if (soundness === 'unsound') throw UNSOUND;
  if (soundness !== 'sound') throw new CommandError(`ERR Unsupported foreign data type: ${soundness.foreignType}`);
  try {
    const restored = readPayload(keyspace, bytes, args.starts[3], args.lengths[3], configuredLimits(config));
    if (restored === undefined) throw DAMAGED;
    return restored;
  } catch (error) {
    if (!(error instanceof DamagedRdb)) throw error;
    log.verbose(`A payload for RESTORE is damaged at offset ${error.offset}: ${error.message}`);
    throw DAMAGED;
  }
}

/** The key would be over at once: nothing is added, and what was there is gone. */
function dropExpired(call: Call, restored: RestoredValue, isReplaced: boolean): void {
  const { keyspace } = call;
  if ('kind' in restored) keyspace.freeValue(restored.kind, restored.value, true);
  if (isReplaced) {
    call.changed(1, EVENT_GENERIC, 'del');
    call.propagateRewritten(keyspace.lazyServerDel ? 'UNLINK' : 'DEL', 1);
  } else {
    call.propagateNothing();
  }
  call.reply.ok();
}

function addValue(call: Call, restored: RestoredValue, deadline: number): void {
  const { args, db } = call;
  const key = args.bytesOf(1);
  const keyStart = args.starts[1];
  const keyLength = args.lengths[1];
  if ('kind' in restored) {
    db.add(key, keyStart, keyLength, restored.kind, restored.value, deadline);
    return;
  }
  const { bytes, start, length } = restored;
  const kind = isInteger64(bytes, start, length) ? KIND_STRING_INTEGER : KIND_STRING_EMBEDDED;
  db.setString(key, keyStart, keyLength, bytes, start, length, kind, deadline);
}

function setAccess(call: Call, { idleSeconds, frequency }: RestoreOptions): void {
  const { args, db, entries, keyspace } = call;
  const clock = keyspace.accessClock(idleSeconds, frequency);
  if (clock !== undefined) entries.setClock(db.peek(args.bytesOf(1), args.starts[1], args.lengths[1]), clock);
}

/** Followers run it later: they need the deadline itself. */
function propagateAbsolute(call: Call, deadline: number): void {
  const options: number[] = [];
  for (let i = 4; i < call.args.count; i++) options.push(i);
  call.propagateRewritten(0, 1, String(deadline), 3, ...options, 'ABSTTL');
}
