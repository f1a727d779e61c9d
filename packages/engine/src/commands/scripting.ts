// Scripts: EVAL, EVALSHA and their read-only forms. SCRIPT and FUNCTION have files of their own.
import type { CachedScript } from '../scripting/script-cache.ts';
import { ScriptDebugger } from '../scripting/script-debugger.ts';
import { ScriptRun } from '../scripting/script-run.ts';
import type { ScriptFlags } from '../scripting/shebang.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { type CommandSpec, countedKeys } from './command-spec.ts';

const SCRIPT_KEYS = [countedKeys(2, 'RW ACCESS UPDATE')];
const READ_ONLY_KEYS = [countedKeys(2, 'RO ACCESS')];

// biome-ignore format: a row stays together; one property a line would hide the table
export const scriptingCommands: readonly CommandSpec[] = [
  {
    name: 'eval', arity: -3, flags: 'noscript skip_monitor may_replicate no_mandatory_keys stale', acl: 'scripting',
    keys: SCRIPT_KEYS, since: '2.6.0', group: 'scripting', complexity: 'Depends on the script',
    about: 'Runs a script.', run: (call) => evaluate(call, false, false),
  },
  {
    name: 'evalsha', arity: -3, flags: 'noscript skip_monitor may_replicate no_mandatory_keys stale', acl: 'scripting',
    keys: SCRIPT_KEYS, since: '2.6.0', group: 'scripting', complexity: 'Depends on the script',
    about: 'Runs a cached script by its digest.', run: (call) => evaluate(call, true, false),
  },
  {
    name: 'eval_ro', arity: -3, flags: 'noscript skip_monitor no_mandatory_keys stale readonly', acl: 'scripting',
    keys: READ_ONLY_KEYS, since: '7.0.0', group: 'scripting', complexity: 'Depends on the script',
    about: 'Runs a script that only reads.', run: (call) => evaluate(call, false, true),
  },
  {
    name: 'evalsha_ro', arity: -3, flags: 'noscript skip_monitor no_mandatory_keys stale readonly', acl: 'scripting',
    keys: READ_ONLY_KEYS, since: '7.0.0', group: 'scripting', complexity: 'Depends on the script',
    about: 'Runs a cached script that only reads, by its digest.', run: (call) => evaluate(call, true, true),
  },
];

export const NO_SCRIPT = new CommandError('NOSCRIPT No matching script.');
const DIGEST_LENGTH = 40;

function evaluate(call: Call, byDigest: boolean, isReadOnly: boolean): void {
  const { args, services } = call;
  call.propagateNothing();
  if (byDigest && args.lengths[1] !== DIGEST_LENGTH) throw NO_SCRIPT;
  if (call.client.debugsScripts && !call.denyBlocking) return debugScript(call, byDigest, isReadOnly);
  const keyCount = countOfKeys(call);
  const script = byDigest ? scriptByDigest(call) : scriptOfBody(call);
  const run = prepareRun(call, { kind: 'eval', subject: script, flags: script.flags, isReadOnly });
  const keys = args.texts(3);
  services.scripting.runScript(call.reply, run, script, keys, keys.splice(keyCount));
}

/** Runs the script in a debugging session, which takes the client's requests from here on. */
function debugScript(call: Call, byDigest: boolean, isReadOnly: boolean): void {
  if (byDigest) throw new CommandError('ERR Please use EVAL instead of EVALSHA for debugging');
  const { args, client, services } = call;
  const keyCount = countOfKeys(call);
  const cached = scriptOfBody(call);
  const run = prepareRun(call, { kind: 'eval', subject: cached, flags: cached.flags, isReadOnly });
  const keys = args.texts(3);
  const session = new ScriptDebugger(services.scripting, {
    run,
    source: cached.script.source,
    args: keys.splice(keyCount),
    keys,
  });
  client.debugsScripts = false;
  client.scriptDebugger = session;
  session.start(call.reply);
}

/** The number of keys that the caller announced. */
export function countOfKeys(call: Call, notANumber?: CommandError): number {
  const count = call.integer(2, notANumber);
  if (count > call.args.count - 3) throw new CommandError("ERR Number of keys can't be greater than number of args");
  if (count < 0) throw new CommandError("ERR Number of keys can't be negative");
  return count;
}

function scriptByDigest({ args, services }: Call): CachedScript {
  const script = services.scripting.scripts.find(args.text(1).toLowerCase());
  if (script === undefined) throw NO_SCRIPT;
  return script;
}

function scriptOfBody({ args, services }: Call): CachedScript {
  const { scripting } = services;
  const script = scripting.scripts.evaluate(scripting.evalEngine, args.text(1));
  if (typeof script === 'string') throw new CommandError(script);
  return script;
}

export interface RunRequest {
  readonly kind: 'eval' | 'function';
  readonly subject: { readonly name: string };
  /** Undefined: a script without shebang, which is checked command by command only. */
  readonly flags: ScriptFlags | undefined;
  /** The client asked for it (EVAL_RO, FCALL_RO). */
  readonly isReadOnly: boolean;
}

/** Checks what a script says of itself, and makes its run. */
export function prepareRun(call: Call, request: RunRequest): ScriptRun {
  const { flags, isReadOnly } = request;
  const { client, args, services } = call;
  if (flags !== undefined && !flags.noWrites && isReadOnly) {
    throw new CommandError('ERR Can not execute a script with write flag using *_ro command.');
  }
  const run = new ScriptRun({
    caller: client,
    kind: request.kind,
    subject: request.subject,
    command: () => args.texts(),
    isReadOnly: isReadOnly || flags?.noWrites === true,
    allowsOutOfMemory: flags?.allowOom === true,
    startMs: services.clock.monotonicMs,
  });
  const refusal = services.scripting.startRefusal(run, flags);
  if (refusal !== undefined) throw new CommandError(refusal);
  return run;
}
