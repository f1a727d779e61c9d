// What followers are told of a group that changed by reading or claiming: the outcome, in commands that can be run twice.
// The key is always argument `keyIndex`, the group argument `groupIndex` of the running command.
import type { Handle } from '../memory/arena.ts';
import { latin1Name } from '../types/stream/block-name.ts';
import { StreamId } from '../types/stream/stream-id.ts';
import { CONSUMER_NAME, GROUP_ENTRIES_READ, GROUP_LAST_ID } from '../types/stream/stream-layout.ts';
import { streamsOf } from '../types/stream/streams.ts';
import type { Call } from './call.ts';

const lastId = new StreamId();

export interface GroupPlace {
  readonly keyIndex: number;
  readonly groupIndex: number;
}

/** The state of one pending entry; its id may be given as the position of an argument. */
export function propagateClaim(
  call: Call,
  place: GroupPlace,
  group: Handle,
  id: StreamId | number,
  entry: Handle,
): void {
  if (!call.services.effects.active) return;
  const { layout, pending } = streamsOf(call.keyspace);
  const consumer = pending.consumerOf(group, entry);
  call.propagateRewritten(
    'XCLAIM',
    place.keyIndex,
    place.groupIndex,
    latin1Name(layout, consumer, CONSUMER_NAME),
    '0',
    typeof id === 'number' ? id : id.toString(),
    'TIME',
    String(pending.deliveredAt(entry)),
    'RETRYCOUNT',
    String(pending.times(entry)),
    'FORCE',
    'JUSTID',
    'LASTID',
    layout.readId(group, GROUP_LAST_ID, lastId).toString(),
  );
}

/** How far a group has read. */
export function propagateGroupId(call: Call, place: GroupPlace, group: Handle): void {
  if (!call.services.effects.active) return;
  const { layout } = streamsOf(call.keyspace);
  call.propagateRewritten(
    'XGROUP',
    'SETID',
    place.keyIndex,
    place.groupIndex,
    layout.readId(group, GROUP_LAST_ID, lastId).toString(),
    'ENTRIESREAD',
    String(layout.counter(group, GROUP_ENTRIES_READ)),
  );
}

/** A consumer that nothing is pending for. */
export function propagateConsumer(call: Call, place: GroupPlace, consumerIndex: number): void {
  call.propagateRewritten('XGROUP', 'CREATECONSUMER', place.keyIndex, place.groupIndex, consumerIndex);
}
