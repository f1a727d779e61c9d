// Reads a stream as RDB has it, in any of its three versions, and builds it in the arena; gives its root. What
// contradicts itself throws a DamagedRdb and leaves nothing behind.
import type { Keyspace } from '../../keyspace/keyspace.ts';
import type { Handle } from '../../memory/arena.ts';
import { type ExactInteger, toExact } from '../../types/stream/exact-integer.ts';
import type { StreamBuilder } from '../../types/stream/stream-builder.ts';
import { StreamId } from '../../types/stream/stream-id.ts';
import { streamsOf } from '../../types/stream/streams.ts';
import { TYPE_STREAM_LISTPACKS, TYPE_STREAM_LISTPACKS_3 } from './rdb-format.ts';
import type { RdbInput } from './rdb-input.ts';

const STREAM_ID_BYTES = 16;

export function readStream(input: RdbInput, keyspace: Keyspace, type: number): Handle {
  const builder = streamsOf(keyspace).newBuilder();
  try {
    readNodes(input, builder);
    readCounters(input, builder, type);
    readGroups(input, builder, type);
    return builder.root;
  } catch (error) {
    builder.drop();
    throw error;
  }
}

function readNodes(input: RdbInput, builder: StreamBuilder): void {
  const count = input.count();
  const master = new StreamId();
  for (let i = 0; i < count; i++) {
    const { offset } = input;
    if (input.count() !== STREAM_ID_BYTES) input.fail('the id of a node of a stream is not 16 bytes long', offset);
    input.streamId(master);
    input.string();
    if (!builder.addNode(master, input.bytes, input.start, input.length)) {
      input.fail('Stream listpack integrity check failed, or a node is out of order', offset);
    }
  }
}

function readCounters(input: RdbInput, builder: StreamBuilder, type: number): void {
  const { offset } = input;
  const length = input.count();
  const lastId = readId(input);
  const isFirstVersion = type === TYPE_STREAM_LISTPACKS;
  const counters = {
    length,
    lastId,
    firstId: isFirstVersion ? new StreamId() : readId(input),
    maxDeletedId: isFirstVersion ? new StreamId() : readId(input),
    entriesAdded: isFirstVersion ? length : readExact(input),
  };
  if (!builder.setCounters(counters)) input.fail('Stream length inconsistent with the number of valid entries', offset);
  if (isFirstVersion) builder.findFirstId();
}

function readId(input: RdbInput): StreamId {
  const id = new StreamId();
  input.words((high, low) => {
    id.msHigh = high | 0;
    id.msLow = low | 0;
  });
  input.words((high, low) => {
    id.seqHigh = high | 0;
    id.seqLow = low | 0;
  });
  return id;
}

function readGroups(input: RdbInput, builder: StreamBuilder, type: number): void {
  const count = input.count();
  for (let i = 0; i < count; i++) {
    const { offset } = input;
    const name = input.text();
    const lastId = readId(input);
    const entriesRead = type === TYPE_STREAM_LISTPACKS ? undefined : readExact(input);
    if (!builder.beginGroup({ name, lastId, entriesRead })) {
      input.fail('Duplicated consumer group name, or pending entries without a consumer', offset);
    }
    readPending(input, builder);
    readConsumers(input, builder, type);
  }
  if (!builder.finish()) input.fail('Stream CG PEL entry without consumer');
}

/** A signed integer of 64 bits, kept as its unsigned twin. */
function readExact(input: RdbInput): ExactInteger {
  let value: ExactInteger = 0;
  input.words((high, low) => {
    value = high === 0 ? low >>> 0 : toExact(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low >>> 0)));
  });
  return value;
}

function readPending(input: RdbInput, builder: StreamBuilder): void {
  const count = input.count();
  const id = new StreamId();
  for (let i = 0; i < count; i++) {
    const { offset } = input;
    input.streamId(id);
    const deliveredAt = input.milliseconds();
    if (!builder.addPending(id, deliveredAt, readExact(input))) input.fail('Duplicated global PEL entry', offset);
  }
}

function readConsumers(input: RdbInput, builder: StreamBuilder, type: number): void {
  const count = input.count();
  const id = new StreamId();
  for (let i = 0; i < count; i++) {
    const { offset } = input;
    const name = input.text();
    const seenMs = input.milliseconds();
    const activeMs = type === TYPE_STREAM_LISTPACKS_3 ? input.milliseconds() : seenMs;
    if (!builder.beginConsumer({ name, seenMs, activeMs })) input.fail('Duplicate stream consumer detected', offset);
    const pending = input.count();
    for (let j = 0; j < pending; j++) {
      input.streamId(id);
      if (!builder.ownPending(id)) input.fail('Duplicated consumer PEL entry, or one that is not pending', offset);
    }
  }
}
