// Groups and consumers as commands name them: finding them, and XGROUP and XACK.
import { untilNul } from '../config/parse-number.ts';
import { EVENT_STREAM } from '../keyspace/keyspace.ts';
import { KIND_STREAM, STREAM } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { ExactInteger } from '../types/stream/exact-integer.ts';
import { StreamId } from '../types/stream/stream-id.ts';
import {
  CONSUMER_SEEN,
  ENTRIES_READ_UNKNOWN,
  GROUP_ENTRIES_READ,
  GROUP_LAST_ID,
  ROOT_LAST_ID,
} from '../types/stream/stream-layout.ts';
import { streamsOf } from '../types/stream/streams.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { type CommandSpec, keyAt } from './command-spec.ts';
import { replyHelp, subcommandError } from './help-reply.ts';
import { exactArgument, looseId, strictId, writableRoot, writeStream } from './stream-arguments.ts';

const ENTRIES_READ_NEGATIVE = new CommandError('ERR value for ENTRIESREAD must be positive or -1');
const NO_KEY = new CommandError(
  'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.',
);
const GROUP_EXISTS = new CommandError('BUSYGROUP Consumer Group name already exists');

/** Pending entries above which a destroyed group is freed in slices. */
const LAZY_PENDING = 64;

const HELP = [
  'CREATE <key> <groupname> <id|$> [option]',
  '    Create a new consumer group. Options are:',
  '    * MKSTREAM',
  '      Create the empty stream if it does not exist.',
  '    * ENTRIESREAD entries_read',
  "      Set the group's entries_read counter (internal use).",
  'CREATECONSUMER <key> <groupname> <consumer>',
  '    Create a new consumer in the specified group.',
  'DELCONSUMER <key> <groupname> <consumer>',
  '    Remove the specified consumer.',
  'DESTROY <key> <groupname>',
  '    Remove the specified group.',
  'SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]',
  '    Set the current group ID and entries_read counter.',
];

// biome-ignore format: a row stays together; one property a line would hide the table
export const groupCommands: readonly CommandSpec[] = [
  {
    name: 'xack', arity: -4, flags: 'write fast', acl: 'stream', keys: [keyAt(1, 'RW UPDATE')], since: '5.0.0',
    group: 'stream', complexity: 'O(1) for each id', about: 'Acknowledges entries: they are not pending any more.',
    run: xack,
  },
  {
    name: 'xgroup', arity: -2, flags: '', acl: '', since: '5.0.0', group: 'stream',
    complexity: 'Depends on subcommand.', about: 'Manages the consumer groups of a stream.',
    subcommands: [
      {
        name: 'create', arity: -5, flags: 'write denyoom', acl: 'stream', keys: [keyAt(2, 'RW INSERT')],
        since: '5.0.0', group: 'stream', complexity: 'O(1)', about: 'Makes a consumer group.', run: create,
      },
      {
        name: 'createconsumer', arity: 5, flags: 'write denyoom', acl: 'stream', keys: [keyAt(2, 'RW INSERT')],
        since: '6.2.0', group: 'stream', complexity: 'O(1)', about: 'Makes a consumer in a group.', run: createConsumer,
      },
      {
        name: 'delconsumer', arity: 5, flags: 'write', acl: 'stream', keys: [keyAt(2, 'RW DELETE')],
        since: '5.0.0', group: 'stream', complexity: 'O(1)',
        about: 'Deletes a consumer and what is pending for it.', run: deleteConsumer,
      },
      {
        name: 'destroy', arity: 4, flags: 'write', acl: 'stream', keys: [keyAt(2, 'RW DELETE')], since: '5.0.0',
        group: 'stream', complexity: 'O(N), N pending entries', about: 'Deletes a consumer group.', run: destroy,
      },
      {
        name: 'help', arity: 2, flags: 'loading stale', acl: 'stream', since: '5.0.0', group: 'stream',
        complexity: 'O(1)', about: 'Describes the subcommands.', run: (call) => replyHelp(call, HELP),
      },
      {
        name: 'setid', arity: -5, flags: 'write', acl: 'stream', keys: [keyAt(2, 'RW UPDATE')], since: '5.0.0',
        group: 'stream', complexity: 'O(1)', about: 'Sets how far a group has read.', run: setId,
      },
    ],
  },
];

