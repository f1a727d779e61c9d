// Gives scripts what they need of the engine: commands to call, a way to let others be served, and the check that tells
// those others to wait.
import type { Services } from './commands/services.ts';
import { Scripting } from './scripting/scripting.ts';
import { ScriptCalls } from './session/script-calls.ts';
import type { Transport } from './transport/transport.ts';

/** The scripting part; its native memory is reserved with the first script. */
export function makeScripting(services: Services, transport: Transport): Scripting {
  let calls: ScriptCalls | undefined;
  return new Scripting({
    config: services.config,
    log: services.log,
    get port() {
      calls ??= new ScriptCalls(services);
      return calls;
    },
    nowMs: () => performance.now(),
    serveOthers() {
      const { touches } = services.keyspace;
      if (transport.canPoll) transport.pollOnce();
      services.keyspace.touches = touches;
    },
    pauseCaller: ({ caller }, isPaused) => caller.connection?.wantRead(!isPaused),
  });
}

/** What other clients' commands meet while a script takes long. To be called when access checks are in place. */
export function connectScripting(services: Services): void {
  const { scripting, checks, access } = services;
  checks.add((_client, command) => (command.has('allow_busy') ? undefined : scripting.busyRefusal));
  access.requester = (client) => (client.isScript ? (scripting.run?.caller ?? client) : client);
}
