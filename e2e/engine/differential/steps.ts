// What an episode consists of. Steps are data: they can be printed, left out and run again.
import type { SeededRandom } from '@valkeep/testing';
import { drawFrames, spoilCommand } from './bad-input.ts';
import type { CommandFamily } from './families/family.ts';
import { vocabulary } from './vocabulary.ts';

export type Step =
  /** A command on one of the connections. */
  | { readonly kind: 'command'; readonly connection: number; readonly args: readonly string[] }
  /** A whole walk of SCAN, HSCAN, SSCAN or ZSCAN from cursor 0; what it finds is compared as a set. */
  | { readonly kind: 'walk'; readonly args: readonly string[] }
  /** DUMP on each server, RESTORE of the other server's payload on both. */
  | { readonly kind: 'exchange'; readonly source: string; readonly target: string }
  /** A blocking command on a connection of its own, and a command that may wake it. */
  | { readonly kind: 'block'; readonly waiter: readonly string[]; readonly feeder: readonly string[] }
  /** Bytes on a new connection, whose direction is closed behind them. */
  | { readonly kind: 'frames'; readonly bytes: string }
  /** Lets brief times to live end. */
  | { readonly kind: 'wait'; readonly ms: number };

export interface EpisodePlan {
  readonly families: readonly CommandFamily[];
  readonly commands: number;
  /** Ways to change or wrap commands that are wanted. */
  readonly badInput: boolean;
  readonly frames: boolean;
  readonly dump: boolean;
  readonly scripts: boolean;
}

export const CONNECTIONS = 2;
const BAD_INPUT_PROBABILITY = 0.25;
const SECOND_CONNECTION_PROBABILITY = 0.15;
const FRAMES_PROBABILITY = 0.01;
const EXCHANGE_PROBABILITY = 0.02;
const SCRIPT_PROBABILITY = 0.05;
const BLOCK_PROBABILITY = 0.25;
/** Spoiled commands may have any time of one digit. */
const WAIT_MS = 13;
const WAITER_TIMEOUT_SECONDS = '0.05';
const WAITER_TIMEOUT_MS = '50';
const MATCHING_FEEDER_PROBABILITY = 0.75;

const walks = new Set(['SCAN', 'HSCAN', 'SSCAN', 'ZSCAN']);
/** May not stand inside a script, or would make it wait. */
const notInScripts = /^(SCAN|MULTI|EXEC|DISCARD|WATCH|UNWATCH|SELECT|B[LRZ]\w*|XREAD\w*|SWAPDB|SPOP|RANDOMKEY)$/i;

/** Draws the steps of one episode. */
export function drawSteps(random: SeededRandom, plan: EpisodePlan): Step[] {
  const steps: Step[] = [];
  let sawBrief = false;
  while (steps.length < plan.commands) {
    const drawn = drawStep(random, plan);
    steps.push(drawn);
    if (drawn.kind !== 'command') continue;
    const brief = isBrief(drawn.args);
    sawBrief ||= brief;
    // A brief time may stand in a transaction and begin with its EXEC.
    if (brief || (sawBrief && /^EXEC$/i.test(drawn.args[0] ?? ''))) steps.push({ kind: 'wait', ms: WAIT_MS });
  }
  // Transactions that are left open would hide what was written in them.
  for (let connection = 0; connection < CONNECTIONS; connection++) {
    steps.push({ kind: 'command', connection, args: ['EXEC'] });
  }
  steps.push({ kind: 'wait', ms: WAIT_MS });
  return steps;
}

function drawStep(random: SeededRandom, plan: EpisodePlan): Step {
  if (plan.frames && random.chance(FRAMES_PROBABILITY)) return { kind: 'frames', bytes: drawFrames(random) };
  if (plan.dump && random.chance(EXCHANGE_PROBABILITY)) {
    return { kind: 'exchange', source: drawWord(random, 'key'), target: drawWord(random, 'key') };
  }
  const family = random.pick(plan.families);
  const args = drawCommand(random, family);
  const spoiled = plan.badInput && random.chance(BAD_INPUT_PROBABILITY) ? spoilCommand(random, args) : args;
  if (family.name === 'blocking' && random.chance(BLOCK_PROBABILITY)) {
    const waiter = args.map((arg, index) => {
      if (arg === '0.001') return WAITER_TIMEOUT_SECONDS;
      return args[index - 1] === 'BLOCK' ? WAITER_TIMEOUT_MS : arg;
    });
    return { kind: 'block', waiter, feeder: drawFeeder(random, family, waiter) };
  }
  const name = (spoiled[0] ?? '').toUpperCase();
  // SCAN, even a spoiled one, is always a whole walk: on the way it deletes expired keys, and which is a server's own affair.
  if (walks.has(name) && (spoiled === args || name === 'SCAN')) return { kind: 'walk', args: spoiled };
  const connection = random.chance(SECOND_CONNECTION_PROBABILITY) ? 1 : 0;
  const wrapped = plan.scripts && random.chance(SCRIPT_PROBABILITY) && !notInScripts.test(name);
  return { kind: 'command', connection, args: wrapped ? wrapInScript(random, spoiled) : spoiled };
}

function drawCommand(random: SeededRandom, family: CommandFamily): string[] {
  return random.pickWeighted(family.templates).expand(random, vocabulary);
}

/** Mostly a command that gives the waiter what it waits for. */
function drawFeeder(random: SeededRandom, family: CommandFamily, waiter: readonly string[]): string[] {
  const key = waiter.find((arg) => /^[lzx][1-3]$/.test(arg));
  if (key === undefined || !random.chance(MATCHING_FEEDER_PROBABILITY)) return drawCommand(random, family);
  if (key.startsWith('l')) return ['RPUSH', key, ...random.times(1, 3, () => drawWord(random, 'value'))];
  if (key.startsWith('x')) return ['XADD', key, `${random.integer(1, 60)}-*`, 'f1', drawWord(random, 'value')];
  return ['ZADD', key, ...random.times(1, 2, () => [drawWord(random, 'score'), drawWord(random, 'member')]).flat()];
}

function drawWord(random: SeededRandom, name: string): string {
  return vocabulary[name]?.(random) ?? '';
}

function wrapInScript(random: SeededRandom, args: readonly string[]): string[] {
  const call = random.pick(['redis.call', 'redis.pcall', 'server.call']);
  return ['EVAL', `return ${call}(unpack(ARGV))`, '0', ...args];
}

/** Whether a time to live of a few milliseconds may be set: a single digit behind words that take milliseconds. */
function isBrief(args: readonly string[]): boolean {
  if (!args.some((arg) => /^(PX|H?PEXPIRE|PSETEX)$/i.test(arg))) return false;
  return args.slice(1).some((arg) => /^[1-9]$/.test(arg));
}

/** The command inside a script, or the command itself. */
export function innerCommand(args: readonly string[]): readonly string[] {
  return /^EVAL$/i.test(args[0] ?? '') && args[2] === '0' ? args.slice(3) : args;
}
