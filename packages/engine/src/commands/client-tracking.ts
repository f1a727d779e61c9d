// CLIENT TRACKING, CACHING, GETREDIR and TRACKINGINFO; what tracking means is session/tracking.ts's business.
import type { TrackingState } from '../session/tracking.ts';
import type { Call } from './call.ts';
import { CommandError, SYNTAX_ERROR } from './command-error.ts';

const CACHING_WITHOUT_MODE =
  'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled';
const CACHING_YES = 'ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.';
const CACHING_NO = 'ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.';
const ONE_TARGET = 'ERR A client can only redirect to a single other client';
const NO_TARGET = 'ERR The client ID you want redirect to does not exist';
const PREFIX_WITHOUT_BCAST = 'ERR PREFIX option requires BCAST mode to be enabled';
const BCAST_SWITCH =
  "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a " +
  'different mode.';
const BCAST_CHOICE = 'ERR OPTIN and OPTOUT are not compatible with BCAST';
const TWO_CHOICES = "ERR You can't specify both OPTIN mode and OPTOUT mode";
const CHOICE_SWITCH =
  "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a " +
  'different mode.';
const NO_OVERLAP = 'Prefixes for a single client must not overlap.';

interface GivenOptions {
  redirect: number;
  isBroadcast: boolean;
  optin: boolean;
  optout: boolean;
  skipsOwn: boolean;
  readonly prefixes: string[];
}

export function setTracking(call: Call): void {
  const { args, client, services, reply } = call;
  const options = parseOptions(call);
  if (args.is(2, 'off')) {
    services.tracking.disable(client);
  } else {
    if (!args.is(2, 'on')) throw SYNTAX_ERROR;
    const obstacle = findObstacle(options, client.tracking);
    if (obstacle !== undefined) throw new CommandError(obstacle);
    const { isBroadcast, prefixes } = options;
    services.tracking.enable(client, {
      redirect: options.redirect,
      prefixes: isBroadcast ? new Set(prefixes.length === 0 ? [''] : prefixes) : undefined,
      choice: options.optin ? 'optin' : options.optout ? 'optout' : undefined,
      skipsOwn: options.skipsOwn,
    });
  }
  reply.ok();
}

function parseOptions(call: Call): GivenOptions {
  const { args, services } = call;
  const options: GivenOptions = {
    redirect: 0,
    isBroadcast: false,
    optin: false,
    optout: false,
    skipsOwn: false,
    prefixes: [],
  };
  for (let i = 3; i < args.count; i++) {
    const hasMore = i + 1 < args.count;
    if (args.is(i, 'redirect') && hasMore) {
      if (options.redirect !== 0) throw new CommandError(ONE_TARGET);
      options.redirect = call.integer(++i);
      if (services.clients.find(options.redirect) === undefined) throw new CommandError(NO_TARGET);
    } else if (args.is(i, 'prefix') && hasMore) options.prefixes.push(args.text(++i));
    else if (args.is(i, 'bcast')) options.isBroadcast = true;
    else if (args.is(i, 'optin')) options.optin = true;
    else if (args.is(i, 'optout')) options.optout = true;
    else if (args.is(i, 'noloop')) options.skipsOwn = true;
    else throw SYNTAX_ERROR;
  }
  return options;
}

/** Why options do not go together, or not with what is on already. */
function findObstacle(options: GivenOptions, current: TrackingState | undefined): string | undefined {
  const { isBroadcast, optin, optout, prefixes } = options;
  if (!isBroadcast && prefixes.length > 0) return PREFIX_WITHOUT_BCAST;
  if (current !== undefined && (current.prefixes !== undefined) !== isBroadcast) return BCAST_SWITCH;
  if (isBroadcast && (optin || optout)) return BCAST_CHOICE;
  if (optin && optout) return TWO_CHOICES;
  if ((optin && current?.choice === 'optout') || (optout && current?.choice === 'optin')) return CHOICE_SWITCH;
  return isBroadcast ? findOverlap(prefixes, current?.prefixes ?? new Set()) : undefined;
}

function findOverlap(prefixes: readonly string[], existing: ReadonlySet<string>): string | undefined {
  for (const [at, prefix] of prefixes.entries()) {
    const taken = [...existing].sort().find((other) => overlap(prefix, other));
    if (taken !== undefined) return `ERR Prefix '${prefix}' overlaps with an existing prefix '${taken}'. ${NO_OVERLAP}`;
    const given = prefixes.slice(at + 1).find((other) => overlap(prefix, other));
    if (given !== undefined) {
      return `ERR Prefix '${prefix}' overlaps with another provided prefix '${given}'. ${NO_OVERLAP}`;
    }
  }
  return undefined;
}

function overlap(first: string, second: string): boolean {
  return first.startsWith(second) || second.startsWith(first);
}

export function setCaching(call: Call): void {
  const { tracking } = call.client;
  if (tracking === undefined) throw new CommandError(CACHING_WITHOUT_MODE);
  if (call.args.is(2, 'yes')) {
    if (tracking.choice !== 'optin') throw new CommandError(CACHING_YES);
  } else if (call.args.is(2, 'no')) {
    if (tracking.choice !== 'optout') throw new CommandError(CACHING_NO);
  } else {
    throw SYNTAX_ERROR;
  }
  tracking.caching = true;
  call.reply.ok();
}

export function getRedirection({ client, reply }: Call): void {
  reply.integer(client.tracking?.redirect ?? -1);
}

export function showTracking({ client, reply }: Call): void {
  const { tracking } = client;
  reply.map(3);
  reply.bulkText('flags');
  const flags = flagsOf(tracking);
  reply.set(flags.length);
  for (const flag of flags) reply.bulkText(flag);
  reply.bulkText('redirect');
  reply.integer(tracking?.redirect ?? -1);
  reply.bulkText('prefixes');
  const prefixes = [...(tracking?.prefixes ?? [])].sort();
  reply.array(prefixes.length);
  for (const prefix of prefixes) reply.bulkText(prefix);
}

function flagsOf(tracking: TrackingState | undefined): string[] {
  if (tracking === undefined) return ['off'];
  const flags = ['on'];
  if (tracking.prefixes !== undefined) flags.push('bcast');
  if (tracking.choice !== undefined) {
    flags.push(tracking.choice);
    if (tracking.caching) flags.push(tracking.choice === 'optin' ? 'caching-yes' : 'caching-no');
  }
  if (tracking.skipsOwn) flags.push('noloop');
  if (tracking.isBroken) flags.push('broken_redirect');
  return flags;
}
