// `npm run e2e -- engine/bad-input [--only TEXT] [--server CMD]`: broken frames, clients that misbehave, huge values, scripts that
// do what they may not: ours answers as a real Valkey does, byte for byte, stays up, and loses nothing.
import { parseArgs } from 'node:util';
import { findReferenceEngines, noReferenceEngines, type RunningServer, startServer } from '@valkeep/testing';
import { SKIPPED_EXIT_CODE } from '../short.ts';
import { chooseServer } from './choose-server.ts';
import { frameGroups } from './hostile/frame-scenarios.ts';
import { limitGroups } from './hostile/limit-scenarios.ts';
import { exchangeCommands, type Scenario, type ScenarioGroup } from './hostile/scenario.ts';
import { scriptGroups } from './hostile/script-scenarios.ts';

const { values: options } = parseArgs({
  options: { server: { type: 'string' }, only: { type: 'string', default: '' } },
});
const ours = chooseServer(options.server);

/** What a scenario shows, or how the server failed it. */
async function observe({ act }: Scenario, server: RunningServer): Promise<string> {
  try {
    return await act(server);
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function isIntact(server: RunningServer, password: string | undefined): Promise<boolean> {
  const login = password === undefined ? [] : [['AUTH', password]];
  try {
    return (await exchangeCommands(server, [...login, ['GET', 'canary']])).endsWith('$5\r\nalive\r\n');
  } catch {
    return false; // it does not answer any more, which is what the caller reports
  }
}

async function runGroup({ config, scenarios }: ScenarioGroup, valkey: readonly string[]): Promise<number> {
  await using first = await startServer({ command: ours, config });
  await using second = await startServer({ command: valkey, config });
  const password = config['requirepass'];
  const login = password === undefined ? [] : [['AUTH', password]];
  for (const server of [first, second]) await exchangeCommands(server, [...login, ['SET', 'canary', 'alive']]);
  let failures = 0;
  for (const scenario of scenarios) {
    const [own, other] = [await observe(scenario, first), await observe(scenario, second)];
    const intact = await isIntact(first, password);
    const passed = own === other && intact && !other.startsWith('failed: ');
    console.log(`${passed ? 'ok    ' : 'FAILED'}  ${scenario.name}`);
    if (passed) continue;
    failures++;
    console.log(`  ours:   ${JSON.stringify(own)}\n  Valkey: ${JSON.stringify(other)}`);
    if (!intact) {
      console.log(`  our server does not answer or has lost data:\n${first.logs().split('\n').slice(-15).join('\n')}`);
      return failures + 1;
    }
  }
  return failures;
}

function chooseGroups(): ScenarioGroup[] {
  return [...frameGroups, ...scriptGroups, ...limitGroups]
    .map(({ config, scenarios }) => ({
      config,
      scenarios: scenarios.filter(({ name }) => name.includes(options.only)),
    }))
    .filter(({ scenarios }) => scenarios.length > 0);
}

const engines = findReferenceEngines();
if (engines === undefined) {
  console.log(noReferenceEngines);
  process.exitCode = SKIPPED_EXIT_CODE;
} else {
  let failures = 0;
  for (const group of chooseGroups()) failures += await runGroup(group, [engines.program('valkey-9.1-server')]);
  console.log(failures === 0 ? 'all answers are equal' : `${failures} answers differ`);
  process.exitCode = failures === 0 ? 0 : 1;
}
