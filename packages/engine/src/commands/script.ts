// SCRIPT: the cache of scripts and the script that runs.
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';
import { replyHelp } from './help-reply.ts';
import { NO_SCRIPT } from './scripting.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
const subcommands: readonly CommandSpec[] = [
  {
    name: 'load', arity: 3, flags: 'noscript stale', acl: 'scripting', since: '2.6.0', group: 'scripting',
    tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
    complexity: 'O(N), N bytes of the script', about: 'Keeps a script for EVALSHA.', run: load,
  },
  {
    name: 'exists', arity: -3, flags: 'noscript stale', acl: 'scripting', since: '2.6.0', group: 'scripting',
    tips: ['request_policy:all_shards', 'response_policy:agg_logical_and'],
    complexity: 'O(N), N digests', about: 'Tells which scripts are cached.', run: exists,
  },
  {
    name: 'flush', arity: -2, flags: 'noscript stale', acl: 'scripting', since: '2.6.0', group: 'scripting',
    tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
    complexity: 'O(N), N cached scripts', about: 'Forgets all cached scripts.', run: flush,
  },
  {
    name: 'kill', arity: 2, flags: 'noscript allow_busy', acl: 'scripting', since: '2.6.0', group: 'scripting',
    tips: ['request_policy:all_shards', 'response_policy:one_succeeded'],
    complexity: 'O(1)', about: 'Ends the running script if it has not written.', run: kill,
  },
  {
    name: 'show', arity: 3, flags: 'noscript stale', acl: 'scripting', since: '8.0.0', group: 'scripting',
    complexity: 'O(1)', about: 'Returns the body of a cached script.', run: show,
  },
  {
    name: 'debug', arity: -3, flags: 'noscript', acl: 'scripting', since: '3.2.0', group: 'scripting',
    complexity: 'O(1)', about: 'Sets the debug mode of scripts.', run: debug,
  },
  {
    name: 'help', arity: 2, flags: 'loading stale', acl: 'scripting', since: '5.0.0', group: 'scripting',
    complexity: 'O(1)', about: 'Lists the subcommands.', run: (call) => replyHelp(call, HELP),
  },
];

// biome-ignore format: a row stays together; one property a line would hide the table
export const scriptCommands: readonly CommandSpec[] = [
  {
    name: 'script', arity: -2, flags: '', acl: '', since: '2.6.0', group: 'scripting',
    complexity: 'Depends on the subcommand', about: 'Commands about cached scripts.', subcommands,
  },
];

const HELP = [
  'DEBUG (YES|SYNC|NO) [<engine_name>]',
  '    Sets the debug mode of the scripts that follow.',
  'EXISTS <sha1> [<sha1> ...]',
  '    Tells for each digest whether a script with it is cached.',
  'FLUSH [ASYNC|SYNC]',
  '    Forgets all scripts; replicas may then miss those that others still use.',
  'KILL',
  '    Ends the running script.',
  'LOAD <script>',
  '    Keeps a script without running it, and returns its digest.',
  'SHOW <sha1>',
  '    Returns the body of a cached script.',
];

function load({ args, reply, services }: Call): void {
  const { scripting } = services;
  const script = scripting.scripts.load(scripting.evalEngine, args.text(2));
  if (typeof script === 'string') throw new CommandError(script);
  reply.bulkText(script.name);
}

function exists({ args, reply, services }: Call): void {
  reply.array(args.count - 2);
  for (const digest of args.texts(2))
    reply.integer(services.scripting.scripts.find(digest.toLowerCase()) === undefined ? 0 : 1);
}

function flush({ args, reply, services }: Call): void {
  const isKnown = args.count === 2 || (args.count === 3 && (args.is(2, 'sync') || args.is(2, 'async')));
  if (!isKnown) throw new CommandError('ERR SCRIPT FLUSH only support SYNC|ASYNC option');
  services.scripting.flushScripts();
  reply.ok();
}

function kill({ reply, services }: Call): void {
  const refusal = services.scripting.kill('eval');
  if (refusal !== undefined) throw new CommandError(refusal);
  reply.ok();
}

function show({ args, reply, services }: Call): void {
  const script = services.scripting.scripts.find(args.text(2).toLowerCase());
  if (script === undefined) throw NO_SCRIPT;
  reply.bulkText(script.body);
}

function debug({ args, client, reply }: Call): void {
  const engine = args.count === 4 ? args.text(3) : 'lua';
  if (args.count > 4) throw new CommandError("ERR wrong number of arguments for 'script|debug' command");
  if (engine.toLowerCase() !== 'lua') {
    throw new CommandError(`ERR No scripting engine found with name '${engine}' to enable debug`);
  }
  if (args.is(2, 'yes')) {
    throw new CommandError('ERR Debugging without keeping changes is not available, use SCRIPT DEBUG SYNC');
  }
  if (!args.is(2, 'sync') && !args.is(2, 'no')) throw new CommandError('ERR Use SCRIPT DEBUG YES/SYNC/NO');
  client.debugsScripts = args.is(2, 'sync');
  reply.ok();
}
