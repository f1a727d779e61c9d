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

const DIRECTIVES = ['set-max-intset-entries', 'set-max-listpack-entries', 'set-max-listpack-value'] as const;

class ConfiguredLimits implements SetLimits {
  readonly config: ServerConfig;
  integersMax = 0;
  entriesMax = 0;
  memberBytesMax = 0;

  constructor(config: ServerConfig) {
    this.config = config;
    config.onChange(DIRECTIVES, () => this.#follow());
    this.#follow();
  }

  #follow(): undefined {
    const { config } = this;
    this.integersMax = Math.min(config.number('set-max-intset-entries'), INTEGERS_MAX);
    this.entriesMax = config.number('set-max-listpack-entries');
    this.memberBytesMax = config.number('set-max-listpack-value');
  }
}

const limitsOfConfigs = new WeakMap<ServerConfig, ConfiguredLimits>();
let lastLimits: ConfiguredLimits | undefined;

/** Up to where sets are no dictionaries, as configured at any time. */
export function setLimits(call: Call): SetLimits {
  const { config } = call.services;
  if (lastLimits?.config === config) return lastLimits;
  lastLimits = limitsOfConfigs.get(config) ?? new ConfiguredLimits(config);
  limitsOfConfigs.set(config, lastLimits);
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
