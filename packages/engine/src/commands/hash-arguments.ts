// What the hash commands share: the hashes of the keyspace, the limits of packed ones, and what follows a change.
import type { ServerConfig } from '../config/index.ts';
import { EVENT_GENERIC, EVENT_HASH } from '../keyspace/keyspace.ts';
import type { Handle } from '../memory/arena.ts';
import type { HashLimits } from '../types/hash/hash-value.ts';
import { type Hashes, hashesOf } from '../types/hash/hashes.ts';
import type { Call } from './call.ts';

/** The hashes of the keyspace that a command works on. */
export function hashes(call: Call): Hashes {
  return hashesOf(call.keyspace);
}

const DIRECTIVES = ['hash-max-listpack-entries', 'hash-max-listpack-value'] as const;

class ConfiguredLimits implements HashLimits {
  readonly config: ServerConfig;
  entriesMax = 0;
  valueBytesMax = 0;

  constructor(config: ServerConfig) {
    this.config = config;
    config.onChange(DIRECTIVES, () => this.#follow());
    this.#follow();
  }

  #follow(): undefined {
    const { config } = this;
    this.entriesMax = config.number('hash-max-listpack-entries');
    this.valueBytesMax = config.number('hash-max-listpack-value');
  }
}

const limitsOfConfigs = new WeakMap<ServerConfig, ConfiguredLimits>();
let lastLimits: ConfiguredLimits | undefined;

/** Up to where hashes are packed, as configured at any time. */
export function hashLimits(call: Call): HashLimits {
  const { config } = call.services;
  if (lastLimits?.config === config) return lastLimits;
  lastLimits = limitsOfConfigs.get(config) ?? new ConfiguredLimits(config);
  limitsOfConfigs.set(config, lastLimits);
  return lastLimits;
}

/** Stores the open hash in its entry, or adds the key of argument 1 with it where there is none. */
export function saveHash(call: Call, entry: Handle): void {
  const { hash } = hashes(call);
  if (entry === 0) call.add(1, hash.kind, hash.value);
  else hashes(call).save(call.db, entry);
}

/** Stores the open hash after `removed` fields were taken out, tells so, and deletes the key once nothing is left. */
export function removedFields(call: Call, entry: Handle, removed: number): void {
  const isEmpty = hashes(call).hash.count === 0;
  hashes(call).save(call.db, entry);
  if (removed === 0) return;
  if (isEmpty) call.remove(1);
  call.changed(1, EVENT_HASH, 'hdel');
  call.keyspace.dirty += removed - 1;
  if (isEmpty) call.notify(1, EVENT_GENERIC, 'del');
}

/** Tells of fields that had expired and were written over: they count as expired just now. */
export function noteExpired(call: Call, fields: number): void {
  if (fields === 0) return;
  call.services.statistics.expiredFields += fields;
  call.notify(1, EVENT_HASH, 'hexpired');
}