const id = new StreamId();

/** The group named by argument `index`, for reading; 0 where there is none. */
export function readGroup(call: Call, root: Handle, index: number): Handle {
  const { args } = call;
  return streamsOf(call.keyspace).groups.find(root, args.bytesOf(index), args.starts[index], args.lengths[index]);
}

/** The group named by argument `index` of a writable stream, writable; 0 where there is none. */
export function writeGroup(call: Call, root: Handle, index: number): Handle {
  const { args } = call;
  const { groups } = streamsOf(call.keyspace);
  return groups.findForWrite(root, args.bytesOf(index), args.starts[index], args.lengths[index]);
}

/** The consumer named by argument `index`, for reading; 0 where there is none. */
export function readConsumer(call: Call, group: Handle, index: number): Handle {
  const { args } = call;
  return streamsOf(call.keyspace).consumers.find(group, args.bytesOf(index), args.starts[index], args.lengths[index]);
}

/** The consumer named by argument `index`, writable; made where there is none. It is seen now. */
export function seeConsumer(call: Call, group: Handle, keyIndex: number, index: number): Handle {
  const { args } = call;
  const { consumers, layout } = streamsOf(call.keyspace);
  const bytes = args.bytesOf(index);
  const found = consumers.findForWrite(group, bytes, args.starts[index], args.lengths[index]);
  if (found === 0) return addConsumer(call, group, keyIndex, index);
  layout.setDouble(found, CONSUMER_SEEN, call.nowMs);
  return found;
}

/** The error for a group that is not there. */
export function noGroup(call: Call, keyIndex: number, groupIndex: number, suffix = ''): CommandError {
  const { args } = call;
  return new CommandError(
    `NOGROUP No such key '${untilNul(args.text(keyIndex))}' or consumer group '${untilNul(args.text(groupIndex))}'${suffix}`,
  );
}

/** The same, where the key is there. */
export function noGroupInKey(call: Call, keyIndex: number, groupIndex: number): CommandError {
  const { args } = call;
  return new CommandError(
    `NOGROUP No such consumer group '${args.text(groupIndex)}' for key name '${args.text(keyIndex)}'`,
  );
}

function addConsumer(call: Call, group: Handle, keyIndex: number, index: number): Handle {
  const { args } = call;
  const { consumers } = streamsOf(call.keyspace);
  const consumer = consumers.add(group, args.bytesOf(index), args.starts[index], args.lengths[index], call.nowMs);
  call.keyspace.dirty++;
  call.notify(keyIndex, EVENT_STREAM, 'xgroup-createconsumer');
  return consumer;
}

function xack(call: Call): void {
  const { args, reply } = call;
  const root = writeStream(call, 1);
  const group = root === 0 ? 0 : writeGroup(call, root, 2);
  if (group === 0) return reply.integer(0);
  // All ids are checked before the first is acknowledged.
  for (let i = 3; i < args.count; i++) strictId(call, i, id);
  const { pending } = streamsOf(call.keyspace);
  let acknowledged = 0;
  for (let i = 3; i < args.count; i++) {
    strictId(call, i, id);
    if (pending.remove(group, id)) acknowledged++;
  }
  call.keyspace.dirty += acknowledged;
  reply.integer(acknowledged);
}

/** Options of CREATE and SETID, from argument 5 on. */
function groupOptions(
  call: Call,
  isCreate: boolean,
): { readonly makesStream: boolean; readonly entriesRead: ExactInteger } {
  const { args } = call;
  let makesStream = false;
  let entriesRead: ExactInteger = ENTRIES_READ_UNKNOWN;
  for (let i = 5; i < args.count; i++) {
    if (isCreate && args.is(i, 'mkstream')) {
      makesStream = true;
    } else if (args.is(i, 'entriesread') && i + 1 < args.count) {
      entriesRead = exactArgument(call, ++i);
      if (entriesRead < 0 && entriesRead !== ENTRIES_READ_UNKNOWN) throw ENTRIES_READ_NEGATIVE;
    } else throw subcommandError(call);
  }
  return { makesStream, entriesRead };
}

