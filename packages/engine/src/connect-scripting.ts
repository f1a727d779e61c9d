// Gives scripts what they need of the engine: commands to call, a way to let others be served, and the check that tells
// those others to wait.

import { type Command, FLAG } from './commands/command-table.ts';
import type { Services } from './commands/services.ts';
import type { ScriptRun } from './scripting/script-run.ts';
import { Scripting } from './scripting/scripting.ts';
import type { Args } from './session/args.ts';
import { type MemoryLimit, OUT_OF_MEMORY } from './session/memory-limit.ts';
import { READ_ONLY, STALE } from './session/replication.ts';
import { ScriptCalls } from './session/script-calls.ts';
import { lacksReplicas, NO_REPLICAS, writeRefusal } from './session/write-refusal.ts';
import type { Transport } from './transport/transport.ts';

/** What the flags of a script decide in place of those of its command. */
const DECIDED = FLAG.stale | FLAG.denyoom | FLAG.write | FLAG.may_replicate;
const READ_ONLY_SCRIPT = 'READONLY Can not run script with write flag on readonly replica';
const STALE_SCRIPT =
  "MASTERDOWN Link with MASTER is down, replica-serve-stale-data is set to 'no' and 'allow-stale' flag is not set on " +
  'the script.';
const STALE_COMMAND = 'ERR Can not execute the command on a stale replica';
const NO_ROOM = "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'";

interface ScriptingNeeds extends Services {
  readonly memoryLimit: MemoryLimit;
}

/** The scripting part; its native memory is reserved with the first script. */
export function makeScripting(services: ScriptingNeeds, transport: Transport): Scripting {
  let calls: ScriptCalls | undefined;
  return new Scripting({
    config: services.config,
    log: services.log,
    get port() {
      calls ??= makeCalls(services);
      return calls;
    },
    nowMs: () => performance.now(),
    startRefusal(run, flags) {
      const { replication } = services;
      if (replication.isStale && flags?.allowStale !== true) return flags === undefined ? STALE : STALE_SCRIPT;
      if (flags === undefined || flags.noWrites) return undefined;
      if (replication.isReadOnly) return READ_ONLY_SCRIPT;
      if (lacksReplicas(services)) return NO_REPLICAS;
      return services.memoryLimit.isExceeded && !run.allowsOutOfMemory ? NO_ROOM : undefined;
    },
    serveOthers() {
      const { touches } = services.keyspace;
      if (transport.canPoll) transport.pollOnce();
      // Who has left is gone for the script, too. The caller stays: its command still runs.
      services.clientSet.closeMarked();
      services.keyspace.touches = touches;
    },
    pauseCaller({ caller }, isPaused) {
      caller.isProtected = isPaused;
      caller.connection?.wantRead(!isPaused);
    },
  });
}

function makeCalls(services: ScriptingNeeds): ScriptCalls {
  const calls = new ScriptCalls(services);
  // A script that has written goes on: stopping it half-way would be worse than what it still needs.
  calls.memoryRefusal = (run: ScriptRun, command: Command) =>
    services.memoryLimit.isExceeded && command.has('denyoom') && !run.allowsOutOfMemory && !run.hasWritten
      ? OUT_OF_MEMORY
      : undefined;
  const { replication } = services;
  calls.writeRefusal = () => writeRefusal(services) ?? (replication.isReadOnly ? READ_ONLY : undefined);
  calls.staleRefusal = (_run, command) => (!command.has('stale') && replication.isStale ? STALE_COMMAND : undefined);
  return calls;
}

/** The flags of EVAL and its like: a script with a shebang, or a function, says itself what it does. */
function scriptFlags({ scripts, functions }: Scripting, command: Command, args: Args): number {
  if (args.count < 2) return command.flags;
  const own = command.name.startsWith('fcall')
    ? functions.libraries.find(args.text(1))?.flags
    : scripts.flagsOf(args.text(1), command.name.startsWith('evalsha'));
  if (own === undefined) return command.flags;
  let flags = command.flags & ~DECIDED;
  if (!own.noWrites) flags |= FLAG.write;
  if (!own.noWrites && !own.allowOom) flags |= FLAG.denyoom;
  return own.allowStale ? flags | FLAG.stale : flags;
}

/** What other clients' commands meet while a script takes long. To be called when access checks are in place. */
export function connectScripting(services: Services): void {
  const { scripting, checks, access, statistics } = services;
  scripting.scripts.onEvicted = () => statistics.evictedScripts++;
  statistics.gauges.cachedScripts = () => scripting.scripts.count;
  statistics.gauges.scriptBytes = () => scripting.scripts.memoryBytes;
  checks.add((_client, command) => ((command.flags & FLAG.allow_busy) === 0 ? scripting.busyRefusal : undefined));
  checks.scriptFlags = (command, args) => scriptFlags(scripting, command, args);
  access.requester = (client) => (client.isScript ? (scripting.run?.caller ?? client) : client);
}
