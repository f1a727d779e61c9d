// The two servers that are compared, started alike: latency tracking, slow log and a memory limit are on, nothing is kept
// on disk unless a section asks for it.
import {
  findServerCommand,
  type ReferenceEngines,
  type RunningServer,
  raisePriority,
  startServer,
} from '@valkeep/testing';

export type ContenderName = 'ours' | 'valkey';

export interface Contender {
  readonly name: ContenderName;
  readonly command: readonly string[];
}

export interface Contest {
  readonly engines: ReferenceEngines;
  readonly contenders: readonly Contender[];
}

const configuration = {
  'latency-tracking': 'yes',
  'slowlog-log-slower-than': '10000',
  'slowlog-max-len': '128',
  maxmemory: '12gb',
  'maxmemory-policy': 'noeviction',
};

/** Both commands; `ours` may be replaced to try the benchmark itself. */
export function buildContest(engines: ReferenceEngines, ours: readonly string[] = findServerCommand()): Contest {
  const valkey = [engines.program('valkey-9.1-server')];
  const contenders: readonly Contender[] = [
    { name: 'ours', command: ours },
    { name: 'valkey', command: valkey },
  ];
  return { engines, contenders };
}

export async function startContender(
  { command }: Contender,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const server = await startServer({ command, config: configuration, env });
  raisePriority(server.pid);
  return server;
}

/** Starts each contender, gives both to `use`, and stops them whatever happens. */
export async function withBoth<T>(
  { contenders }: Contest,
  use: (servers: ReadonlyMap<ContenderName, RunningServer>) => Promise<T>,
): Promise<T> {
  const servers = new Map<ContenderName, RunningServer>();
  try {
    for (const contender of contenders) servers.set(contender.name, await startContender(contender));
    return await use(servers);
  } finally {
    for (const server of servers.values()) await server.stop();
  }
}
