// FUNCTION: the libraries of functions; FCALL and FCALL_RO, which run a function.
import { globMatch } from '../encodings/glob-match.ts';
import { dumpFunctions, readFunctionDump } from '../scripting/function-dump.ts';
import type { FunctionLibrary, LibraryFunction } from '../scripting/function-libraries.ts';
import type { RestorePolicy } from '../scripting/functions.ts';
import { flagWords } from '../scripting/shebang.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { type CommandSpec, countedKeys } from './command-spec.ts';
import { FUNCTION_HELP } from './function-help.ts';
import { replyHelp, subcommandError } from './help-reply.ts';
import { countOfKeys, prepareRun } from './scripting.ts';

const ROW = { acl: 'scripting', since: '7.0.0', group: 'scripting' } as const;
const ALL_SHARDS = ['request_policy:all_shards', 'response_policy:all_succeeded'];

// biome-ignore format: a row stays together; one property a line would hide the table
const subcommands: readonly CommandSpec[] = [
  {
    ...ROW, name: 'load', arity: -3, flags: 'noscript write denyoom', tips: ALL_SHARDS, complexity: 'O(1)',
    about: 'Takes a library of functions.', run: load,
  },
  {
    ...ROW, name: 'delete', arity: 3, flags: 'noscript write', tips: ALL_SHARDS, complexity: 'O(1)',
    about: 'Forgets a library and its functions.', run: remove,
  },
  {
    ...ROW, name: 'flush', arity: -2, flags: 'noscript write', tips: ALL_SHARDS, complexity: 'O(N), N functions',
    about: 'Forgets all libraries.', run: flush,
  },
  {
    ...ROW, name: 'list', arity: -2, flags: 'noscript', tips: ['nondeterministic_output_order'],
    complexity: 'O(N), N functions', about: 'Lists the libraries.', run: list,
  },
  {
    ...ROW, name: 'kill', arity: 2, flags: 'noscript allow_busy',
    tips: ['request_policy:all_shards', 'response_policy:one_succeeded'],
    complexity: 'O(1)', about: 'Ends the running function if it has not written.', run: kill,
  },
  {
    ...ROW, name: 'stats', arity: 2, flags: 'noscript allow_busy',
    tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
    complexity: 'O(1)', about: 'Tells which function runs, and counts libraries.', run: stats,
  },
  {
    ...ROW, name: 'dump', arity: 2, flags: 'noscript', complexity: 'O(N), N functions',
    about: 'Returns all libraries as one payload.', run: dump,
  },
  {
    ...ROW, name: 'restore', arity: -3, flags: 'noscript write denyoom', tips: ALL_SHARDS,
    complexity: 'O(N), N functions', about: 'Takes the libraries of a payload.', run: restore,
  },
  {
    ...ROW, name: 'help', arity: 2, flags: 'loading stale', complexity: 'O(1)', about: 'Lists the subcommands.',
    run: (call) => replyHelp(call, FUNCTION_HELP),
  },
];

// biome-ignore format: a row stays together; one property a line would hide the table
export const functionCommands: readonly CommandSpec[] = [
  {
    ...ROW, acl: '', name: 'function', arity: -2, flags: '', complexity: 'Depends on the subcommand',
    about: 'Commands about libraries of functions.', subcommands,
  },
  {
    ...ROW, name: 'fcall', arity: -3, flags: 'noscript skip_monitor may_replicate no_mandatory_keys stale',
    keys: [countedKeys(2, 'RW ACCESS UPDATE')], complexity: 'Depends on the function', about: 'Runs a function.',
    run: (call) => runFunction(call, false),
  },
  {
    ...ROW, name: 'fcall_ro', arity: -3, flags: 'noscript skip_monitor no_mandatory_keys stale readonly',
    keys: [countedKeys(2, 'RO ACCESS')], complexity: 'Depends on the function',
    about: 'Runs a function that only reads.', run: (call) => runFunction(call, true),
  },
];

const POLICIES: ReadonlySet<string> = new Set<RestorePolicy>(['append', 'replace', 'flush']);
const BAD_KEY_COUNT = new CommandError('ERR Bad number of keys provided');

function runFunction(call: Call, isReadOnly: boolean): void {
  const { args, services } = call;
  const { functions } = services.scripting;
  call.propagateNothing();
  const callee = functions.libraries.find(args.text(1));
  if (callee === undefined) throw new CommandError('ERR Function not found');
  const keyCount = countOfKeys(call, BAD_KEY_COUNT);
  const run = prepareRun(call, { kind: 'function', subject: callee, flags: callee.flags, isReadOnly });
  const keys = args.texts(3);
  functions.call(call.reply, run, callee, keys, keys.splice(keyCount));
}

function load(call: Call): void {
  const { args, keyspace, reply, services } = call;
  for (let i = 2; i < args.count - 1; i++) {
    if (!args.is(i, 'replace')) throw new CommandError(`ERR Unknown option given: ${args.text(i)}`);
  }
  const isTrusted = call.client.isAofLoader || call.client.isReplica;
  const loaded = services.scripting.functions.load(args.text(args.count - 1), args.count > 3, isTrusted);
  if (typeof loaded !== 'string') throw new CommandError(`ERR ${loaded.error}`);
  keyspace.dirty++;
  reply.bulkText(loaded);
}

