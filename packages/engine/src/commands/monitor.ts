// MONITOR: shows every executed command to a client.
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const monitorCommands: readonly CommandSpec[] = [
  {
    name: 'monitor', arity: 1, flags: 'admin noscript loading stale', acl: '', since: '1.0.0', group: 'server',
    complexity: 'O(1)', about: 'Shows all commands as they are executed.', run: monitor,
  },
];

function monitor({ client, services, reply, denyBlocking }: Call): void {
  if (denyBlocking) throw new CommandError("ERR MONITOR isn't allowed for DENY BLOCKING client");
  // A monitor stays one, and is not answered.
  if (client.isMonitor || client.isReplica) return;
  services.monitors.add(client);
  reply.ok();
}
