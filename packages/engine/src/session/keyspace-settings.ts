// The directives that the keyspace follows: how it frees, and how it counts accesses.
import type { ServerConfig } from '../config/index.ts';
import { evictionPolicy } from '../keyspace/eviction.ts';
import type { Keyspace } from '../keyspace/keyspace.ts';

/** Sets the keyspace up as configured, now and whenever that changes. */
export function followKeyspaceSettings(config: ServerConfig, keyspace: Keyspace): void {
  const apply = (): undefined => {
    keyspace.lazyServerDel = config.boolean('lazyfree-lazy-server-del');
    keyspace.lazyExpire = config.boolean('lazyfree-lazy-expire');
    keyspace.usesLfu = evictionPolicy(config.choice('maxmemory-policy')).order === 'lfu';
    keyspace.lfuLogFactor = config.number('lfu-log-factor');
    keyspace.lfuDecayMinutes = config.number('lfu-decay-time');
    keyspace.pauseExpiry('import', config.boolean('import-mode'));
  };
  config.onChange(
    [
      'lazyfree-lazy-server-del',
      'lazyfree-lazy-expire',
      'maxmemory-policy',
      'lfu-log-factor',
      'lfu-decay-time',
      'import-mode',
    ],
    apply,
  );
  apply();
}
