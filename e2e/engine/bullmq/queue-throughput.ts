// Jobs per second, ours and Valkey in turns: jobs are added in bulk, then done by one worker, and both count.
import { findReferenceEngines, type RunningServer, raisePriority, startServer, waitFor } from '@valkeep/testing';
import { QueueBench } from './queue-bench.ts';

const JOBS = 4_000;
const ROUNDS = 7;
const CONCURRENCY = 50;
const BATCH = 500;
export const LEAST_RATIO = 0.9;

/** Compares the medians; returns ours divided by Valkey's, or undefined without a Valkey to compare with. */
export async function compareThroughput(ours: readonly string[]): Promise<number | undefined> {
  const engines = findReferenceEngines();
  if (engines === undefined) return undefined;
  const valkey = [engines.program('valkey-9.1-server')];
  await using first = await startServer({ command: ours });
  await using second = await startServer({ command: valkey });
  for (const { pid } of [{ pid: process.pid }, first, second]) raisePriority(pid);
  const rates: [number[], number[]] = [[], []];
  await measure(first); // warms up this process as well as the servers
  await measure(second);
  for (let round = 0; round < ROUNDS; round++) {
    rates[0].push(await measure(first));
    rates[1].push(await measure(second));
  }
  const [own, other] = rates.map(median);
  if (own === undefined || other === undefined) throw new Error('nothing was measured');
  console.log(`jobs per second: ours ${own.toFixed(0)}, Valkey ${other.toFixed(0)}, ratio ${(own / other).toFixed(2)}`);
  return own / other;
}

async function measure({ port }: RunningServer): Promise<number> {
  await using bench = new QueueBench({ port });
  await bench.queue.waitUntilReady();
  const startedAt = performance.now();
  for (let added = 0; added < JOBS; added += BATCH) await bench.addNumbered(BATCH, { removeOnComplete: true });
  let done = 0;
  bench.work(async () => ++done, { concurrency: CONCURRENCY });
  await waitFor(() => done === JOBS, { what: `${JOBS} jobs`, limitMs: 60_000 });
  const rate = (JOBS * 1000) / (performance.now() - startedAt);
  await waitFor(async () => (await bench.queue.getActiveCount()) === 0, { what: 'the last jobs to be put away' });
  await bench.queue.obliterate({ force: true });
  return rate;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
