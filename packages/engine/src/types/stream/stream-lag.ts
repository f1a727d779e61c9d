// How far groups have read: the counter of entries that a group has read, and how many it has still to read. Both are
// known only where no entry was deleted in between, and can be won back at the stream's ends.
import type { Handle } from '../../memory/arena.ts';
import { addExact, type ExactInteger, subtractExact } from './exact-integer.ts';
import { StreamId } from './stream-id.ts';
import {
  ENTRIES_READ_UNKNOWN,
  GROUP_ENTRIES_READ,
  GROUP_LAST_ID,
  ROOT_FIRST_ID,
  ROOT_LAST_ID,
  ROOT_MAX_DELETED_ID,
  type StreamLayout,
} from './stream-layout.ts';

const firstId = new StreamId();
const lastId = new StreamId();
const deletedId = new StreamId();
const groupId = new StreamId();

/** Entries that the group has still to read; undefined where that is not known. */
export function groupLag(layout: StreamLayout, root: Handle, group: Handle): ExactInteger | undefined {
  const added = layout.entriesAdded(root);
  if (added === 0) return 0;
  const read = layout.counter(group, GROUP_ENTRIES_READ);
  layout.readId(group, GROUP_LAST_ID, groupId);
  if (read !== ENTRIES_READ_UNKNOWN && !hasDeletedFrom(layout, root, groupId)) return subtractExact(added, read);
  const estimate = entriesUpTo(layout, root, groupId);
  return estimate === ENTRIES_READ_UNKNOWN ? undefined : subtractExact(added, estimate);
}

/** Moves a writable group on to the entry `id`, which is above its last one, and counts it as read. */
export function advanceGroup(layout: StreamLayout, root: Handle, group: Handle, id: StreamId): void {
  const read = layout.counter(group, GROUP_ENTRIES_READ);
  layout.readId(group, GROUP_LAST_ID, groupId);
  const isCounted =
    read !== ENTRIES_READ_UNKNOWN &&
    groupId.compare(layout.readId(root, ROOT_FIRST_ID, firstId)) >= 0 &&
    !hasDeletedFrom(layout, root, groupId);
  if (isCounted) layout.setCounter(group, GROUP_ENTRIES_READ, addExact(read, 1));
  else if (layout.entriesAdded(root) !== 0) layout.setCounter(group, GROUP_ENTRIES_READ, entriesUpTo(layout, root, id));
  layout.writeId(group, GROUP_LAST_ID, id);
}

/** Whether an entry from `start` on may have been deleted by name. */
function hasDeletedFrom(layout: StreamLayout, root: Handle, start: StreamId): boolean {
  layout.readId(root, ROOT_MAX_DELETED_ID, deletedId);
  return layout.length(root) > 0 && !deletedId.isZero && start.compare(deletedId) <= 0;
}

/** How many entries were ever added up to `id`; ENTRIES_READ_UNKNOWN where that cannot be told. */
export function entriesUpTo(layout: StreamLayout, root: Handle, id: StreamId): ExactInteger {
  const added = layout.entriesAdded(root);
  const length = layout.length(root);
  if (added === 0) return 0;
  const order = id.compare(layout.readId(root, ROOT_LAST_ID, lastId));
  if (length === 0 && order <= 0) return added;
  layout.readId(root, ROOT_MAX_DELETED_ID, deletedId);
  if (!id.isZero && id.compare(deletedId) < 0) return ENTRIES_READ_UNKNOWN;
  if (order === 0) return added;
  if (order > 0) return ENTRIES_READ_UNKNOWN;
  layout.readId(root, ROOT_FIRST_ID, firstId);
  if (!deletedId.isZero && deletedId.compare(firstId) >= 0) return ENTRIES_READ_UNKNOWN;
  const beside = id.compare(firstId);
  if (beside < 0) return subtractExact(added, length);
  return beside === 0 ? subtractExact(added, length - 1) : ENTRIES_READ_UNKNOWN;
}