function remove({ args, keyspace, reply, services }: Call): void {
  if (!services.scripting.functions.remove(args.text(2))) throw new CommandError('ERR Library not found');
  keyspace.dirty++;
  reply.ok();
}

function flush(call: Call): void {
  const { args, keyspace, reply, services } = call;
  if (args.count > 3) throw subcommandError(call);
  if (args.count === 3 && !args.is(2, 'sync') && !args.is(2, 'async')) {
    throw new CommandError('ERR FUNCTION FLUSH only supports SYNC|ASYNC option');
  }
  services.scripting.functions.flush();
  keyspace.dirty++;
  reply.ok();
}

function kill({ reply, services }: Call): void {
  const refusal = services.scripting.kill('function');
  if (refusal !== undefined) throw new CommandError(refusal);
  reply.ok();
}

interface ListOptions {
  readonly pattern: string | undefined;
  readonly withCode: boolean;
}

function parseListOptions({ args }: Call): ListOptions {
  let pattern: string | undefined;
  let withCode = false;
  for (let i = 2; i < args.count; i++) {
    if (!withCode && args.is(i, 'withcode')) {
      withCode = true;
    } else if (pattern === undefined && args.is(i, 'libraryname')) {
      if (i + 1 >= args.count) throw new CommandError('ERR library name argument was not given');
      pattern = args.text(++i);
    } else {
      throw new CommandError(`ERR Unknown argument ${args.text(i)}`);
    }
  }
  return { pattern, withCode };
}

function list(call: Call): void {
  const { pattern, withCode } = parseListOptions(call);
  const all = [...call.services.scripting.functions.libraries.libraries.values()];
  const found = all.filter(({ name }) => pattern === undefined || globMatch(pattern, name, true));
  call.reply.array(found.length);
  for (const library of found) replyLibrary(call, library, withCode);
}

function replyLibrary({ reply }: Call, library: FunctionLibrary, withCode: boolean): void {
  reply.map(withCode ? 4 : 3);
  reply.bulkText('library_name');
  reply.bulkText(library.name);
  reply.bulkText('engine');
  reply.bulkText('LUA');
  reply.bulkText('functions');
  reply.array(library.functions.length);
  for (const each of library.functions) replyFunction(reply, each);
  if (!withCode) return;
  reply.bulkText('library_code');
  reply.bulkText(library.code);
}

function replyFunction(reply: Call['reply'], { name, description, flags }: LibraryFunction): void {
  reply.map(3);
  reply.bulkText('name');
  reply.bulkText(name);
  reply.bulkText('description');
  if (description === undefined) reply.nil();
  else reply.bulkText(description);
  reply.bulkText('flags');
  const words = flagWords(flags);
  reply.set(words.length);
  for (const word of words) reply.simple(word);
}

function stats(call: Call): void {
  const { reply, services } = call;
  const { scripting } = services;
  const { run } = scripting;
  if (run?.kind === 'eval' && scripting.busyRefusal !== undefined) throw new CommandError(scripting.busyRefusal);
  reply.map(2);
  reply.bulkText('running_script');
  if (run === undefined) reply.nil();
  else replyRun(call, run);
  reply.bulkText('engines');
  reply.map(1);
  reply.bulkText('LUA');
  reply.map(2);
  const { libraries } = scripting.functions;
  reply.bulkText('libraries_count');
  reply.integer(libraries.libraries.size);
  reply.bulkText('functions_count');
  reply.integer(libraries.functionCount);
}

function replyRun({ reply }: Call, run: NonNullable<Call['services']['scripting']['run']>): void {
  reply.map(3);
  reply.bulkText('name');
  reply.bulkText(run.subject.name);
  reply.bulkText('command');
  const words = run.command();
  reply.array(words.length);
  for (const word of words) reply.bulkText(word);
  reply.bulkText('duration_ms');
  reply.integer(Math.floor(performance.now() - run.startMs));
}

function dump({ reply, services }: Call): void {
  const libraries = services.scripting.functions.libraries.libraries.values();
  reply.bulkText(dumpFunctions([...libraries].map(({ code }) => code)));
}

function restore(call: Call): void {
  const { args, keyspace, reply, services } = call;
  if (args.count > 4) throw subcommandError(call);
  const policy = args.count === 4 ? args.text(3).toLowerCase() : 'append';
  if (!isPolicy(policy)) {
    throw new CommandError('ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.');
  }
  const codes = readFunctionDump(args.text(2));
  if ('error' in codes) throw new CommandError(`ERR ${codes.error}`);
  const problem = services.scripting.functions.restore(codes, policy);
  if (problem !== undefined) throw new CommandError(`ERR ${problem}`);
  keyspace.dirty++;
  reply.ok();
}

function isPolicy(text: string): text is RestorePolicy {
  return POLICIES.has(text);
}
