// What BullMQ promises its users, proven on a server.
import assert from 'node:assert/strict';
import { type RunningServer, waitFor } from '@valkeep/testing';
import { FlowProducer, type Job } from 'bullmq';
import type { NamedCheck } from '../named-checks.ts';
import { QueueBench } from './queue-bench.ts';

const numberOf = (job: Job): number => job.data.number;

async function processInOrder({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  const seen: number[] = [];
  await bench.addNumbered(200);
  bench.work(async (job) => seen.push(numberOf(job)));
  await waitFor(() => seen.length >= 200, { what: '200 jobs' });
  assert.deepEqual(
    seen,
    Array.from({ length: 200 }, (_, number) => number),
  );
  await waitFor(async () => (await bench.queue.getCompletedCount()) === 200, { what: '200 completed jobs' });
}

async function delayJobs({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  const seen: string[] = [];
  const startedAt = performance.now();
  await bench.queue.add('late', {}, { delay: 400 });
  await bench.queue.add('soon', {}, { delay: 150 });
  await bench.queue.add('now', {});
  bench.work(async (job) => seen.push(job.name));
  await waitFor(() => seen.length === 3, { what: 'three jobs' });
  assert.deepEqual(seen, ['now', 'soon', 'late']);
  assert.ok(performance.now() - startedAt >= 400);
}

async function respectPriorities({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  const seen: number[] = [];
  for (const priority of [5, 1, 3, 2, 4, 1]) await bench.queue.add('job', { number: priority }, { priority });
  bench.work(async (job) => seen.push(numberOf(job)));
  await waitFor(() => seen.length === 6, { what: 'six jobs' });
  assert.deepEqual(seen, [1, 1, 2, 3, 4, 5]);
}

async function repeatJobs({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  let runs = 0;
  bench.work(async () => ++runs);
  await bench.queue.upsertJobScheduler('each-tenth', { every: 100 }, { name: 'tick' });
  await waitFor(() => runs >= 4, { what: 'four ticks' });
  await bench.queue.removeJobScheduler('each-tenth');
  assert.equal(await bench.queue.getJobSchedulersCount(), 0);
}

async function limitRate({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  const startedAt = performance.now();
  let runs = 0;
  await bench.addNumbered(12);
  bench.work(async () => ++runs, { limiter: { max: 4, duration: 300 } });
  await waitFor(() => runs === 12, { what: 'twelve jobs' });
  assert.ok(performance.now() - startedAt >= 600, 'twelve jobs at four per 300 ms take at least 600 ms');
}

async function runFlows({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  const flows = new FlowProducer({ connection: { host: '127.0.0.1', port, maxRetriesPerRequest: null } });
  try {
    bench.work(
      async (job) => {
        if (job.name === 'child') return numberOf(job) * 10;
        const values: number[] = Object.values(await job.getChildrenValues());
        return values.reduce((sum, value) => sum + value, 0);
      },
      { concurrency: 3 },
    );
    const children = [1, 2, 3, 4].map((number) => ({ name: 'child', queueName: bench.name, data: { number } }));
    const { job } = await flows.add({ name: 'parent', queueName: bench.name, children });
    await waitFor(() => job.isCompleted(), { what: 'the parent' });
    assert.equal((await bench.queue.getJob(job.id ?? ''))?.returnvalue, 100);
  } finally {
    await flows.close();
  }
}

async function emitEvents({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  const events = await bench.listen();
  const heard: string[] = [];
  for (const name of ['added', 'active', 'progress', 'completed', 'failed'] as const) {
    events.on(name, () => {
      heard.push(name);
    });
  }
  bench.work(async (job) => {
    await job.updateProgress(50);
    if (job.name === 'bad') throw new Error('as it should');
    return 'done';
  });
  const good = await bench.queue.add('good', {});
  assert.equal(await good.waitUntilFinished(events, 5000), 'done');
  const bad = await bench.queue.add('bad', {});
  await assert.rejects(bad.waitUntilFinished(events, 5000), /as it should/);
  await waitFor(() => heard.length >= 8, { what: 'eight events' });
  assert.deepEqual(new Set(heard), new Set(['added', 'active', 'progress', 'completed', 'failed']));
}

async function retryWithBackoff({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  let attempts = 0;
  bench.work(async () => {
    attempts++;
    if (attempts < 3) throw new Error('not yet');
    return attempts;
  });
  const job = await bench.queue.add('flaky', {}, { attempts: 5, backoff: { type: 'fixed', delay: 50 } });
  await waitFor(() => job.isCompleted(), { what: 'the third attempt' });
  assert.equal(attempts, 3);
}

/** A worker takes a job and never renews its lock; another finds the job stalled and does it. */
async function recoverStalledJobs({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  let release: (() => void) | undefined;
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  let taken = false;
  bench.work(
    async () => {
      taken = true;
      await stuck;
    },
    { lockDuration: 200, skipLockRenewal: true, skipStalledCheck: true },
  );
  const job = await bench.queue.add('left', {});
  await waitFor(() => taken, { what: 'the first worker' });
  let stalled = '';
  let doneBySecond = false;
  const second = bench.work(
    async () => {
      doneBySecond = true;
    },
    { stalledInterval: 200 },
  );
  second.on('stalled', (id) => {
    stalled = id;
  });
  await waitFor(() => doneBySecond, { what: 'the second worker to take over' });
  release?.();
  assert.equal(stalled, job.id);
  await waitFor(() => job.isCompleted(), { what: 'the job to be completed' });
}

async function manageQueues({ port }: RunningServer): Promise<void> {
  await using bench = new QueueBench({ port });
  await bench.queue.pause();
  await bench.addNumbered(30, { removeOnComplete: 10 });
  let runs = 0;
  bench.work(async () => ++runs);
  assert.deepEqual(await bench.queue.isPaused(), true);
  assert.equal(runs, 0);
  await bench.queue.resume();
  await waitFor(async () => runs === 30 && (await bench.queue.getActiveCount()) === 0, { what: '30 jobs' });
  assert.equal(await bench.queue.getCompletedCount(), 10);
  await bench.queue.obliterate({ force: true });
  const counts = await bench.queue.getJobCounts();
  assert.equal(
    Object.values(counts).reduce((sum, count) => sum + count, 0),
    0,
  );
}

export const queueChecks: readonly NamedCheck<RunningServer>[] = [
  { promise: 'processes each job once, in order', prove: processInOrder },
  { promise: 'runs delayed jobs when their time has come', prove: delayJobs },
  { promise: 'runs jobs by priority', prove: respectPriorities },
  { promise: 'repeats scheduled jobs', prove: repeatJobs },
  { promise: 'holds back jobs beyond the rate limit', prove: limitRate },
  { promise: 'runs the children of a flow before their parent', prove: runFlows },
  { promise: 'tells listeners what happens', prove: emitEvents },
  { promise: 'tries failed jobs again', prove: retryWithBackoff },
  { promise: 'gives stalled jobs to another worker', prove: recoverStalledJobs },
  { promise: 'pauses, resumes, trims and empties queues', prove: manageQueues },
];
