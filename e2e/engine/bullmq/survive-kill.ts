// A queue over the death of its server: jobs are added and done while the server (appendfsync always) is killed with
// SIGKILL and started again in its folder and on its port, several times. Every job whose addition was confirmed must be
// done in the end, and none may be stuck.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { makeScratchFolder, type RunningServer, startServer, waitFor } from '@valkeep/testing';
import { QueueBench } from './queue-bench.ts';

const KILLS = 5;
const JOBS_BETWEEN_KILLS = 150;
const JOB_MS = 25;
const RECOVERY_LIMIT_MS = 45_000;

/** Throws when a confirmed job is lost or stuck. */
export async function surviveKills(command: readonly string[]): Promise<void> {
  const folder = makeScratchFolder('queue');
  const start = (port?: number) =>
    startServer({
      command,
      dir: folder.path,
      config: { appendonly: 'yes', appendfsync: 'always' },
      ...(port === undefined ? {} : { port }),
    });
  let server = await start();
  const { port } = server;
  try {
    await using bench = new QueueBench({ port });
    const confirmed = new Set<string>();
    const done = new Set<string>();
    // Work takes longer than adding it: at every kill there are jobs that wait, and jobs in work.
    const work = async (job: { readonly id?: string | undefined }): Promise<void> => {
      await setTimeout(JOB_MS);
      done.add(job.id ?? '');
    };
    bench.work(work, {
      concurrency: 5,
      lockDuration: 1_000,
      stalledInterval: 500,
      maxStalledCount: 100,
    });
    const producer = produce(bench, confirmed);
    for (let kill = 1; kill <= KILLS; kill++) {
      await waitFor(() => confirmed.size >= kill * JOBS_BETWEEN_KILLS, {
        what: 'more jobs',
        limitMs: RECOVERY_LIMIT_MS,
      });
      await server.kill9();
      server = await start(port);
    }
    await producer.stop();
    await assertAllDone(bench, confirmed, done);
  } finally {
    await stop(server);
    folder.remove();
  }
}

function stop(server: RunningServer): Promise<void> {
  return server.stop();
}

/** Adds jobs one after the other; one that fails with the connection is not counted. */
function produce(bench: QueueBench, confirmed: Set<string>): { stop(): Promise<void> } {
  let running = true;
  const loop = async () => {
    for (let number = 0; running; number++) {
      try {
        const job = await bench.queue.add('job', { number }, { removeOnFail: false });
        confirmed.add(job.id ?? '');
      } catch (error) {
        if (!/closed|ECONN|EPIPE|LOADING/i.test(String(error))) throw error;
      }
    }
  };
  const ended = loop();
  return {
    stop() {
      running = false;
      return ended;
    },
  };
}

async function assertAllDone(
  bench: QueueBench,
  confirmed: ReadonlySet<string>,
  done: ReadonlySet<string>,
): Promise<void> {
  const isIdle = async () => {
    const { active = 0, waiting = 0, delayed = 0, prioritized = 0 } = await bench.queue.getJobCounts();
    return active + waiting + delayed + prioritized === 0;
  };
  await waitFor(isIdle, { what: 'every job to be done (some are stuck)', limitMs: RECOVERY_LIMIT_MS, intervalMs: 100 });
  const lost = [...confirmed].filter((id) => !done.has(id));
  assert.deepEqual(lost, [], `${lost.length} of ${confirmed.size} confirmed jobs were lost`);
  assert.equal(await bench.queue.getFailedCount(), 0);
  console.log(`${confirmed.size} confirmed jobs over ${KILLS} kills, ${done.size} done`);
}
