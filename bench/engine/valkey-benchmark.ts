// Drives a server with valkey-benchmark, always from outside and with the same settings.
import { spawn } from 'node:child_process';
import type { ReferenceEngines, RunningServer } from '@valkeep/testing';
import { raisePriority } from '@valkeep/testing';
import type { FillStep } from './workloads.ts';

const CLIENTS = 50;
const FILL_PIPELINE = 64;
const RUN_LIMIT_MS = 120_000;

export interface Load {
  readonly command: readonly string[];
  /** A number of requests, or a time. */
  readonly requests?: number;
  readonly seconds?: number;
  readonly pipeline: number;
  readonly valueBytes: number;
  readonly keys: number;
  /** `__rand_int__` counts up instead of being random. */
  readonly sequential?: boolean;
  readonly clients?: number;
  /** Requests per second, at most. */
  readonly rate?: number;
}

/** Sends the load and returns requests per second. Throws when an error reply comes or the limit is over. */
export async function runLoad(engines: ReferenceEngines, server: RunningServer, load: Load): Promise<number> {
  const { command, pipeline, valueBytes, keys, sequential = false, clients = CLIENTS, rate } = load;
  const amount = load.seconds === undefined ? ['-n', String(load.requests)] : ['--duration', String(load.seconds)];
  const args = [
    '-p',
    String(server.port),
    '-c',
    String(clients),
    ...amount,
    '-r',
    String(keys),
    '-P',
    String(pipeline),
  ];
  args.push('-d', String(valueBytes), '--csv');
  if (rate !== undefined) args.push('--rps', String(rate));
  if (sequential) args.push('--sequential');
  const output = await run(engines.program('valkey-benchmark'), [...args, '--', ...command]);
  // The command may hold anything, so the figures are read from behind: rate, then six latencies.
  const figures = /"([\d.]+|inf)"(?:,"[\d.]+"){6}\s*$/.exec(output)?.[1];
  if (figures === undefined) throw new Error(`valkey-benchmark ${command[0]} gave no figures: ${output.slice(-500)}`);
  // A single request takes less than its clock can tell: only fill steps are that short.
  return figures === 'inf' ? Number.POSITIVE_INFINITY : Number(figures);
}

/** Sends fill steps one after the other. */
export async function fill(
  engines: ReferenceEngines,
  server: RunningServer,
  steps: readonly FillStep[],
  valueBytes: number,
): Promise<void> {
  for (const { command, count } of steps) {
    const pipeline = count < FILL_PIPELINE ? 1 : FILL_PIPELINE;
    const clients = Math.min(count, CLIENTS);
    const load = {
      command,
      requests: count,
      pipeline,
      valueBytes,
      keys: Math.max(count, 1),
      sequential: true,
      clients,
    };
    await runLoad(engines, server, load);
  }
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: RUN_LIMIT_MS });
    if (child.pid !== undefined) raisePriority(child.pid);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`valkey-benchmark ended with ${signal ?? code}: ${errors.slice(-500)}`));
    });
  });
}
