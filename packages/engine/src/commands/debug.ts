// DEBUG: looks inside the server and turns switches, for tests. What is not offered answers an error, never OK.
import { randomBytes } from 'node:crypto';
import { replaceConfigFile } from '../config/config-file.ts';
import { parseInteger } from '../encodings/integer-text.ts';
import { NO_DEADLINE } from '../keyspace/database.ts';
import { KIND_STRING_EMBEDDED } from '../keyspace/value-kind.ts';
import { checkArena } from './arena-check.ts';
import type { Call } from './call.ts';
import { CommandError, NOT_A_FLOAT, NOT_POSITIVE } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';
import { digestOfDataset, digestOfValue } from './debug-digest.ts';
import { DEBUG_HELP } from './debug-help.ts';
import { debugKeyTableStats, debugObject, debugTableStats } from './debug-objects.ts';
import { debugProtocol } from './debug-protocol.ts';
import { replyHelp, subcommandError } from './help-reply.ts';
import { setPackedThreshold } from './list-debug.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const debugCommands: readonly CommandSpec[] = [
  {
    name: 'debug', arity: -2, flags: 'admin noscript loading stale protected', acl: '', since: '1.0.0', group: 'server',
    complexity: 'Depends on the subcommand', about: 'Commands for tests of the server.', run: debug,
  },
];

interface Subcommand {
  /** Number of arguments, `DEBUG <subcommand>` included. */
  readonly least: number;
  readonly most: number;
  readonly run: (call: Call) => void;
}

const ANY = Number.POSITIVE_INFINITY;

// biome-ignore format: a row stays together; one property a line would hide the table
const SUBCOMMANDS: ReadonlyMap<string, Subcommand> = new Map([
  ['help', { least: 2, most: 2, run: (call: Call) => replyHelp(call, DEBUG_HELP) }],
  ['arena-check', { least: 2, most: 2, run: arenaCheck }],
  ['aof-flush-sleep', { least: 3, most: 3, run: aofFlushSleep }],
  ['change-repl-id', { least: 2, most: 2, run: changeReplicationId }],
  ['client-enforce-reply-list', { least: 3, most: 3, run: countRepliesAsBlocks }],
  ['config-rewrite-force-all', { least: 2, most: 2, run: rewriteConfig }],
  ['dict-resizing', { least: 3, most: 3, run: alreadySo }],
  ['digest', { least: 2, most: 2, run: digest }],
  ['digest-value', { least: 2, most: ANY, run: digestValue }],
  ['error', { least: 3, most: 3, run: error }],
  ['htstats', { least: 3, most: ANY, run: debugTableStats }],
  ['htstats-key', { least: 3, most: ANY, run: debugKeyTableStats }],
  ['loadaof', { least: 2, most: 2, run: loadAof }],
  ['log', { least: 3, most: 3, run: log }],
  ['object', { least: 3, most: 4, run: debugObject }],
  ['pause-cron', { least: 3, most: 3, run: pauseCron }],
  ['populate', { least: 3, most: 5, run: populate }],
  ['protocol', { least: 3, most: 3, run: debugProtocol }],
  ['quicklist-packed-threshold', { least: 3, most: 3, run: setPackedThreshold }],
  ['protect-client', { least: 3, most: 3, run: protectClient }],
  ['unprotect-client', { least: 3, most: 3, run: unprotectClient }],
  ['reload', { least: 2, most: ANY, run: reload }],
  ['replicate', { least: 3, most: ANY, run: replicate }],
  ['set-active-expire', { least: 3, most: 3, run: setActiveExpire }],
  ['set-disable-deny-scripts', { least: 3, most: 3, run: setDisableDenyScripts }],
  ['set-skip-checksum-validation', { least: 3, most: 3, run: setSkipChecksumValidation }],
  ['sleep', { least: 3, most: 3, run: sleep }],
]);

function debug(call: Call): void {
  const { args } = call;
  const subcommand = SUBCOMMANDS.get(args.text(1).toLowerCase());
  if (subcommand === undefined || args.count < subcommand.least || args.count > subcommand.most) {
    throw subcommandError(call);
  }
  subcommand.run(call);
}

/** A switch's argument: anything that does not start with a number is 0, as C's atoi has it. */
function isOn(call: Call): boolean {
  return (Number.parseInt(call.args.text(2), 10) || 0) !== 0;
}

function setActiveExpire(call: Call): void {
  call.services.activeExpiry.enabled = isOn(call);
  call.reply.ok();
}

function setSkipChecksumValidation(call: Call): void {
  call.services.switches.skipChecksumValidation = isOn(call);
  call.reply.ok();
}

function setDisableDenyScripts(call: Call): void {
  call.services.switches.scriptsMayRunAll = isOn(call);
  call.reply.ok();
}

function pauseCron(call: Call): void {
  call.services.switches.cronPaused = isOn(call);
  call.reply.ok();
}

function aofFlushSleep(call: Call): void {
  call.services.switches.aofFlushSleepMicroseconds = Number.parseInt(call.args.text(2), 10) || 0;
  call.reply.ok();
}

const neverNotified = new Int32Array(new SharedArrayBuffer(4));

