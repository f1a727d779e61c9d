// CLIENT PAUSE and UNPAUSE; what a pause means is session/pause.ts's business.
import { NO_DEADLINE } from '../keyspace/database.ts';
import { parseTimeoutMilliseconds } from './blocking-keys.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';

export function pauseClients(call: Call): void {
  const { args, services, reply } = call;
  // More arguments than that are not looked at.
  const isWrite = args.count === 4 && args.is(3, 'write');
  if (args.count === 4 && !isWrite && !args.is(3, 'all')) {
    throw new CommandError('ERR CLIENT PAUSE mode must be WRITE or ALL');
  }
  const end = parseTimeoutMilliseconds(call, 2);
  if (end !== NO_DEADLINE) services.pause.start(isWrite ? 'write' : 'all', end);
  reply.ok();
}

export function unpauseClients(call: Call): void {
  call.services.pause.end();
  call.reply.ok();
}
