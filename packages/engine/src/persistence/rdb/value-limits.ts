// Up to where values that are loaded are kept in their small encodings, as configured at any time.
import type { ServerConfig } from '../../config/index.ts';
import type { HashLimits } from '../../types/hash/hash-value.ts';
import type { SetLimits } from '../../types/set/set-value.ts';
import type { PackedLimits } from '../../types/sorted-set/sorted-sets.ts';

/** Members of a set of integers at most, whatever is configured. */
const INTEGERS_MAX = 2 ** 30;

export interface ValueLimits {
  readonly hash: HashLimits;
  readonly set: SetLimits;
  readonly sortedSet: PackedLimits;
}

export function configuredLimits(config: ServerConfig): ValueLimits {
  return {
    hash: {
      entriesMax: config.number('hash-max-listpack-entries'),
      valueBytesMax: config.number('hash-max-listpack-value'),
    },
    set: {
      integersMax: Math.min(config.number('set-max-intset-entries'), INTEGERS_MAX),
      entriesMax: config.number('set-max-listpack-entries'),
      memberBytesMax: config.number('set-max-listpack-value'),
    },
    sortedSet: {
      entriesMax: config.number('zset-max-listpack-entries'),
      memberBytesMax: config.number('zset-max-listpack-value'),
    },
  };
}
