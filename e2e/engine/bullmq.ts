// `npm run e2e -- engine/bullmq [--server CMD] [--only checks|throughput|kill]`: BullMQ on our server. All kinds of jobs, jobs
// per second beside Valkey in the same run (at least 0.9), and a queue that survives `kill -9` of its server.
import { parseArgs } from 'node:util';
import { startServer } from '@valkeep/testing';
import { queueChecks } from './bullmq/queue-checks.ts';
import { compareThroughput, LEAST_RATIO } from './bullmq/queue-throughput.ts';
import { surviveKills } from './bullmq/survive-kill.ts';
import { chooseServer } from './choose-server.ts';
import { runChecks } from './named-checks.ts';

const { values: options } = parseArgs({ options: { server: { type: 'string' }, only: { type: 'string' } } });
const command = chooseServer(options.server);
const isWanted = (part: string) => options.only === undefined || options.only === part;

async function proveThroughput(): Promise<void> {
  const ratio = await compareThroughput(command);
  if (ratio !== undefined && ratio < LEAST_RATIO) throw new Error(`${ratio.toFixed(2)} of Valkey's jobs per second`);
}

let failures = 0;
if (isWanted('checks')) {
  await using server = await startServer({ command });
  failures += await runChecks('BullMQ', server, queueChecks);
}
const whole = [
  { part: 'throughput', promise: `does at least ${LEAST_RATIO} of Valkey's jobs per second`, prove: proveThroughput },
  {
    part: 'kill',
    promise: 'loses no job and leaves none stuck when its server is killed',
    prove: () => surviveKills(command),
  },
];
failures += await runChecks(
  'BullMQ',
  undefined,
  whole.filter(({ part }) => isWanted(part)),
);
console.log(failures === 0 ? 'all promises hold' : `${failures} promises are broken`);
process.exitCode = failures === 0 ? 0 : 1;