/** XGROUP CREATE key group id|$ [MKSTREAM] [ENTRIESREAD count]. */
function create(call: Call): void {
  const { args, keyspace } = call;
  const { makesStream, entriesRead } = groupOptions(call, true);
  const entry = call.write(2, STREAM);
  if (entry === 0 && !makesStream) throw NO_KEY;
  if (args.count > 8) throw subcommandError(call);
  const { layout, groups, entries } = streamsOf(keyspace);
  let root = entry === 0 ? 0 : writableRoot(call, entry);
  if (!args.is(4, '$')) strictId(call, 4, id);
  else if (root === 0) id.setZero();
  else layout.readId(root, ROOT_LAST_ID, id);
  if (root === 0) {
    root = entries.create();
    call.add(2, KIND_STREAM, root);
    keyspace.modified(call.db, args.bytesOf(2), args.starts[2], args.lengths[2]);
  }
  const group = groups.create(root, args.bytesOf(3), args.starts[3], args.lengths[3], id, entriesRead);
  if (group === 0) throw GROUP_EXISTS;
  keyspace.dirty++;
  call.notify(2, EVENT_STREAM, 'xgroup-create');
  call.reply.ok();
}

/** XGROUP SETID key group id|$ [ENTRIESREAD count]. */
function setId(call: Call): void {
  const { entriesRead } = groupOptions(call, false);
  const { root, group } = existingGroup(call);
  if (call.args.count > 7) throw subcommandError(call);
  const { layout } = streamsOf(call.keyspace);
  if (call.args.is(4, '$')) layout.readId(root, ROOT_LAST_ID, id);
  else looseId(call, 4, id);
  layout.writeId(group, GROUP_LAST_ID, id);
  layout.setCounter(group, GROUP_ENTRIES_READ, entriesRead);
  call.keyspace.dirty++;
  call.notify(2, EVENT_STREAM, 'xgroup-setid');
  call.reply.ok();
}

function destroy(call: Call): void {
  const { args, keyspace, reply } = call;
  const root = writeStream(call, 2);
  if (root === 0) throw NO_KEY;
  const { groups, pending, freeing } = streamsOf(keyspace);
  const group = groups.detach(root, args.bytesOf(3), args.starts[3], args.lengths[3]);
  if (group === 0) return reply.integer(0);
  let left = group;
  const count = pending.count(group);
  if (count <= LAZY_PENDING) {
    freeing.free(group);
  } else {
    keyspace.lazyFree.add(() => {
      left = freeing.freeSlice(left);
      return left !== 0;
    }, 1);
  }
  keyspace.dirty++;
  call.notify(2, EVENT_STREAM, 'xgroup-destroy');
  reply.integer(1);
  // Those who wait for entries of this group are told that it is gone.
  const { blocking } = call.services;
  if (blocking.hasWaiting) blocking.signal(call.db, args.text(2));
}

function createConsumer(call: Call): void {
  const { group } = existingGroup(call);
  const isNew = readConsumer(call, group, 4) === 0;
  if (isNew) addConsumer(call, group, 2, 4);
  call.reply.integer(isNew ? 1 : 0);
}

function deleteConsumer(call: Call): void {
  const { args, keyspace } = call;
  const { group } = existingGroup(call);
  const { consumers, pending } = streamsOf(keyspace);
  const consumer = consumers.findForWrite(group, args.bytesOf(4), args.starts[4], args.lengths[4]);
  if (consumer === 0) return call.reply.integer(0);
  const count = pending.removeAllOf(group, consumer);
  consumers.remove(group, consumer);
  keyspace.dirty++;
  call.notify(2, EVENT_STREAM, 'xgroup-delconsumer');
  call.reply.integer(count);
}

/** The stream and the group of a subcommand that needs both, writable. */
function existingGroup(call: Call): { readonly root: Handle; readonly group: Handle } {
  const root = writeStream(call, 2);
  if (root === 0) throw NO_KEY;
  const group = writeGroup(call, root, 3);
  if (group === 0) throw noGroupInKey(call, 2, 3);
  return { root, group };
}