/** Stops the whole server, which is what it is for. */
function sleep(call: Call): void {
  const seconds = Number(call.args.text(2));
  if (Number.isNaN(seconds)) throw NOT_A_FLOAT;
  Atomics.wait(neverNotified, 0, 0, seconds * 1000);
  call.reply.ok();
}

function error(call: Call): void {
  call.reply.error(call.args.text(2));
}

function log(call: Call): void {
  call.services.log.warning(`DEBUG LOG: ${call.args.text(2)}`);
  call.reply.ok();
}

function replicate(call: Call): void {
  const { services, db, args } = call;
  services.effects.record(db.id, ...args.texts(2));
  call.propagateNothing();
  call.reply.ok();
}

function digest(call: Call): void {
  call.reply.simple(digestOfDataset(call.keyspace));
}

function digestValue(call: Call): void {
  const { args, reply, db } = call;
  reply.array(args.count - 2);
  for (let i = 2; i < args.count; i++)
    reply.simple(digestOfValue(db, args.bytesOf(i), args.starts[i], args.lengths[i]));
}

function arenaCheck(call: Call): void {
  const problem = checkArena(call.services);
  if (problem !== undefined) throw new CommandError(`ERR ${problem}`);
  call.reply.ok();
}

function countRepliesAsBlocks(call: Call): void {
  call.services.switches.countsRepliesAsBlocks = isOn(call);
  call.reply.ok();
}

/** Switches off what this server does not do: there is nothing to switch. Tables are resized at once, replies are never
 * kept in a fixed buffer. */
function alreadySo(call: Call): void {
  call.reply.ok();
}

/** Keeps a client that is to be closed, until UNPROTECT-CLIENT. */
function protectClient(call: Call): void {
  setProtected(call, true);
}

function unprotectClient(call: Call): void {
  setProtected(call, false);
}

function setProtected(call: Call, isProtected: boolean): void {
  const client = call.services.clients.find(call.integer(2, new CommandError('ERR Invalid client id')));
  if (client === undefined) throw new CommandError('ERR No such client');
  client.isProtected = isProtected;
  call.reply.ok();
}

function changeReplicationId(call: Call): void {
  const { identity, log } = call.services;
  log.notice('Changing replication IDs after receiving DEBUG change-repl-id');
  identity.replicationId = randomBytes(20).toString('hex');
  call.reply.ok();
}

function rewriteConfig(call: Call): void {
  const { config, access, identity } = call.services;
  const users = config.text('aclfile') === '' ? access.users.lines() : [];
  const problem = replaceConfigFile(identity.configFile, (text) => config.rewrite(text, { users, force: true }));
  if (problem !== undefined) throw new CommandError(`ERR CONFIG-REWRITE-FORCE-ALL failed: ${problem}`);
  call.reply.ok();
}

function reload(call: Call): void {
  const { args, services, reply } = call;
  const words = args.texts(2).map((word) => word.toLowerCase());
  if (words.some((word) => !['merge', 'noflush', 'nosave'].includes(word))) {
    throw new CommandError('ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.');
  }
  const { reloading } = services;
  if (reloading === undefined) throw new CommandError('ERR This server does not save');
  call.propagateNothing();
  const save = !words.includes('nosave');
  const error = reloading.reloadRdb({ save, flush: !words.includes('noflush'), merge: words.includes('merge') });
  if (error !== undefined) throw new CommandError(error);
  services.log.notice('DB reloaded by DEBUG RELOAD');
  reply.ok();
}

function loadAof(call: Call): void {
  const { reloading, log } = call.services;
  if (reloading === undefined) throw new CommandError('ERR This server does not save');
  // The data set changes, but nobody may run this command again.
  call.propagateNothing();
  const error = reloading.reloadAof();
  if (error !== undefined) throw new CommandError(error);
  call.keyspace.dirty = 0;
  log.notice('Append Only File loaded by DEBUG LOADAOF');
  call.reply.ok();
}

/** Adds keys `prefix:number` with values `value:number`, cut or filled with zeros to a size. */
function populate(call: Call): void {
  const { args, db, keyspace } = call;
  const count = positive(call, 2);
  const prefix = args.count > 3 ? args.text(3) : 'key';
  const size = args.count > 4 ? positive(call, 4) : 0;
  for (let i = 0; i < count; i++) {
    const key = Buffer.from(`${prefix}:${i}`, 'latin1');
    if (db.findForWrite(key, 0, key.length) !== 0) continue;
    const text = Buffer.from(`value:${i}`, 'latin1');
    const value = size === 0 ? text : Buffer.alloc(size);
    if (size > 0) text.copy(value);
    db.setString(key, 0, key.length, value, 0, value.length, KIND_STRING_EMBEDDED, NO_DEADLINE);
    keyspace.modified(db, key, 0, key.length);
  }
  call.reply.ok();
}

function positive(call: Call, index: number): number {
  const { args } = call;
  const value = parseInteger(args.bytesOf(index), args.starts[index], args.lengths[index]);
  if (Number.isNaN(value) || value < 0) throw NOT_POSITIVE;
  return value;
}
