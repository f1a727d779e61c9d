// What the set commands share: the sets of the keyspace, the limits of small ones, and what follows a change.
import type { ServerConfig } from '../config/index.ts';
import { EVENT_GENERIC, EVENT_SET } from '../keyspace/keyspace.ts';
import type { Handle } from '../memory/arena.ts';
import type { SetLimits, SetValue } from '../types/set/set-value.ts';
import { type Sets, setsOf } from '../types/set/sets.ts';
import type { Call } from './call.ts';

/** Members of a set of integers at most, whatever is configured. */
const INTEGERS_MAX = 2 ** 30;

/** The sets of the keyspace that a command works on. */
export function sets(call: Call): Sets {
  return setsOf(call.keyspace);
}

class ConfiguredLimits implements SetLimits {
  readonly config: ServerConfig;

  constructor(config: ServerConfig) {
    this.config = config;
  }

  get integersMax(): number {
    return Math.min(this.config.number('set-max-intset-entries'), INTEGERS_MAX);
  }

  get entriesMax(): number {
    return this.config.number('set-max-listpack-entries');
  }

  get memberBytesMax(): number {
    return this.config.number('set-max-listpack-value');
  }
}

let lastLimits: ConfiguredLimits | undefined;

/** Up to where sets are no dictionaries, as configured at any time. */
export function setLimits(call: Call): SetLimits {
  const { config } = call.services;
  if (lastLimits?.config !== config) lastLimits = new ConfiguredLimits(config);
  return lastLimits;
}

/** Stores the open set in the entry of argument `index` after members were taken out; deletes the key once nothing is
 * left. Tells of `removed` changes. */
export function removedMembers(call: Call, index: number, entry: Handle, event: string, removed: number): void {
  const isEmpty = sets(call).set.count === 0;
  sets(call).save(entry);
  if (removed === 0) return;
  if (isEmpty) call.remove(index);
  call.changed(index, EVENT_SET, event);
  call.keyspace.dirty += removed - 1;
  if (isEmpty) call.notify(index, EVENT_GENERIC, 'del');
}

/** Puts a result in the place of whatever argument 1 names, or nothing where it is empty; replies its size. */
export function storeResult(call: Call, result: SetValue, event: string): void {
  const { count } = result;
  const existed = call.remove(1);
  if (count === 0) {
    call.keyspace.freeValue(result.kind, result.value, false);
    if (existed) call.changed(1, EVENT_GENERIC, 'del');
  } else {
    call.add(1, result.kind, result.value);
    call.changed(1, EVENT_SET, event);
  }
  call.reply.integer(count);
}
