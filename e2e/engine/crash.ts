// `npm run e2e -- engine/crash [options]`: the server (appendfsync always) is killed with SIGKILL at random moments while
// writers record what was acknowledged. Nothing acknowledged, and nothing that another client has seen, may be lost. Our
// server runs on a disk that keeps bytes in its own memory until they are synced, so that a kill loses exactly what was not;
// and once more on one whose sync does nothing, where this test has to fail, or it would prove nothing.
//   --kills N (50)   --seed N   --server CMD   --server-args='ARGS'
//   --disk NAME=VALUE     environment that chooses the first disk (VALKEEP_TEST_DISK=hold-until-sync)
//   --broken NAME=VALUE   environment that chooses the second (VALKEEP_TEST_DISK=never-sync); `none` leaves it out
import { parseArgs } from 'node:util';
import { createSeededRandom, splitCommand } from '@valkeep/testing';
import { chooseServer } from './choose-server.ts';
import { type KillReport, runKillRounds } from './crash/kill-rounds.ts';

const BROKEN_KILLS = 5;
const SHOWN_FAULTS = 10;

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string' },
    server: { type: 'string' },
    'server-args': { type: 'string', default: '' },
    disk: { type: 'string', default: 'VALKEEP_TEST_DISK=hold-until-sync' },
    broken: { type: 'string', default: 'VALKEEP_TEST_DISK=never-sync' },
  },
});
const random = createSeededRandom(options.seed === undefined ? undefined : Number(options.seed));
const command = chooseServer(options.server);

function run(kills: number, setting: string): Promise<KillReport> {
  const [name = '', value = ''] = setting.split('=', 2);
  return runKillRounds({ command, args: splitCommand(options['server-args']), env: { [name]: value }, kills, random });
}

function show(title: string, { kills, acknowledged, faults }: KillReport): void {
  console.log(`${title}: ${kills} kills, ${acknowledged} acknowledged writes, ${faults.length} faults`);
  for (const fault of faults.slice(0, SHOWN_FAULTS)) console.log(`  ${fault}`);
}

const report = await run(Number(options.kills), options.disk);
show('synced disk', report);
let holds = report.faults.length === 0;
if (options.broken !== 'none') {
  const broken = await run(BROKEN_KILLS, options.broken);
  show('disk that never syncs', broken);
  if (broken.faults.length === 0) console.log('nothing was lost without a sync: this test proves nothing');
  holds &&= broken.faults.length > 0;
}
console.log(holds ? 'no acknowledged write was lost' : 'FAILED');
process.exitCode = holds ? 0 : 1;
