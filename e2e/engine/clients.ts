// `npm run e2e -- engine/clients [--server CMD]`: ioredis, iovalkey and node-redis connect with their default settings and
// work.
import { parseArgs } from 'node:util';
import { startServer } from '@valkeep/testing';
import { chooseServer } from './choose-server.ts';
import { ioredisChecks, iovalkeyChecks, nodeRedisChecks } from './client-checks.ts';
import { runChecks } from './named-checks.ts';

const { values: options } = parseArgs({ options: { server: { type: 'string' } } });
const command = chooseServer(options.server);

await using server = await startServer({ command });
let failures = await runChecks('ioredis', server, ioredisChecks);
failures += await runChecks('iovalkey', server, iovalkeyChecks);
failures += await runChecks('node-redis', server, nodeRedisChecks);
console.log(failures === 0 ? 'all promises hold' : `${failures} promises are broken`);
process.exitCode = failures === 0 ? 0 : 1;
