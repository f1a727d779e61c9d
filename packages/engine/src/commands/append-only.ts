// BGREWRITEAOF: makes the append-only file as short as the data set allows.
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const appendOnlyCommands: readonly CommandSpec[] = [
  {
    name: 'bgrewriteaof', arity: 1, flags: 'admin noscript no_async_loading', acl: 'dangerous', since: '1.0.0',
    group: 'server', complexity: 'O(1)', about: 'Rewrites the append-only file in the background.', run: bgrewriteaof,
  },
];

const IN_PROGRESS = new CommandError('ERR Background append only file rewriting already in progress');
const UNABLE = new CommandError('ERR This server does not save');

function bgrewriteaof(call: Call): void {
  const { appendOnly, persistence } = call.services;
  if (appendOnly === undefined) throw UNABLE;
  if (appendOnly.isRewriting) throw IN_PROGRESS;
  // The snapshot is taken between units: not within EXEC or a script, and not while another save runs.
  if (call.denyBlocking || persistence.rdbSaving) {
    persistence.aofRewriteScheduled = true;
    return call.reply.simple('Background append only file rewriting scheduled');
  }
  void appendOnly.rewrite();
  call.reply.simple('Background append only file rewriting started');
}
