// XADD, XDEL, XTRIM, XSETID: what changes the entries of a stream.
import { writeInteger } from '../encodings/integer-text.ts';
import type { Replacement } from '../keyspace/effects.ts';
import { EVENT_STREAM } from '../keyspace/keyspace.ts';
import { KIND_STREAM, STREAM } from '../keyspace/value-kind.ts';
import type { Handle } from '../memory/arena.ts';
import type { ExactInteger } from '../types/stream/exact-integer.ts';
import type { NodeLimits } from '../types/stream/stream-entries.ts';
import { STREAM_ID_TEXT_MAX, StreamId } from '../types/stream/stream-id.ts';
import { ROOT_FIRST_ID, ROOT_LAST_ID, ROOT_MAX_DELETED_ID } from '../types/stream/stream-layout.ts';
import { streamsOf } from '../types/stream/streams.ts';
import type { Call } from './call.ts';
import { CommandError, NO_SUCH_KEY, SYNTAX_ERROR } from './command-error.ts';
import { exactArgument, strictId, writableRoot, writeStream } from './stream-arguments.ts';
import { TrimOptions } from './stream-trimming.ts';

const WRONG_ADD_ARITY = new CommandError("ERR wrong number of arguments for 'xadd' command");
const ZERO_ID = new CommandError('ERR The ID specified in XADD must be greater than 0-0');
const EXHAUSTED = new CommandError('ERR The stream has exhausted the last possible ID, unable to add more items');
const SMALL_ID = new CommandError('ERR The ID specified in XADD is equal or smaller than the target stream top item');
const TOO_LARGE = new CommandError('ERR Elements are too large to be stored');
const NEGATIVE_ADDED = new CommandError('ERR entries_added must be positive');
const SMALL_SET_ID = new CommandError(
  'ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id',
);
const SET_ID_BELOW_DELETED = new CommandError(
  'ERR The ID specified in XSETID is smaller than current max_deleted_entry_id',
);
const SET_ID_BELOW_TOP = new CommandError('ERR The ID specified in XSETID is smaller than the target stream top item');
const ADDED_BELOW_LENGTH = new CommandError(
  'ERR The entries_added specified in XSETID is smaller than the target stream length',
);

const options = new TrimOptions();
const newId = new StreamId();
const lastId = new StreamId();
const otherId = new StreamId();
const idText = new Uint8Array(STREAM_ID_TEXT_MAX);

export function xadd(call: Call): void {
  const { args, reply } = call;
  options.parse(call, true);
  const from = options.idIndex + 1;
  const texts = args.count - from;
  if (texts < 2 || texts % 2 === 1) throw WRONG_ADD_ARITY;
  if (options.isIdGiven && options.isSequenceGiven && options.id.isZero) throw ZERO_ID;
  const streams = streamsOf(call.keyspace).entries;
  const entry = call.write(1, STREAM);
  if (entry === 0 && options.noMakeStream) return reply.nil();
  const root = entry === 0 ? 0 : writableRoot(call, entry);
  chooseId(call, root);
  if (!streams.accepts(args, from, texts / 2)) throw TOO_LARGE;
  const stream = root === 0 ? addStream(call) : root;
  streams.append(stream, newId, args, from, texts / 2, nodeLimits(call));
  call.changed(1, EVENT_STREAM, 'xadd');
  reply.bulk(idText, 0, newId.write(idText, 0));
  if (options.trims && streams.trim(stream, options) > 0) call.notify(1, EVENT_STREAM, 'xtrim');
  propagateAdd(call, stream);
  signalReady(call);
}

export function xdel(call: Call): void {
  const { args, reply } = call;
  const root = writeStream(call, 1);
  if (root === 0) return reply.integer(0);
  // All ids are checked before the first entry goes.
  for (let i = 2; i < args.count; i++) strictId(call, i, newId);
  const { entries } = streamsOf(call.keyspace);
  const { layout } = entries;
  layout.readId(root, ROOT_FIRST_ID, otherId);
  let deleted = 0;
  let isFirst = false;
  for (let i = 2; i < args.count; i++) {
    strictId(call, i, newId);
    if (!entries.delete(root, newId)) continue;
    if (newId.equals(otherId)) isFirst = true;
    entries.noteDeleted(root, newId);
    deleted++;
  }
  if (isFirst || layout.length(root) === 0) entries.updateFirstId(root);
  if (deleted > 0) {
    call.changed(1, EVENT_STREAM, 'xdel');
    call.keyspace.dirty += deleted - 1;
  }
  reply.integer(deleted);
}

export function xtrim(call: Call): void {
  options.parse(call, false);
  const root = writeStream(call, 1);
  if (root === 0) return call.reply.integer(0);
  const deleted = streamsOf(call.keyspace).entries.trim(root, options);
  if (deleted > 0) {
    call.changed(1, EVENT_STREAM, 'xtrim');
    if (options.approximate) propagateTrim(call, root);
    call.keyspace.dirty += deleted - 1;
  }
  call.reply.integer(deleted);
}

