// Small commands about the server as a whole: TIME, LOLWUT, SHUTDOWN.
import { REDIS_VERSION, VALKEY_VERSION } from '../config/version.ts';
import type { ShutdownFlag } from '../session/shutdown.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';
import type { CommandSpec } from './command-spec.ts';

// biome-ignore format: a row stays together; one property a line would hide the table
export const serverCommands: readonly CommandSpec[] = [
  {
    name: 'time', arity: 1, flags: 'loading stale fast', acl: '', since: '2.6.0', group: 'server', complexity: 'O(1)',
    tips: ['NONDETERMINISTIC_OUTPUT'], about: "The server's time: seconds and microseconds.", run: time,
  },
  {
    name: 'lolwut', arity: -1, flags: 'readonly fast', acl: '', since: '5.0.0', group: 'server', complexity: 'O(1)',
    about: 'Draws something, and tells the version.', run: lolwut,
  },
  {
    name: 'shutdown', arity: -1, flags: 'admin noscript loading stale no_multi sentinel allow_busy', acl: '',
    since: '1.0.0', group: 'server', complexity: 'O(N) with a save, N keys', about: 'Ends the server.', run: shutdown,
  },
];

function time({ reply, services }: Call): void {
  const microseconds = services.clock.microseconds();
  reply.array(2);
  reply.bulkInteger(Math.floor(microseconds / 1_000_000));
  reply.bulkInteger(microseconds % 1_000_000);
}

const PICTURE = ['   __   __', '  / /  / /  a key in the wind', ' / /__/ /   still finds', ' \\_____/    its door', ''];

function lolwut({ reply, services }: Call): void {
  const isOther = services.config.boolean('extended-redis-compatibility');
  const version = isOther ? `Redis ver. ${REDIS_VERSION}` : `Valkey ver. ${VALKEY_VERSION}`;
  reply.verbatim('txt', `${PICTURE.join('\n')}\n${version}\n`);
}

const FLAGS: readonly ShutdownFlag[] = ['nosave', 'save', 'now', 'force', 'safe', 'failover'];

function shutdown(call: Call): void {
  const { args, client, services, reply } = call;
  const flags: ShutdownFlag[] = [];
  let isAbort = false;
  for (let i = 1; i < args.count; i++) {
    const flag = FLAGS.find((name) => args.is(i, name));
    if (flag !== undefined) flags.push(flag);
    else if (args.is(i, 'abort')) isAbort = true;
    else throw SYNTAX_ERROR;
  }
  const contradicts = flags.includes('save') && flags.includes('nosave');
  if (contradicts || (isAbort && flags.length > 0)) throw SYNTAX_ERROR;
  if (flags.includes('failover')) throw new CommandError('ERR SHUTDOWN FAILOVER is only supported in cluster mode.');
  if (isAbort) {
    if (!services.shutdown.abort()) throw new CommandError('ERR No shutdown in progress.');
    return reply.ok();
  }
  if (!flags.includes('now') && call.denyBlocking) {
    throw new CommandError("ERR SHUTDOWN without NOW or ABORT isn't allowed for DENY BLOCKING client");
  }
  const { busyRefusal } = services.scripting;
  if (busyRefusal !== undefined) {
    if (!flags.includes('nosave')) throw new CommandError(busyRefusal);
    // Nothing else can run, the end neither, before the script has ended.
    services.scripting.abandon();
  }
  services.shutdown.request(client, flags);
}
