// Directives about RDB and AOF files. Rows only; ../directive.ts explains them.
import {
  choice,
  INT_MAX,
  INT_MIN,
  integer,
  LONG_MAX,
  memory,
  optionalText,
  special,
  text,
  yesNo,
} from '../directive.ts';
import { checkFileName } from '../directive-checks.ts';

export const persistenceDirectives = [
  special('save', { multipleArguments: true, effect: 'full' }),
  text('dbfilename', 'dump.rdb', {
    protected: true,
    validate: checkFileName('dbfilename', 'filename'),
    effect: 'full',
  }),
  choice('rdb-version', '11', ['9', '10', '11', '80'], {
    own: true,
    summary:
      'The newest RDB version that is written to files, to replicas and by DUMP, so that older servers can read them.',
  }),
  choice('rdb-version-check', 'strict', ['strict', 'relaxed']),
  yesNo('rdbcompression', 'yes'),
  yesNo('rdbchecksum', 'yes', { immutable: true }),
  yesNo('rdb-del-sync-files', 'no'),
  yesNo('rdb-save-incremental-fsync', 'yes'),
  integer('rdb-key-save-delay', 0, [INT_MIN, INT_MAX], { hidden: true }),
  yesNo('stop-writes-on-bgsave-error', 'yes'),
  optionalText('bgsave-cpulist', { alias: 'bgsave_cpulist', immutable: true }),
  integer('key-load-delay', 0, [INT_MIN, INT_MAX], { hidden: true }),
  integer('loading-process-events-interval-bytes', 2 * 1024 * 1024, [1024, INT_MAX], { hidden: true }),

  yesNo('appendonly', 'no', { denyLoading: true, effect: 'full' }),
  text('appendfilename', 'appendonly.aof', {
    immutable: true,
    validate: checkFileName('appendfilename', 'filename'),
    effect: 'full',
  }),
  text('appenddirname', 'appendonlydir', {
    immutable: true,
    validate: checkFileName('appenddirname', 'dirname'),
    effect: 'full',
  }),
  choice('appendfsync', 'everysec', ['everysec', 'always', 'no'], { effect: 'full' }),
  yesNo('no-appendfsync-on-rewrite', 'no', { effect: 'full' }),
  integer('auto-aof-rewrite-percentage', 100, [0, INT_MAX], { effect: 'full' }),
  memory('auto-aof-rewrite-min-size', 64 * 1024 * 1024, [0, LONG_MAX], { effect: 'full' }),
  yesNo('aof-load-truncated', 'yes', { effect: 'full' }),
  yesNo('aof-use-rdb-preamble', 'yes'),
  yesNo('aof-timestamp-enabled', 'no', { effect: 'full' }),
  yesNo('aof-rewrite-incremental-fsync', 'yes'),
  optionalText('aof-rewrite-cpulist', { alias: 'aof_rewrite_cpulist', immutable: true }),
  yesNo('aof-disable-auto-gc', 'no', { hidden: true }),
];