/** XSETID key last-id [ENTRIESADDED count] [MAXDELETEDID id]. */
export function xsetid(call: Call): void {
  const { args } = call;
  strictId(call, 2, newId);
  let entriesAdded: ExactInteger = -1;
  let hasMaxDeleted = false;
  for (let i = 3; i < args.count; i += 2) {
    const hasMore = i + 1 < args.count;
    if (hasMore && args.is(i, 'entriesadded')) {
      entriesAdded = exactArgument(call, i + 1);
      if (entriesAdded < 0) throw NEGATIVE_ADDED;
    } else if (hasMore && args.is(i, 'maxdeletedid')) {
      strictId(call, i + 1, otherId);
      hasMaxDeleted = true;
      if (newId.compare(otherId) < 0) throw SMALL_SET_ID;
    } else throw SYNTAX_ERROR;
  }
  const root = writeStream(call, 1);
  if (root === 0) throw NO_SUCH_KEY;
  const { entries } = streamsOf(call.keyspace);
  const { layout } = entries;
  if (newId.compare(layout.readId(root, ROOT_MAX_DELETED_ID, lastId)) < 0) throw SET_ID_BELOW_DELETED;
  if (layout.length(root) > 0) {
    if (newId.compare(entries.edgeId(root, false, false, lastId)) < 0) throw SET_ID_BELOW_TOP;
    if (entriesAdded !== -1 && layout.length(root) > entriesAdded) throw ADDED_BELOW_LENGTH;
  }
  layout.writeId(root, ROOT_LAST_ID, newId);
  if (entriesAdded !== -1) layout.setEntriesAdded(root, entriesAdded);
  if (hasMaxDeleted && !otherId.isZero) layout.writeId(root, ROOT_MAX_DELETED_ID, otherId);
  // No entry changed, so those who watch the key are not told.
  call.notify(1, EVENT_STREAM, 'xsetid');
  call.keyspace.dirty++;
  call.reply.ok();
}

/** Adds an empty stream under the key in argument 1; returns its root. */
export function addStream(call: Call, index = 1): Handle {
  const root = streamsOf(call.keyspace).entries.create();
  call.add(index, KIND_STREAM, root);
  return root;
}

/** Sets `newId` to the id of the entry that XADD is about to make. */
function chooseId(call: Call, root: Handle): void {
  if (root === 0) lastId.setZero();
  else streamsOf(call.keyspace).entries.layout.readId(root, ROOT_LAST_ID, lastId);
  if (lastId.isMax) throw EXHAUSTED;
  if (!options.isIdGiven) {
    newId.setMilliseconds(call.nowMs);
    if (newId.compareMilliseconds(lastId) <= 0) newId.copy(lastId).increment();
    return;
  }
  newId.copy(options.id);
  if (!options.isSequenceGiven && newId.compareMilliseconds(lastId) === 0) {
    if (lastId.isMaxSequence) throw SMALL_ID;
    newId.copy(lastId).increment();
  }
  if (newId.compare(lastId) <= 0) throw SMALL_ID;
}

const limits = { bytes: 0, entries: 0 };

function nodeLimits(call: Call): NodeLimits {
  const { config } = call.services;
  limits.bytes = config.number('stream-node-max-bytes');
  limits.entries = config.number('stream-node-max-entries');
  return limits;
}

/** Wakes those who wait for entries of the key in argument 1. */
function signalReady(call: Call): void {
  const { blocking } = call.services;
  if (blocking.hasWaiting) blocking.signal(call.db, call.args.text(1));
}

/** An argument that is propagated in another form. */
class NewArgument implements Replacement {
  index = 0;
  length = 0;
  readonly bytes = new Uint8Array(STREAM_ID_TEXT_MAX);

  setId(index: number, id: StreamId): this {
    this.index = index;
    this.length = id.write(this.bytes, 0);
    return this;
  }

  setInteger(index: number, value: number): this {
    this.index = index;
    this.length = writeInteger(this.bytes, 0, value);
    return this;
  }

  setByte(index: number, byte: number): this {
    this.index = index;
    this.length = 1;
    this.bytes[0] = byte;
    return this;
  }
}

const EQUALS = 61;
const newIdArgument = new NewArgument();
const markArgument = new NewArgument();
const ruleArgument = new NewArgument();

function propagateAdd(call: Call, root: Handle): void {
  const isExact = options.isIdGiven && options.isSequenceGiven;
  if (isExact && !options.approximate) return;
  call.propagation = 'replaced';
  const { effects } = call.services;
  if (!effects.active) return;
  const replacements: Replacement[] = [];
  if (!isExact) replacements.push(newIdArgument.setId(options.idIndex, newId));
  replaceTrimming(call, root, replacements);
  effects.recordReplacing(call.db.id, call.args, replacements);
}

function propagateTrim(call: Call, root: Handle): void {
  call.propagation = 'replaced';
  const { effects } = call.services;
  if (!effects.active) return;
  const replacements: Replacement[] = [];
  replaceTrimming(call, root, replacements);
  effects.recordReplacing(call.db.id, call.args, replacements);
}

/** Propagates an approximate trim exactly: by what it left. */
function replaceTrimming(call: Call, root: Handle, replacements: Replacement[]): void {
  if (!options.approximate) return;
  const { entries } = streamsOf(call.keyspace);
  const { valueIndex } = options;
  replacements.push(markArgument.setByte(valueIndex - 1, EQUALS));
  if (options.maxLength === undefined) {
    replacements.push(ruleArgument.setId(valueIndex, entries.edgeId(root, true, true, lastId)));
  } else {
    replacements.push(ruleArgument.setInteger(valueIndex, entries.layout.length(root)));
  }
}
