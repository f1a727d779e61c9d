// LATENCY: what the latency monitor saw, and the durations of commands as histograms.
import { LATENCY_BUCKETS, latencyBucketStart } from '../encodings/latency-buckets.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';
import type { Command } from './command-table.ts';
import { replyHelp } from './help-reply.ts';
import { latencyGraph, latencyReport } from './latency-report.ts';

const ADMIN = { flags: 'admin noscript loading stale', acl: '', group: 'server' };
const TIPS = ['NONDETERMINISTIC_OUTPUT', 'REQUEST_POLICY:ALL_NODES', 'RESPONSE_POLICY:SPECIAL'];
const RESET_TIPS = ['REQUEST_POLICY:ALL_NODES', 'RESPONSE_POLICY:AGG_SUM'];

// biome-ignore format: a row stays together; one property a line would hide the table
export const latencyCommands: readonly CommandSpec[] = [
  {
    name: 'latency', arity: -2, flags: '', acl: '', since: '2.8.13', group: 'server', complexity: 'Depends on the subcommand',
    about: 'What took long.',
    subcommands: [
      { name: 'doctor', arity: 2, ...ADMIN, since: '2.8.13', tips: TIPS, complexity: 'O(1)', about: 'A report for people.', run: doctor },
      { name: 'graph', arity: 3, ...ADMIN, since: '2.8.13', tips: TIPS, complexity: 'O(1)', about: 'A graph of an event.', run: graph },
      { name: 'help', arity: 2, flags: 'loading stale', acl: '', group: 'server', since: '2.8.13', complexity: 'O(1)', about: 'Describes the subcommands.', run: (call) => replyHelp(call, HELP) },
      { name: 'histogram', arity: -2, ...ADMIN, since: '7.0.0', tips: TIPS, complexity: 'O(N), N commands', about: 'How long commands took.', run: histogram },
      { name: 'history', arity: 3, ...ADMIN, since: '2.8.13', tips: TIPS, complexity: 'O(1)', about: 'The samples of an event.', run: history },
      { name: 'latest', arity: 2, ...ADMIN, since: '2.8.13', tips: TIPS, complexity: 'O(1)', about: 'The latest sample of each event.', run: latest },
      { name: 'reset', arity: -2, ...ADMIN, since: '2.8.13', tips: RESET_TIPS, complexity: 'O(1)', about: 'Forgets events.', run: reset },
    ],
  },
];

const HELP = [
  'DOCTOR',
  '    A report for people.',
  'GRAPH <event>',
  '    A graph of the samples of an event.',
  'HISTORY <event>',
  '    The samples of an event: time and milliseconds.',
  'LATEST',
  '    The latest sample of each event.',
  'RESET [<event> ...]',
  '    Forgets some events, or all.',
  'HISTOGRAM [COMMAND ...]',
  '    How many calls of each command took how many microseconds at most.',
];

function nowSeconds(call: Call): number {
  return Math.floor(call.nowMs / 1000);
}

function doctor(call: Call): void {
  const { latency } = call.services;
  call.reply.verbatim('txt', latencyReport([...latency.events], latency.isOn, nowSeconds(call)));
}

function graph(call: Call): void {
  const name = call.args.text(2);
  const event = call.services.latency.find(name);
  if (event === undefined) throw new CommandError(`ERR No samples available for event '${name}'`);
  call.reply.verbatim('txt', latencyGraph(event, nowSeconds(call)));
}

function history({ args, reply, services }: Call): void {
  const samples = services.latency.find(args.text(2))?.samples ?? [];
  reply.array(samples.length);
  for (const { time, milliseconds } of samples) {
    reply.array(2);
    reply.integer(time);
    reply.integer(milliseconds);
  }
}

function latest({ reply, services }: Call): void {
  const events = [...services.latency.events];
  reply.array(events.length);
  for (const { name, samples, worst, sum, count } of events) {
    const last = samples[samples.length - 1];
    reply.array(6);
    reply.bulkText(name);
    for (const value of [last.time, last.milliseconds, worst, sum, count]) reply.integer(value);
  }
}

function reset({ args, reply, services }: Call): void {
  const { latency } = services;
  if (args.count === 2) return reply.integer(latency.reset(undefined));
  reply.integer(args.texts(2).reduce((sum, name) => sum + latency.reset(name), 0));
}

function histogram({ args, reply, services }: Call): void {
  const { table } = services;
  const asked = args.count === 2 ? table.all : args.texts(2).flatMap((name) => withSubcommands(table.findFull(name)));
  const commands = asked.filter(({ latency }) => latency !== undefined);
  reply.map(commands.length);
  for (const command of commands) {
    reply.bulkText(command.fullName);
    replyHistogram(reply, command.latency ?? new Float64Array());
  }
}

function withSubcommands(command: Command | undefined): Command[] {
  return command === undefined ? [] : [command, ...command.subcommands.values()];
}

/** Calls that took at most 1, 2, 4, 8, 16, 33 ... microseconds; only where a step brings more of them. */
function replyHistogram(reply: Call['reply'], buckets: Float64Array): void {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  const steps: [number, number][] = [];
  let seen = 0;
  let bucket = 0;
  for (let nanoseconds = 1024; seen < total; nanoseconds *= 2) {
    // Valkey's histograms keep two digits: the step covers what they cannot tell from it.
    const microseconds = Math.floor((nanoseconds + nanoseconds / 128 - 1) / 1000);
    const before = seen;
    while (bucket < LATENCY_BUCKETS && latencyBucketStart(bucket) <= microseconds) seen += buckets[bucket++];
    if (seen > before) steps.push([microseconds, seen]);
  }
  reply.map(2);
  reply.bulkText('calls');
  reply.integer(total);
  reply.bulkText('histogram_usec');
  reply.map(steps.length);
  for (const [microseconds, count] of steps) {
    reply.integer(microseconds);
    reply.integer(count);
  }
}
