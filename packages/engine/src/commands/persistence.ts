// SAVE, BGSAVE, LASTSAVE: when the data set is written to disk.
import type { RdbControl } from '../persistence/rdb-control.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const persistenceCommands: readonly CommandSpec[] = [
  {
    name: 'save', arity: 1, flags: 'admin noscript no_async_loading no_multi', acl: 'dangerous', since: '1.0.0',
    group: 'server', complexity: 'O(N), N keys', about: 'Writes the data set to disk and waits for it.', run: save,
  },
  {
    name: 'bgsave', arity: -1, flags: 'admin noscript no_async_loading', acl: 'dangerous', since: '1.0.0',
    group: 'server', complexity: 'O(1)', about: 'Writes the data set to disk in the background.', run: backgroundSave,
  },
  {
    name: 'lastsave', arity: 1, flags: 'loading stale fast', acl: 'admin dangerous', since: '1.0.0', group: 'server',
    tips: ['nondeterministic_output'], complexity: 'O(1)', about: 'Returns when the data set was saved last.',
    run: lastSave,
  },
];

const IN_PROGRESS = new CommandError('ERR Background save already in progress');
const NOT_IN_PROGRESS = new CommandError('ERR Background saving is currently not in progress or scheduled');
const OTHER_ACTIVE = new CommandError(
  "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE " +
    'whenever possible.',
);
const FAILED = new CommandError('ERR');
const UNABLE = new CommandError('ERR This server does not save');

function control(call: Call): RdbControl {
  const { rdb } = call.services;
  if (rdb === undefined) throw UNABLE;
  return rdb;
}

function save(call: Call): void {
  const rdb = control(call);
  if (rdb.isSaving) throw IN_PROGRESS;
  call.services.persistence.rdbSaves++;
  if (!rdb.saveNow()) throw FAILED;
  call.reply.ok();
}

function backgroundSave(call: Call): void {
  const { args, services, reply } = call;
  const { log, persistence } = services;
  if (args.count > 2) throw SYNTAX_ERROR;
  if (args.count === 2 && args.is(1, 'cancel')) return cancel(call);
  const isScheduled = args.count === 2;
  if (isScheduled && !args.is(1, 'schedule')) throw SYNTAX_ERROR;
  const rdb = control(call);
  if (rdb.isSaving) throw IN_PROGRESS;
  // The snapshot is taken between units: not within EXEC, and not while the append-only file is rewritten.
  if (call.denyBlocking || persistence.aofRewriting) {
    if (!isScheduled && !call.denyBlocking) throw OTHER_ACTIVE;
    rdb.schedule();
    log.notice(
      isScheduled
        ? 'Background saving scheduled due to user request'
        : 'Background saving scheduled to run after transaction execution',
    );
    return reply.simple('Background saving scheduled');
  }
  rdb.startBackground();
  reply.simple('Background saving started');
}

function cancel(call: Call): void {
  const { log } = call.services;
  const cancelled = control(call).cancel();
  if (cancelled === undefined) throw NOT_IN_PROGRESS;
  if (cancelled === 'running') {
    log.notice('Background saving will be aborted due to user request');
    return call.reply.simple('Background saving cancelled');
  }
  log.notice('Scheduled background saving will be cancelled due to user request');
  call.reply.simple('Scheduled background saving cancelled');
}

function lastSave(call: Call): void {
  call.reply.integer(call.services.persistence.rdbLastSaveAt);
}
